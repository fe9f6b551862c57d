"""The three files of an exercise with images, written together and byte for byte the same each time."""

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

from grader.course.images.tiles import Rows
from grader.course.layout import Course
from grader.model.images import ImageSettings

_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o644 << 16
_AT_ONCE = 2**24

Array = npt.NDArray[Any] | Rows


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files of an exercise go.

    Attributes:
        public: What students get.
        heldout: What their network is marked with.
        known: What is known of the training images; for staff.
    """

    public: Path
    heldout: Path
    known: Path

    @property
    def all(self) -> tuple[Path, Path, Path]:
        """The three of them."""
        return self.public, self.heldout, self.known


@dataclass(frozen=True, slots=True)
class Prepared:
    """What goes into the three files.

    Attributes:
        public: `x_train`, `y_train`, `x_valid`, `y_valid`, `classes`.
        heldout: `inputs`, `labels`, `classes`.
        known: What is known of the training images, as JSON data.
    """

    public: Mapping[str, Array]
    heldout: Mapping[str, Array]
    known: Mapping[str, Any]


def places(course: Course, slug: str, settings: ImageSettings | None) -> Places:
    """Where the files of an exercise go; by its name where it has no table `[images]`."""
    public, heldout = (settings.public, settings.heldout) if settings else (f"data/{slug}.npz", f"heldout/{slug}.npz")
    staff = course.solution_folder(slug)
    known = Path(heldout).with_name(Path(heldout).stem + "-known.json")
    return Places(course.exercises / slug / public, staff / heldout, staff / known)


def write(prepared: Prepared, where: Places) -> None:
    """Write the three files; until all of them are whole, those that were there stay as they are."""
    with _replaced(where.all) as (public, heldout, known):
        _write_npz(public, prepared.public)
        _write_npz(heldout, prepared.heldout)
        text = json.dumps(dict(prepared.known), sort_keys=True) + "\n"
        known.write_text(text, encoding="utf-8")


@contextmanager
def _replaced(targets: Sequence[Path]) -> Iterator[list[Path]]:
    """Give files beside the targets, and put them in their places at the end if nothing was raised."""
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
    """Write arrays as `numpy.savez` does, but with one fixed date, and images some at a time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", _LONG_AGO)
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            size = int(np.prod(array.shape)) * array.dtype.itemsize
            with archive.open(entry, "w", force_zip64=size > 2**30) as file:
                header = {
                    "descr": np.lib.format.dtype_to_descr(array.dtype),
                    "fortran_order": False,
                    "shape": array.shape,
                }
                np.lib.format.write_array_header_1_0(file, header)
                for chunk in array.chunks() if isinstance(array, Rows) else _chunks(array):
                    file.write(chunk)


def _chunks(array: npt.NDArray[Any]) -> Iterator[bytes]:
    rows = max(1, _AT_ONCE // max(1, array[:1].nbytes))
    for start in range(0, len(array), rows):
        yield np.ascontiguousarray(array[start : start + rows]).tobytes()
