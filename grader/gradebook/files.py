"""Writing files so that a crash leaves the old one or the new one, never half of one."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_PREFIX = ".writing-"


def write(path: Path, content: bytes, lasting: bool = True) -> None:
    """Replace a file in one step; its folder is made if need be.

    Args:
        path: The file.
        content: What it is to hold.
        lasting: Whether to wait until the disk has it. Without, it may be lost if the machine stops soon after: for
            many files that can be made again.

    Raises:
        OSError: It cannot be written; `filename` names the file, also where the disk is full.
    """
    with writing(path, lasting) as stream:
        stream.write(content)


@contextlib.contextmanager
def writing(path: Path, lasting: bool = True) -> Iterator[IO[bytes]]:
    """A stream whose content replaces a file once all of it is written; after an exception the old one stays.

    Raises:
        OSError: It cannot be written; `filename` names the file, also where the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _replacing(path, lasting) as stream:
            yield stream
    except OSError as error:
        other = error.filename if _PREFIX not in str(error.filename or _PREFIX) else path
        raise OSError(error.errno, error.strerror, str(other)) from error


def remove_unfinished(folder: Path) -> None:
    """Remove what a process left that was killed while it wrote; nobody else may be writing there."""
    for path in folder.glob(f"{_PREFIX}*"):
        path.unlink(missing_ok=True)


def is_unfinished(path: Path) -> bool:
    """Whether a file is still being written, or was left so."""
    return path.name.startswith(_PREFIX)


@contextlib.contextmanager
def _replacing(path: Path, lasting: bool) -> Iterator[IO[bytes]]:
    temporary = path.with_name(f"{_PREFIX}{os.urandom(8).hex()}")
    try:
        with temporary.open("xb") as stream:
            os.fchmod(stream.fileno(), 0o644)  # whatever the process lets new files have
            yield stream
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
