"""A zip or tar archive of images, unpacked into a folder of our own; nothing in it can lead out of there."""

import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from grader.course.images.findings import Findings, Kind
from grader.course.images.names import is_made_by_a_system, readable
from grader.errors import InputError

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_MOST_MEMBERS = 2_000_000
_MOST_BYTES = 64 * 2**30
_HIGHEST_RATIO = 200
_SMALL = 2**20
_AT_ONCE = 2**20
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
    """Whether a file is called like an archive."""
    return path.name.casefold().endswith(SUFFIXES)


def unpack(path: Path, folder: Path, shown: str, findings: Findings) -> None:
    """Write the regular files of an archive below a folder.

    Args:
        path: The archive.
        folder: An empty folder.
        shown: How messages name the archive.
        findings: Where to put links and files of systems, which are left out.

    Raises:
        InputError: The archive is damaged, protected, leads out of itself, or unpacks to too much.
    """
    budget = _MOST_BYTES
    try:
        for count, (name, kind, file, most) in enumerate(_members(path)):
            steps = _steps(name, shown)
            if kind is not None or any(is_made_by_a_system(step) for step in steps):
                findings.add(kind or Kind.SYSTEM, readable(name))
                continue
            if count >= _MOST_MEMBERS:
                raise InputError(f"{shown}: holds more than {_MOST_MEMBERS:,} files; import a part of it.")
            budget -= _write(file, folder.joinpath(*steps), min(most, budget), shown)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise InputError(f"{shown}: has files of the same name; make the archive again, or unpack it.") from error
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # not the archive's fault, such as a full disk
        raise InputError(
            f"{shown}: is not an archive that can be read ({error}); make it again, or unpack it."
        ) from error


def _steps(name: str, shown: str) -> tuple[str, ...]:
    """The path of a member below the folder that it is unpacked into."""
    plain = name.replace("\\", "/")
    steps = tuple(step for step in plain.split("/") if step not in ("", "."))
    if plain.startswith("/") or re.match("[A-Za-z]:", plain) or ".." in steps or not steps or "\0" in plain:
        raise InputError(f"{shown}: '{readable(name)}' leads out of the archive; make the archive again.")
    return steps


def _members(path: Path) -> Iterator[tuple[str, Kind | None, IO[bytes] | None, int]]:
    """Name, why it is left out, content and the most bytes of it, of everything but folders."""
    yield from _zip_members(path) if path.name.casefold().endswith(".zip") else _tar_members(path)


def _zip_members(path: Path) -> Iterator[tuple[str, Kind | None, IO[bytes] | None, int]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if member.filename.endswith("/"):
                continue
            form = stat.S_IFMT(member.external_attr >> 16)
            if form not in (0, stat.S_IFREG):
                yield member.filename, Kind.LINK if form == stat.S_IFLNK else Kind.SPECIAL, None, 0
            elif member.file_size > max(_SMALL, _HIGHEST_RATIO * member.compress_size):
                yield member.filename, Kind.TOO_LARGE, None, 0
            else:
                with archive.open(member) as file:
                    yield member.filename, None, file, member.file_size


def _tar_members(path: Path) -> Iterator[tuple[str, Kind | None, IO[bytes] | None, int]]:
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            if member.isdir():
                continue
            if not member.isreg():
                yield member.name, Kind.LINK if member.issym() or member.islnk() else Kind.SPECIAL, None, 0
            else:
                yield member.name, None, archive.extractfile(member), member.size
            archive.members = []  # type: ignore[attr-defined]  # else the list of all members stays in memory


def _write(file: IO[bytes] | None, path: Path, most: int, shown: str) -> int:
    """Write one member, which may have `most` bytes; returns how many it has."""
    if file is None:
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as target:
        while content := file.read(_AT_ONCE):
            if target.tell() + len(content) > most:
                raise InputError(f"{shown}: unpacks to more than {_MOST_BYTES / 2**30:.0f} GiB; import a part of it.")
            target.write(content)
        return target.tell()
