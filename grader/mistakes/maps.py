"""Feature maps, pooled maps and signals, worked out with the mistakes that are made by hand."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.model.mistakes import Erring
from grader.text.messages import Text, message

Array = npt.NDArray[Any]

FLIPPED = message("The filter was turned by half a circle, as in signal processing.")
NOT_FLIPPED = message("The filter was laid on as it is; it has to be turned by half a circle first.")
NO_SIGNS = message("The minus signs of the filter were overlooked.")
NO_PADDING = message("The image was not padded.")
PADDED = message("Zeros were padded around the image.")
ABSOLUTE = message("The minus signs of the result were dropped: these are absolute values.")


def filtered(erring: Erring, kernel: Array, turned: bool = False) -> Array:
    """The filter as it is laid on.

    Args:
        erring: The mistakes that are made.
        kernel: Shape (..., rows, columns).
        turned: Whether it has to be turned by half a circle.
    """
    right = kernel[..., ::-1, ::-1] if turned else kernel
    other = kernel if turned else kernel[..., ::-1, ::-1]
    flipped = NOT_FLIPPED if turned else FLIPPED
    ways: dict[Text, Array] = {
        flipped: other,
        message("Only the rows of the filter are in reverse order."): kernel[..., ::-1, :],
        message("Only the columns of the filter are in reverse order."): kernel[..., ::-1],
    }
    if kernel.shape[-1] == kernel.shape[-2]:
        ways |= {
            message("Rows and columns of the filter are exchanged."): np.swapaxes(right, -1, -2),
            message("The filter was turned by a quarter of a circle."): np.rot90(right, axes=(-2, -1)),
            message("The filter was turned by a quarter of a circle, to the right."): np.rot90(
                right, -1, axes=(-2, -1)
            ),
        }
    found = erring.pick(right, ways)
    ways = {}
    middle = np.zeros(kernel.shape, bool)
    middle[..., kernel.shape[-2] // 2, kernel.shape[-1] // 2] = True
    if min(kernel.shape[-2:]) > 2 and kernel[middle].any():
        ways |= {message("The weight in the middle of the filter was left out."): np.where(middle, 0, found)}
    if (kernel < 0).any():
        ways |= {
            NO_SIGNS: np.abs(found),
            message("The negative weights were taken as 0."): np.maximum(found, 0),
        }
    ways |= {message("All signs of the filter are reversed."): -found}
    sizes = set(np.abs(kernel[kernel != 0]).ravel().tolist())
    if sizes != {1}:
        ways |= {message("All weights were taken as 1 or -1."): np.sign(found)}
    return erring.pick(found, ways)


def correlated(erring: Erring, image: Array, kernel: Array, padding: int = 0, stride: int = 1) -> Array:
    """The sums of products at all places of a filter.

    Args:
        erring: The mistakes that are made.
        image: Shape (rows, columns).
        kernel: Shape (rows, columns), as it is laid on.
        padding: Rings of zeros around the image.
        stride: From one place to the next.
    """
    if padding:
        ring = erring.pick(padding, {NO_PADDING: 0, message("One ring of zeros too many was padded."): padding + 1})
    else:
        ring = erring.pick(0, {PADDED: max(kernel.shape) // 2})
    down, across = stride, stride
    if stride > 1:
        down = erring.pick(stride, {message("The stride was left out."): 1})
        across = erring.pick(down, {message("The stride was used downwards only."): 1})
        if erring(message("The stride was used sideways only.")):
            down = 1
    elif erring(message("The filter was moved by two places at a time.")):
        down = across = 2
    if (image < 0).any() and erring(message("The minus signs of the image were overlooked.")):
        image = np.abs(image)
    rim = "constant"
    if ring and erring(message("The pixels at the edge were repeated outwards; zeros were asked for.")):
        rim = "edge"
    if (
        ring
        and min(image.shape) > ring
        and erring(message("The image was mirrored at its edges; the question asks for zeros."))
    ):
        rim = "reflect"
    field = np.pad(image, ring, mode=rim) if ring else image  # type: ignore[call-overload]
    windows = np.lib.stride_tricks.sliding_window_view(field, kernel.shape)[::down, ::across]
    found = np.einsum("rcij,ij->rc", windows, kernel)
    return finished(erring, found, int(kernel.size))


def finished(erring: Erring, found: Array, size: int) -> Array:
    """A map, with mistakes in what is done with it at the end.

    Args:
        erring: The mistakes that are made.
        found: The map.
        size: Weights of the filter.
    """
    ways: dict[Text, Array] = {}
    if (found < 0).any():
        ways |= {
            ABSOLUTE: np.abs(found),
            message("ReLU was used; it is not asked for here."): np.maximum(found, 0),
        }
    ways |= {
        message("The sums were divided by the number of weights."): found / size,
        message("All signs of the result are reversed."): -found,
    }
    return erring.pick(found, ways)


def activated(erring: Erring, sums: Array, bias: float = 0) -> Array:
    """Bias and ReLU.

    Args:
        erring: The mistakes that are made.
        sums: What the filter gives.
        bias: What is added before ReLU.
    """
    if bias:
        if erring(message("The bias was added after ReLU.")):
            return np.maximum(sums, 0) + bias
        bias = erring.pick(
            bias,
            {
                message("The bias is missing."): 0,
                message("The bias was taken off instead of added."): -bias,
                message("The bias was added twice."): 2 * bias,
                message("The bias was added once for each weight of the filter."): 9 * bias,
            },
        )
    found = sums + bias
    return erring.pick(
        np.maximum(found, 0),
        {
            message("ReLU is missing."): found,
            message("The minus signs were dropped instead of the negative values."): np.abs(found),
            message("ReLU kept the negative values instead of the positive ones."): np.minimum(found, 0),
            message("This only tells which values are above 0."): (found > 0).astype(int),
            message("Negative values were multiplied by 0.01, as in leaky ReLU."): np.where(
                found < 0, found / 100, found
            ),
        },
    )


_Ways = Mapping[Text, Callable[[Array], Array]]


def pooled(erring: Erring, image: Array, size: int, by: str) -> Array:
    """Pooling whose windows lie side by side.

    Args:
        erring: The mistakes that are made.
        image: Shape (rows, columns).
        size: Side of a window.
        by: `max` or `mean`.

    Returns:
        Shape (rows // size, columns // size), unless a mistake gives another.
    """
    if (image < 0).any():
        image = erring.pick(
            image,
            {
                message("The minus signs were overlooked: the absolute values were pooled."): np.abs(image),
                message("Negative values were counted as 0."): np.maximum(image, 0),
            },
        )
    step, side = size, size
    if erring(message("The windows overlap: pooling moved by one.")):
        step = 1
    for other in (2, 3):
        if other != size and other <= min(image.shape) and erring(_OTHER_SIZE[other]):
            step = side = other
    windows = np.lib.stride_tricks.sliding_window_view(image, (side, side))[::step, ::step]
    cells = windows.reshape(*windows.shape[:2], side * side)
    ways = {told: way(cells) for told, way in _BY[by].items()}
    right = cells.max(axis=-1) if by == "max" else cells.mean(axis=-1)
    return erring.pick(right, ways)


_OTHER_SIZE = {2: message("This is 2 x 2 pooling."), 3: message("This is 3 x 3 pooling.")}


def _largest_size(cells: Array) -> Array:
    return np.take_along_axis(cells, np.abs(cells).argmax(axis=-1)[..., np.newaxis], axis=-1)[..., 0]


def _side(cells: Array) -> Array:
    return np.asarray(cells.sum(axis=-1) / np.sqrt(cells.shape[-1]))


_OF_BOTH: _Ways = {
    message("The smallest values were taken."): lambda cells: cells.min(axis=-1),
    message("The values of each window were added up."): lambda cells: cells.sum(axis=-1),
    message("This is the median of each window."): lambda cells: np.asarray(np.median(cells, axis=-1)),
    message("The first value of each window was kept, as a stride does."): lambda cells: cells[..., 0],
    message("The last value of each window was kept."): lambda cells: cells[..., -1],
    message("The value with the largest size was taken, whatever its sign."): _largest_size,
    message("The second largest values were taken."): lambda cells: np.sort(cells, axis=-1)[..., -2],
}
_BY: Mapping[str, _Ways] = {
    "max": {message("Averages were taken instead of maxima."): lambda cells: cells.mean(axis=-1), **_OF_BOTH},
    "mean": {
        message("Maxima were taken instead of averages."): lambda cells: cells.max(axis=-1),
        **_OF_BOTH,
        message("The sums were divided by the side of the window, not by its number of values."): _side,
        message("The sums were divided by one less than the number of values."): lambda cells: np.asarray(
            cells.sum(axis=-1) / (cells.shape[-1] - 1)
        ),
        message("The mean of the smallest and the largest value was taken."): lambda cells: np.asarray(
            (cells.min(axis=-1) + cells.max(axis=-1)) / 2
        ),
        message("The means were rounded down."): lambda cells: np.floor(cells.mean(axis=-1)),
        message("Zeros were left out of the mean."): lambda cells: np.asarray(
            cells.sum(axis=-1) / np.maximum((cells != 0).sum(axis=-1), 1)
        ),
    },
}
