"""Decides which images train, validate and are held out, and which cannot stay because they are in two subsets."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.model.images import Subset

Labels = npt.NDArray[np.int64]
Subsets = npt.NDArray[np.int8]
Pairs = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The conflicts of near-duplicates with the split that a source has.

    Attributes:
        leaks: (a,), images that are nearly the same as one of their class in a later subset.
        disputed_leaks: (b,), images that are nearly the same as one of another class in a later subset.
        disputed_heldout: (c,), images of the validation or the held-out subset that are nearly the same as one of
            another class in it.
        disputed: (d, 2), pairs of training images of two classes that are nearly the same.
    """

    leaks: Rows
    disputed_leaks: Rows
    disputed_heldout: Rows
    disputed: Pairs

    @property
    def left_out(self) -> Rows:
        """All images that cannot stay: (m,), rising."""
        return np.unique(np.concatenate([self.leaks, self.disputed_leaks, self.disputed_heldout]))


def grouped(count: int, pairs: Pairs) -> Labels:
    """Put images that are connected by pairs in one group.

    Args:
        count: The number of images.
        pairs: (k, 2), indices below `count`.

    Returns:
        (count,) int64: the smallest index of each image's group.

    Example:
        >>> grouped(5, np.array([[1, 2], [2, 4]])).tolist()
        [0, 1, 1, 3, 1]
    """
    leader = list(range(count))

    def leader_of(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]  # shortens the way for the next search
            index = leader[index]
        return index

    for one, other in pairs.tolist():
        low, high = sorted((leader_of(one), leader_of(other)))
        leader[high] = low
    return np.array([leader_of(index) for index in range(count)], dtype=np.int64)


def conflicts(labels: Labels, subsets: Subsets, pairs: Pairs) -> Conflicts:
    """Find the conflicts of near-duplicates with a split.

    Args:
        labels: (n,), the class of each image.
        subsets: (n,), its subset, or a negative number if it has none yet.
        pairs: (k, 2), near-duplicates.

    Returns:
        The images that are in two subsets, in their earlier one, and those that are disputed between classes.
    """
    one, other = pairs[:, 0], pairs[:, 1]
    decided = (subsets[one] >= 0) & (subsets[other] >= 0)
    across = decided & (subsets[one] != subsets[other])
    same_class = labels[one] == labels[other]
    earlier = np.where(subsets[one] < subsets[other], one, other)
    in_one_test = decided & ~across & ~same_class & (subsets[one] != Subset.TRAINING)
    may_train = (subsets[one] <= Subset.TRAINING) & (subsets[other] <= Subset.TRAINING)
    disputed_leaks = np.unique(earlier[across & ~same_class])
    return Conflicts(
        leaks=np.setdiff1d(earlier[across & same_class], disputed_leaks),
        disputed_leaks=disputed_leaks,
        disputed_heldout=np.unique(pairs[in_one_test]),
        disputed=pairs[~same_class & may_train],
    )


def draw_subsets(
    labels: Labels, groups: Labels, bound: Rows, *, shares: Mapping[Subset, float], seed: int, names: Sequence[str]
) -> Subsets:
    """Draw which images validate and which are held out, class by class; a group always stays together.

    Args:
        labels: (n,), the class of each image.
        groups: (n,), equal for images that may not be in two subsets.
        bound: (b,), images that have to train, such as those whose class is disputed. So do their groups.
        shares: The share of each class that goes to a subset, above 0; the other images train.
        seed: The seed. A class is drawn by its name, so other classes do not change its split.
        names: The name of each class.

    Returns:
        (n,) int8, values of `Subset`. A class that has at least as many free groups as there are subsets, training
        included, has images in each of them.
    """
    subsets = np.full(len(labels), Subset.TRAINING, np.int8)
    free = ~np.isin(groups, groups[bound])
    for label, name in enumerate(names):
        in_class = labels == label
        rows = np.flatnonzero(in_class & free)
        targets = {subset: max(1, round(share * np.count_nonzero(in_class))) for subset, share in shares.items()}
        assigned = _assigned(groups[rows], targets, _generator(seed, name))
        for subset, its_groups in assigned.items():
            subsets[rows[np.isin(groups[rows], its_groups)]] = subset
    return subsets


def _assigned(groups: Labels, targets: Mapping[Subset, int], generator: np.random.Generator) -> dict[Subset, list[int]]:
    """The groups of one class that go to each subset, in a random order while they fit; the largest one trains."""
    numbers, sizes = np.unique(groups, return_counts=True)
    order = generator.permutation(len(numbers)).tolist()
    order.sort(key=lambda index: index == sizes.argmax() if len(sizes) else False)  # the largest comes last
    waiting = [(int(numbers[index]), int(sizes[index])) for index in order[:-1]]
    assigned: dict[Subset, list[int]] = {}
    for later_subsets, (subset, target) in zip(range(len(targets) - 1, -1, -1), targets.items(), strict=True):
        most = len(waiting) - later_subsets  # each later subset needs a group, too
        filling = _groups_that_fill(waiting, target, most)
        waiting = [group for group in waiting if group not in filling]
        assigned[subset] = [number for number, _ in filling]
    return assigned


def _groups_that_fill(waiting: list[tuple[int, int]], target: int, most: int) -> set[tuple[int, int]]:
    """Choose groups, each with its size, for a subset: at most `most`, and at least one, even if it is too large."""
    filling: set[tuple[int, int]] = set()
    for group, size in waiting:
        if size <= target and len(filling) < most:
            filling.add((group, size))
            target -= size
    if not filling and most > 0:
        return {min(waiting, key=lambda group: group[1])}
    return filling


def _generator(seed: int, name: str) -> np.random.Generator:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng([seed, *digest[:8]])
