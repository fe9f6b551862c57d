"""Refuses pickles in this process while it talks to a cluster, except for those of our own processes."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Guard:
    """Whether pickles are refused, for the whole process: a hook can be added but never removed."""

    hooked = False
    refusals = 0  # a count, because several executors may ask for it at once
    readers = threading.local()  # threads that may read the pickles of our own processes meanwhile


@contextmanager
def no_pickles() -> Iterator[None]:
    """While this lasts, this process unpickles nothing that names a class or a function, whoever asks for it.

    Nothing that talks to a cluster does; this holds even if a message makes Dask try.
    """
    if not _Guard.hooked:
        sys.addaudithook(_refuse)
        _Guard.hooked = True
    _Guard.refusals += 1
    try:
        yield
    finally:
        _Guard.refusals -= 1


@contextmanager
def own_pickles() -> Iterator[None]:
    """While this lasts, this thread reads what a process of ours has sent, which may name our classes."""
    before = getattr(_Guard.readers, "reads", False)
    _Guard.readers.reads = True
    try:
        yield
    finally:
        _Guard.readers.reads = before


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "pickle.find_class" and _Guard.refusals and not getattr(_Guard.readers, "reads", False):
        raise RuntimeError(f"a pickle that names {arguments[0]}.{arguments[1]} is refused")
