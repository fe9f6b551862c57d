"""The pictures of a question: checks of their options against the key, and figures for the report.

A picture never decides about a mark. If its options do not give the expected answer, there is no picture.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assess.answer_forms import Number
from grader.assess.picture_options import MapsPicture, PoolingPicture, SizesPicture
from grader.cnn.windows import Array, By, axis, convolved, pooled
from grader.model.figures import Cells, FeatureMaps, Figure, WindowSizes, WorkedCell
from grader.model.windows import Axis
from grader.text.suggestions import suggestion

# A figure that is larger than this is left out: it would be too wide to read, and pages have to stay small.
_MOST_CELLS = 16  # on a side of a map whose numbers are written out
_MOST_CHANNELS = 4
_MOST_MAPS = 8
_MOST_PIXELS = 4096  # of all maps together
_MOST_SIDE = 64  # pixels on a side of a map that is drawn as an image
_LARGEST = 1e12  # larger numbers count as blank cells


class PictureOptionsError(ValueError):
    """A picture names a number that does not exist, or numbers of which no picture can be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellComparison:
    """An answer beside the right one, cell by cell.

    Attributes:
        expected: The right cells in row-major order, or the right sizes.
        expected_shape: The shape of the right cells.
        actual: The cells of the answer in row-major order, or its sizes; None for a blank.
        actual_shape: The shape of the answer.
        right: Whether each cell is right; empty if the shapes differ.
        may_reveal: Whether the right answer may be shown.
    """

    expected: tuple[Number | None, ...]
    expected_shape: tuple[int, ...]
    actual: tuple[Number | None, ...]
    actual_shape: tuple[int, ...]
    right: tuple[bool, ...]
    may_reveal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """An image under a window, from which all cells of an answer are computed.

    Attributes:
        image: Shape (channels, rows, columns).
        filters: Shape (maps, channels, rows, columns); None for pooling.
        axes: Of the rows and of the columns.
        by: The operation that makes one number of a window, before bias and activation.
        bias: Added to each of them.
        relu: Whether negative ones then become 0.
        flipped: Whether the filters were turned by half a circle.
    """

    image: Array
    filters: Array | None
    axes: tuple[Axis, Axis]
    by: By
    bias: float = 0.0
    relu: bool = False
    flipped: bool = False

    @property
    def result(self) -> Array:
        """All cells, shape (maps, rows, columns)."""
        if self.filters is None:
            return pooled(self.image, self.axes, self.by)
        maps = convolved(self.image, self.filters, self.axes) + self.bias
        return np.maximum(maps, 0) if self.relu else maps


def problems(
    pictures: Sequence[Any], numbers: Mapping[str, Any], expected: Sequence[Number | None], tolerance: float
) -> list[str]:
    """Find the problems with the pictures of a question.

    Args:
        pictures: Its options, already checked for their form.
        numbers: The common numbers, by name.
        expected: Cells or sizes of the right answer.
        tolerance: The error that a cell may have.

    Returns:
        One message for each picture with a problem.
    """
    faults = []
    for picture in pictures:
        try:
            if not _fits(picture, numbers, expected, tolerance):
                faults.append(f"picture: its '{picture.shows}' is not the expected answer. {_REMEDY}")
        except PictureOptionsError as problem:
            faults.append(f"picture: {problem}")
    return faults


_REMEDY = "Check the names, the stride, the padding and whether the filter is flipped."


def _fits(picture: Any, numbers: Mapping[str, Any], expected: Sequence[Number | None], tolerance: float) -> bool:
    if isinstance(picture, MapsPicture):
        return True
    if isinstance(picture, SizesPicture):
        sizes = [window_axis.places for window_axis in _axes(picture, numbers)]
        return bool(expected) and all(size == right for size, right in zip(sizes, expected, strict=False))
    return _gives(_scene(picture, numbers), expected, tolerance)


def _gives(scene: _Scene, expected: Sequence[Number | None], tolerance: float) -> bool:
    """Whether the picture leads to the right answer; otherwise it is not drawn."""
    cells = [number for number in map(_drawable, expected) if number is not None]
    result = scene.result
    allowed_error = max(tolerance, 1e-6)
    return result.size == len(cells) == len(expected) and bool(
        np.allclose(result.ravel(), cells, rtol=1e-6, atol=allowed_error)
    )


def figures(
    pictures: Sequence[Any], numbers: Mapping[str, Any], compared: CellComparison, tolerance: float
) -> tuple[Figure, ...]:
    """Make the figures of a question, without anything of the right answer if it may not be shown.

    Args:
        pictures: The options of the question.
        numbers: The student's individual numbers, by name.
        compared: The answer beside the right one.
        tolerance: The error that a cell may have.

    Returns:
        One figure for each picture, without those that would be too large. Of several figures of one type, only the
        last.
    """
    wrong = not compared.right or not all(compared.right)
    needed = [picture for picture in pictures if wrong or isinstance(picture, MapsPicture)]
    results = [_figure(picture, numbers, compared, tolerance) for picture in needed]
    return tuple({type(figure): figure for figure in results if figure}.values())


def _figure(picture: Any, numbers: Mapping[str, Any], compared: CellComparison, tolerance: float) -> Figure | None:
    if isinstance(picture, MapsPicture):
        return _maps(compared)
    if isinstance(picture, SizesPicture):
        return _sizes(picture, numbers, compared)
    scene = _scene(picture, numbers)
    return _worked(scene, compared, tolerance) if _gives(scene, compared.expected, tolerance) else None


# ---- Options -> numbers ----------------------------------------------------------------------------------------------


def _value(name: Any, numbers: Mapping[str, Any]) -> Any:
    if not isinstance(name, str):
        return name
    if name not in numbers:
        raise PictureOptionsError(f"the picture has no number '{name}'. {suggestion(name, numbers)}.")
    return numbers[name]


def _whole(name: Any, numbers: Mapping[str, Any]) -> int:
    value = _value(name, numbers)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        what = repr(name) if isinstance(name, str) else "a size"
        raise PictureOptionsError(f"{what} must be a whole number, 0 or more. Received: {value!r}.")
    return value


def _array(name: Any, numbers: Mapping[str, Any], axes: int) -> Array:
    """Numbers with at least two axes, and at most `axes`."""
    value = _value(name, numbers)
    try:
        array = np.atleast_2d(np.asarray(value, dtype=float))
    except (TypeError, ValueError) as error:
        raise PictureOptionsError(f"{name!r} is not an array of numbers.") from error
    if array.ndim > axes or not array.size:
        raise PictureOptionsError(f"{name!r} is empty or has {array.ndim} axes. A picture shows at most {axes}.")
    return array


def _scene(picture: Any, numbers: Mapping[str, Any]) -> _Scene:
    image = _array(picture.image, numbers, 3)
    image = image if image.ndim == 3 else image[None]
    if isinstance(picture, PoolingPicture):
        sizes = [_whole(size, numbers) for size in picture.size]
        strides = [_whole(size, numbers) for size in picture.stride] if picture.stride else sizes
        return _Scene(
            image=image, filters=None, axes=_both_axes(image, sizes, strides, ["valid", "valid"]), by=picture.by
        )
    filters = _filters(_array(picture.filter, numbers, 4), len(image))
    if filters.shape[1] != len(image):
        raise PictureOptionsError(f"the filter has {filters.shape[1]} channels, but the image has {len(image)}.")
    if picture.flip:
        filters = filters[:, :, ::-1, ::-1]
    strides = [_whole(size, numbers) for size in picture.stride]
    rings = [_ring(ring, numbers) for ring in picture.padding]
    axes = _both_axes(image, filters.shape[2:], strides, rings)
    return _Scene(
        image=image,
        filters=filters,
        axes=axes,
        by="sum",
        bias=float(_array(picture.bias, numbers, 2).ravel()[0]),
        relu=picture.relu,
        flipped=picture.flip,
    )


def _filters(array: Array, channels: int) -> Array:
    """Filters with all four axes: maps, channels, rows, columns."""
    if array.ndim == 4:
        return array
    if array.ndim == 2:
        return array[None, None]
    return array[:, None] if channels == 1 else array[None]


def _both_axes(image: Array, window: Sequence[int], strides: Sequence[int], rings: Sequence[Any]) -> tuple[Axis, Axis]:
    """The axes of the rows and of the columns; an image with one axis has a single row."""
    windows = [1] * (2 - len(window)) + list(window)
    strides = [1] * (2 - len(strides)) + list(strides)
    rings = ["valid"] * (2 - len(rings)) + list(rings)
    rows, columns = (axis(*one_axis) for one_axis in zip(image.shape[1:], windows, strides, rings, strict=True))
    if not (rows.places and columns.places):
        raise PictureOptionsError("the window is larger than the image.")
    return rows, columns


def _ring(ring: Any, numbers: Mapping[str, Any]) -> Any:
    return ring if ring in ("valid", "same", "full") else _whole(ring, numbers)


def _axes(picture: SizesPicture, numbers: Mapping[str, Any]) -> list[Axis]:
    """The axes of an image of which only the sizes are known: one or two."""
    sizes = [_whole(size, numbers) for size in picture.image]
    windows = [_whole(size, numbers) for size in picture.filter][-len(sizes) :]
    strides = [_whole(size, numbers) for size in picture.stride][-len(sizes) :]
    rings = [_ring(ring, numbers) for ring in picture.padding][-len(sizes) :]
    if not len(sizes) == len(windows) == len(strides) == len(rings) or 0 in (*sizes, *windows, *strides):
        raise PictureOptionsError("image, filter, stride and padding must have a size for each axis.")
    return [axis(*one_axis) for one_axis in zip(sizes, windows, strides, rings, strict=True)]


# ---- Numbers -> figures ----------------------------------------------------------------------------------------------


def _worked(scene: _Scene, compared: CellComparison, tolerance: float) -> WorkedCell | None:
    """A cell that is not right, and the answer with all that are not right."""
    rows, columns = scene.axes
    maps = scene.result.shape
    if max(rows.length, columns.length) > _MOST_CELLS or len(scene.image) > _MOST_CHANNELS or maps[0] > _MOST_MAPS:
        return None
    same_shape = bool(compared.right)
    if not (same_shape or compared.may_reveal):
        return None
    if same_shape:
        wrong_cell = list(compared.right).index(False)
    else:
        wrong_cell = _first_that_differs(scene.result, compared, tolerance)
    number, row, column = (int(index) for index in np.unravel_index(wrong_cell, maps))
    return WorkedCell(
        image=_listed(scene.image if scene.filters is not None else scene.image[[number]]),
        filters=_listed(_shown_filter(scene, number, compared.may_reveal)) if scene.filters is not None else (),
        flipped=scene.flipped and compared.may_reveal,
        before=(rows.before, columns.before),
        after=(rows.after, columns.after),
        window=(rows.window, columns.window),
        stride=(rows.stride, columns.stride),
        by=scene.by,
        bias=_drawable(scene.bias) or 0,
        relu=scene.relu,
        place=(number, row, column),
        found=_as_maps(compared.actual, maps if same_shape else compared.actual_shape),
        wrong=_places(np.logical_not(np.reshape(list(compared.right), maps))) if same_shape else None,
        shape=tuple(int(size) for size in maps) if compared.may_reveal else None,
        value=_drawable(scene.result[number, row, column]) if compared.may_reveal else None,
    )


def _first_that_differs(result: Array, compared: CellComparison, tolerance: float) -> int:
    """The place of the first cell, in row-major order, that an answer of another shape has not, or has elsewhere."""
    answer = _as_maps(compared.actual, compared.actual_shape)
    if not answer:
        return 0
    cells = np.array(answer, dtype=float)  # a blank becomes NaN, which equals no number
    allowed_error = max(tolerance, 1e-6)
    is_in_answer = [bool(np.any(np.abs(cells - value) <= allowed_error)) for value in result.ravel()]
    if False in is_in_answer:
        return is_in_answer.index(False)
    common = tuple(slice(0, min(sizes)) for sizes in zip(result.shape, cells.shape, strict=True))
    is_in_place = np.zeros(result.shape, dtype=bool)
    is_in_place[common] = np.abs(result[common] - cells[common]) <= allowed_error
    return int(np.argmin(is_in_place.ravel()))


def _places(cells: Array) -> tuple[tuple[int, int, int], ...]:
    """Map, row and column of each cell that is true; `cells` has three axes."""
    return tuple((int(number), int(row), int(column)) for number, row, column in np.argwhere(cells))


def _shown_filter(scene: _Scene, number: int, may_reveal: bool) -> Array:
    """The filter of one map. If the right answer may not be shown, it is not turned: that would reveal the method."""
    assert scene.filters is not None
    weights: Array = scene.filters[number]
    return weights[:, ::-1, ::-1] if scene.flipped and not may_reveal else weights


def _sizes(picture: SizesPicture, numbers: Mapping[str, Any], compared: CellComparison) -> WindowSizes | None:
    axes = _axes(picture, numbers)
    right_sizes = tuple(window_axis.places for window_axis in axes)
    if any(size != right for size, right in zip(right_sizes, compared.expected, strict=False)):
        return None  # the options do not fit this question
    alone = len(compared.expected) == 1
    if compared.actual[: len(axes)] == compared.expected[: len(axes)]:
        return None  # the sizes are right, and something else is wrong
    counts = [_count(cell) for cell in (compared.actual * len(axes) if alone else compared.actual)[: len(axes)]]
    sizes = tuple(count for count in counts if count is not None)
    return WindowSizes(
        axes=tuple(axes),
        output=right_sizes if compared.may_reveal else None,
        found=sizes if len(sizes) == len(axes) else None,
        alone=alone,
    )


def _count(cell: Any) -> int | None:
    number = _drawable(cell)
    return int(number) if number is not None and number == int(number) and 0 <= number < 1e6 else None


def _maps(compared: CellComparison) -> FeatureMaps | None:
    """The answer as images, with the right ones beside it if they differ and may be shown."""
    maps = _as_maps(compared.actual, compared.actual_shape, _MOST_SIDE)
    if not maps or max(len(maps[0]), len(maps[0][0])) < 2:
        return None
    differs = not compared.right or not all(compared.right)
    beside = _as_maps(compared.expected, compared.expected_shape, _MOST_SIDE) if differs and compared.may_reveal else ()
    return FeatureMaps(found=maps, expected=beside, right=not differs)


def _as_maps(cells: Sequence[Any], shape: Sequence[int], most_side: int = _MOST_CELLS) -> tuple[Cells, ...]:
    """Cells as maps; empty if there are too many cells or axes."""
    sizes = tuple(shape) if len(shape) <= 3 else tuple(size for size in shape if size != 1)
    if len(sizes) > 3 or not cells or len(cells) > _MOST_PIXELS:
        return ()
    maps, rows, columns = (1,) * (3 - len(sizes)) + sizes
    if maps > _MOST_MAPS or max(maps, rows, columns) > most_side:
        return ()
    numbers = iter([_drawable(cell) for cell in cells])
    return tuple(tuple(tuple(next(numbers) for _ in range(columns)) for _ in range(rows)) for _ in range(maps))


def _listed(array: Array) -> tuple[Cells, ...]:
    return tuple(tuple(tuple(_drawable(cell) for cell in row) for row in channel) for channel in array.tolist())


def _drawable(cell: Any) -> int | float | None:
    """A number as a figure holds it, whole numbers as `int`; None for a blank and for a number beyond all bounds."""
    if cell is None or (isinstance(cell, int) and abs(cell) > _LARGEST):
        return None
    number = float(cell)
    if not math.isfinite(number) or abs(number) > _LARGEST:
        return None
    return int(number) if number.is_integer() else round(number, 6)
