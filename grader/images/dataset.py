"""Writes the three files of an exercise with images, together and byte for byte the same each time."""

import json
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.images.tiles import Rows
from grader.model.images import ImageExercise

# `numpy.savez` stores the time of day, so its bytes differ each time. ZIP archives know no time before 1980.
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o644 << 16
_BYTES_AT_ONCE = 2**24

Array = npt.NDArray[Any] | Rows


@dataclass(frozen=True, slots=True)
class Dataset:
    """The content of the three files.

    Attributes:
        public: `x_train`, `y_train`, `x_valid`, `y_valid`, `classes`. Images are (n, height, width, 3) uint8, labels
            (n,) int64, and `classes` holds names.
        heldout: `inputs`, `labels`, `classes`, of the same forms.
        known: What is known of the training images, as JSON data.
    """

    public: Mapping[str, Array]
    heldout: Mapping[str, Array]
    known: Mapping[str, Any]


def write(dataset: Dataset, exercise: ImageExercise) -> None:
    """Write the three files of an exercise; if that fails, the earlier ones stay as they are."""
    with _replaced(exercise.files) as (public, heldout, known):
        _write_npz(public, dataset.public)
        _write_npz(heldout, dataset.heldout)
        text = json.dumps(dict(dataset.known), sort_keys=True) + "\n"
        known.write_text(text, encoding="utf-8")


@contextmanager
def _replaced(targets: Sequence[Path]) -> Iterator[list[Path]]:
    """Give drafts beside the targets, and move them to the targets at the end if nothing was raised."""
    # All three are complete before the first is moved: files of two imports do not belong together.
    drafts = [target.with_name(f".{target.name}.{os.getpid()}.tmp") for target in targets]
    try:
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
        yield drafts
        for draft, target in zip(drafts, targets, strict=True):
            draft.replace(target)
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _write_npz(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays as `numpy.savez` does, but with a fixed date, and images in chunks."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", _FIXED_DATE)
            member.create_system, member.external_attr = _UNIX, _READABLE  # or they depend on the machine
            size = int(np.prod(array.shape)) * array.dtype.itemsize
            with archive.open(member, "w", force_zip64=size > 2**30) as file:
                header = {
                    "descr": np.lib.format.dtype_to_descr(array.dtype),
                    "fortran_order": False,
                    "shape": array.shape,
                }
                np.lib.format.write_array_header_1_0(file, header)
                for chunk in array.chunks() if isinstance(array, Rows) else _chunks(array):
                    file.write(chunk)


def _chunks(array: npt.NDArray[Any]) -> Iterator[bytes]:
    """The bytes of an array of any shape and dtype, in order, several rows at a time."""
    rows = max(1, _BYTES_AT_ONCE // max(1, array[:1].nbytes))
    for start in range(0, len(array), rows):
        yield np.ascontiguousarray(array[start : start + rows]).tobytes()
