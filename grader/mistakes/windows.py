"""The number of places at which a window fits and the shape of the output, right or with students' mistakes."""

from collections.abc import Sequence
from math import ceil
from typing import Any, Literal

from grader.model.mistakes import Erring
from grader.text.messages import Text, message

Padding = int | Literal["same"]
PADDED = message("This is the size with padding='same'.")
NOT_PADDED = message("You left out the padding.")
NO_ONE = message("The + 1 at the end of the formula is missing.")
NO_STRIDE = message("You left out the stride.")
NO_DEPTH = message("The depth is missing.")
DEPTH_OF_INPUT = message("You used the depth of the input.")


def places(erring: Erring, size: int, window: int, stride: int = 1, padding: Padding = 0) -> int | float:
    """Count the places that a window has along one axis.

    Args:
        erring: The mistakes that are made.
        size: Cells of the input.
        window: Cells that the window covers.
        stride: Cells from one place to the next.
        padding: Cells of padding at each end, or `same`.

    Returns:
        The number of places; a fraction only for the mistake that keeps the remainder.

    Example:
        >>> places(Erring(), size=28, window=5)
        24
    """
    if padding == "same":
        return _same(erring, size, window, stride)
    step = stride
    if stride > 1:
        step = erring.pick(stride, {NO_STRIDE: 1})
    if erring(PADDED):
        return ceil(size / step)
    length = size
    if padding:
        once = message("You added the padding at only one end.")
        length += erring.pick(
            2 * padding, {NOT_PADDED: 0, once: padding, message("You added the padding twice."): 4 * padding}
        )
    no_one = erring(NO_ONE)
    subtracted = erring.pick(
        window,
        {
            message("You did not subtract the size of the filter."): 0,
            message("You subtracted half of the filter's size: filter // 2."): window // 2,
            message("You subtracted the size of the filter at both ends."): 2 * window - 1,
            message("You subtracted 1 instead of adding it: size - filter - 1."): window + 2,
        },
    )
    if stride == 1 and erring(message("You moved the filter by its own size, as in pooling.")):
        return length // window
    if stride > 1 and erring(message("You divided by the stride before you subtracted the size of the filter.")):
        return length // step - subtracted + 1
    if stride > 1 and erring(message("You added the 1 before dividing.")):
        return (length - subtracted + 1) // step
    if stride > 1 and erring(message("You divided the size by the stride and ignored the filter.")):
        return length // step
    if stride > 1 and erring(message("You divided the size by the stride and rounded up, as for padding='same'.")):
        return ceil(length / step)
    steps = _rounded(erring, length - subtracted, step)
    if no_one:
        return steps
    return steps + erring.pick(1, {message("There is one position too many."): 2})


def _rounded(erring: Erring, reach: int, step: int) -> int | float:
    if step == 1 or reach % step == 0:
        return reach // step
    return erring.pick(
        reach // step,
        {
            message("You rounded up."): ceil(reach / step),
            message("You did not drop the remainder of the division."): reach / step,
        },
    )


def _same(erring: Erring, size: int, window: int, stride: int) -> int:
    step = erring.pick(stride, {NO_STRIDE: 1}) if stride > 1 else stride
    if erring(NOT_PADDED):
        return int(places(erring, size, window, step))
    if erring(message("You also added half of the filter's size at each end.")):
        return ceil((size + 2 * (window // 2)) / step)
    if step > 1 and erring(message("You rounded down.")):
        return size // step
    return ceil(size / step)


def pooled(erring: Erring, size: int, window: int) -> int:
    """Count the places of pooling along one axis, with windows that do not overlap.

    Args:
        erring: The mistakes that are made.
        size: Cells of the input.
        window: Cells that the window covers.
    """
    if erring(message("You left out the pooling: this is the size before it.")):
        return size
    if erring(message("You pooled with stride 1, so the windows overlap.")):
        return size - window + 1
    if erring(message("You subtracted the size of the window, but you should divide by it.")):
        return size - window
    if size % window and erring(message("You rounded up.")):
        return ceil(size / window)
    if erring(message("You applied the pooling twice.")):
        return size // window // window
    return size // window


def depth(erring: Erring, filters: int, input_depth: int) -> list[int]:
    """Give the depth of a convolution's output, in a list that is empty if the depth was forgotten.

    Args:
        erring: The mistakes that are made.
        filters: Filters, each of which gives one map.
        input_depth: Maps of the input.
    """
    if erring(NO_DEPTH):
        return []
    return [
        erring.pick(
            filters,
            {
                DEPTH_OF_INPUT: input_depth,
                message("You multiplied the depth of the input by the number of filters."): input_depth * filters,
                message("You added the depth of the input to the number of filters."): input_depth + filters,
                message("You used the depth of a single map."): 1,
                message("You also halved the depth."): filters // 2,
            },
        )
    ]


def output_shape(erring: Erring, sizes: Sequence[Any], depth_axis: Sequence[int]) -> list[Any]:
    """Build the shape of an output.

    Args:
        erring: The mistakes that are made.
        sizes: Sizes along the axes along which a window slides.
        depth_axis: The depth in a list; empty if it was forgotten or if there is none.
    """
    if len(sizes) > 1 and depth_axis and erring(message("One axis is missing.")):
        return [*sizes[1:], *depth_axis]
    if depth_axis and erring(message("You put the depth first. In Keras, it is the last axis.")):
        return [*depth_axis, *sizes]
    if len(sizes) > 1 and sizes[0] != sizes[1] and erring(message("You swapped height and width.")):
        return [*reversed(sizes), *depth_axis]
    return [*sizes, *depth_axis]


def exchanged(erring: Erring, mistake: Text, values: Sequence[int]) -> Sequence[int]:
    """Give two numbers, one for each axis, or exchange them by mistake.

    Args:
        erring: The mistakes that are made.
        mistake: The sentence for a student who exchanges them.
        values: For the rows and for the columns. Equal values are not asked about: exchanging them changes nothing.
    """
    return list(reversed(values)) if len(set(values)) > 1 and erring(mistake) else list(values)
