"""Windows on images: the sizes and the values that Keras and SciPy give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import convolve2d, correlate2d

from grader.cnn.windows import Padding, axis, convolved, pooled
from grader.model.windows import Axis

IMAGE = np.arange(20.0).reshape(1, 4, 5) % 7
FILTER = np.array([[1.0, 2.0], [0.0, -1.0]])


def axes(padding: Padding, stride: int = 1, image: np.ndarray = IMAGE, window: np.ndarray = FILTER) -> list[Axis]:
    return [axis(size, side, stride, padding) for size, side in zip(image.shape[1:], window.shape, strict=True)]


@pytest.mark.parametrize("padding", ["valid", "full"])
def test_maps_are_those_of_scipy(padding: Padding) -> None:
    found = convolved(IMAGE, FILTER[None, None], axes(padding))
    assert np.array_equal(found[0], correlate2d(IMAGE[0], FILTER, padding))


def test_a_filter_turned_by_half_a_circle_convolves() -> None:
    found = convolved(IMAGE, FILTER[None, None, ::-1, ::-1], axes("full"))
    assert np.array_equal(found[0], convolve2d(IMAGE[0], FILTER, "full"))


def test_channels_are_added_up_and_every_filter_gives_a_map() -> None:
    two = np.concatenate([IMAGE, IMAGE + 1])
    filters = np.stack([np.stack([FILTER, FILTER]), np.stack([FILTER, -FILTER])])
    found = convolved(two, filters, axes("valid"))
    assert np.array_equal(found[0], correlate2d(2 * IMAGE[0] + 1, FILTER, "valid"))
    assert np.array_equal(found[1], np.full((3, 4), -FILTER.sum()))


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 4))
def test_same_padding_gives_the_size_over_the_stride_rounded_up(size: int, window: int, stride: int) -> None:
    found = axis(size, window, stride, "same")
    assert found.places == -(-size // stride)
    assert 0 <= found.after - found.before <= 1


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 4), st.integers(0, 3))
def test_the_window_never_hangs_over(size: int, window: int, stride: int, ring: int) -> None:
    found = axis(size, window, stride, ring)
    if found.places:
        assert found.last == (found.places - 1) * stride
        assert found.last + window + found.left_over == found.length
        assert 0 <= found.left_over < stride
    else:
        assert window > found.length


def test_a_window_that_is_larger_than_the_image_has_no_place() -> None:
    assert (Axis(size=2, window=3).places, Axis(size=2, window=3).last, Axis(size=2, window=3).left_over) == (0, 0, 0)


def test_pooling_takes_the_largest_the_mean_or_the_sum() -> None:
    pairs = [axis(size, 2, 2, "valid") for size in IMAGE.shape[1:]]
    first = IMAGE[0, :2, :2]
    for found, value in (
        (pooled(IMAGE, pairs, "max"), first.max()),
        (pooled(IMAGE, pairs, "mean"), first.mean()),
        (pooled(IMAGE, pairs, "sum"), first.sum()),
    ):
        assert found.shape == (1, 2, 2)
        assert found[0, 0, 0] == value
