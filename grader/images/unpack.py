"""Unpacks a zip or tar archive of images into a folder of the import; no path in it can lead out of there."""

import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grader.errors import InputError
from grader.images.file_names import is_made_by_a_system, readable
from grader.images.issues import Issue, IssueLog

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
# Limits against archives that are small and unpack to more than the disk holds.
_MOST_MEMBERS = 2_000_000
_MOST_BYTES = 64 * 2**30  # of all members together
_HIGHEST_RATIO = 200  # unpacked to packed bytes of a member that is not small
_SMALL = 2**20  # bytes
_BYTES_AT_ONCE = 2**20
# All that the libraries raise for a damaged or protected archive.
_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    ValueError,
)


def is_archive(path: Path) -> bool:
    """Whether the name of a file ends like that of an archive."""
    return path.name.casefold().endswith(SUFFIXES)


def unpack(path: Path, folder: Path, shown_path: str, log: IssueLog) -> None:
    """Write the regular files of an archive below a folder.

    Args:
        path: The archive.
        folder: An empty folder.
        shown_path: The path of the archive as messages give it.
        log: Counts links and files of systems, which are left out.

    Raises:
        InputError: The archive is damaged, protected, leads out of itself, or unpacks to too much.
    """
    budget = _MOST_BYTES
    try:
        for count, member in enumerate(_members(path)):
            steps = _steps(member.name, shown_path)
            if member.issue is not None or any(is_made_by_a_system(step) for step in steps):
                log.add(member.issue or Issue.SYSTEM, readable(member.name))
                continue
            if count >= _MOST_MEMBERS:
                raise InputError(f"{shown_path}: contains more than {_MOST_MEMBERS:,} files. Import a part of it.")
            if member.content is not None:
                most = min(member.size, budget)
                budget -= _write(member.content, folder.joinpath(*steps), most, shown_path)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise InputError(
            f"{shown_path}: has several files with the same name. Pack the archive again, or unpack it."
        ) from error
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # not the archive's fault, such as a full disk
        raise InputError(f"{shown_path}: is not a readable archive ({error}). Pack it again, or unpack it.") from error


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in an archive, or a link or a device.

    Attributes:
        name: Its path in the archive; it may be hostile.
        issue: Why it is left out; None if it is unpacked.
        content: Its bytes; None if there are none to read.
        size: The number of bytes that the archive states.
    """

    name: str
    issue: Issue | None
    content: IO[bytes] | None = None
    size: int = 0


def _steps(name: str, shown_path: str) -> tuple[str, ...]:
    """The path of a member below the folder into which it is unpacked, step by step.

    Raises:
        InputError: The path leads out of the folder. This holds for both separators, and for letters of drives.
    """
    path = name.replace("\\", "/")
    steps = tuple(step for step in path.split("/") if step not in ("", "."))
    if path.startswith("/") or re.match("[A-Za-z]:", path) or ".." in steps or not steps or "\0" in path:
        raise InputError(
            f"{shown_path}: '{readable(name)}' leads to a place outside the archive. Pack the archive again."
        )
    return steps


def _members(path: Path) -> Iterator[_Member]:
    """The members of an archive, folders aside. Each has to be read before the next one."""
    yield from _zip_members(path) if path.name.casefold().endswith(".zip") else _tar_members(path)


def _zip_members(path: Path) -> Iterator[_Member]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith("/"):
                continue
            file_type = stat.S_IFMT(entry.external_attr >> 16)  # 0 in archives that were not made on Unix
            if file_type not in (0, stat.S_IFREG):
                yield _Member(entry.filename, Issue.LINK if file_type == stat.S_IFLNK else Issue.SPECIAL)
            elif entry.file_size > max(_SMALL, _HIGHEST_RATIO * entry.compress_size):
                yield _Member(entry.filename, Issue.TOO_LARGE)
            else:
                with archive.open(entry) as content:
                    yield _Member(entry.filename, None, content, entry.file_size)


def _tar_members(path: Path) -> Iterator[_Member]:
    with tarfile.open(path, "r|*") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            if not entry.isreg():
                yield _Member(entry.name, Issue.LINK if entry.issym() or entry.islnk() else Issue.SPECIAL)
            else:
                yield _Member(entry.name, None, archive.extractfile(entry), entry.size)
            archive.members = []  # type: ignore[attr-defined]  # else the list of all members stays in memory


def _write(content: IO[bytes], path: Path, most: int, shown_path: str) -> int:
    """Write the content of a member, and return how many bytes it has; more than `most` are an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as target:  # never over an earlier member
        while block := content.read(_BYTES_AT_ONCE):
            if target.tell() + len(block) > most:  # counted here: the size that an archive states may be wrong
                limit = f"{_MOST_BYTES / 2**30:.0f} GiB"
                raise InputError(f"{shown_path}: unpacks to more than {limit}. Import a part of it.")
            target.write(block)
        return target.tell()
