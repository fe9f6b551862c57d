"""The arithmetic of a CNN as it is done by hand, for the keys of courses: sizes, parameters, maps and probabilities.

All arrays are NumPy's, and whole numbers stay whole. `grader.mistakes` computes the same with the mistakes that
students make.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, pairwise
from math import exp, sqrt
from typing import Any

import numpy as np

from grader.cnn.windows import Array, axis, convolved, slid

FAR_APART = 0.015
"""Two numbers that differ by no more than this can be the same once they are rounded to two decimals."""


def valid(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Compute the length of an output axis. A filter that hangs over the edge gives no output.

    Args:
        size: Length of the input axis.
        kernel: Length of the filter along it.
        stride: Steps between two places of the filter.
        padding: Zeros added at each end.

    Example:
        >>> valid(28, 5)
        24
    """
    return axis(size, kernel, stride, padding).places


def same(size: int, stride: int = 1) -> int:
    """Compute the length of an output axis with `padding='same'`.

    Args:
        size: Length of the input axis.
        stride: Steps between two places of the filter.

    Example:
        >>> same(28, stride=2)
        14
    """
    return axis(size, 1, stride, "same").places


def convolution(depth: int, window: int, filters: int) -> int:
    """Count weights and biases of a convolution.

    Args:
        depth: Number of input maps.
        window: Number of cells of a filter on one map.
        filters: Number of filters.

    Example:
        >>> convolution(depth=1, window=3 * 3, filters=32)
        320
    """
    return (depth * window + 1) * filters


def depthwise(depth: int, window: int, multiplier: int) -> int:
    """Count weights and biases of a depthwise convolution: one filter and one bias for each output map.

    Args:
        depth: Number of input maps.
        window: Number of cells of a filter.
        multiplier: Output maps for each input map.

    Example:
        >>> depthwise(depth=3, window=3 * 3, multiplier=2)
        60
    """
    return (window + 1) * depth * multiplier


def dense(inputs: int, *units: int) -> int:
    """Count weights and biases of dense layers in sequence.

    Args:
        inputs: Values that the first layer reads.
        units: Neurons of each layer.

    Example:
        >>> dense(784, 128), dense(784, 128, 10)
        (100480, 101770)
    """
    return sum((before + 1) * after for before, after in pairwise((inputs, *units)))


def receptive_fields(layers: Sequence[tuple[int, int]]) -> list[int]:
    """Compute the side of the square of pixels that one neuron sees, after each layer.

    Args:
        layers: Side of the window and stride of each layer.

    Returns:
        One side in pixels for each layer.

    Example:
        >>> receptive_fields([(3, 1), (2, 2), (3, 1)])
        [3, 4, 8]
    """
    side, step, sides = 1, 1, []
    for window, stride in layers:
        side, step = side + (window - 1) * step, step * stride
        sides.append(side)
    return sides


def correlation(image: Array, kernel: Array, stride: int = 1, padding: int = 0) -> Array:
    """Compute the feature map of one filter, which is applied without flipping.

    Args:
        image: Shape (height, width).
        kernel: Shape (rows, columns).
        stride: Steps between two places, along both axes.
        padding: Rows and columns of zeros at each side.

    Returns:
        Shape (places down, places across).

    Example:
        >>> correlation(np.eye(3, dtype=int), np.ones((2, 2), dtype=int)).tolist()
        [[2, 1], [1, 2]]
    """
    axes = [axis(size, side, stride, padding) for size, side in zip(image.shape, kernel.shape, strict=True)]
    return np.asarray(convolved(image[None], kernel[None, None], axes)[0])


def pooled(values: Array, size: int, by: Callable[..., Any] = np.max, stride: int | None = None) -> Array:
    """Pool a map without padding.

    Args:
        values: Shape (height, width).
        size: Side of the window.
        by: The function to apply to each window, such as `numpy.mean`; it takes the argument `axis`.
        stride: Steps between two places; by default the side of the window.

    Returns:
        Shape (places down, places across).

    Example:
        >>> pooled(np.arange(16).reshape(4, 4), 2).tolist()
        [[5, 7], [13, 15]]
    """
    axes = [axis(side, size, stride or size, "valid") for side in values.shape]
    return np.asarray(by(slid(values[None], axes)[0], axis=(2, 3)))


def sigmoid(value: float) -> float:
    """Compute the probability that a score stands for, 1 / (1 + e^-value).

    Example:
        >>> sigmoid(0)
        0.5
    """
    return 1 / (1 + exp(-value))


def softmax(scores: Array) -> Array:
    """Compute probabilities along the last axis.

    Args:
        scores: Shape (..., classes).

    Returns:
        The same shape; floats from 0 to 1 that add up to 1 along the last axis.

    Example:
        >>> softmax(np.array([0, 0])).tolist()
        [0.5, 0.5]
    """
    # The largest score is subtracted first, so that no power overflows.
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def margin(share: float, cases: int) -> float:
    """Compute half of the 95 % interval around a share, by the normal distribution.

    Args:
        share: The share of the cases, from 0 to 1.
        cases: Number of measured cases.

    Example:
        >>> round(margin(0.8, 400), 4)
        0.0392
    """
    return 1.96 * sqrt(share * (1 - share) / cases)


def depth_last(shape: Sequence[int], first: bool) -> Sequence[int]:
    """Give height, width and depth of a shape that may have been written with the depth first.

    Args:
        shape: A shape of three axes.
        first: Whether its depth was written first.

    Raises:
        ValueError: It does not have three axes, or its last two axes differ although the depth came first.

    Example:
        >>> depth_last([32, 26, 26], first=True)
        [26, 26, 32]
    """
    one, two, three = shape
    if first and two != three:
        raise ValueError
    return [two, three, one] if first else shape


def all_apart(answers: Iterable[Any], distance: float = FAR_APART) -> bool:
    """Whether no two answers are equal, or so near that rounding could make them equal.

    Args:
        answers: Numbers, or nested lists of them. Two of different shapes are always apart.
        distance: The largest difference that rounding could hide. Two arrays are apart if any cell differs by more.

    Example:
        >>> all_apart([26, 24, [26, 26]]), all_apart([0.33, 0.34]), all_apart([0.33, 0.34], distance=0.004)
        (True, False, True)
    """
    pairs = combinations(map(np.array, answers), 2)
    return all(one.shape != other.shape or np.max(np.abs(one - other)) > distance for one, other in pairs)
