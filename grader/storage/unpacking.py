"""Unpacks an archive of data into a new folder; a hostile one is refused as a whole."""

import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from grader.errors import InputError

_LINK_IN_ZIP = 0o120000
_KIND_IN_ZIP = 0o170000


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip or tar archive.

    Args:
        archive: The file.
        folder: Where its contents go; it is created. If the archive is refused, it is left incomplete.

    Raises:
        InputError: The file is no archive or is damaged, or a member is a link or a device or lies outside the folder.
    """
    folder.mkdir()
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                _write(_of_zip(opened, archive.name), folder, archive.name)
        elif tarfile.is_tarfile(archive):
            with tarfile.open(archive) as opened_tar:
                _write(_of_tar(opened_tar, archive.name), folder, archive.name)
        else:
            raise InputError(f"{archive.name}: is not a zip or tar archive. Name the published archive.")
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{archive.name}: is damaged ({error}). Download it again.") from error


def _of_zip(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, IO[bytes] | None]]:
    """(path, content) of each member; no content for a folder."""
    for member in archive.infolist():
        if (member.external_attr >> 16) & _KIND_IN_ZIP == _LINK_IN_ZIP:
            raise _refused(name, member.filename, "is a link")
        if member.is_dir():
            yield member.filename, None
        else:
            with archive.open(member) as stream:
                yield member.filename, stream


def _of_tar(archive: tarfile.TarFile, name: str) -> Iterator[tuple[str, IO[bytes] | None]]:
    for member in archive:
        if member.issym() or member.islnk():
            raise _refused(name, member.name, "is a link")
        if not (member.isfile() or member.isdir()):
            raise _refused(name, member.name, "is neither a file nor a folder")
        yield member.name, archive.extractfile(member) if member.isfile() else None


def _write(members: Iterator[tuple[str, IO[bytes] | None]], folder: Path, archive: str) -> None:
    for name, stream in members:
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts or parts == (".",):
            continue
        if ".." in parts or parts[0].startswith("/") or ":" in parts[0] or "\0" in name:
            raise _refused(archive, name, "is outside the archive's folder")
        path = folder.joinpath(*parts)
        if stream is None:
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            shutil.copyfileobj(stream, target)


def _refused(archive: str, member: str, why: str) -> InputError:
    return InputError(f"{archive}: the member {member!r} {why}. Pack the data again without it.")
