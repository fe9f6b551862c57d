"""The arithmetic that keys of courses share, held against NumPy, SciPy and plain sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import correlate2d
from scipy.special import expit
from scipy.special import softmax as scipy_softmax
from scipy.stats import norm

from grader.cnn import by_hand

SIDES = st.integers(1, 12)


@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 4), st.integers(0, 3))
def test_a_valid_axis_has_one_place_for_each_start_that_fits(size: int, kernel: int, stride: int, padding: int) -> None:
    starts = range(0, size + 2 * padding - kernel + 1, stride)
    assert by_hand.valid(size, kernel, stride, padding) == len(starts)


@given(st.integers(1, 60), st.integers(1, 9))
def test_a_same_axis_has_a_place_for_each_stride_that_begins(size: int, stride: int) -> None:
    assert by_hand.same(size, stride) == len(range(0, size, stride))


def test_parameters_are_those_of_the_lectures() -> None:
    assert by_hand.convolution(1, 5 * 5, 6) == 156
    assert by_hand.convolution(6, 5 * 5, 16) == 2416
    assert by_hand.depthwise(3, 9, 2) == 60
    assert by_hand.dense(400, 120) + by_hand.dense(120, 84) + by_hand.dense(84, 10) == 59134
    assert by_hand.dense(400, 120, 84, 10) == 59134


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3)), min_size=1, max_size=5))
def test_a_receptive_field_is_the_input_that_gives_one_neuron(layers: list[tuple[int, int]]) -> None:
    for number, field in enumerate(by_hand.receptive_fields(layers), start=1):
        side = field
        for window, stride in layers[:number]:
            side = by_hand.valid(side, window, stride)
        assert side == 1


@given(SIDES, SIDES, st.integers(1, 3), st.integers(1, 2), st.integers(0, 2), st.integers(0, 99))
def test_a_map_is_that_of_scipy(rows: int, columns: int, side: int, stride: int, padding: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    image, kernel = rng.integers(-9, 9, (rows + 2, columns + 2)), rng.integers(-3, 3, (side, side))
    expected = correlate2d(np.pad(image, padding), kernel, "valid")[::stride, ::stride]
    found = by_hand.correlation(image, kernel, stride, padding)
    assert np.array_equal(found, expected)
    assert found.dtype.kind == "i"


def test_pooling_moves_by_its_own_size_if_not_said_otherwise() -> None:
    values = np.arange(25).reshape(5, 5)
    assert by_hand.pooled(values, 2).tolist() == [[6, 8], [16, 18]]
    assert by_hand.pooled(values, 3, np.mean, stride=1).tolist() == [[6, 7, 8], [11, 12, 13], [16, 17, 18]]


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6))
def test_probabilities_are_those_of_scipy(scores: list[float]) -> None:
    assert by_hand.softmax(np.array(scores)) == pytest.approx(scipy_softmax(scores))


def test_a_shape_with_the_depth_first_is_turned_round() -> None:
    assert by_hand.depth_last([32, 26, 26], first=True) == [26, 26, 32]
    assert by_hand.depth_last([26, 26, 32], first=False) == [26, 26, 32]
    for shape in ([26, 26, 32], [26, 26]):
        with pytest.raises(ValueError):  # noqa: PT011  # which of both does not matter to a key
            by_hand.depth_last(shape, first=True)


def test_numbers_that_rounding_makes_the_same_are_not_apart() -> None:
    assert by_hand.all_apart([1.0, 1.02, [1.0], [1.0, 2.0]])
    assert not by_hand.all_apart([1.0, 5.0, 1.01])
    assert not by_hand.all_apart([[1.0, 2.0], [1.0, 2.01]])
    assert by_hand.all_apart([0.33, 0.34], distance=0.004)


@given(st.floats(-30, 30))
def test_a_probability_and_that_of_the_other_label_add_up_to_one(score: float) -> None:
    assert by_hand.sigmoid(score) == pytest.approx(expit(score))
    assert by_hand.sigmoid(score) + by_hand.sigmoid(-score) == pytest.approx(1)


@given(st.floats(0.01, 0.99), st.integers(1, 10_000))
def test_a_margin_is_that_of_the_normal_distribution(share: float, cases: int) -> None:
    deviation = (share * (1 - share) / cases) ** 0.5
    assert by_hand.margin(share, cases) == pytest.approx(norm.ppf(0.975) * deviation, rel=1e-4)
