"""The HDF5 file of the original course, and files that are built like it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
import pytest

from grader.errors import InputError
from grader.images.hdf5 import ORIGINAL_CLASSES, Hdf5File
from grader.images.issues import Issue
from grader.images.picture import Picture
from grader.model.images import ImageSize
from tests.images.image_samples import photo

SIZE = ImageSize(48, 48)


def stack(count: int, first: int = 0) -> npt.NDArray[np.uint8]:
    return np.stack([np.asarray(photo(seed)) for seed in range(first, first + count)])


def write(path: Path, **arrays: Any) -> Path:
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array
    return path


def original(path: Path, **changed: Any) -> Path:
    """The file of the course, with fewer images."""
    arrays: dict[str, np.ndarray] = {}
    for part, count, first in (("train", 16, 0), ("valid", 8, 100), ("test", 8, 200)):
        arrays[f"X_{part}_8_faces"] = stack(count, first).astype(np.float64)
        arrays[f"Y_{part}_8_faces"] = np.arange(count) % 8
    return write(path, **{**arrays, **changed})


def pictures(path: Path, *classes: str) -> tuple[Hdf5File, list[Picture]]:
    file = Hdf5File(path, "faces.h5", classes)
    return file, list(file.pictures(SIZE))


def test_the_file_of_the_course_is_read_pixel_for_pixel(tmp_path: Path) -> None:
    file, read = pictures(original(tmp_path / "f.h5"))
    assert file.images.classes == ORIGINAL_CLASSES
    assert np.bincount(file.images.subsets).tolist() == [16, 8, 8]
    assert file.images.labels.tolist() == [*range(8)] * 4
    wanted = np.concatenate([stack(16), stack(8, 100), stack(8, 200)])
    assert (np.stack([np.asarray(picture.pixels) for picture in read]) == wanted).all()
    assert (file.name(0), file.name(16), file.name(31)) == (
        "X_train_8_faces[0]",
        "X_valid_8_faces[0]",
        "X_test_8_faces[7]",
    )


FORMS: dict[str, Callable[[npt.NDArray[np.uint8]], Any]] = {
    "bytes": lambda images: images,
    "whole numbers": lambda images: images.astype(np.int32),
    "single precision": lambda images: images.astype(np.float32) + 0.2,
    "half precision": lambda images: images.astype(np.float16),
    "fractions": lambda images: images / 255,
}


@pytest.mark.parametrize("form", FORMS)
def test_values_may_be_of_any_type(form: str, tmp_path: Path) -> None:
    _, read = pictures(write(tmp_path / "f.h5", x_train=FORMS[form](stack(4)), y_train=[0, 1, 0, 1]))
    assert (np.stack([np.asarray(picture.pixels) for picture in read]) == stack(4)).all()
    assert {issue for picture in read for issue in picture.issues} == ({Issue.SCALED} if form == "fractions" else set())


@pytest.mark.parametrize(
    "labels",
    [
        [0, 2, 1, 2],
        [[0], [2], [1], [2]],
        np.eye(3)[[0, 2, 1, 2]],
        np.array([0.0, 2.0, 1.0, 2.0]),
        np.eye(3, dtype=bool)[[0, 2, 1, 2]],
    ],
    ids=["numbers", "a column", "one-hot", "floats", "one-hot of booleans"],
)
def test_labels_may_be_numbers_or_one_hot(labels: Any, tmp_path: Path) -> None:
    file, _ = pictures(write(tmp_path / "f.h5", X_train=stack(4), Y_train=labels))
    assert file.images.labels.tolist() == [0, 2, 1, 2]
    assert file.images.classes == ("0", "1", "2")


def test_grey_images_and_another_size_are_brought_to_the_form(tmp_path: Path) -> None:
    grey = stack(4).mean(axis=3).astype(np.uint8)[:, 4:44]
    for name, images in {"a.h5": grey, "b.h5": grey[..., None]}.items():
        _, read = pictures(write(tmp_path / name, X_train=images, Y_train=[0, 1, 0, 1]))
        assert all(picture.pixels is not None and picture.pixels.shape == (48, 48, 3) for picture in read)
        assert read[0].issues == (Issue.CROPPED, Issue.SMALL, Issue.GREY)


def test_the_classes_of_the_exercise_name_the_labels(tmp_path: Path) -> None:
    path = write(tmp_path / "f.h5", X_train=stack(4), Y_train=[0, 1, 0, 1])
    assert pictures(path, "cat", "dog", "eel")[0].images.classes == ("cat", "dog", "eel")
    with pytest.raises(InputError, match=r"faces\.h5: has labels up to 7, but the exercise has 2 classes\. Change"):
        pictures(original(tmp_path / "g.h5"), "cat", "dog")


def test_values_outside_of_the_range_are_left_out_one_by_one(tmp_path: Path) -> None:
    images = stack(4).astype(np.float32)
    images[1, 0, 0, 0], images[2, 0, 0, 0] = np.nan, 300
    _, read = pictures(write(tmp_path / "f.h5", X_train=images, Y_train=[0, 1, 0, 1]))
    assert [picture.pixels is None for picture in read] == [False, True, True, False]
    assert read[1].issues == (Issue.BROKEN,)
    assert read[2].detail == "values from 0 to 300, not 0 to 255" or read[2].detail.endswith("to 300, not 0 to 255")


X, Y = stack(4), [0, 1, 0, 1]
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no images": ({"data": X}, "has no array 'X_train...'. Its arrays: data."),
    "nothing": ({}, "has no array 'X_train...'. It is empty."),
    "no labels": ({"X_train": X}, "X_train has no labels. Store them as 'Y_train'."),
    "flat images": ({"X_train": X.reshape(4, -1), "Y_train": Y}, "X_train has shape (4, 6912). Store (images, height,"),
    "channels first": ({"X_train": np.moveaxis(X, 3, 1), "Y_train": Y}, "X_train has shape (4, 3, 48, 48). Store"),
    "no rows": ({"X_train": X[:0], "Y_train": Y[:0]}, "X_train has shape (0, 48, 48, 3). Store 1 to 2,000,000 images"),
    "too few labels": (
        {"X_train": X, "Y_train": Y[:3]},
        "Y_train has shape (3,) for 4 images. Store one label for each",
    ),
    "fractions as labels": ({"X_train": X, "Y_train": [0, 0.5, 1, 0]}, "Y_train has labels that are not whole numbers"),
    "negative labels": (
        {"X_train": X, "Y_train": [0, -1, 1, 0]},
        "Y_train has labels that are not whole numbers from 0",
    ),
    "rows that are not one-hot": (
        {"X_train": X, "Y_train": np.ones((4, 2))},
        "Y_train has rows that are not one-hot. Store",
    ),
    "text": ({"X_train": np.array([b"a", b"b"]), "Y_train": Y}, "'X_train' contains |S1. Store numbers."),
    "both spellings": (
        {"X_val": X, "X_valid": X, "X_train": X, "Y_train": Y},
        "has both 'X_val' and 'X_valid'. Remove one",
    ),
    "a link to another file": (
        {"X_train": h5py.ExternalLink("/etc/passwd", "x")},
        "'X_train' is not an array in this file",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_another_form_is_refused_with_a_remedy(name: str, tmp_path: Path) -> None:
    arrays, said = REFUSED[name]
    with pytest.raises(InputError) as caught:
        pictures(write(tmp_path / "f.h5", **arrays))
    assert str(caught.value).startswith(f"faces.h5: {said}")


def test_an_array_whose_bytes_lie_in_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(bytes(range(256)) * 27)
    with h5py.File(tmp_path / "f.h5", "w") as file:
        file.create_dataset("X_train", (1, 48, 48, 3), np.uint8, external=str(tmp_path / "secret"))
    with pytest.raises(InputError, match="'X_train' is not an array in this file itself"):
        pictures(tmp_path / "f.h5")


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = original(tmp_path / "f.h5")
    path.write_bytes(path.read_bytes()[:-100_000])
    with pytest.raises(InputError, match=r"faces\.h5: is not a readable HDF5 file .*\. Fetch it again\."):
        pictures(path)
