"""Which of the images that were read stay, and in which part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.course.images.duplicates import first_of_equal, near_pairs
from grader.course.images.findings import Findings, Kind
from grader.course.images.source import UNDECIDED
from grader.course.images.split import Conflicts, conflicts, drawn, grouped
from grader.course.images.tiles import Tiles
from grader.errors import InputError
from grader.model.images import ImageSettings, Part

Indices = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_FEWEST_CLASSES = 2


@dataclass(frozen=True, slots=True)
class Images:
    """Everything that was read.

    Attributes:
        tiles: The images, n of them.
        name: How messages name a tile.
        classes: Names of the classes.
        labels: (n,), the class of each.
        parts: (n,), its part, or UNDECIDED.
    """

    tiles: Tiles
    name: Callable[[int], str]
    classes: tuple[str, ...]
    labels: Indices
    parts: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Choice:
    """The images that stay, m of them.

    Attributes:
        classes: Names of the classes that stay.
        tiles: (m,), which tile each image is, rising.
        labels: (m,), its class, counted among those that stay.
        parts: (m,), its part.
        disputed: (k, 2), pairs of tiles that are nearly the same, train, and are of two classes.
        drawn: The parts that were drawn, since the source did not have them.
    """

    classes: tuple[str, ...]
    tiles: Indices
    labels: Indices
    parts: npt.NDArray[np.int8]
    disputed: Indices
    drawn: tuple[Part, ...]


def choose(images: Images, settings: ImageSettings, findings: Findings) -> Choice:
    """Leave out what is there twice or on two sides, and classes with too few images; draw the parts that are missing.

    Args:
        images: What was read.
        settings: Shares, seed and the smallest class.
        findings: Where to put what is left out.

    Returns:
        What stays.

    Raises:
        InputError: Fewer than two classes stay, or one that the exercise needs does not.
    """
    missing = _missing(images, settings)
    kept, pairs = _without_copies(images, findings)
    found = conflicts(images.labels, images.parts, pairs)
    _tell(found, pairs, images, findings)
    kept[found.leave] = False
    groups = grouped(len(images.labels), pairs[kept[pairs].all(axis=1)])
    bound = np.isin(groups, groups[found.disputed.ravel()])
    enough = _enough(images, kept, groups, bound, len(missing), settings, findings)
    kept &= np.isin(images.labels, enough)
    tiles = np.flatnonzero(kept)
    labels = np.searchsorted(enough, images.labels[tiles])
    parts = np.maximum(images.parts[tiles], np.int8(Part.TRAINING))
    names = tuple(images.classes[label] for label in enough)
    if missing:
        pool = np.flatnonzero(parts == Part.TRAINING)
        fixed = np.flatnonzero(bound[tiles[pool]])
        parts[pool] = drawn(labels[pool], groups[tiles[pool]], fixed, missing, settings.seed, names)
    _tell_of_gaps(names, labels, parts, findings)
    return Choice(names, tiles, labels, parts, found.disputed[kept[found.disputed].all(axis=1)], tuple(missing))


def _missing(images: Images, settings: ImageSettings) -> dict[Part, float]:
    """The parts that have to be drawn from what is there to train with, and their shares."""
    shares = {Part.HELDOUT: settings.test, Part.VALIDATION: settings.validation}
    given = set() if (images.parts == UNDECIDED).any() else set(images.parts.tolist())
    return {part: share for part, share in shares.items() if part not in given}


def _without_copies(images: Images, findings: Findings) -> tuple[Mask, Indices]:
    """Which images are no copies of an earlier one of their class and part; which pairs of them are nearly the same."""
    count = len(images.labels)
    if not count:
        return np.zeros(0, bool), np.empty((0, 2), np.int64)
    equal = first_of_equal(images.tiles.digests())
    _, stay = np.unique(np.stack([equal, images.labels, images.parts], axis=1), axis=0, return_index=True)
    stay.sort()
    kept = np.zeros(count, bool)
    kept[stay] = True
    findings.add_all(Kind.COPY, np.flatnonzero(~kept).tolist(), images.name)
    near = stay[near_pairs(images.tiles.thumbnails()[stay])]
    same = np.stack([equal[stay], stay], axis=1)  # the same pixels in two classes or parts
    return kept, np.unique(np.concatenate([near, same[same[:, 0] != same[:, 1]]]), axis=0)


def _tell(found: Conflicts, pairs: Indices, images: Images, findings: Findings) -> None:
    """Say what near-duplicates do."""

    def pair_named(pair: Sequence[int]) -> str:
        return f"{images.name(pair[0])} ~ {images.name(pair[1])}"

    def with_partner(tile: int) -> str:
        pair = pairs[(pairs == tile).any(axis=1)][0]
        return pair_named([tile, int(pair.sum() - tile)])

    findings.add_all(Kind.LEAK, found.leaks.tolist(), with_partner)
    findings.add_all(Kind.DISPUTED_LEAK, found.disputed_leaks.tolist(), with_partner)
    findings.add_all(Kind.DISPUTED_HELDOUT, found.disputed_heldout.tolist(), with_partner)
    findings.add_all(Kind.DISPUTED, found.disputed.tolist(), pair_named)
    gone = np.isin(pairs, found.leave).any(axis=1)
    within = images.labels[pairs[:, 0]] == images.labels[pairs[:, 1]]
    findings.add_all(Kind.NEAR, pairs[within & ~gone].tolist(), pair_named)


def _enough(
    images: Images,
    kept: Mask,
    groups: Indices,
    bound: Mask,
    parts_to_draw: int,
    settings: ImageSettings,
    findings: Findings,
) -> list[int]:
    """The classes with enough images: all together, and different ones to train with and to draw from."""
    learnt = kept & (images.parts <= Part.TRAINING) & ~(bound & bool(parts_to_draw))
    enough = []
    for label, name in enumerate(images.classes):
        count = int(np.count_nonzero(kept & (images.labels == label)))
        different = len(np.unique(groups[learnt & (images.labels == label)]))
        if count >= settings.smallest_class and different > parts_to_draw:
            enough.append(label)
            continue
        fact = f"{name}: {count} usable, {different} different ones to train with"
        if settings.classes:
            raise InputError(
                f"class {fact}; {settings.smallest_class} and {parts_to_draw + 1} are needed: "
                "add images, or change 'smallest_class' or 'classes' in the table [images]."
            )
        findings.add(Kind.SMALL_CLASS, fact)
    if len(enough) < _FEWEST_CLASSES:
        raise InputError(_too_few(len(images.classes), len(enough), settings, findings))
    return enough


def _too_few(there: int, enough: int, settings: ImageSettings, findings: Findings) -> str:
    reasons = "; ".join(
        f"{each.count} {each.kind.what}, such as {each.examples[0]}"
        for each in findings.found()
        if each.kind.done.startswith("left out")
    )
    return (
        f"{there} {'class' if there == 1 else 'classes'} found, {enough} with enough usable images; two are needed, "
        f"each with {settings.smallest_class} images or more{f' ({reasons})' if reasons else ''}. "
        "Put the images of each class in a separate folder, or lower --smallest-class."
    )


def _tell_of_gaps(names: tuple[str, ...], labels: Indices, parts: npt.NDArray[np.int8], findings: Findings) -> None:
    for label, name in enumerate(names):
        for part in Part:
            if not np.any((labels == label) & (parts == part)):
                findings.add(Kind.NO_IMAGES, f"{name}, {part.word}")
