"""A backup: all results in one file, which is complete also while graders write."""

import contextlib
import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

from grader.errors import GradebookError, InputError
from grader.gradebook.database import Database
from grader.storage import atomic

DATABASE = "gradebook.sqlite"
_ABOUT = "backup.json"
_RESULTS = "results/"
_SEPARATE = "gradebook/" + DATABASE
_FORM = 1
_LOG_ENDINGS = ("-wal", "-shm", "-journal")
_COMPRESSED_ENDINGS = (".gz", ".zip", ".keras", ".npz")
_CHUNK_BYTES = 1 << 20


def back_up(folder: Path, separate: Database | None, target: Path, at: datetime) -> int:
    """Copy all results of a folder into a zip archive.

    Databases are copied first, each as a consistent snapshot. A file is on disk before a row refers to it, and never
    changes. The files are copied afterwards, so the archive has every file that its databases refer to.

    Args:
        folder: Results of an exercise, or a folder of such folders.
        separate: A database elsewhere that belongs to them; None if each lies in the folder.
        target: The archive, which must not exist yet.
        at: When.

    Returns:
        The number of files in it.

    Raises:
        InputError: There is nothing to keep, a database is on a server, or something is there already.
    """
    if target.exists():
        raise InputError(f"{target}: already exists. Name another file, or remove it.")
    if separate is not None and not separate.is_a_file:
        raise InputError(on_a_server(separate, folder))
    separate = None if separate is None or _lies_in(separate, folder) else separate
    databases = _databases(folder, separate)
    if not databases:
        raise InputError(
            f"{folder}: contains no gradebook. With --results, name a folder with results of `grader grade`."
        )
    with atomic.writing(target) as stream, zipfile.ZipFile(stream, "w", strict_timestamps=False) as archive:
        about = {"form": _FORM, "made_at": at.isoformat(), "gradebook": _SEPARATE if separate else ""}
        archive.writestr(_ABOUT, json.dumps(about, indent=1) + "\n")
        for name, path in databases.items():
            copy = target.with_name(f"{target.name}.{os.getpid()}.copy")
            try:
                _copy(path, copy)
                _pack(archive, copy, name)
            finally:
                copy.unlink(missing_ok=True)
        for path in _files(folder, {*databases.values(), target}):
            _pack(archive, path, _RESULTS + path.relative_to(folder).as_posix())
        return len(archive.namelist()) - 1


def restore(source: Path, folder: Path, separate: Database | None) -> int:
    """Restore what `back_up` has copied: all of it, or nothing.

    Args:
        source: The archive.
        folder: Where the results go; there must be nothing yet.
        separate: Where a database goes that lay elsewhere; there must be nothing yet.

    Returns:
        The number of files that were restored.

    Raises:
        InputError: It is not a whole backup; or something is there already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: already exists. Move it away, or name another folder with --out.")
    if separate is not None and not separate.is_a_file:
        raise InputError(on_a_server(separate, folder))
    if separate is not None and Path(separate.place).exists():
        raise InputError(f"{separate.place}: already exists. Move it away, or name another gradebook.")
    # Everything is unpacked and checked beside the folder, which gets its name only at the end: an incomplete backup
    # never becomes results.
    place = folder.with_name(f"{folder.name}.restoring-{os.getpid()}")
    with _open_archive(source) as archive:
        names = _names(archive, source, separate)
        try:
            for name in names:
                _unpack(archive, name, place / name)
            for path in place.rglob(DATABASE):
                _check_database(path, source)
            atomic.make_folder(folder.parent)
            if folder.exists():
                folder.rmdir()
            if separate is not None:
                atomic.make_folder(Path(separate.place).parent)
                shutil.move(place / _SEPARATE, separate.place)
            (place / _RESULTS).mkdir(exist_ok=True)
            (place / _RESULTS).rename(folder)
            os.sync()
        finally:
            shutil.rmtree(place, ignore_errors=True)
    return len(names)


def on_a_server(database: Database, folder: Path) -> str:
    """What to do about a gradebook that a server keeps."""
    return (
        f"{database.place}: is on a server, so `grader backup` cannot copy it. To back it up, run `pg_dump"
        " --format=custom --file=marks.dump ADDRESS`, with ADDRESS as you gave it but without `+psycopg`, and copy"
        f" {folder}, which contains notebooks and records. To restore the marks, run `pg_restore --dbname=ADDRESS"
        " marks.dump` on an empty database."
    )


def _databases(folder: Path, separate: Database | None) -> dict[str, Path]:
    """Name in the archive -> database: those of the folder and of the folders in it, and the one that was named."""
    inside = [path for path in (folder / DATABASE, *sorted(folder.glob(f"*/{DATABASE}"))) if path.is_file()]
    databases = {_RESULTS + path.relative_to(folder).as_posix(): path for path in inside}
    if separate is None:
        return databases
    if not separate.exists:
        raise InputError(f"{separate.place}: there is no such gradebook. Name another one with --gradebook.")
    return databases | {_SEPARATE: Path(separate.place)}


def _lies_in(database: Database, folder: Path) -> bool:
    """Whether a database that was named is one of those that the folder has anyway."""
    return Path(database.place).resolve() in {path.resolve() for path in _databases(folder, None).values()}


def _copy(path: Path, copy: Path) -> None:
    """Copy a database in one state of everything, whoever writes it meanwhile."""
    copy.unlink(missing_ok=True)
    try:
        with (
            contextlib.closing(sqlite3.connect(path, timeout=60)) as here,
            contextlib.closing(sqlite3.connect(copy)) as there,
        ):
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")  # so that the copy is one file
    except sqlite3.Error as error:
        raise GradebookError(f"{path}: cannot be copied ({error}). Check the file, or restore a copy.") from error


def _files(folder: Path, without: set[Path]) -> Iterator[Path]:
    """All files of the results but databases and what is still being written."""
    left_out = {path.resolve() for path in without}
    logs = {f"{path}{end}" for path in left_out for end in _LOG_ENDINGS}
    for path in sorted(folder.rglob("*")):
        resolved = path.resolve()
        if path.is_file() and not (resolved in left_out or str(resolved) in logs or atomic.is_unfinished(path)):
            yield path


def _pack(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    kind = zipfile.ZIP_STORED if path.suffix in _COMPRESSED_ENDINGS else zipfile.ZIP_DEFLATED
    archive.write(path, name, kind, compresslevel=1)


@contextlib.contextmanager
def _open_archive(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except FileNotFoundError as error:
        if error.filename != str(source):
            raise
        raise InputError(f"{source}: there is no such file. Name a file that `grader backup` wrote.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise InputError(
            f"{source}: is not a complete backup ({error}). Name a file that `grader backup` wrote."
        ) from error


def _names(archive: zipfile.ZipFile, source: Path, separate: Database | None) -> list[str]:
    """The files of a backup.

    Raises:
        InputError: It is none, or of a newer grader; or it is not told where its database goes.
    """
    names = [name for name in archive.namelist() if name != _ABOUT]
    try:
        about = json.loads(archive.read(_ABOUT))
        form, inside = int(about["form"]), all(_is_inside(name) for name in names)
    except (KeyError, ValueError, TypeError):
        form, inside = 0, False
    if not inside:
        raise InputError(f"{source}: is not a backup of results. Name a file that `grader backup` wrote.")
    if form > _FORM:
        raise InputError(f"{source}: a newer version of the grader wrote this file. Use that version.")
    if _SEPARATE in names and separate is None:
        raise InputError(
            f"{source}: its gradebook was outside the results folder. Name a place for it with --gradebook."
        )
    if _SEPARATE not in names and separate is not None:
        raise InputError(f"{source}: its gradebooks are in the results folder. Leave out --gradebook.")
    return names


def _is_inside(name: str) -> bool:
    """Whether a name leads to a place of a backup and nowhere else; the archive may come from anyone."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and (name == _SEPARATE or name.startswith(_RESULTS))


def _unpack(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    with archive.open(name) as member, atomic.writing(path, lasting=False) as stream:
        shutil.copyfileobj(member, stream, _CHUNK_BYTES)  # its checksum is compared at the end


def _check_database(path: Path, source: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            (report,) = connection.execute("PRAGMA quick_check").fetchone()
        except sqlite3.Error as error:
            report = str(error)
    if report != "ok":
        raise InputError(f"{source}: its gradebook is damaged ({report}). Name another backup.")
