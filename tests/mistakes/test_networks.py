"""Networks are counted as Keras counts them, and each mistake gives what whoever makes it gets."""

from typing import Any

import pytest

from grader.mistakes import counts, windows
from grader.mistakes.networks import Network, conv, dense, flatten, norm, pool
from grader.model.mistakes import Erring, Method

LENET = Network(
    (28, 28, 1),
    [conv(6, 5, padded=True), pool(), conv(16, 5), pool(), flatten(), dense(120), dense(84), dense(10)],
)


def told(work: Any) -> dict[Any, str]:
    """Wrong answer -> the first reason for it."""
    found: dict[Any, str] = {}
    for wrong in Method(work).once:
        found.setdefault(str(wrong.value), str(wrong.reason))
    return found


def test_lenet_has_the_parameters_of_the_lecture() -> None:
    assert LENET.total(Erring()) == 61_706
    assert LENET.parameter_counts(Erring()) == [156, 2416, 48120, 10164, 850]
    assert LENET.shape(Erring(), 2) == [10, 10, 16]
    assert LENET.length(Erring(), 4) == 400


def test_batch_normalisation_has_four_numbers_for_each_map() -> None:
    net = Network((8, 8, 3), [conv(4, 3, padded=True), norm(), flatten(), dense(2)])
    found = net.sizes(Erring())
    assert found.params == (112, 16, 0, 514)
    assert found.frozen == (0, 8, 0, 0)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("[156, 416, 48120, 10164, 850]", "Second convolution: You left out the depth of the input."),
        ("[156, 2416, 192120, 10164, 850]", "Second pooling: You left out the pooling: this is the size before it."),
        ("[156, 2416, 30840, 10164, 850]", "You did not pad any convolution."),
        ("[151, 2401, 48001, 10081, 841]", "You counted only one bias for each layer."),
        ("[156, 2572, 50692, 60856, 61706]", "These are running totals."),
        ("[456, 2416, 48120, 10164, 850]", "This is for colour images."),
    ],
)
def test_mistakes_in_a_network_are_told_by_their_layer(value: str, reason: str) -> None:
    assert told(LENET.parameter_counts)[value] == reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (9216, "The biases are missing."),
        (9217, "You counted only one bias."),
        (320, "You left out the depth of the input."),
        (10240, "You counted a bias for each filter and each input map, but a filter has only one."),
        (289, "You counted only one filter."),
        (3104, "You left out one side of the filter."),
        (9248 * 576, "You counted the weights again at each of 576 positions. A filter has only one set of weights."),
    ],
)
def test_mistakes_in_a_convolution(value: int, reason: str) -> None:
    assert told(lambda erring: counts.convolution(erring, 32, (3, 3), 32, (576,)))[str(value)] == reason


@pytest.mark.parametrize(
    ("size", "value", "reason"),
    [
        (39, 18, "You left out the padding."),
        (39, 19, "You added the padding at only one end."),
        (39, 39, "You left out the stride."),
        (38, 20, "You rounded up."),
        (38, 19.5, "You did not drop the remainder of the division."),
    ],
)
def test_mistakes_with_a_window(size: int, value: float, reason: str) -> None:
    """A filter of 5 with stride 2 and a padding of 2 at each end has 20 places on 39 cells, and 19 on 38."""
    assert windows.places(Erring(), size, 5, 2, 2) == {39: 20, 38: 19}[size]
    assert told(lambda erring: windows.places(erring, size, 5, 2, 2))[str(value)] == reason
