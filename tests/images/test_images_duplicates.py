"""Near-duplicates: found however they were stored, not found where pictures differ, and quickly among many."""

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter

from grader.images import duplicates
from grader.images.duplicates import NEAR, correlations, first_of_equal, near_pairs
from tests.images.image_samples import photo

COUNT = 60


def stored_as_jpeg(image: Image.Image) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=40)
    return Image.open(file).convert("RGB")


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "stored as JPEG": stored_as_jpeg,
    "half the size": lambda image: image.resize((24, 24), Image.Resampling.BILINEAR),
    "twice the size": lambda image: image.resize((96, 96), Image.Resampling.BICUBIC),
    "lighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
    "less contrast": lambda image: ImageEnhance.Contrast(image).enhance(0.7),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(1)),
    "grey": lambda image: image.convert("L").convert("RGB"),
}


def thumbnails(images: list[Image.Image]) -> npt.NDArray[np.uint8]:
    tiles = [image.resize((48, 48), Image.Resampling.LANCZOS) for image in images]
    return np.stack([np.asarray(tile.convert("L").resize((16, 16), Image.Resampling.BOX)) for tile in tiles])


@pytest.mark.parametrize("change", CHANGES)
def test_a_picture_is_known_again_however_it_was_stored(change: str) -> None:
    originals = [photo(seed) for seed in range(COUNT)]
    pairs = near_pairs(thumbnails([*originals, *map(CHANGES[change], originals)]))
    found = set(map(tuple, pairs.tolist()))
    assert len(found & {(row, row + COUNT) for row in range(COUNT)}) >= COUNT - 1
    assert found <= {(row, row + COUNT) for row in range(COUNT)}


def test_different_pictures_are_no_pairs() -> None:
    assert near_pairs(thumbnails([photo(seed) for seed in range(400)])).shape == (0, 2)


def test_what_has_no_content_is_no_pair() -> None:
    flat = np.stack([np.full((16, 16), level, np.uint8) for level in (0, 128, 128, 255)])
    assert near_pairs(flat).shape == (0, 2)


def test_nothing_and_one_picture_have_no_pairs() -> None:
    assert near_pairs(np.empty((0, 16, 16), np.uint8)).shape == (0, 2)
    assert near_pairs(thumbnails([photo(1)])).shape == (0, 2)


@given(st.lists(st.integers(0, 4), max_size=30))
def test_a_copy_is_known_by_the_first_of_its_kind(kinds: list[int]) -> None:
    digests = np.array([bytes([kind] * 16) for kind in kinds], dtype="V16")
    assert first_of_equal(digests).tolist() == [kinds.index(kind) for kind in kinds]


@given(st.integers(0, 2**32 - 1), st.floats(0.5, 1.5), st.integers(-40, 40))
def test_correlation_does_not_see_light_and_contrast(seed: int, contrast: float, light: int) -> None:
    one = np.random.default_rng(seed).integers(80, 160, (3, 16, 16)).astype(np.uint8)
    other = np.clip((one - 120.0) * contrast + 120 + light, 0, 255).astype(np.uint8)
    assert (correlations(one, other) > NEAR).all()
    assert correlations(one, 255 - one) == pytest.approx([-1] * 3, abs=1e-4)


def test_work_grows_with_the_number_and_not_with_its_square(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    alike = random.integers(0, 256, (16, 16))
    compared = 0

    def count(one: npt.NDArray[np.uint8], _: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        nonlocal compared
        compared += len(one)
        return np.zeros(len(one), np.float32)

    monkeypatch.setattr(duplicates, "correlations", count)
    for number in (1000, 4000):
        compared = 0
        near_pairs(np.clip(alike + random.normal(0, 3, (number, 16, 16)), 0, 255).astype(np.uint8))
        assert 100 * number < compared <= 12 * 128 * number
