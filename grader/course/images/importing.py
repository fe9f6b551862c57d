"""Real images into an exercise: `grader data import`."""

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

from grader.course.images.choice import Choice, Images, choose
from grader.course.images.files import Places, Prepared, places, write
from grader.course.images.findings import Finding, Findings
from grader.course.images.hdf5 import Hdf5File
from grader.course.images.names import readable
from grader.course.images.source import Source
from grader.course.images.tiles import Tiles
from grader.course.images.tree import ImageTree
from grader.course.images.unpack import SUFFIXES, is_archive, unpack
from grader.course.layout import Course
from grader.errors import InputError
from grader.model.images import ImageSettings, Part

_TOLD_EVERY = 50
_MOST_NOT_LEARNT = 0.8

Tell = Callable[[str, int, int], None]

_FORMS = "a folder with a folder for each class, an archive of one ({}), or the course's HDF5 file".format(
    ", ".join(SUFFIXES)
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        classes: The classes, in the order of their labels.
        counts: For each class, how many images train, validate and are held out.
        findings: What was found, and what was done about it.
        drawn: The parts that were drawn, since the images had none.
        files: What was written.
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    findings: tuple[Finding, ...]
    drawn: tuple[Part, ...]
    files: tuple[Path, ...]


def with_options(
    settings: ImageSettings, validation: float | None, test: float | None, smallest: int | None, seed: int | None
) -> ImageSettings:
    """The settings of an exercise, with what a command says otherwise.

    Raises:
        InputError: The shares leave nothing to train with.
    """
    changed = replace(
        settings,
        validation=settings.validation if validation is None else validation,
        test=settings.test if test is None else test,
        smallest_class=settings.smallest_class if smallest is None else smallest,
        seed=settings.seed if seed is None else seed,
    )
    together = changed.validation + changed.test
    if not (0 < changed.validation < 1 and 0 < changed.test < 1 and together <= _MOST_NOT_LEARNT):
        raise InputError(
            f"--validation {changed.validation:g} and --test {changed.test:g}: each must be above 0, "
            f"and both together at most {_MOST_NOT_LEARNT:g}."
        )
    return changed


def import_images(
    course: Course, slug: str, path: Path, settings: ImageSettings, tell: Tell = lambda *_: None
) -> Imported:
    """Check real images, bring them to one size, split them, and write the data of an exercise.

    Args:
        course: The course.
        slug: The exercise, whose table `[images]` gives the settings.
        path: A folder of images, an archive of one, or the HDF5 file of the original course; it is never changed.
        settings: Sizes, shares, seed and places.
        tell: Is told what is being done, how many images are done, and of how many.

    Returns:
        What was done.

    Raises:
        InputError: Nothing usable is there; fewer than two classes have enough images.
    """
    where = places(course, slug, settings)
    _check_apart(path, where)
    findings = Findings()
    folder = course.solution_folder(slug)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".import-", dir=folder) as made:
        room = Path(made)
        with _opened(path, settings, room, findings, tell) as source, Tiles(room / "tiles", settings.size) as tiles:
            images = _read(source, tiles, settings, findings, tell)
            tell("comparing", 0, 0)
            chosen = choose(images, settings, findings)
            tell("writing", 0, 0)
            write(_prepared(chosen, tiles, settings), where)
    counts = [np.bincount(chosen.parts[chosen.labels == label], minlength=3) for label in range(len(chosen.classes))]
    numbers = tuple(tuple(int(number) for number in each) for each in counts)
    return Imported(chosen.classes, numbers, findings.found(), chosen.drawn, where.all)


def _check_apart(path: Path, where: Places) -> None:
    """Nothing may be written into what is read."""
    for target in where.all:
        if path.is_dir() and target.resolve().is_relative_to(path.resolve()):
            raise InputError(f"{path}: the data of the exercise are written into this folder; import from another one.")


@contextmanager
def _opened(path: Path, settings: ImageSettings, room: Path, findings: Findings, tell: Tell) -> Iterator[Source]:
    shown = readable(str(path))
    if not path.exists():
        raise InputError(f"{shown}: does not exist; name {_FORMS}.")
    if path.is_dir():
        yield ImageTree(path, shown, findings, settings.classes)
    elif is_archive(path):
        unpacked = room / "unpacked"
        unpacked.mkdir()
        tell("unpacking", 0, 0)
        unpack(path, unpacked, shown, findings)
        yield ImageTree(unpacked, shown, findings, settings.classes)
    elif path.is_file() and h5py.is_hdf5(path):
        file = Hdf5File(path, shown, settings.classes)
        try:
            yield file
        finally:
            file.close()
    else:
        raise InputError(f"{shown}: is not a source of images; name {_FORMS}.")


def _read(source: Source, tiles: Tiles, settings: ImageSettings, findings: Findings, tell: Tell) -> Images:
    """Read every image into `tiles`."""
    rows: list[int] = []
    listed = source.listed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what decoders say about odd files is in the findings
        for index, picture in enumerate(source.pictures(settings.size)):
            for kind in picture.notes:
                findings.add_all(kind, [picture.detail], partial(_named, source, index))
            if picture.pixels is not None:
                tiles.append(picture.pixels)
                rows.append(index)
            if (index + 1) % _TOLD_EVERY == 0 or index + 1 == len(listed.labels):
                tell("reading images", index + 1, len(listed.labels))
    chosen = np.array(rows, dtype=np.int64)
    return Images(
        tiles=tiles,
        name=lambda tile: source.name(rows[tile]),
        classes=listed.classes,
        labels=listed.labels[chosen],
        parts=listed.parts[chosen],
    )


def _named(source: Source, index: int, detail: str) -> str:
    return f"{source.name(index)} ({detail})" if detail else source.name(index)


def _prepared(chosen: Choice, tiles: Tiles, settings: ImageSettings) -> Prepared:
    """The arrays, each part in a random order that the seed gives."""
    order = {part: _shuffled(np.flatnonzero(chosen.parts == part), settings.seed, part) for part in Part}
    images: dict[Part, Any] = {part: tiles.rows(chosen.tiles[order[part]]) for part in Part}
    labels = {part: chosen.labels[order[part]].astype(np.int64) for part in Part}
    classes = np.array(chosen.classes)
    place = {int(tile): row for row, tile in enumerate(chosen.tiles[order[Part.TRAINING]])}
    disputed = sorted(sorted((place[one], place[other])) for one, other in chosen.disputed.tolist())
    return Prepared(
        public={
            "x_train": images[Part.TRAINING],
            "y_train": labels[Part.TRAINING],
            "x_valid": images[Part.VALIDATION],
            "y_valid": labels[Part.VALIDATION],
            "classes": classes,
        },
        heldout={"inputs": images[Part.HELDOUT], "labels": labels[Part.HELDOUT], "classes": classes},
        known={"known": False, "mislabelled": [], "ambiguous": [], "disputed": disputed},
    )


def _shuffled(rows: npt.NDArray[np.intp], seed: int, part: Part) -> npt.NDArray[np.intp]:
    return np.random.default_rng([seed, part]).permutation(rows)
