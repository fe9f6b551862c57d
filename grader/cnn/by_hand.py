"""The arithmetic of a CNN as it is done by hand, for the keys of courses: sizes, parameters, maps and probabilities.

All arrays are NumPy's, and whole numbers stay whole. `grader.mistakes` computes the same with the mistakes that
students make.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from grader.cnn.windows import Array, axis, convolved, slid

FAR_APART = 0.015
"""Two numbers that differ by no more than this can be the same once they are rounded to two decimals."""


def valid(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Length of an output axis; a filter that hangs over the edge gives no output.

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
    """Length of an output axis with `padding='same'`."""
    return axis(size, 1, stride, "same").places


def convolution(depth: int, window: int, filters: int) -> int:
    """Weights and biases of `filters` filters of `window` places each on `depth` input maps.

    Example:
        >>> convolution(depth=1, window=3 * 3, filters=32)
        320
    """
    return (depth * window + 1) * filters


def depthwise(depth: int, window: int, multiplier: int) -> int:
    """Weights and biases of a depthwise convolution: one filter and one bias for each output map."""
    return (window + 1) * depth * multiplier


def dense(inputs: int, *units: int) -> int:
    """Weights and biases of dense layers one after another.

    Example:
        >>> dense(784, 128), dense(784, 128, 10)
        (100480, 101770)
    """
    return sum((before + 1) * after for before, after in pairwise((inputs, *units)))


def receptive_fields(layers: Sequence[tuple[int, int]]) -> list[int]:
    """Side of the square of pixels that one neuron sees, after each layer.

    Args:
        layers: Side of the window and stride of each layer.

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
    """Feature map of one filter, which is laid on the image as it is.

    Args:
        image: Shape (height, width).
        kernel: Shape (rows, columns).
        stride: Steps between two places, along both axes.
        padding: Rows and columns of zeros at each side.

    Returns:
        Shape (places down, places across).
    """
    axes = [axis(size, side, stride, padding) for size, side in zip(image.shape, kernel.shape, strict=True)]
    return np.asarray(convolved(image[None], kernel[None, None], axes)[0])


def pooled(values: Array, size: int, by: Callable[..., Any] = np.max, stride: int | None = None) -> Array:
    """Pooling without padding.

    Args:
        values: Shape (height, width).
        size: Side of the window.
        by: What to take of each window, such as `numpy.mean`; it takes the argument `axis`.
        stride: Steps between two places; by default the window moves by its own size.

    Returns:
        Shape (places down, places across).
    """
    axes = [axis(side, size, stride or size, "valid") for side in values.shape]
    return np.asarray(by(slid(values[None], axes)[0], axis=(2, 3)))


def softmax(scores: Array) -> Array:
    """Probabilities along the last axis; the largest score is taken off first, so that nothing overflows."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def depth_last(shape: Sequence[int], first: bool) -> Sequence[int]:
    """Height, width and depth of a shape that was perhaps written with the depth first.

    Args:
        shape: Of three axes.
        first: Whether its depth was written first.

    Raises:
        ValueError: It is none of three axes, or cannot have its depth first.
    """
    one, two, three = shape
    if first and two != three:
        raise ValueError
    return [two, three, one] if first else shape


def all_apart(values: Sequence[Any]) -> bool:
    """Whether no two wrong answers are the same, or so near that rounding to two decimals makes them so."""
    arrays = [np.array(value) for value in values]
    pairs = [(one, other) for place, one in enumerate(arrays) for other in arrays[:place]]
    return all(one.shape != other.shape or np.max(np.abs(one - other)) > FAR_APART for one, other in pairs)
