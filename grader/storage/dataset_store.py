"""The data sets of this machine: checked once when they are put here, then shown to notebooks, read-only.

Each data set has a folder: its files, the contents of its archives in `NAME.contents/`, and `dataset.json`, which is
written last. Everything in it may be read by all accounts, since the sandbox does not run as the account that grades.
"""

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import InputError
from grader.model.dataset import DataSet, DataSource, Shown, SourceFile, StoredFile, digest_of
from grader.storage import codec
from grader.storage.unpacking import unpack

_LIST = "dataset.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class _Listed:
    """What `dataset.json` holds."""

    name: str
    files: tuple[StoredFile, ...]


class DataStore:
    """The folder with the data sets of this machine.

    Args:
        folder: The folder; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> tuple[str, ...]:
        """The names of all data sets that are here, sorted."""
        return tuple(sorted(path.parent.name for path in self.folder.glob(f"*/{_LIST}")))

    def find(self, source: DataSource) -> DataSet | None:
        """The data set of a source; None if it is not here.

        Raises:
            InputError: Its files are not those that were put here.
        """
        files = self._files(source.name)
        return DataSet(source.name, digest_of(files), tuple(_shown(source, files))) if files else None

    def has(self, dataset: DataSet) -> bool:
        """Whether a data set is here with the same content.

        Raises:
            InputError: Its files are not those that were put here.
        """
        return digest_of(self._files(dataset.name)) == dataset.sha256

    def _files(self, name: str) -> tuple[StoredFile, ...]:
        """The files of a data set; none if it is not here."""
        folder = self.folder / name
        try:
            listed = codec.decode(_Listed, (folder / _LIST).read_bytes())
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            raise _damaged(name, folder / _LIST) from error
        for file in listed.files:
            if not (folder / file.name).is_file() or (folder / file.name).stat().st_size != file.size:
                raise _damaged(name, folder / file.name)
        return listed.files

    def put(self, source: DataSource, files: Mapping[str, Path]) -> None:
        """Put a data set here; it replaces the one of this name.

        Args:
            source: The data set.
            files: Name of each of its files -> where it lies now.

        Raises:
            InputError: An archive cannot be unpacked, or a file cannot be read or written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):  # the folder of another account, which has seen to it
            self.folder.chmod(0o755)
        new = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
        try:
            listed = _Listed(
                source.name, tuple(_put(file, files[file.name], new) for file in source.files if file.name in files)
            )
            (new / _LIST).write_bytes(codec.encode_for_programs(listed))
            _let_all_read(new)
            self._replace(new, self.folder / source.name)
        except OSError as error:
            raise InputError(
                f"{error.filename or self.folder}: {error.strerror}. Check the folder and the disk."
            ) from error
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _replace(self, new: Path, folder: Path) -> None:
        old = Path(tempfile.mkdtemp(prefix=".old-", dir=self.folder))
        if folder.exists():
            folder.rename(old / "old")
        new.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def data_store() -> DataStore:
    """The store of this account: the folder that `GRADER_DATA` names, or `grader/data` in its folder for data."""
    if setting := os.environ.get("GRADER_DATA"):
        return DataStore(Path(setting).absolute())
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return DataStore(Path(base, "grader", "data"))


def is_name(text: str) -> bool:
    """Whether a data set may have this name: letters, digits, `_`, `-` and `.`, not a dot in front."""
    return _NAME.fullmatch(text) is not None


def checksum_fits(path: Path, checksum: str) -> bool:
    """Whether a file has a checksum, MD5 or SHA-256 in hexadecimal; true if the checksum is empty."""
    if not checksum:
        return True
    return _digest(path, "md5" if len(checksum) == 32 else "sha256") == checksum.lower()


def _digest(path: Path, algorithm: str = "sha256") -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _put(file: SourceFile, path: Path, folder: Path) -> StoredFile:
    stored = folder / file.name
    shutil.copyfile(path, stored)
    if file.unpacked:
        unpack(stored, folder / _contents(file.name))
    return StoredFile(name=file.name, sha256=_digest(stored), size=stored.stat().st_size, unpacked=bool(file.unpacked))


def _let_all_read(folder: Path) -> None:
    """Make all readable and nothing writable, so that a run without a sandbox does not change it by accident."""
    for place, folders, names in os.walk(folder):
        for name in names:
            Path(place, name).chmod(0o444)
        for name in folders:
            Path(place, name).chmod(0o755)
    folder.chmod(0o755)


def _contents(name: str) -> str:
    return f"{name}.contents"


def _shown(source: DataSource, files: Iterable[StoredFile]) -> Iterable[Shown]:
    stored = {file.name: file for file in files}
    for file in source.files:
        if file.name not in stored:
            continue
        if file.place:
            yield Shown(source=f"{source.name}/{file.name}", place=file.place, url=file.url)
        if file.unpacked and stored[file.name].unpacked:
            inside = f"{source.name}/{_contents(file.name)}"
            yield Shown(source=inside, place=file.unpacked, url=file.url, is_unpacked=True)


def _damaged(name: str, path: Path) -> InputError:
    return InputError(f"{path}: is damaged or missing. Store the data set again: grader data provide {name}.")
