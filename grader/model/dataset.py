"""Data sets that a notebook loads by name: what they consist of, and where the sandbox shows them."""

import hashlib
import json
from dataclasses import dataclass

KERAS = "keras"
"""First folder of a place: what `KERAS_HOME` names."""

NOTEBOOK = "notebook"
"""First folder of a place: the folder in which the notebook runs."""

DOWNLOADS = "downloads"
"""First folder of a place for files that a notebook only finds by their address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file of a data set, as it is published.

    Attributes:
        name: Its file name.
        url: Where it is published. Notebooks that download it from there get it. Empty if it is published nowhere.
        checksum: MD5 or SHA-256 in hexadecimal, as the publisher states it; empty if it states none.
        place: Where the sandbox shows it, such as `keras/datasets/mnist.npz`; empty if it is only shown unpacked.
        unpacked: Where the sandbox shows the contents of this archive; empty if it is not unpacked.
        optional: Whether the data set is of use without it.
    """

    name: str
    url: str = ""
    checksum: str = ""
    place: str = ""
    unpacked: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class DataSource:
    """A data set as it is published: its name in `course.toml`, and its files."""

    name: str
    files: tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of a data set on this machine.

    Attributes:
        name: Its file name.
        sha256: SHA-256 of its bytes, in hexadecimal.
        size: Number of bytes.
        unpacked: Whether its contents lie beside it.
    """

    name: str
    sha256: str
    size: int
    unpacked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A file or folder of a data set, and where the sandbox shows it.

    Attributes:
        source: Path in the store of data sets, with `/`.
        place: Path in the sandbox; its first folder is `keras`, `notebook` or `downloads`.
        url: The address that notebooks download it from; empty if there is none.
        is_unpacked: Whether it is the folder with the contents of an archive.
    """

    source: str
    place: str
    url: str = ""
    is_unpacked: bool = False


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set that is on this machine.

    Attributes:
        name: Its name in `course.toml`.
        sha256: SHA-256 that follows from the names and contents of its files, in hexadecimal.
        parts: What the sandbox shows of it.
    """

    name: str
    sha256: str
    parts: tuple[Shown, ...]


def digest_of(files: tuple[StoredFile, ...]) -> str:
    """SHA-256 of the names and digests of files, in hexadecimal."""
    facts = sorted((file.name, file.sha256, file.unpacked) for file in files)
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
