"""Selects which of the images that were read stay, and in which subset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.errors import InputError
from grader.images.duplicates import first_of_equal, near_pairs
from grader.images.image_source import UNDECIDED
from grader.images.issues import Issue, IssueLog
from grader.images.split import Conflicts, conflicts, draw_subsets, grouped
from grader.images.tiles import Tiles
from grader.model.images import ImageSettings, Subset

Indices = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_FEWEST_CLASSES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSet:
    """All images that were read, n of them.

    Attributes:
        tiles: Their pixels.
        name: Gives the name of a tile in messages.
        classes: Names of the classes.
        labels: (n,) int64, the class of each.
        subsets: (n,) int8, values of `Subset`, or UNDECIDED.
    """

    tiles: Tiles
    name: Callable[[int], str]
    classes: tuple[str, ...]
    labels: Indices
    subsets: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The images that stay, m of them.

    Attributes:
        classes: Names of the classes that stay.
        tiles: (m,) int64, which tile each image is, rising.
        labels: (m,) int64, its class, counted among those that stay.
        subsets: (m,) int8, values of `Subset`.
        disputed: (k, 2) int64, pairs of tiles that are nearly the same, train, and are of two classes.
        drawn: The subsets that were drawn because the source did not have them.
    """

    classes: tuple[str, ...]
    tiles: Indices
    labels: Indices
    subsets: npt.NDArray[np.int8]
    disputed: Indices
    drawn: tuple[Subset, ...]


def select(images: ImageSet, settings: ImageSettings, log: IssueLog) -> Selection:
    """Leave out copies, images in two subsets, and classes with too few images; draw the subsets that are missing.

    Args:
        images: All images that were read.
        settings: Shares, seed and the smallest class.
        log: Counts what is left out.

    Returns:
        The images that stay.

    Raises:
        InputError: Fewer than two classes stay, or one that the exercise needs does not.
    """
    shares = _shares_to_draw(images, settings)
    stays, pairs = _without_copies(images, log)
    clash = conflicts(images.labels, images.subsets, pairs)
    _log_near_duplicates(clash, pairs, images, log)
    stays[clash.left_out] = False
    groups = grouped(len(images.labels), pairs[stays[pairs].all(axis=1)])
    # Disputed images train: a held-out image must not have a label that may be wrong.
    bound = np.isin(groups, groups[clash.disputed.ravel()])
    counts = _ClassCounts.of(images, stays=stays, groups=groups, may_be_drawn=~bound if shares else None)
    enough = _classes_with_enough(images, counts, len(shares), settings, log)
    stays &= np.isin(images.labels, enough)
    tiles = np.flatnonzero(stays)
    labels = np.searchsorted(enough, images.labels[tiles])
    subsets = np.maximum(images.subsets[tiles], np.int8(Subset.TRAINING))
    names = tuple(images.classes[label] for label in enough)
    if shares:
        pool = np.flatnonzero(subsets == Subset.TRAINING)
        fixed = np.flatnonzero(bound[tiles[pool]])
        subsets[pool] = draw_subsets(
            labels[pool], groups[tiles[pool]], fixed, shares=shares, seed=settings.seed, names=names
        )
    _log_gaps(names, labels, subsets, log)
    return Selection(
        classes=names,
        tiles=tiles,
        labels=labels,
        subsets=subsets,
        disputed=clash.disputed[stays[clash.disputed].all(axis=1)],
        drawn=tuple(shares),
    )


def _shares_to_draw(images: ImageSet, settings: ImageSettings) -> dict[Subset, float]:
    """The subsets that have to be drawn from the training images, and their shares."""
    shares = {Subset.HELDOUT: settings.test, Subset.VALIDATION: settings.validation}
    present = set() if (images.subsets == UNDECIDED).any() else set(images.subsets.tolist())
    return {subset: share for subset, share in shares.items() if subset not in present}


def _without_copies(images: ImageSet, log: IssueLog) -> tuple[Mask, Indices]:
    """Find the images that do not copy an earlier one of their class and subset, and near-duplicates among them.

    Returns:
        (n,) bool, true for the images that stay; and (k, 2) int64, pairs of them that are nearly the same.
    """
    count = len(images.labels)
    if not count:
        return np.zeros(0, bool), np.empty((0, 2), np.int64)
    equal = first_of_equal(images.tiles.digests())
    _, firsts = np.unique(np.stack([equal, images.labels, images.subsets], axis=1), axis=0, return_index=True)
    firsts.sort()
    stays = np.zeros(count, bool)
    stays[firsts] = True
    log.add_all(Issue.COPY, np.flatnonzero(~stays).tolist(), images.name)
    near = firsts[near_pairs(images.tiles.thumbnails()[firsts])]
    same = np.stack([equal[firsts], firsts], axis=1)  # the same pixels in two classes or subsets
    return stays, np.unique(np.concatenate([near, same[same[:, 0] != same[:, 1]]]), axis=0)


def _log_near_duplicates(clash: Conflicts, pairs: Indices, images: ImageSet, log: IssueLog) -> None:
    def pair_named(pair: Sequence[int]) -> str:
        return f"{images.name(pair[0])} ~ {images.name(pair[1])}"

    def with_partner(tile: int) -> str:
        pair = pairs[(pairs == tile).any(axis=1)][0]
        return pair_named([tile, int(pair.sum() - tile)])

    log.add_all(Issue.LEAK, clash.leaks.tolist(), with_partner)
    log.add_all(Issue.DISPUTED_LEAK, clash.disputed_leaks.tolist(), with_partner)
    log.add_all(Issue.DISPUTED_HELDOUT, clash.disputed_heldout.tolist(), with_partner)
    log.add_all(Issue.DISPUTED, clash.disputed.tolist(), pair_named)
    broken_up = np.isin(pairs, clash.left_out).any(axis=1)
    same_class = images.labels[pairs[:, 0]] == images.labels[pairs[:, 1]]
    log.add_all(Issue.NEAR, pairs[same_class & ~broken_up].tolist(), pair_named)


@dataclass(frozen=True, slots=True)
class _ClassCounts:
    """For each class: its images that stay, and the groups of different images that may train or be drawn."""

    usable: tuple[int, ...]
    different: tuple[int, ...]

    @classmethod
    def of(cls, images: ImageSet, *, stays: Mask, groups: Indices, may_be_drawn: Mask | None) -> "_ClassCounts":
        """Count; with None for `may_be_drawn`, no subset is drawn, so every image may train."""
        trains = stays & (images.subsets <= Subset.TRAINING)
        if may_be_drawn is not None:
            trains &= may_be_drawn
        of_class = [images.labels == label for label in range(len(images.classes))]
        return cls(
            usable=tuple(int(np.count_nonzero(stays & mask)) for mask in of_class),
            different=tuple(len(np.unique(groups[trains & mask])) for mask in of_class),
        )


def _classes_with_enough(
    images: ImageSet, counts: _ClassCounts, subsets_to_draw: int, settings: ImageSettings, log: IssueLog
) -> list[int]:
    """The classes that have enough images in all, and enough different ones to train with and to draw from.

    Raises:
        InputError: Fewer than two classes have, or one that the exercise needs has not.
    """
    enough = []
    for label, (name, usable, different) in enumerate(
        zip(images.classes, counts.usable, counts.different, strict=True)
    ):
        if usable >= settings.smallest_class and different > subsets_to_draw:
            enough.append(label)
            continue
        fact = f"{name}: {usable} usable images, {different} different ones to train with"
        if settings.classes:
            raise InputError(
                f"class {fact}. It needs {settings.smallest_class} and {subsets_to_draw + 1}. "
                "Add images, or change 'smallest_class' or 'classes' in the table [images]."
            )
        log.add(Issue.SMALL_CLASS, fact)
    if len(enough) < _FEWEST_CLASSES:
        raise InputError(_too_few(len(images.classes), len(enough), settings, log))
    return enough


def _too_few(classes: int, enough: int, settings: ImageSettings, log: IssueLog) -> str:
    reasons = "; ".join(
        f"{counted.count} {counted.issue.fact}, such as {counted.examples[0]}"
        for counted in log.counts()
        if counted.issue.leaves_out
    )
    return (
        f"{classes} {'class' if classes == 1 else 'classes'} found, {enough} with enough usable images. "
        f"Two are needed, each with {settings.smallest_class} images or more{f' ({reasons})' if reasons else ''}. "
        "Put the images of each class in a separate folder, or lower --smallest-class."
    )


def _log_gaps(names: tuple[str, ...], labels: Indices, subsets: npt.NDArray[np.int8], log: IssueLog) -> None:
    for label, name in enumerate(names):
        for subset in Subset:
            if not np.any((labels == label) & (subsets == subset)):
                log.add(Issue.NO_IMAGES, f"{name}, {subset.word}")
