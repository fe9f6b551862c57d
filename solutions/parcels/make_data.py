"""Make the depth images of `parcels`: `python solutions/parcels/make_data.py`.

A depth camera looks down on a belt on which an envelope, a parcel or two things at once (a double) come by. The
idea is Boracchi's; his images are not published, so these are made up. The same seed gives the same bytes:
`RandomState` is used since NumPy promises never to change the numbers that it draws.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

CLASSES = ("envelope", "parcel", "double")
SIZE = 32
SEED = 20201022
COUNTS = {"train": 600, "valid": 150, "heldout": 600}

_HERE = Path(__file__).resolve().parent
_PUBLIC = _HERE.parents[1] / "exercises" / "parcels" / "data" / "parcels.npz"
_HELDOUT = _HERE / "heldout" / "parcels-600.npz"

Image = npt.NDArray[np.uint8]
Heights = npt.NDArray[np.float64]
_ROWS, _COLUMNS = np.mgrid[0:SIZE, 0:SIZE].astype(np.float64)


def make(seed: int = SEED) -> dict[str, tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]]:
    """Draw all images.

    Args:
        seed: Of all that is drawn.

    Returns:
        Name of a set (`train`, `valid`, `heldout`) -> images (n, 32, 32) of heights in millimetres, 0 where
        nothing was measured, and labels (n,), numbers of `CLASSES`. Each class has a third of each set.
    """
    random = np.random.RandomState(seed)
    return {name: _set(random, count) for name, count in COUNTS.items()}


def write(public: Path = _PUBLIC, heldout: Path = _HELDOUT, seed: int = SEED) -> None:
    """Write the images that students get, and the held-out ones."""
    sets = make(seed)
    names = (("x_train", "y_train"), ("x_valid", "y_valid"))
    shown: dict[str, Any] = {
        array: value
        for pair, name in zip(names, ("train", "valid"), strict=True)
        for array, value in zip(pair, sets[name], strict=True)
    }
    np.savez_compressed(public, **shown)
    np.savez_compressed(heldout, inputs=sets["heldout"][0], labels=sets["heldout"][1])


def _set(random: np.random.RandomState, count: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    labels = random.permutation(np.arange(count) % len(CLASSES)).astype(np.uint8)
    return np.stack([_image(random, CLASSES[label]) for label in labels]), labels


def _image(random: np.random.RandomState, name: str) -> Image:
    """One image: noise, a few wild values, heights rounded to millimetres, and pixels that are missing."""
    heights = sum(_things(random, name), np.zeros((SIZE, SIZE)))
    noisy = heights + random.normal(0, 1.5, heights.shape)
    noisy = np.where(random.uniform(size=heights.shape) < 0.03, random.uniform(1, 120, heights.shape), noisy)
    measured = random.uniform(size=heights.shape) > random.uniform(0.15, 0.5)
    shown = np.where((heights > 0) & measured, np.clip(np.rint(noisy), 1, 255), 0)
    return shown.astype(np.uint8)


def _things(random: np.random.RandomState, name: str) -> Iterator[Heights]:
    """What lies on the belt; where two things overlap, one lies on the other."""
    if name != "double":
        yield _thing(random, name, 15.5 + random.uniform(-3, 3, 2))
        return
    direction, apart = random.uniform(0, 2 * np.pi), random.uniform(2.5, 6)
    for side in (-1, 1):
        middle = 15.5 + side * apart * np.array([np.cos(direction), np.sin(direction)])
        yield _thing(random, "envelope" if random.uniform() < 0.6 else "parcel", middle)


def _thing(random: np.random.RandomState, name: str, middle: Any) -> Heights:
    """A rectangle, turned somehow, that may lie a little aslant."""
    length, width, height = (
        (random.uniform(14, 23), random.uniform(9, 15), random.uniform(2, 12))
        if name == "envelope"
        else (random.uniform(9, 20), random.uniform(8, 15), random.uniform(9, 100))
    )
    turn = random.uniform(0, np.pi)
    along = (_ROWS - middle[0]) * np.cos(turn) + (_COLUMNS - middle[1]) * np.sin(turn)
    across = (_COLUMNS - middle[1]) * np.cos(turn) - (_ROWS - middle[0]) * np.sin(turn)
    slope = random.normal(0, 0.2 if name == "envelope" else 0.8)
    inside = (np.abs(along) <= length / 2) & (np.abs(across) <= width / 2)
    return np.where(inside, np.maximum(height + slope * along, 1.0), 0.0)


if __name__ == "__main__":
    write()
