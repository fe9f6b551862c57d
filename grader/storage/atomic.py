"""Writes files: a crash leaves the old file or the new one, never half of one, and each file is shared like its folder.

Accounts that can open a folder can read the files in it, and a group that can write to the folder can write the files,
regardless of an account's umask. A folder with the setgid bit passes this on to new folders in it. Other accounts never
get the right to write. Private files, such as `solutions/secret`, are not written with this module.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_PREFIX = ".writing-"  # a dot, so that no glob for results finds a file that is half written


def write(path: Path, content: bytes, lasting: bool = True) -> None:
    """Replace a file in one step. Its folder is created if necessary.

    Args:
        path: The file.
        content: The new content.
        lasting: Whether to wait until the file is on disk. If not, it may be lost if the machine stops soon after:
            for many files that can be generated again.

    Raises:
        OSError: It cannot be written; `filename` names the file, also where the disk is full.
    """
    with writing(path, lasting) as stream:
        stream.write(content)


@contextlib.contextmanager
def writing(path: Path, lasting: bool = True) -> Iterator[IO[bytes]]:
    """A stream whose content replaces a file once all of it is written; after an exception the old one stays.

    Args:
        path: The file.
        lasting: As in `write`.

    Raises:
        OSError: It cannot be written; `filename` names the file, also where the disk is full.
    """
    make_folder(path.parent)
    try:
        with _replacing(path, lasting) as stream:
            yield stream
    except OSError as error:
        # An error of the temporary file, or one without a name such as a full disk, is about the file that was meant.
        is_ours = not error.filename or _PREFIX in str(error.filename)
        raise OSError(error.errno, error.strerror, str(path if is_ours else error.filename)) from error


def make_folder(folder: Path) -> None:
    """Create a folder and missing folders above it. Below a folder with the setgid bit, all are shared in the same way.

    Example:
        If `results/` is 2770 and belongs to a group, `results/records/ab/` is created with 2770, whatever the umask.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    # From above to below, since each folder takes its permissions from the one that it is in.
    for path in reversed(missing):
        above = stat.S_IMODE(path.parent.stat().st_mode)
        if above & stat.S_ISGID:
            path.chmod(stat.S_IRWXU | above & ~(stat.S_IWOTH | stat.S_ISVTX))


def make_file(path: Path) -> None:
    """Create an empty file for a program that writes it itself, such as a database. An existing file is not changed."""
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError), path.open("xb") as stream:
        os.fchmod(stream.fileno(), _file_mode(path.parent))


def remove_unfinished(folder: Path) -> None:
    """Remove the files that killed processes left half written in a folder. No process may be writing there now."""
    for path in folder.glob(f"{_PREFIX}*"):
        path.unlink(missing_ok=True)


def is_unfinished(path: Path) -> bool:
    """Whether a file is still being written, or was left unfinished."""
    return path.name.startswith(_PREFIX)


def _file_mode(folder: Path) -> int:
    """The permissions of a file in a folder: see the top of this module."""
    mode = folder.stat().st_mode
    may_open = mode & (stat.S_IXGRP | stat.S_IXOTH)
    # Two places to the left, the right to open a folder becomes the right to read a file.
    return stat.S_IRUSR | stat.S_IWUSR | may_open << 2 | mode & stat.S_IWGRP


@contextlib.contextmanager
def _replacing(path: Path, lasting: bool) -> Iterator[IO[bytes]]:
    temporary = path.with_name(f"{_PREFIX}{os.urandom(8).hex()}")
    try:
        with temporary.open("xb") as stream:
            os.fchmod(stream.fileno(), _file_mode(path.parent))
            yield stream
            stream.flush()
            if lasting:  # before the file is replaced: else a crash could leave an empty one under the old name
                os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:  # also Ctrl-C
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
