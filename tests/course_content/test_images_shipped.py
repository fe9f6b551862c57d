"""The images of `keras-cnn`: what is public, what is held out, and that they are apart."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT / "exercises" / "keras-cnn" / "data" / "mnist-5000.npz"
HELDOUT = ROOT / "solutions" / "keras-cnn" / "heldout" / "mnist-2000.npz"


def arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    with np.load(path, allow_pickle=False) as data:
        return {name: data[name] for name in data.files}


def test_the_sets_have_the_sizes_that_the_exercise_promises() -> None:
    shapes = {name: (array.shape, array.dtype) for path in (PUBLIC, HELDOUT) for name, array in arrays(path).items()}
    byte = np.dtype("uint8")
    assert shapes == {
        "x_train": ((4000, 28, 28), byte),
        "y_train": ((4000,), byte),
        "x_valid": ((1000, 28, 28), byte),
        "y_valid": ((1000,), byte),
        "inputs": ((2000, 28, 28), byte),
        "labels": ((2000,), byte),
    }


def test_every_set_holds_each_digit_equally_often() -> None:
    public, heldout = arrays(PUBLIC), arrays(HELDOUT)
    for labels, each in ((public["y_train"], 400), (public["y_valid"], 100), (heldout["labels"], 200)):
        assert np.bincount(labels, minlength=10).tolist() == [each] * 10


def test_no_image_is_in_two_sets_or_twice_in_one() -> None:
    public, heldout = arrays(PUBLIC), arrays(HELDOUT)
    images = [image.tobytes() for part in (public["x_train"], public["x_valid"], heldout["inputs"]) for image in part]
    assert len(set(images)) == len(images) == 7000


@pytest.mark.parametrize("path", [PUBLIC, HELDOUT], ids=["public", "heldout"])
def test_source_and_licence_stand_beside_the_images(path: Path) -> None:
    text = (path.parent / "README.md").read_text(encoding="utf-8")
    for word in (path.name, "LeCun", "Cortes", "Burges", "CC BY-SA 3.0", "20240521"):
        assert word in text
