"""Feature maps and pooled maps, computed correctly or with the mistakes that students make by hand.

All arrays are NumPy's, of any numeric dtype. Whole numbers stay whole unless a mistake divides them.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.model.mistakes import Erring
from grader.text.messages import Text, message

Array = npt.NDArray[Any]

FLIPPED = message("You rotated the filter by 180 degrees, as in signal processing.")
NOT_FLIPPED = message("You applied the filter as it is. Rotate it by 180 degrees first.")
NO_SIGNS = message("You overlooked the minus signs of the filter.")
NO_PADDING = message("You did not pad the image.")
PADDED = message("You padded the image with zeros.")
ABSOLUTE = message("You dropped the minus signs of the result: these are absolute values.")


def filtered(erring: Erring, kernel: Array, turned: bool = False) -> Array:
    """Prepare a filter that is applied to an image.

    Args:
        erring: The mistakes that are made.
        kernel: Shape (..., rows, columns).
        turned: Whether it must be rotated by 180 degrees.

    Returns:
        Shape (..., rows, columns); the same numbers, unless a mistake changes them.
    """
    right = kernel[..., ::-1, ::-1] if turned else kernel
    wrongly_turned = kernel if turned else kernel[..., ::-1, ::-1]
    wrong_turn = NOT_FLIPPED if turned else FLIPPED
    wrong_turns: dict[Text, Array] = {
        wrong_turn: wrongly_turned,
        message("You reversed the rows of the filter, but not its columns."): kernel[..., ::-1, :],
        message("You reversed the columns of the filter, but not its rows."): kernel[..., ::-1],
    }
    if kernel.shape[-1] == kernel.shape[-2]:
        wrong_turns |= {
            message("You swapped the rows and columns of the filter."): np.swapaxes(right, -1, -2),
            message("You rotated the filter by 90 degrees."): np.rot90(right, axes=(-2, -1)),
            message("You rotated the filter by 90 degrees to the right."): np.rot90(right, -1, axes=(-2, -1)),
        }
    turned_kernel = erring.pick(right, wrong_turns)
    wrong_weights: dict[Text, Array] = {}
    middle = np.zeros(kernel.shape, bool)
    middle[..., kernel.shape[-2] // 2, kernel.shape[-1] // 2] = True
    if min(kernel.shape[-2:]) > 2 and kernel[middle].any():
        without_middle = np.where(middle, 0, turned_kernel)
        wrong_weights |= {message("You left out the weight in the middle of the filter."): without_middle}
    if (kernel < 0).any():
        wrong_weights |= {
            NO_SIGNS: np.abs(turned_kernel),
            message("You counted the negative weights as 0."): np.maximum(turned_kernel, 0),
        }
    wrong_weights |= {message("You reversed all signs of the filter."): -turned_kernel}
    magnitudes = set(np.abs(kernel[kernel != 0]).ravel().tolist())
    if magnitudes != {1}:
        wrong_weights |= {message("You counted all weights as 1 or -1."): np.sign(turned_kernel)}
    return erring.pick(turned_kernel, wrong_weights)


def correlated(erring: Erring, image: Array, kernel: Array, padding: int = 0, stride: int = 1) -> Array:
    """Compute the sums of products at all places of a filter.

    Args:
        erring: The mistakes that are made.
        image: Shape (rows, columns).
        kernel: Shape (rows, columns), as it is applied.
        padding: Rings of zeros around the image.
        stride: Cells from one place to the next, along both axes.

    Returns:
        Shape (places down, places across).

    Example:
        >>> correlated(Erring(), np.eye(3, dtype=int), np.ones((2, 2), dtype=int)).tolist()
        [[2, 1], [1, 2]]
    """
    if padding:
        margin = erring.pick(
            padding, {NO_PADDING: 0, message("You added one ring of zeros too many as padding."): padding + 1}
        )
    else:
        margin = erring.pick(0, {PADDED: max(kernel.shape) // 2})
    down, across = stride, stride
    if stride > 1:
        down = erring.pick(stride, {message("You left out the stride."): 1})
        across = erring.pick(down, {message("You used the stride only vertically."): 1})
        if erring(message("You used the stride only horizontally.")):
            down = 1
    elif erring(message("You moved the filter by two positions at a time.")):
        down = across = 2
    if (image < 0).any() and erring(message("You overlooked the minus signs of the image.")):
        image = np.abs(image)
    padding_mode = "constant"
    if margin and erring(message("You padded by repeating the pixels at the edge. The question asks for zeros.")):
        padding_mode = "edge"
    if (
        margin
        and min(image.shape) > margin  # a smaller image has not enough pixels to mirror
        and erring(message("You mirrored the image at its edges. The question asks for zeros."))
    ):
        padding_mode = "reflect"
    padded_image = np.pad(image, margin, mode=padding_mode) if margin else image  # type: ignore[call-overload]
    windows = np.lib.stride_tricks.sliding_window_view(padded_image, kernel.shape)[::down, ::across]
    sums = np.einsum("rcij,ij->rc", windows, kernel)
    return finished(erring, sums, int(kernel.size))


def finished(erring: Erring, feature_map: Array, size: int) -> Array:
    """Apply the mistakes that are made with a complete map; without one, the map stays as it is.

    Args:
        erring: The mistakes that are made.
        feature_map: The correct map, of any shape.
        size: Number of weights of the filter.

    Returns:
        The same shape.
    """
    wrong_maps: dict[Text, Array] = {}
    if (feature_map < 0).any():
        wrong_maps |= {
            ABSOLUTE: np.abs(feature_map),
            message("You applied ReLU, but the question does not ask for it."): np.maximum(feature_map, 0),
        }
    wrong_maps |= {
        message("You divided the sums by the number of weights."): feature_map / size,
        message("You reversed all signs of the result."): -feature_map,
    }
    return erring.pick(feature_map, wrong_maps)


def activated(erring: Erring, sums: Array, bias: float = 0) -> Array:
    """Add a bias and apply ReLU.

    Args:
        erring: The mistakes that are made.
        sums: The output of the filter, of any shape.
        bias: The number to add before ReLU.

    Returns:
        The same shape.

    Example:
        >>> activated(Erring(), np.array([-3, 1]), bias=1).tolist()
        [0, 2]
    """
    if bias:
        if erring(message("You added the bias after ReLU.")):
            return np.maximum(sums, 0) + bias
        bias = erring.pick(
            bias,
            {
                message("The bias is missing."): 0,
                message("You subtracted the bias instead of adding it."): -bias,
                message("You added the bias twice."): 2 * bias,
                message("You added the bias once for each weight of the filter."): 9 * bias,
            },
        )
    biased = sums + bias
    return erring.pick(
        np.maximum(biased, 0),
        {
            message("ReLU is missing."): biased,
            message("You dropped the minus signs instead of setting negative values to 0."): np.abs(biased),
            message("You kept the negative values instead of the positive ones."): np.minimum(biased, 0),
            message("You replaced positive values by 1, but ReLU keeps them."): (biased > 0).astype(int),
            message("You multiplied negative values by 0.01, as leaky ReLU does."): np.where(
                biased < 0, biased / 100, biased
            ),
        },
    )


_Pools = Mapping[Text, Callable[[Array], Array]]
"""Mistake -> the function that it applies to windows: shape (places down, places across, cells) -> (down, across)."""


def pooled(erring: Erring, image: Array, size: int, by: str) -> Array:
    """Pool a map with windows that do not overlap.

    Args:
        erring: The mistakes that are made.
        image: Shape (rows, columns).
        size: Side of a window.
        by: `max` or `mean`.

    Returns:
        Shape (rows // size, columns // size), unless a mistake gives another.

    Example:
        >>> pooled(Erring(), np.arange(16).reshape(4, 4), size=2, by="max").tolist()
        [[5, 7], [13, 15]]
    """
    if (image < 0).any():
        image = erring.pick(
            image,
            {
                message("You overlooked the minus signs and pooled the absolute values."): np.abs(image),
                message("You counted negative values as 0."): np.maximum(image, 0),
            },
        )
    step, side = size, size
    if erring(message("Your windows overlap because they move by only one pixel.")):
        step = 1
    for other in (2, 3):
        if other != size and other <= min(image.shape) and erring(_OTHER_SIZE[other]):
            step = side = other
    windows = np.lib.stride_tricks.sliding_window_view(image, (side, side))[::step, ::step]
    cells = windows.reshape(*windows.shape[:2], side * side)
    wrong_values = {mistake: pool_cells(cells) for mistake, pool_cells in _BY[by].items()}
    values = cells.max(axis=-1) if by == "max" else cells.mean(axis=-1)
    return erring.pick(values, wrong_values)


_OTHER_SIZE = {2: message("This is 2 x 2 pooling."), 3: message("This is 3 x 3 pooling.")}


def _largest_magnitude(cells: Array) -> Array:
    """The value of each window with the largest absolute value: shape (down, across, cells) -> (down, across)."""
    return np.take_along_axis(cells, np.abs(cells).argmax(axis=-1)[..., np.newaxis], axis=-1)[..., 0]


def _sum_by_side(cells: Array) -> Array:
    """The sum of each window divided by its side: shape (down, across, cells) -> (down, across)."""
    return np.asarray(cells.sum(axis=-1) / np.sqrt(cells.shape[-1]))


_OF_BOTH: _Pools = {
    message("You used the smallest values."): lambda cells: cells.min(axis=-1),
    message("You added up the values of each window."): lambda cells: cells.sum(axis=-1),
    message("This is the median of each window."): lambda cells: np.asarray(np.median(cells, axis=-1)),
    message("You kept the first value of each window, as a stride does."): lambda cells: cells[..., 0],
    message("You kept the last value of each window."): lambda cells: cells[..., -1],
    message("You used the value with the largest magnitude, whatever its sign."): _largest_magnitude,
    message("You used the second largest values."): lambda cells: np.sort(cells, axis=-1)[..., -2],
}
_BY: Mapping[str, _Pools] = {
    "max": {message("You used averages instead of maxima."): lambda cells: cells.mean(axis=-1), **_OF_BOTH},
    "mean": {
        message("You used maxima instead of averages."): lambda cells: cells.max(axis=-1),
        **_OF_BOTH,
        message("You divided the sums by the side of the window, not by its number of values."): _sum_by_side,
        message("You divided the sums by one less than the number of values."): lambda cells: np.asarray(
            cells.sum(axis=-1) / (cells.shape[-1] - 1)
        ),
        message("You used the mean of the smallest and the largest value."): lambda cells: np.asarray(
            (cells.min(axis=-1) + cells.max(axis=-1)) / 2
        ),
        message("You rounded the means down."): lambda cells: np.floor(cells.mean(axis=-1)),
        message("You left zeros out of the mean."): lambda cells: np.asarray(
            cells.sum(axis=-1) / np.maximum((cells != 0).sum(axis=-1), 1)
        ),
    },
}
