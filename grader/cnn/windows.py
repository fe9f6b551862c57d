"""Windows that slide over an image: how many places there are, and what comes out at each."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Padding = Literal["valid", "same", "full"] | int
By = Literal["sum", "max", "mean"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis that a window slides along.

    Attributes:
        size: Cells of the input.
        window: Cells that the window covers.
        stride: Cells from one place to the next.
        before: Cells of padding at the beginning.
        after: Cells of padding at the end.
    """

    size: int
    window: int
    stride: int = 1
    before: int = 0
    after: int = 0

    @property
    def length(self) -> int:
        """Cells with the padding."""
        return self.before + self.size + self.after

    @property
    def places(self) -> int:
        """Places of the window: the size of the output; 0 if it does not fit."""
        return (self.length - self.window) // self.stride + 1 if self.window <= self.length else 0

    @property
    def last(self) -> int:
        """Cells before the window at its last place."""
        return max(self.places - 1, 0) * self.stride

    @property
    def left_over(self) -> int:
        """Cells at the end that no window reaches; 0 if the window does not fit."""
        return max(self.length - self.window - self.last, 0)


def axis(size: int, window: int, stride: int, padding: Padding) -> Axis:
    """An axis with padding as Keras names it, or with so many cells at each end.

    Args:
        size: Cells of the input.
        window: Cells that the window covers.
        stride: Cells from one place to the next.
        padding: `same` pads what is needed for ceil(size / stride) places, the odd cell at the end;
            `full` lets the window touch the input with one cell.
    """
    if padding == "same":
        ring = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
        return Axis(size, window, stride, ring // 2, ring - ring // 2)
    ring = {"valid": 0, "full": window - 1}[padding] if isinstance(padding, str) else padding
    return Axis(size, window, stride, ring, ring)


def slid(image: Array, axes: Sequence[Axis]) -> Array:
    """What the window covers at each of its places.

    Args:
        image: Shape (channels, rows, columns).
        axes: Of the rows and of the columns.

    Returns:
        Shape (channels, places down, places across, window rows, window columns).
    """
    rows, columns = axes
    field = np.pad(image, ((0, 0), (rows.before, rows.after), (columns.before, columns.after)))
    windows = np.lib.stride_tricks.sliding_window_view(field, (rows.window, columns.window), axis=(1, 2))
    return windows[:, :: rows.stride, :: columns.stride]


def convolved(image: Array, filters: Array, axes: Sequence[Axis]) -> Array:
    """Feature maps of filters that are laid on as they are.

    Args:
        image: Shape (channels, rows, columns).
        filters: Shape (maps, channels, rows, columns).
        axes: Of the rows and of the columns.

    Returns:
        Shape (maps, places down, places across).
    """
    return np.asarray(np.einsum("crsij,mcij->mrs", slid(image, axes), filters))


def pooled(image: Array, axes: Sequence[Axis], by: By) -> Array:
    """The largest value, the mean or the sum of each window.

    Args:
        image: Shape (channels, rows, columns).
        axes: Of the rows and of the columns.
        by: What to take.

    Returns:
        Shape (channels, places down, places across).
    """
    windows = slid(image, axes)
    ways: Mapping[By, Callable[..., Any]] = {"max": np.max, "mean": np.mean, "sum": np.sum}
    return np.asarray(ways[by](windows, axis=(3, 4)))
