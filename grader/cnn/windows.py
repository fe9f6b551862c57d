"""Windows that slide over an image: the number of their places, and the result at each."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from grader.model.windows import Axis

Array = npt.NDArray[Any]
Padding = Literal["valid", "same", "full"] | int
By = Literal["sum", "max", "mean"]


def axis(size: int, window: int, stride: int, padding: Padding) -> Axis:
    """Make an axis with a padding that Keras names, or with a number of cells at each end.

    Args:
        size: Cells of the input.
        window: Cells that the window covers.
        stride: Cells from one place to the next.
        padding: A number of cells at each end, or a name. `same` adds the cells that ceil(size / stride) places need,
            an odd one at the end. `full` lets the window touch the input with one cell.

    Example:
        >>> axis(28, 5, 1, "valid").places
        24
    """
    if padding == "same":
        ring = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
        return Axis(size=size, window=window, stride=stride, before=ring // 2, after=ring - ring // 2)
    ring = {"valid": 0, "full": window - 1}[padding] if isinstance(padding, str) else padding
    return Axis(size=size, window=window, stride=stride, before=ring, after=ring)


def slid(image: Array, axes: Sequence[Axis]) -> Array:
    """Give the cells that a window covers at each of its places.

    Args:
        image: Shape (channels, rows, columns).
        axes: The axis of the rows and that of the columns.

    Returns:
        Shape (channels, places down, places across, window rows, window columns).
    """
    rows, columns = axes
    field = np.pad(image, ((0, 0), (rows.before, rows.after), (columns.before, columns.after)))
    windows = np.lib.stride_tricks.sliding_window_view(field, (rows.window, columns.window), axis=(1, 2))
    return windows[:, :: rows.stride, :: columns.stride]


def convolved(image: Array, filters: Array, axes: Sequence[Axis]) -> Array:
    """Compute the feature maps of filters that are laid on as they are.

    Args:
        image: Shape (channels, rows, columns).
        filters: Shape (maps, channels, rows, columns).
        axes: The axis of the rows and that of the columns.

    Returns:
        Shape (maps, places down, places across).
    """
    return np.asarray(np.einsum("crsij,mcij->mrs", slid(image, axes), filters))


def pooled(image: Array, axes: Sequence[Axis], by: By) -> Array:
    """Pool an image: compute the largest value, the mean or the sum of each window.

    Args:
        image: Shape (channels, rows, columns).
        axes: The axis of the rows and that of the columns.
        by: The value to compute.

    Returns:
        Shape (channels, places down, places across).
    """
    windows = slid(image, axes)
    ways: Mapping[By, Callable[..., Any]] = {"max": np.max, "mean": np.mean, "sum": np.sum}
    return np.asarray(ways[by](windows, axis=(3, 4)))
