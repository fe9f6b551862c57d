"""Draws the pictures of `celebrities`: `grader data make celebrities` writes them where they belong.

Eight invented people (`people.py`) are painted (`faces.py`) as they might be found on the internet (`scenes.py`):
turned and leaning, in any light, before any background, glad or not, cut off, out of focus, with something in the way.
In the training part 5 % of the labels are wrong and another 5 % of the pictures are ambiguous. Of the pictures to
validate with and of those held out, each shows one person well enough, and each label is right.

The same seed gives the same bytes with the same versions of NumPy and Pillow. Nothing that students get tells the
seed, and each picture is drawn from a hash of it, so neither the held-out pictures nor the wrong labels follow from
what they get. The people are the same for every seed. Whoever gives these sources away should draw with a seed of
their own: `grader data make celebrities --seed NUMBER`.
"""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parent))
try:
    from people import NAMES, PEOPLE, blend
    from scenes import Picture, Random, Shot, picture, shot, shown_plainly
finally:
    sys.path.pop(0)

SEED = 41896730215577
COUNTS = {"train": 250, "valid": 50, "heldout": 50}  # pictures of each person
MISLABELLED = AMBIGUOUS = 0.05  # shares of the training part


def make(seed: int = SEED) -> dict[str, Any]:
    """Draw all pictures.

    Args:
        seed: Of all that is drawn; 0 or more.

    Returns:
        `x_train` (2000, 48, 48, 3), `x_valid` (400, 48, 48, 3) and `inputs` (400, 48, 48, 3), held-out: uint8.
        `y_train`, `y_valid` and `labels`, int64: numbers of `classes`, of which each has the same share.
        `classes`: names, unicode. `mislabelled` and `ambiguous`: sorted lists of indices into `x_train`.

    Raises:
        ValueError: If the seed is negative.
    """
    if seed < 0:
        raise ValueError(f"Argument `seed` must be 0 or more. Received: seed={seed}")
    labels = {part: _labels(seed, part) for part in COUNTS}
    count = len(labels["train"])
    odd = _random(seed, "odd").permutation(count)
    wrong = {int(index) for index in odd[: round(count * MISLABELLED)]}
    unclear = {int(index) for index in odd[len(wrong) : len(wrong) + round(count * AMBIGUOUS)]}
    odd_ones = {"train": (wrong, unclear)}
    pictures = {
        part: np.stack(list(_part(seed, part, labels[part], *odd_ones.get(part, (set(), set()))))) for part in COUNTS
    }
    return {
        "x_train": pictures["train"],
        "y_train": labels["train"],
        "x_valid": pictures["valid"],
        "y_valid": labels["valid"],
        "inputs": pictures["heldout"],
        "labels": labels["heldout"],
        "classes": np.array(NAMES),
        "mislabelled": sorted(wrong),
        "ambiguous": sorted(unclear),
    }


def sheet(rows: int = 6, seed: int = 1) -> Picture:
    """The eight people for the documentation.

    Args:
        rows: How many pictures of each to show, as they are in the data.
        seed: What these are drawn from; not that of the data.

    Returns:
        uint8, (96 + 96 rows, 768, 3): a row as in passports, then the pictures, twice as large as they are.
    """
    found = [
        [_plain(_random(seed, f"sheet/{row}/{label}"), label) for label in range(len(PEOPLE))] for row in range(rows)
    ]
    small = np.concatenate([np.concatenate(row, axis=1) for row in found], axis=0)
    return np.concatenate([portraits(96), small.repeat(2, axis=0).repeat(2, axis=1)], axis=0)


def portraits(size: int) -> Picture:
    """The eight people in a row, as in passports: uint8, (size, 8 size, 3)."""
    return np.concatenate([shown_plainly(person, size) for person in PEOPLE], axis=1)


def _labels(seed: int, part: str) -> npt.NDArray[np.int64]:
    return _random(seed, f"labels/{part}").permutation(np.repeat(np.arange(len(NAMES)), COUNTS[part])).astype(np.int64)


def _part(seed: int, part: str, labels: Any, wrong: Any, unclear: Any) -> Iterator[Picture]:
    """The pictures that belong to labels, some of which are wrong."""
    for index, label in enumerate(labels.tolist()):
        random = _random(seed, f"{part}/{index}")
        if index in unclear:
            yield _ambiguous(random, label)
        elif index in wrong:
            yield _plain(random, (label + random.randint(1, len(PEOPLE))) % len(PEOPLE))
        else:
            yield _plain(random, label)


def _plain(random: Random, label: int) -> Picture:
    return picture(PEOPLE[label], shot(random, PEOPLE[label]))


def _ambiguous(random: Random, label: int) -> Picture:
    """A picture that could be of somebody else: a blend of two people, or a face of which too little is seen."""
    person = PEOPLE[label]
    taken = shot(random, person)
    kind = random.choice(["blend", "blend", "cut", "hidden", "smeared"])
    if kind == "blend":
        other = PEOPLE[(label + random.randint(1, len(PEOPLE))) % len(PEOPLE)]
        person = blend(*((person, other) if random.uniform() < 0.5 else (other, person)), 0.5)
    return picture(person, _spoilt(random, taken, kind))


def _spoilt(random: Random, taken: Shot, kind: str) -> Shot:
    if kind == "cut":
        side = random.choice([-1.0, 1.0])
        away = (0.5 + side * random.uniform(0.5, 0.6), 0.5 + random.uniform(-0.35, 0.35))
        return replace(taken, middle=away, scale=0.34)
    if kind == "hidden":
        low = str(random.choice(["hand", "scarf"]))
        return replace(taken, hidden_by=("sunglasses", str(random.choice(["hat", "cap"])), low))
    if kind == "smeared":
        return replace(
            taken, blur=random.uniform(2.6, 3.6), exposure=taken.exposure * random.uniform(0.45, 0.8), grain=9.0
        )
    return replace(taken, hidden_by=())


def _random(seed: int, what: str) -> Random:
    """Randomness for one thing, from which that for another one does not follow."""
    digest = hashlib.sha256(f"celebrities/{seed}/{what}".encode()).digest()
    return np.random.RandomState(np.frombuffer(digest, "<u4"))
