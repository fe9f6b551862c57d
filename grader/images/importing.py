"""Imports real images into an exercise, for `grader data import`."""

import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from grader.errors import InputError
from grader.images.dataset import Dataset, write
from grader.images.file_names import readable
from grader.images.hdf5 import Hdf5File
from grader.images.image_source import ImageSource
from grader.images.issues import IssueCount, IssueLog
from grader.images.selection import ImageSet, Selection, select
from grader.images.tiles import Tiles
from grader.images.tree import ImageTree
from grader.images.unpack import SUFFIXES, is_archive, unpack
from grader.model.images import ImageExercise, ImageSettings, Subset

_REPORT_EVERY = 50  # images
_MOST_NOT_LEARNT = 0.8

ReportProgress = Callable[[str, int, int], None]
"""Is called with what is being done, how many images are done, and of how many; the last is 0 if it is not known."""

_FORMS = "a folder with a folder for each class, an archive of one ({}), or the course's HDF5 file".format(
    ", ".join(SUFFIXES)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedImages:
    """The result of an import.

    Attributes:
        classes: The classes, in the order of their labels.
        counts: For each class, how many images train, validate and are held out.
        issues: The issues of the images, with what was done about them.
        drawn: The subsets that were drawn because the images had none.
        files: The files that were written.
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    issues: tuple[IssueCount, ...]
    drawn: tuple[Subset, ...]
    files: tuple[Path, ...]


def with_options(
    settings: ImageSettings,
    *,
    validation: float | None = None,
    test: float | None = None,
    smallest_class: int | None = None,
    seed: int | None = None,
) -> ImageSettings:
    """The settings of an exercise, changed by the options of a command; None leaves a setting as it is.

    Raises:
        InputError: The shares leave too few images to train with.
    """
    options = {"validation": validation, "test": test, "smallest_class": smallest_class, "seed": seed}
    changes: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    changed = replace(settings, **changes)
    together = changed.validation + changed.test
    if not (0 < changed.validation < 1 and 0 < changed.test < 1 and together <= _MOST_NOT_LEARNT):
        raise InputError(
            f"--validation {changed.validation:g} and --test {changed.test:g}: each must be above 0, "
            f"and both together at most {_MOST_NOT_LEARNT:g}."
        )
    return changed


def import_images(
    exercise: ImageExercise, settings: ImageSettings, path: Path, report_progress: ReportProgress = lambda *_: None
) -> ImportedImages:
    """Check real images, bring them to one size, split them, and write the data of an exercise.

    Args:
        exercise: The exercise.
        settings: Size, shares and seed: those of the exercise, perhaps changed by options.
        path: A folder of images, an archive of one, or the HDF5 file of the original course; it is never changed.
        report_progress: Is told how far the import is.

    Returns:
        The classes, the counts, and the issues of the images.

    Raises:
        InputError: There are no usable images, or fewer than two classes have enough of them.
    """
    _check_apart(path, exercise)
    log = IssueLog()
    staff_folder = exercise.script.parent
    staff_folder.mkdir(parents=True, exist_ok=True)
    # All images are in this folder for a while, also those that are held out: it is not in /tmp, but staff's.
    with tempfile.TemporaryDirectory(prefix=".import-", dir=staff_folder) as name:
        folder = Path(name)
        with (
            _opened(path, settings, folder, log, report_progress) as source,
            Tiles(folder / "tiles", settings.size) as tiles,
        ):
            images = _read(source, tiles, settings, log, report_progress)
            report_progress("comparing", 0, 0)
            selection = select(images, settings, log)
            report_progress("writing", 0, 0)
            write(_dataset(selection, tiles, settings), exercise)
    counts = [
        np.bincount(selection.subsets[selection.labels == label], minlength=len(Subset))
        for label in range(len(selection.classes))
    ]
    return ImportedImages(
        classes=selection.classes,
        counts=tuple(tuple(int(number) for number in of_class) for of_class in counts),
        issues=log.counts(),
        drawn=selection.drawn,
        files=exercise.files,
    )


def _check_apart(path: Path, exercise: ImageExercise) -> None:
    """Check that nothing would be written into the folder that is read."""
    for target in exercise.files:
        if path.is_dir() and target.resolve().is_relative_to(path.resolve()):
            raise InputError(f"{path}: the data of the exercise are written into this folder. Import from another one.")


@contextmanager
def _opened(
    path: Path, settings: ImageSettings, folder: Path, log: IssueLog, report_progress: ReportProgress
) -> Iterator[ImageSource]:
    """The source of images at a path; an archive is unpacked into `folder`."""
    shown_path = readable(str(path))
    if not path.exists():
        raise InputError(f"{shown_path}: does not exist. Name {_FORMS}.")
    if path.is_dir():
        yield ImageTree(path, shown_path, log, settings.classes)
    elif is_archive(path):
        unpacked = folder / "unpacked"
        unpacked.mkdir()
        report_progress("unpacking", 0, 0)
        unpack(path, unpacked, shown_path, log)
        yield ImageTree(unpacked, shown_path, log, settings.classes)
    elif path.is_file() and h5py.is_hdf5(path):
        file = Hdf5File(path, shown_path, settings.classes)
        try:
            yield file
        finally:
            file.close()
    else:
        raise InputError(f"{shown_path}: is not a source of images. Name {_FORMS}.")


def _read(
    source: ImageSource, tiles: Tiles, settings: ImageSettings, log: IssueLog, report_progress: ReportProgress
) -> ImageSet:
    """Read every image into `tiles`."""
    rows: list[int] = []  # for each tile, the index of its image in the source
    images = source.images
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the log has what decoders say about odd files
        for index, picture in enumerate(source.pictures(settings.size)):
            for issue in picture.issues:
                log.add_all(issue, [picture.detail], partial(_named, source, index))
            if picture.pixels is not None:
                tiles.append(picture.pixels)
                rows.append(index)
            if (index + 1) % _REPORT_EVERY == 0 or index + 1 == len(images.labels):
                report_progress("reading images", index + 1, len(images.labels))
    of_tiles = np.array(rows, dtype=np.int64)
    return ImageSet(
        tiles=tiles,
        name=lambda tile: source.name(rows[tile]),
        classes=images.classes,
        labels=images.labels[of_tiles],
        subsets=images.subsets[of_tiles],
    )


def _named(source: ImageSource, index: int, detail: str) -> str:
    return f"{source.name(index)} ({detail})" if detail else source.name(index)


def _dataset(selection: Selection, tiles: Tiles, settings: ImageSettings) -> Dataset:
    """The arrays of the exercise, each subset in a random order that depends on the seed."""
    order = {subset: _shuffled(np.flatnonzero(selection.subsets == subset), settings.seed, subset) for subset in Subset}
    images: dict[Subset, Any] = {subset: tiles.rows(selection.tiles[order[subset]]) for subset in Subset}
    labels = {subset: selection.labels[order[subset]].astype(np.int64) for subset in Subset}
    classes = np.array(selection.classes)
    row_of_tile = {int(tile): row for row, tile in enumerate(selection.tiles[order[Subset.TRAINING]])}
    disputed = sorted(sorted((row_of_tile[one], row_of_tile[other])) for one, other in selection.disputed.tolist())
    return Dataset(
        public={
            "x_train": images[Subset.TRAINING],
            "y_train": labels[Subset.TRAINING],
            "x_valid": images[Subset.VALIDATION],
            "y_valid": labels[Subset.VALIDATION],
            "classes": classes,
        },
        heldout={"inputs": images[Subset.HELDOUT], "labels": labels[Subset.HELDOUT], "classes": classes},
        known={"known": False, "mislabelled": [], "ambiguous": [], "disputed": disputed},
    )


def _shuffled(rows: npt.NDArray[np.intp], seed: int, subset: Subset) -> npt.NDArray[np.intp]:
    return np.random.default_rng([seed, subset]).permutation(rows)
