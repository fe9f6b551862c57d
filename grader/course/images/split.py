"""Who trains, who validates, who is held out; and what may not stay because it is on two sides."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.model.images import Part

Labels = npt.NDArray[np.int64]
Parts = npt.NDArray[np.int8]
Pairs = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

FEWEST_GROUPS = 3


@dataclass(frozen=True, slots=True)
class Conflicts:
    """What near-duplicates do to a split that was given.

    Attributes:
        leaks: Images that are nearly the same as one of their class in a later part.
        disputed_leaks: Images that are nearly the same as one of another class in a later part.
        disputed_heldout: Images of validation or held-out part that are nearly the same as one of another class in it.
        disputed: Pairs of training images of two classes that are nearly the same: (k, 2).
    """

    leaks: Rows
    disputed_leaks: Rows
    disputed_heldout: Rows
    disputed: Pairs

    @property
    def leave(self) -> Rows:
        """All images that cannot stay."""
        return np.unique(np.concatenate([self.leaks, self.disputed_leaks, self.disputed_heldout]))


def grouped(count: int, pairs: Pairs) -> Labels:
    """Put what is connected by pairs in one group.

    Args:
        count: How many images there are.
        pairs: (k, 2), indices below `count`.

    Returns:
        (count,) int64: the smallest index of each image's group.
    """
    leader = list(range(count))

    def find(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    for one, other in pairs.tolist():
        low, high = sorted((find(one), find(other)))
        leader[high] = low
    return np.array([find(index) for index in range(count)], dtype=np.int64)


def conflicts(labels: Labels, parts: Parts, pairs: Pairs) -> Conflicts:
    """Find what near-duplicates do to a split that was given.

    Args:
        labels: (n,), the class of each image.
        parts: (n,), its part, or a negative number where it has none yet.
        pairs: (k, 2), near-duplicates.

    Returns:
        Images that lie on two sides, in their earlier part, and those that are disputed between classes.
    """
    one, other = pairs[:, 0], pairs[:, 1]
    decided = (parts[one] >= 0) & (parts[other] >= 0)
    across = decided & (parts[one] != parts[other])
    same_class = labels[one] == labels[other]
    earlier = np.where(parts[one] < parts[other], one, other)
    kept_apart = decided & ~across & ~same_class & (parts[one] != Part.TRAINING)
    learnt = ~same_class & (parts[one] <= Part.TRAINING) & (parts[other] <= Part.TRAINING)
    disputed_leaks = np.unique(earlier[across & ~same_class])
    return Conflicts(
        leaks=np.setdiff1d(earlier[across & same_class], disputed_leaks),
        disputed_leaks=disputed_leaks,
        disputed_heldout=np.unique(pairs[kept_apart]),
        disputed=pairs[learnt],
    )


def drawn(
    labels: Labels, groups: Labels, bound: Rows, shares: dict[Part, float], seed: int, names: Sequence[str]
) -> Parts:
    """Draw who validates and who is held out, class by class; a group always stays together.

    Args:
        labels: (n,), the class of each image.
        groups: (n,), equal for images that may not lie on two sides.
        bound: Images that have to be trained with, such as those whose class is disputed; their groups, too.
        shares: The share of each class that goes to a part, above 0; the rest trains.
        seed: What to draw from; a class is drawn by its name, whatever other classes there are.
        names: The name of each class.

    Returns:
        (n,) int8, values of `Part`. A class with as many free groups as parts, training included, has images in each.
    """
    parts = np.full(len(labels), Part.TRAINING, np.int8)
    free = ~np.isin(groups, groups[bound])
    for label, name in enumerate(names):
        in_class = labels == label
        rows = np.flatnonzero(in_class & free)
        targets = {part: max(1, round(share * np.count_nonzero(in_class))) for part, share in shares.items()}
        for part, taken in _assigned(groups[rows], targets, _generator(seed, name)).items():
            parts[rows[np.isin(groups[rows], taken)]] = part
    return parts


def _assigned(groups: Labels, targets: dict[Part, int], generator: np.random.Generator) -> dict[Part, list[int]]:
    """The groups of one class that go to each part, in a random order, as long as they fit; the largest one trains."""
    found, sizes = np.unique(groups, return_counts=True)
    order = generator.permutation(len(found)).tolist()
    order.sort(key=lambda index: index == sizes.argmax() if len(sizes) else False)
    waiting = [(int(found[index]), int(sizes[index])) for index in order[:-1]]
    assigned: dict[Part, list[int]] = {}
    for still_to_serve, (part, target) in zip(range(len(targets) - 1, -1, -1), targets.items(), strict=True):
        taken = _fitting(waiting, target, len(waiting) - still_to_serve)
        waiting = [each for each in waiting if each not in taken]
        assigned[part] = [group for group, _ in taken]
    return assigned


def _fitting(waiting: list[tuple[int, int]], target: int, most: int) -> set[tuple[int, int]]:
    """Groups, with their sizes, that fill a part: at most `most`, and one at least, even if it is too large."""
    taken: set[tuple[int, int]] = set()
    for group, size in waiting:
        if size <= target and len(taken) < most:
            taken.add((group, size))
            target -= size
    if not taken and most > 0:
        taken = {min(waiting, key=lambda each: each[1])}
    return taken


def _generator(seed: int, name: str) -> np.random.Generator:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng([seed, *digest[:8]])
