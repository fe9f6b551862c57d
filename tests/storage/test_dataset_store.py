"""The store of data sets: what it takes, what it refuses, and what it says of known data sets."""

import importlib
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import InputError
from grader.model.dataset import DataSource, SourceFile
from grader.storage.dataset_store import DataStore, checksum_fits, data_store, is_name
from grader.storage.known_datasets import known_sources
from tests.dataset_samples import write_archive, write_mnist

OWN = DataSource("own", (SourceFile(name="own.zip", unpacked="notebook/own"),))


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "store")


def test_what_is_put_is_found_with_its_digest(store: DataStore, tmp_path: Path) -> None:
    mnist = known_sources()["mnist"]
    assert store.find(mnist) is None
    store.put(mnist, {"mnist.npz": write_mnist(tmp_path / "any.npz")})
    first = store.find(mnist)
    assert first
    assert [part.place for part in first.parts] == ["keras/datasets/mnist.npz"]
    store.put(mnist, {"mnist.npz": write_mnist(tmp_path / "any.npz", images=30)})
    second = store.find(mnist)
    assert second
    assert second.sha256 != first.sha256
    assert not store.has(first)
    assert store.names() == ("mnist",)
    assert [path.name for path in store.folder.iterdir()] == ["mnist"], "nothing is left of the first"


def test_files_can_be_read_by_all_and_written_by_nobody(store: DataStore, tmp_path: Path) -> None:
    store.put(OWN, {"own.zip": write_archive(tmp_path / "a.zip", {"folder/file": b"1"})})
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in store.folder.rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o444}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o755}


def test_a_damaged_data_set_is_named_with_the_remedy(store: DataStore, tmp_path: Path) -> None:
    mnist = known_sources()["mnist"]
    store.put(mnist, {"mnist.npz": write_mnist(tmp_path / "any.npz")})
    path = store.folder / "mnist" / "mnist.npz"
    path.unlink()
    path.write_bytes(b"short")
    with pytest.raises(InputError, match=r"mnist\.npz: is damaged or missing.* grader data provide mnist\.$"):
        store.find(mnist)


def tar(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        with tarfile.open(path, "w") as archive:
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size = kind, link, 0 if link else 1
            archive.addfile(member, io.BytesIO(b"1"))
        return path

    return write


def zipped_link(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        member = zipfile.ZipInfo("link")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    return path


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "zip above": (lambda path: write_archive(path, {"../escaped": b"1"}), "is outside the archive's folder"),
    "zip above, deep": (lambda path: write_archive(path, {"a/../../escaped": b"1"}), "is outside the archive's folder"),
    "zip above, Windows": (lambda path: write_archive(path, {"..\\escaped": b"1"}), "is outside the archive's folder"),
    "zip absolute": (lambda path: write_archive(path, {"/tmp/escaped": b"1"}), "is outside the archive's folder"),
    "zip drive": (lambda path: write_archive(path, {"C:/escaped": b"1"}), "is outside the archive's folder"),
    "zip link": (zipped_link, "is a link"),
    "tar above": (tar("../escaped"), "is outside the archive's folder"),
    "tar absolute": (tar("/tmp/escaped"), "is outside the archive's folder"),
    "tar symbolic link": (tar("link", tarfile.SYMTYPE, "/etc"), "is a link"),
    "tar hard link": (tar("link", tarfile.LNKTYPE, "../../x"), "is a link"),
    "tar device": (tar("device", tarfile.CHRTYPE), "is neither a file nor a folder"),
    "tar pipe": (tar("pipe", tarfile.FIFOTYPE), "is neither a file nor a folder"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_and_leaves_nothing(store: DataStore, tmp_path: Path, name: str) -> None:
    write, why = HOSTILE[name]
    archive = write(tmp_path / "hostile")
    with pytest.raises(InputError, match=why):
        store.put(OWN, {"own.zip": archive})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hostile", "store"]
    assert list(store.folder.iterdir()) == []


def test_what_is_no_archive_is_refused(store: DataStore, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("just text")
    with pytest.raises(InputError, match=r"own\.zip: is not a zip or tar archive"):
        store.put(OWN, {"own.zip": tmp_path / "text"})


@pytest.mark.parametrize("name", ["", ".", "..", "../mnist", "a/b", ".hidden", "a b", "a\n", "ä", "x" * 101])
def test_a_name_is_never_a_path(name: str) -> None:
    assert not is_name(name)


def test_every_known_name_may_be_one() -> None:
    assert all(is_name(name) for name in known_sources())
    assert all(is_name(file.name) for source in known_sources().values() for file in source.files)


def test_checksums_are_those_that_the_installed_keras_states() -> None:
    """Addresses too: else a notebook's download would not be recognised."""
    import keras  # not above: it takes long, and each process that collects tests reads this module

    folder = Path(keras.__file__).parent / "src"
    text = "".join(path.read_text() for part in ("datasets", "applications") for path in (folder / part).glob("*.py"))
    of_keras = [source for name, source in known_sources().items() if not name.startswith("fetch_")]
    assert len(of_keras) > 100
    for file in (file for source in of_keras for file in source.files):
        assert file.checksum in text
        assert file.url.rpartition("/")[0].rpartition("/")[2] in text


class Asked(Exception):
    """Keras asks for a file."""


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The files that Keras asks for: the first one ends what asks, since there is no file to give."""
    requests: list[dict[str, Any]] = []

    def get_file(fname: str | None = None, origin: str = "", **options: Any) -> str:
        requests.append({"name": fname or origin.rpartition("/")[2], "url": origin} | options)
        raise Asked

    monkeypatch.setattr(importlib.import_module("keras.src.utils.file_utils"), "get_file", get_file)
    for name in KERAS_DATASETS:
        module = importlib.import_module(f"keras.src.datasets.{name}")
        monkeypatch.setattr(module, "get_file", get_file)
    return requests


KERAS_DATASETS = [
    "mnist", "fashion_mnist", "cifar10", "cifar100", "imdb", "reuters", "boston_housing", "california_housing",
]  # fmt: skip


def assert_known(request: dict[str, Any], name: str) -> None:
    """A data set has the file that Keras asks for, under its address, where Keras looks for it."""
    files = {file.url: file for file in known_sources()[name].files}
    file = files[request["url"]]
    place = f"keras/{request.get('cache_subdir', 'datasets')}/{request['name']}"
    assert (file.unpacked if request.get("extract") else file.place) == place
    assert file.checksum == (request.get("file_hash") or "")


@pytest.mark.parametrize("name", KERAS_DATASETS)
def test_each_data_set_is_shown_where_keras_looks(requests: list[dict[str, Any]], name: str) -> None:
    module = importlib.import_module(f"keras.src.datasets.{name}")
    for ask in [module.load_data, *([module.get_word_index] if hasattr(module, "get_word_index") else [])]:
        with pytest.raises(Asked):
            ask()
    assert requests
    for request in requests:
        assert_known(request, name)


@pytest.mark.parametrize("size", [96, 128])
def test_weights_are_shown_where_keras_looks(requests: list[dict[str, Any]], size: int) -> None:
    import keras

    with pytest.raises(Asked):
        keras.applications.MobileNetV2(input_shape=(size, size, 3), alpha=0.35, include_top=False)
    with pytest.raises(Asked):
        keras.applications.imagenet_utils.decode_predictions(np.zeros((1, 1000)))
    assert len(requests) == 2
    for request in requests:
        assert_known(request, request["name"])


def test_a_checksum_is_of_either_kind(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert checksum_fits(path, "900150983cd24fb0d6963f7d28e17f72")
    assert checksum_fits(path, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    assert checksum_fits(path, "")
    assert not checksum_fits(path, "0" * 64)


def test_the_store_lies_where_the_account_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "here"))
    assert data_store().folder == tmp_path / "here"
    monkeypatch.delenv("GRADER_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_store().folder == tmp_path / "grader" / "data"
