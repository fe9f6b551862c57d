"""Reads images from the HDF5 file of the original course, or from one of the same form."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from grader.errors import InputError
from grader.images.image_source import ImageList
from grader.images.issues import Issue
from grader.images.picture import Picture, fitted
from grader.model.images import ImageSize, Subset

ORIGINAL_CLASSES = (
    "Miranda Cosgrove",
    "Chris Martin",
    "Emma Stone",
    "Jamie Foxx",
    "Steve Jobs",
    "Zac Efron",
    "Sandra Oh",
    "Taryn Manning",
)
_KEY = re.compile(r"([xy])_(train|valid|val|validation|test)(_.*)?", re.IGNORECASE)
_SUBSETS = {"train": Subset.TRAINING, "test": Subset.HELDOUT}
# A file states its own sizes, and may state any. Within these limits, labels and one image fit into memory.
_MOST_IMAGES = 2_000_000
_MOST_PIXELS = 4096 * 4096
_MOST_CLASSES = 10_000
_BYTES_AT_ONCE = 2**24
_ROUNDING = 0.5  # values this far outside 0 to 255 still round into it


class Hdf5File:
    """Reads arrays `X_train...`, `Y_train...` and so on from an HDF5 file.

    Images are (n, h, w, 3), (n, h, w, 1) or (n, h, w), of any number type, with values from 0 to 255 (or, as
    fractions, from 0 to 1). Labels are whole numbers from 0, (n,) or (n, 1), or one-hot rows.

    Args:
        path: The file.
        shown_path: The path as messages give it.
        classes: Names of the classes; empty if the exercise does not name them.

    Raises:
        InputError: It is not an HDF5 file, lacks an array, or has arrays of another form.
    """

    def __init__(self, path: Path, shown_path: str, classes: tuple[str, ...]) -> None:
        self._shown_path = shown_path
        try:
            self._file = h5py.File(path, "r")
        except OSError as error:
            raise InputError(f"{shown_path}: is not a readable HDF5 file ({error}). Fetch it again.") from error
        images, labels = self._arrays("x"), self._arrays("y")
        if Subset.TRAINING not in images:
            raise InputError(f"{shown_path}: has no array 'X_train...'. {self._names_of_arrays()}.")
        self._arrays_of_images = dict(sorted(images.items()))
        labels_of = {
            subset: self._labels(array, labels.get(subset)) for subset, array in self._arrays_of_images.items()
        }
        all_labels = np.concatenate(list(labels_of.values()))
        subsets = [np.full(len(of_subset), subset, np.int8) for subset, of_subset in labels_of.items()]
        names = self._class_names(int(all_labels.max()) + 1, classes)
        self.images = ImageList(names, all_labels, np.concatenate(subsets))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def name(self, index: int) -> str:
        """The array and the row of an image."""
        for array in self._arrays_of_images.values():
            if index < len(array):
                return f"{array.name.lstrip('/')}[{index}]"
            index -= len(array)
        raise IndexError(index)

    def pictures(self, size: ImageSize) -> Iterator[Picture]:
        """Read every image in order, several rows at a time."""
        for array in self._arrays_of_images.values():
            rows = max(1, _BYTES_AT_ONCE // max(1, int(np.prod(array.shape[1:])) * 8))
            scale = 255 if np.issubdtype(array.dtype, np.floating) and self._highest(array, rows) <= 1 else 1
            for start in range(0, len(array), rows):
                for values in self._read(array, start, start + rows):
                    yield _picture(values, scale, size)

    def _highest(self, array: Any, rows: int) -> float:
        """The highest value of an array, NaN aside."""
        starts = range(0, len(array), rows)
        return max(float(np.nanmax(self._read(array, start, start + rows), initial=0)) for start in starts)

    def _read(self, array: Any, start: int, end: int) -> npt.NDArray[Any]:
        try:
            return np.asarray(array[start:end])
        except OSError as error:
            raise InputError(f"{self._shown_path}: {array.name} is damaged ({error}). Fetch the file again.") from error

    def _arrays(self, letter: str) -> dict[Subset, Any]:
        """The arrays of images (x) or of labels (y), by subset."""
        arrays: dict[Subset, Any] = {}
        for key in self._file:
            match = _KEY.fullmatch(key)
            if match is None or match[1].lower() != letter:
                continue
            subset = _SUBSETS.get(match[2].lower(), Subset.VALIDATION)
            if subset in arrays:
                first = arrays[subset].name.lstrip("/")
                raise InputError(f"{self._shown_path}: has both '{first}' and '{key}'. Remove one.")
            arrays[subset] = self._array_inside(key)
        return arrays

    def _array_inside(self, key: str) -> Any:
        """An array of numbers that is in this file itself.

        Links to other files are refused: with them, a file from elsewhere could read any file of this machine.
        """
        array = self._file[key] if isinstance(self._file.get(key, getlink=True), h5py.HardLink) else None
        if not isinstance(array, h5py.Dataset) or array.external or array.is_virtual:
            raise InputError(f"{self._shown_path}: '{key}' is not an array in this file itself. Store it there.")
        if array.dtype.kind not in "buif":
            raise InputError(f"{self._shown_path}: '{key}' contains {array.dtype}. Store numbers.")
        return array

    def _labels(self, images: Any, labels: Any) -> npt.NDArray[np.int64]:
        """The labels of an array of images, (n,); checks the shapes of both."""
        place = f"{self._shown_path}: {images.name.lstrip('/')}"
        channels = images.shape[3:] or (1,)
        if images.ndim not in (3, 4) or channels[0] not in (1, 3):
            raise InputError(f"{place} has shape {images.shape}. Store (images, height, width, 3).")
        if not 0 < len(images) <= _MOST_IMAGES or not 0 < np.prod(images.shape[1:3]) <= _MOST_PIXELS:
            raise InputError(f"{place} has shape {images.shape}. Store 1 to {_MOST_IMAGES:,} images of a usual size.")
        if labels is None:
            raise InputError(f"{place} has no labels. Store them as 'Y{images.name.lstrip('/')[1:]}'.")
        return self._whole_numbers(labels, len(images))

    def _whole_numbers(self, labels: Any, count: int) -> npt.NDArray[np.int64]:
        """Labels as whole numbers, (count,), from any of the forms in which they may be stored."""
        place = f"{self._shown_path}: {labels.name.lstrip('/')}"
        if labels.shape[:1] != (count,) or labels.ndim > 2 or not 0 < np.prod(labels.shape[1:]) <= _MOST_CLASSES:
            raise InputError(f"{place} has shape {labels.shape} for {count} images. Store one label for each.")
        values = self._read(labels, 0, count)
        if values.ndim == 2 and values.shape[1] > 1:
            if not np.array_equal(np.sort(values, axis=1)[:, -2:], np.tile([0, 1], (count, 1))) or (values < 0).any():
                raise InputError(f"{place} has rows that are not one-hot. Store whole numbers from 0.")
            return np.asarray(values.argmax(axis=1), dtype=np.int64)
        flat = values.reshape(-1).astype(np.float64)
        if not (
            np.isfinite(flat).all() and (flat == np.rint(flat)).all() and 0 <= flat.min() <= flat.max() < _MOST_CLASSES
        ):
            raise InputError(f"{place} has labels that are not whole numbers from 0. Store whole numbers.")
        return np.asarray(flat, dtype=np.int64)

    def _class_names(self, count: int, classes: tuple[str, ...]) -> tuple[str, ...]:
        if classes and count > len(classes):
            raise InputError(
                f"{self._shown_path}: has labels up to {count - 1}, but the exercise has {len(classes)} classes. "
                "Change 'classes' in its table [images]."
            )
        if classes:
            return classes
        return ORIGINAL_CLASSES if count == len(ORIGINAL_CLASSES) else tuple(str(label) for label in range(count))

    def _names_of_arrays(self) -> str:
        names = ", ".join(list(self._file)[:10])
        return f"Its arrays: {names}" if names else "It is empty"


def _picture(values: npt.NDArray[Any], scale: int, size: ImageSize) -> Picture:
    """One image of an array, (h, w, 3), (h, w, 1) or (h, w), after multiplication by `scale`."""
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[:, :, 0]
    numbers = values.astype(np.float32) * scale
    low, high = float(numbers.min()), float(numbers.max())
    if not (low >= -_ROUNDING and high <= 255 + _ROUNDING):  # also if a value is NaN
        return Picture(None, (Issue.BROKEN,), f"values from {low:g} to {high:g}, not 0 to 255")
    picture = fitted(np.rint(numbers).clip(0, 255).astype(np.uint8), size)
    scaled = (Issue.SCALED,) if scale > 1 else ()
    return Picture(picture.pixels, (*picture.issues, *scaled), picture.detail)
