"""What may be unpickled in this process while it talks to a cluster: nothing but what our own processes send."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Guard:
    """Whether pickles are refused: a count, since several may want it at once; and which threads may read ours."""

    hooked = False
    wanted = 0
    own = threading.local()


@contextmanager
def no_pickles() -> Iterator[None]:
    """While this lasts, this process unpickles nothing that names a class or a function, whoever asks for it.

    Nothing that talks to a cluster does; this holds even if a message makes Dask try.
    """
    if not _Guard.hooked:
        sys.addaudithook(_refuse)
        _Guard.hooked = True
    _Guard.wanted += 1
    try:
        yield
    finally:
        _Guard.wanted -= 1


@contextmanager
def own_pickles() -> Iterator[None]:
    """While this lasts, this thread reads what a process of ours has sent, which may name our classes."""
    before = getattr(_Guard.own, "reads", False)
    _Guard.own.reads = True
    try:
        yield
    finally:
        _Guard.own.reads = before


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "pickle.find_class" and _Guard.wanted and not getattr(_Guard.own, "reads", False):
        raise RuntimeError(f"a pickle that names {arguments[0]}.{arguments[1]} is refused")
