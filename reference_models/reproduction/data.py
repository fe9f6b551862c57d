"""The images that the recipes need: those of the course, or a file that the user names."""

import hashlib
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.errors import InputError
from grader.storage.dataset_store import data_store

ROOT = Path(__file__).resolve().parents[2]
CLASSES = 10

PEOPLE, PICTURES, HEIGHT, WIDTH = 40, 10, 112, 92
TRAINING, VALIDATION = 6, 2
"""Pictures of each person for training and for validation; the others are for the test."""

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Images:
    """Images with their labels.

    Attributes:
        file: Name of the file, without its folder.
        sha256: Digest of all arrays, in hexadecimal.
        training: Images (n, height, width, channels), uint8 or float32 with the same range, and labels (n,).
        validation: The same for the validation after each epoch.
        test: The same for the test after the last epoch.
        classes: How many classes there are.
    """

    file: str
    sha256: str
    training: tuple[Array, Array]
    validation: tuple[Array, Array]
    test: tuple[Array, Array]
    classes: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where images come from.

    Attributes:
        description: The file that a user must name, for an error; empty if the images are part of the course.
        provided: Name and file of the data set that `grader data provide` stores; empty if it stores none.
        read: Reads the file; the course's images, from the folder of the course.
    """

    description: str
    provided: tuple[str, ...]
    read: Callable[[Path], "Parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """All images of a source before a recipe takes those that it needs: images and labels, by the names of the parts.

    `people` is set for faces: images of shape (people, pictures, height, width, 1), which each seed splits anew.
    """

    file: str
    arrays: dict[str, Array]
    classes: int


def read(source: str, file: Path | None) -> Parts:
    """Read the images of a source.

    Args:
        source: A key of `SOURCES`.
        file: The file that the user named; without one, the data set that this machine provides.

    Raises:
        InputError: There is no file, it cannot be read, or it has other images than expected.
    """
    wanted = SOURCES[source]
    return wanted.read(file or _provided(wanted) if wanted.description else ROOT)


def select(parts: Parts, images: int, seed: int) -> Images:
    """The images for one training: the first ones for training, and what remains for validation.

    Args:
        parts: The images of a source.
        images: How many of the training images are used.
        seed: Faces are split by the seed; other images are not.

    Raises:
        InputError: There are fewer training images.
    """
    arrays = _split_people(parts.arrays, seed) if "people" in parts.arrays else parts.arrays
    inputs, labels = arrays["x_train"], arrays["y_train"]
    if len(inputs) < images:
        raise InputError(
            f"{parts.file}: has {len(inputs):,} training images, but this result needs {images:,}. Name another file."
        )
    rest = inputs[images:], labels[images:]
    return Images(
        parts.file,
        digest(parts.arrays),
        (inputs[:images], labels[:images]),
        (arrays["x_valid"], arrays["y_valid"]) if "x_valid" in arrays else rest,
        (arrays["x_test"], arrays["y_test"]),
        parts.classes,
    )


def digest(arrays: dict[str, Array]) -> str:
    """SHA-256 of arrays with their names, types and shapes, whatever file they are in."""
    whole = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        whole.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        whole.update(array.tobytes())
    return whole.hexdigest()


def _provided(source: Source) -> Path:
    if source.provided:
        name, file = source.provided
        path = data_store().folder / name / file
        if path.is_file():
            return path
        remedy = f", or run `grader data provide {name}`"
    else:
        remedy = ""
    raise InputError(f"This result needs {source.description}. Name the file with `--data FILE`{remedy}.")


def _course(root: Path) -> Parts:
    """The digits of the course: training, validation, and the held-out ones for the test."""
    arrays = {}
    for path in (
        root / "exercises" / "keras-cnn" / "data" / "mnist-5000.npz",
        root / "solutions" / "keras-cnn" / "heldout" / "mnist-2000.npz",
    ):
        with np.load(path, allow_pickle=False) as data:
            arrays.update({name: data[name] for name in data.files})
    arrays["x_test"], arrays["y_test"] = arrays.pop("inputs"), arrays.pop("labels")
    return Parts("mnist-5000.npz", _with_channels(arrays), CLASSES)


def _npz(shape: tuple[int, ...], training: int, validated_by_test: bool = False) -> Callable[[Path], Parts]:
    """A reader of `.npz` files as Keras has them: `x_train`, `y_train`, `x_test` and `y_test`.

    Args:
        shape: Of an image, with channels.
        training: How many training images there must be.
        validated_by_test: Whether the test images also serve as validation images, as one lecture uses them.
    """

    def reader(file: Path) -> Parts:
        arrays = {}
        try:
            with np.load(file, allow_pickle=False) as data:
                for name in ("x_train", "y_train", "x_test", "y_test"):
                    arrays[name] = data[name]
        except OSError as error:
            raise _unreadable(file, error) from error
        except (KeyError, ValueError, EOFError, TypeError, AttributeError, zipfile.BadZipFile) as error:
            raise InputError(
                f"{file}: is not an .npz file with x_train, y_train, x_test and y_test. Name another file."
            ) from error
        arrays = _with_channels(arrays)
        for part in ("train", "test"):
            images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"].ravel()
            arrays[f"y_{part}"] = labels
            if images.dtype != np.uint8 or images.shape[1:] != shape or not 0 < len(images) == len(labels):
                raise InputError(
                    f"{file}: `x_{part}` must have the type uint8 and the shape (n, {', '.join(map(str, shape))}), "
                    f"with as many labels and at least one image. Received: {images.dtype} {images.shape} and "
                    f"{len(labels)} labels."
                )
            if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0 or labels.max() >= CLASSES:
                raise InputError(f"{file}: `y_{part}` must contain whole numbers from 0 to {CLASSES - 1}.")
        if len(arrays["x_train"]) < training:
            raise InputError(
                f"{file}: must have {training:,} training images or more. Received: {len(arrays['x_train']):,}."
            )
        if validated_by_test:
            arrays |= {"x_valid": arrays["x_test"], "y_valid": arrays["y_test"]}
        return Parts(file.name, arrays, CLASSES)

    return reader


def _with_channels(arrays: dict[str, Array]) -> dict[str, Array]:
    return {name: array[..., None] if name[0] == "x" and array.ndim == 3 else array for name, array in arrays.items()}


_PICTURE = re.compile(r"(?:.*/)?s(\d+)/(\d+)\.pgm")


def _faces(file: Path) -> Parts:
    """The people of an archive with the pictures sPERSON/NUMBER.pgm, made half as large: the mean of 2 x 2 pixels."""
    people = np.zeros((PEOPLE, PICTURES, HEIGHT // 2, WIDTH // 2, 1), np.float32)
    seen = set()
    try:
        with tarfile.open(file) as archive:
            for member in archive:
                name = _PICTURE.fullmatch(member.name)
                if not name or not member.isfile():
                    continue
                person, number = int(name[1]), int(name[2])
                if 1 <= person <= PEOPLE and 1 <= number <= PICTURES:
                    stream = archive.extractfile(member)
                    assert stream is not None
                    pixels = _pixels(file, member.name, stream.read())
                    halves = pixels.reshape(HEIGHT // 2, 2, WIDTH // 2, 2).mean(axis=(1, 3), dtype=np.float32)
                    people[person - 1, number - 1, :, :, 0] = halves
                    seen.add((person, number))
    except OSError as error:
        raise _unreadable(file, error) from error
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise InputError(f"{file}: is not a tar archive. Name another file.") from error
    if len(seen) < PEOPLE * PICTURES:
        raise InputError(
            f"{file}: must have {PEOPLE * PICTURES} pictures s1/1.pgm to s{PEOPLE}/{PICTURES}.pgm. "
            f"Received: {len(seen)}."
        )
    return Parts(file.name, {"people": people}, PEOPLE)


def _pixels(file: Path, name: str, content: bytes) -> Array:
    head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", content)
    if not head or (int(head[2]), int(head[1])) != (HEIGHT, WIDTH) or len(content) - head.end() != HEIGHT * WIDTH:
        raise InputError(f"{file}: {name} must be a grey picture (PGM) of {WIDTH} x {HEIGHT} pixels.")
    return np.frombuffer(content, np.uint8, offset=head.end()).reshape(HEIGHT, WIDTH)


def _split_people(arrays: dict[str, Array], seed: int) -> dict[str, Array]:
    """Training, validation and test pictures of each person, drawn by the seed."""
    people = arrays["people"]
    order = np.random.default_rng(seed)
    mixed = np.stack([pictures[order.permutation(len(pictures))] for pictures in people])
    bounds = {"train": (0, TRAINING), "valid": (TRAINING, TRAINING + VALIDATION), "test": (TRAINING + VALIDATION, None)}
    split = {}
    for part, (first, last) in bounds.items():
        pictures = mixed[:, first:last]
        split[f"x_{part}"] = pictures.reshape(-1, *pictures.shape[2:])
        split[f"y_{part}"] = np.repeat(np.arange(len(people)), pictures.shape[1])
    return split


def _unreadable(file: Path, error: OSError) -> InputError:
    return InputError(f"{file}: {error.strerror or error}. Name another file.")


SOURCES = {
    "course": Source("", (), _course),
    "mnist": Source("the whole of MNIST, mnist.npz", ("mnist", "mnist.npz"), _npz((28, 28, 1), 60000)),
    "cifar10": Source("the whole of CIFAR-10 as an .npz file", (), _npz((32, 32, 3), 50000, validated_by_test=True)),
    "cifar10-subset": Source(
        "10,000 images of CIFAR-10 as an .npz file", (), _npz((32, 32, 3), 10000, validated_by_test=True)
    ),
    "orl": Source("the 400 pictures of The Database of Faces, as a tar archive", (), _faces),
}
"""Name -> source."""
