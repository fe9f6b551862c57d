"""Folders on disk -> entries. Links and devices are refused, never followed."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from grader.errors import InputError
from grader.intake import timestamps
from grader.intake.archives import MOST_ARCHIVE_BYTES, Allowance, read_students_archive
from grader.intake.entries import (
    HEAD_BYTES,
    Entry,
    RefusedError,
    begins_as_notebook,
    is_archive,
    is_ignored,
    is_notebook,
    may_be_renamed,
)
from grader.intake.notebooks import MOST_BYTES, too_large
from grader.intake.platforms import bytes_of_note
from grader.model.exercise import NOTEBOOK_ONLY, HandIn
from grader.model.submission import opened_without_following
from grader.text.messages import Text, message

_MOST_FILES = 100_000
_DEEPEST = 8  # folders inside one another


def read_folder(folder: Path, hand_in: HandIn = NOTEBOOK_ONLY) -> list[Entry]:
    """Read a folder and all below it, archives included.

    Args:
        folder: The folder.
        hand_in: The files that the exercise accepts beside notebooks; these are not read yet.

    Returns:
        One entry for each file or empty folder, in the order of the names. A refused file has a problem.

    Raises:
        InputError: It cannot be listed, or holds too many files to be a folder of submissions.
    """
    allowance = Allowance(hand_in=hand_in)
    entries: list[Entry] = []
    for entry in _below(folder, (), allowance):
        entries.append(entry)
        if len(entries) > _MOST_FILES:
            raise InputError(f"{folder}: contains more than {_MOST_FILES:,} files. Name the folder of the submissions.")
    return entries


def read_attachments(path: Path, hand_in: HandIn) -> list[Entry]:
    """Find the files in a notebook's folder that may have been handed in with it; no folders, no archives.

    Args:
        path: The notebook.
        hand_in: The files that the exercise accepts.

    Raises:
        InputError: The folder cannot be listed.
    """
    allowance = Allowance(hand_in=hand_in)
    try:
        names = sorted(item.name for item in os.scandir(path.parent) if not item.is_dir(follow_symlinks=False))
    except OSError as error:
        raise InputError(f"{path.parent}: cannot be listed ({error.strerror}). Allow this user to read it.") from error
    accepted = [name for name in names if allowance.wants(name) and not is_ignored([name])]
    other_names = [name for name in accepted if not is_notebook(name) and not is_archive(name)]
    return [entry for name in other_names for entry in _file(path.parent / name, (name,), allowance)]


def read_file(path: Path, most: int = MOST_BYTES) -> tuple[bytes, datetime]:
    """Read a regular file without following a link and without waiting for a device.

    Args:
        path: The file.
        most: The largest size in bytes that is read.

    Returns:
        Its bytes, and when it was last changed.

    Raises:
        RefusedError: It is a link, a device or a pipe, too large, or cannot be read.
    """
    try:
        descriptor = opened_without_following(path)
    except OSError as error:
        raise RefusedError(
            _refusal(path) or message("The file cannot be read ({error}).", error=error.strerror)
        ) from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if problem := _irregular(status):
            raise RefusedError(problem)
        if status.st_size > most:
            raise RefusedError(too_large(status.st_size, most))
        return file.read(status.st_size), datetime.fromtimestamp(status.st_mtime, UTC)


def _below(folder: Path, inside: tuple[str, ...], allowance: Allowance) -> Iterator[Entry]:
    try:
        items = sorted(os.scandir(folder), key=lambda item: item.name)
    except OSError as error:
        yield Entry(
            parts=inside or (folder.name,),
            problem=message("The folder cannot be read ({error}).", error=error.strerror),
        )
        return
    if not items and inside:
        yield Entry(parts=(*inside, ""))
    for item in items:
        path = (*inside, item.name)
        if is_ignored(path):
            continue
        if not item.is_dir(follow_symlinks=False):
            yield from _file(Path(item.path), path, allowance)
        elif len(path) > _DEEPEST:
            yield Entry(
                parts=path, problem=message("The folder is nested more than {depth} levels deep.", depth=_DEEPEST)
            )
        else:
            yield from _below(Path(item.path), path, allowance)


def _file(path: Path, parts: tuple[str, ...], allowance: Allowance) -> Iterator[Entry]:
    if problem := _refusal(path):
        yield Entry(parts=parts, problem=problem)
        return
    try:
        if is_archive(parts[-1]):
            content, modified = read_file(path, MOST_ARCHIVE_BYTES)
            inside = (*parts[:-1], parts[-1][:-4])
            yield from read_students_archive(content, inside, modified, allowance)
        elif is_notebook(parts[-1]):
            content, modified = read_file(path)
            allowance.take(len(content))
            yield Entry(parts=parts, content=content, modified=modified)
        elif allowance.wants(parts[-1]):
            status = path.lstat()
            yield Entry(
                parts=parts, modified=datetime.fromtimestamp(status.st_mtime, UTC), source=path, size=status.st_size
            )
        elif parts[-1] == timestamps.NAME and len(parts) > 1:
            yield Entry(parts=parts, content=_head(path, timestamps.MOST_BYTES + 1))
        elif most := bytes_of_note(parts):
            yield Entry(parts=parts, content=allowance.note(_head(path, min(most, allowance.size))))
        else:
            yield _other(path, parts, allowance)
    except RefusedError as error:
        yield Entry(parts=parts, problem=error.text)


def _other(path: Path, parts: tuple[str, ...], allowance: Allowance) -> Entry:
    """A file that is neither a notebook by its name nor a file that the exercise accepts."""
    if is_renamed_notebook(path):
        content, modified = read_file(path)
        allowance.take(len(content))
        return Entry(parts=parts, content=content, modified=modified, renamed=True)
    return Entry(parts=parts)


def is_renamed_notebook(path: Path) -> bool:
    """Whether a file is a notebook with another ending."""
    return may_be_renamed(path.name) and begins_as_notebook(_head(path, HEAD_BYTES))


def _head(path: Path, most: int) -> bytes:
    """The first bytes of a file; empty if it cannot be read."""
    try:
        with os.fdopen(opened_without_following(path), "rb") as file:
            return b"" if _irregular(os.fstat(file.fileno())) else file.read(most)
    except OSError:
        return b""


def _refusal(path: Path) -> Text:
    """Why a file is refused before it is opened; empty for a regular file."""
    try:
        return _irregular(path.lstat())
    except OSError as error:
        return message("The file cannot be read ({error}).", error=error.strerror)


def _irregular(status: os.stat_result) -> Text:
    """Why a file of this status is refused; empty for a regular file with a single name."""
    if stat.S_ISLNK(status.st_mode):
        return message("The file is a symbolic link, and links are rejected. Submit the file itself.")
    if not stat.S_ISREG(status.st_mode):
        return message("This is a pipe, a socket or a device, not a file. Submit the notebook itself.")
    if status.st_nlink > 1:
        return message("The file is a hard link: it has another name elsewhere. Submit a separate copy.")
    return ""
