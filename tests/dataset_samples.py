"""Small data sets in the form of the published ones."""

import gzip
import io
import json
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np


def write_mnist(path: Path, images: int = 20) -> Path:
    """`mnist.npz` with so many images for training, and as many for testing."""
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (images, 28, 28), dtype=np.uint8)
    labels = (np.arange(images) % 10).astype(np.uint8)
    np.savez(path, x_train=pixels, y_train=labels, x_test=pixels[:5], y_test=labels[:5])
    return path


def write_fashion_mnist(folder: Path) -> Path:
    """The four files of Fashion-MNIST, with two images each."""
    folder.mkdir()
    for part in ("train", "t10k"):
        for kind, header, body in (("labels-idx1", 8, bytes([3, 7])), ("images-idx3", 16, bytes(2 * 28 * 28))):
            (folder / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(bytes(header) + body))
    return folder


def write_cifar10(path: Path) -> Path:
    """The archive of CIFAR-10, with one image in each batch: NumPy repeats it where Keras expects 10,000."""
    with tarfile.open(path, "w:gz") as archive:
        for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]:
            batch = {b"data": np.full((1, 3072), 9, dtype=np.uint8), b"labels": [4]}
            _add(archive, f"cifar-10-batches-py/{name}", pickle.dumps(batch))
    return path


def write_imdb(folder: Path) -> Path:
    """Reviews of two words, and the index of words."""
    folder.mkdir()
    reviews = np.array([[1, 2], [2, 3], [3, 1]], dtype=object)
    np.savez(folder / "imdb.npz", x_train=reviews, y_train=[0, 1, 1], x_test=reviews, y_test=[1, 0, 0])
    (folder / "imdb_word_index.json").write_text(json.dumps({"film": 1, "good": 2}))
    return folder


def write_archive(path: Path, members: dict[str, bytes]) -> Path:
    """A zip archive of some members."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
