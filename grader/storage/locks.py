"""Locks between processes, also of several accounts and on several machines that share a folder."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from grader.storage import atomic


@contextlib.contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Hold a folder, which is created if necessary. Others that want to hold it wait; reading and writing stay free.

    The lock ends with the process, even after a crash, and leaves no file behind. Never hold the same folder twice,
    one inside the other: the second would wait for the first for ever.

    Raises:
        OSError: The folder cannot be created or opened; `filename` names it.

    Example:
        with holding(results_folder):
            ...  # no other process that holds the folder gets here meanwhile
    """
    atomic.make_folder(folder)
    # The folder itself is locked: a file for the lock would have to belong to one of several accounts, and would stay.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
