"""Checks the table `[datasets]` of `course.toml` and `exercise.toml`, and finds the data sets that it names."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from grader.model.dataset import DOWNLOADS, KERAS, NOTEBOOK, DataSource, SourceFile
from grader.storage.dataset_store import is_name
from grader.storage.known_datasets import known_sources
from grader.text.suggestions import suggestion
from grader.text.values import first_few

_ARCHIVE = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.IGNORECASE)
_LETTERS = re.compile(r"[^a-z0-9]+")
_SHORTEST = 5  # characters, as in VGG16
_MOST_FILES = 60


def _known(name: str) -> str:
    if name not in known_sources():
        raise ValueError("must be the name of a data set", f"{similar(name)}. Or describe it in [datasets.own.NAME]")
    return name


def similar(name: str, others: Iterable[str] = ()) -> str:
    """A clause with the nearest names of data sets; weights, which are many, only for a name of a file or a network."""
    if files := _weights_of(name):
        return f"Its weights are in these files: {first_few(files, _MOST_FILES)}"
    known = [known for known in known_sources() if "." in name or not known.endswith((".h5", ".json"))]
    return suggestion(name, [*known, *others])


def _weights_of(network: str) -> list[str]:
    """The files with the weights of a network of `keras.applications`; none if it is not the name of one."""
    plain = _LETTERS.sub("", network.lower().rpartition(".")[2])
    names = [name for name in known_sources() if name.endswith(".h5")]
    return sorted(name for name in names if len(plain) >= _SHORTEST and plain in _LETTERS.sub("", name))


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or not PurePosixPath(parts.path).name:
        raise ValueError("must be the address of a file, such as https://example.org/flowers.zip")
    return url


def _checksum(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{32}", text):
        raise ValueError("must be a checksum in hexadecimal: SHA-256 (64 characters) or MD5 (32)")
    return text


def _inner_path(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path:
        raise ValueError("must be a path below the folder of the notebook, such as data/flowers")
    return path


class _OwnTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    url: Annotated[str, AfterValidator(_address)] | None = None
    checksum: Annotated[str, AfterValidator(_checksum)] = ""
    file: Annotated[str, AfterValidator(_inner_path)] | None = None
    folder: Annotated[str, AfterValidator(_inner_path)] | None = None


class DatasetTable(BaseModel):
    """The table `[datasets]`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    use: list[Annotated[str, AfterValidator(_known)]] = Field(default=[])
    described: dict[str, _OwnTable] = Field(default={}, alias="own")

    def problems(self) -> list[str]:
        """One line for each problem that is not one of a single key."""
        lines = []
        for name, table in self.described.items():
            if not is_name(name) or name in known_sources():
                lines.append(
                    f"datasets.own: '{name}' cannot be the name of a data set. Use letters, digits, '_', '-' and '.', "
                    "but not the name of a known data set."
                )
            elif not (table.url or table.file or table.folder):
                lines.append(
                    f"datasets.own.{name}: has no 'url', 'file' or 'folder'. Add one, so that notebooks can find the "
                    f"data."
                )
        return lines

    def sources(self) -> tuple[DataSource, ...]:
        """The data sets that it names, without repetitions."""
        known = [known_sources()[name] for name in dict.fromkeys(self.use)]
        return (*known, *(_own(name, table) for name, table in self.described.items()))


def _own(name: str, table: _OwnTable) -> DataSource:
    published = PurePosixPath(urlsplit(table.url or "").path).name
    file_name = published if is_name(published) else name
    unpacked = f"{NOTEBOOK}/{table.folder}" if table.folder else ""
    if not table.folder and table.url and _ARCHIVE.search(file_name):
        unpacked = f"{KERAS}/datasets/{_ARCHIVE.sub('', file_name)}"
    place = f"{NOTEBOOK}/{table.file}" if table.file else f"{DOWNLOADS}/{name}/{file_name}" if table.url else ""
    file = SourceFile(name=file_name, url=table.url or "", checksum=table.checksum, place=place, unpacked=unpacked)
    return DataSource(name, (file,))
