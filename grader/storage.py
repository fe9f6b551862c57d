"""Keeping files: a crash leaves the old one or the new one, never half of one; and each is shared as its folder is.

Whoever may open a folder may read the files in it, and the group that may write there may write them: the umask of an
account does not decide it for each file. A folder with the setgid bit passes this on to the folders made in it. Others
never get the right to write. What must stay private, such as `solutions/secret`, is not written with this module.
"""

import contextlib
import os
import stat
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
    make_folder(path.parent)
    try:
        with _replacing(path, lasting) as stream:
            yield stream
    except OSError as error:
        other = error.filename if _PREFIX not in str(error.filename or _PREFIX) else path
        raise OSError(error.errno, error.strerror, str(other)) from error


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are missing; below one with the setgid bit each is shared alike.

    Example:
        `results/` is 2770 and belongs to a group: `results/records/ab/` is made with 2770, whatever the umask.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in reversed(missing):
        above = stat.S_IMODE(path.parent.stat().st_mode)
        if above & stat.S_ISGID:
            path.chmod(stat.S_IRWXU | above & ~(stat.S_IWOTH | stat.S_ISVTX))


def make_file(path: Path) -> None:
    """Make an empty file for a program that writes it itself, such as a database; one that is there stays as it is."""
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError), path.open("xb") as stream:
        os.fchmod(stream.fileno(), _file_mode(path.parent))


def remove_unfinished(folder: Path) -> None:
    """Remove what a process left that was killed while it wrote; nobody else may be writing there."""
    for path in folder.glob(f"{_PREFIX}*"):
        path.unlink(missing_ok=True)


def is_unfinished(path: Path) -> bool:
    """Whether a file is still being written, or was left so."""
    return path.name.startswith(_PREFIX)


def _file_mode(folder: Path) -> int:
    """The permissions of a file in a folder: see the top of this module."""
    mode = folder.stat().st_mode
    may_open = mode & (stat.S_IXGRP | stat.S_IXOTH)
    return stat.S_IRUSR | stat.S_IWUSR | may_open << 2 | mode & stat.S_IWGRP


@contextlib.contextmanager
def _replacing(path: Path, lasting: bool) -> Iterator[IO[bytes]]:
    temporary = path.with_name(f"{_PREFIX}{os.urandom(8).hex()}")
    try:
        with temporary.open("xb") as stream:
            os.fchmod(stream.fileno(), _file_mode(path.parent))
            yield stream
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
