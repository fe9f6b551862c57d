"""Reads answers in all the forms in which students give a number, an array, a shape, indices or a text."""

import math
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.assess.numerals import (
    ANY,
    QUOTES_NOTE,
    WHOLE,
    NumberForm,
    is_numeral,
    number_in,
    written_as_two,
)
from grader.assess.numerals import UnreadableError as UnreadableError
from grader.assess.printed import values_in
from grader.model.closeness import EXACT_IN_FLOAT, NARROW, close, is_finite
from grader.text.language import marked
from grader.text.messages import Text, message, number, spelt
from grader.text.values import choice
from grader.text.values import value as text_of

Number = int | float
_Floats = npt.NDArray[np.float64]
_Truths = npt.NDArray[np.bool_]
_MOST_AXES = 8
_MOST_SIZES = 16  # of a shape
_MANY = 32  # cells, from which comparing whole arrays is faster than comparing numbers
LIST_NOTE = marked("Leave out the brackets: the answer is one number.")
TUPLE_NOTE = marked("Leave out the comma at the end: it turns the number into a tuple.")
TRUTH_NOTE = marked("The grader read True as 1 and False as 0. Write numbers instead.")
_WITHOUT_ORDER = ("set", "frozenset")
_BATCH = frozenset(("none", "nan", "?", "n", "b", "m", "bs", "batch", "batch_size", "batchsize", "batch size"))
"""Notations of the batch axis besides None; an array of floats holds nan for None."""
_PIXELS = re.compile(r"(?<=[\d\s])(?:px|pixels?)\b", re.IGNORECASE)
_BETWEEN_SIZES = re.compile(
    r"\s*(?:[,;×*/|]|(?<![^\W\d])x(?![^\W\d])|(?<=none)x|x(?=none)|\bby\b|\bmal\b|(?<=\d)\s*[-–]\s*(?=\d))\s*|\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A number, and advice on writing it better; empty if it was written well."""

    value: Number
    note: Text = ""


@dataclass(frozen=True, slots=True)
class ArrayReading:
    """An array: its shape, its cells in row-major order (None for a blank), and advice on writing it better."""

    shape: tuple[int, ...]
    cells: tuple[Number | None, ...]
    note: Text = ""


def read_number(value: Any, form: NumberForm = ANY, type_name: str = "") -> NumberReading:
    """Read one number: `26`, `26.0`, `[26]` and `"26"` are the same to a teacher.

    Args:
        value: The answer as plain data.
        form: The form that the question requires; it decides the meaning of commas and units in a text.
        type_name: Type of the answer in the notebook.

    Raises:
        UnreadableError: If it is not a finite number, or could be several.

    Example:
        >>> [read_number(answer).value for answer in (26, [26], "26", True)]
        [26, 26, 26, 1]
    """
    note: Text = ""
    for _ in range(_MOST_AXES):  # not `while`: a student chooses how many lists are inside one another
        if isinstance(value, list) and len(value) == 1:
            value, note = value[0], message(TUPLE_NOTE if type_name == "tuple" else LIST_NOTE)
    _refuse_names(value)
    if isinstance(value, list) and len(value) > 1:
        raise UnreadableError(_several(value, form, type_name))
    if isinstance(value, str):
        if "[" in value:
            return NumberReading(read_number(values_in(value) or [], form).value, message(QUOTES_NOTE))
        return NumberReading(*number_in(value, form))
    return NumberReading(_checked(value), message(TRUTH_NOTE) if isinstance(value, bool) else note)


def _several(values: Sequence[Any], form: NumberForm, type_name: str) -> Text:
    """Describe several values in place of one number, and in particular a comma that made two numbers of one."""
    whole = all(type(item) is int and (item >= 0 or not place) for place, item in enumerate(values))
    if type_name == "tuple" and whole and len(values) <= _MOST_AXES:
        tuple_text, candidates = written_as_two(list(values), form)
        if candidates:
            return message(
                "Python reads {written} as {count} numbers. Write {meant}.",
                written=tuple_text,
                count=len(values),
                meant=choice(candidates),
            )
    return message(
        "{answer} has {count} entries. The question asks for one number.",
        answer=text_of(list(values)),
        count=len(values),
    )


def read_array(value: Any, type_name: str = "") -> ArrayReading:
    """Read an array given as nested lists, or as text; a number alone has no axes.

    Args:
        value: The answer as plain data.
        type_name: Type of the answer in the notebook.

    Raises:
        UnreadableError: If the rows differ in length, a cell is text, the values have no order, or it is not an array.

    Example:
        >>> read_array([[1, 2], [3, None]])
        ArrayReading(shape=(2, 2), cells=(1, 2, 3, None), note='')
    """
    _refuse_without_order(value, type_name)
    note: Text = ""
    if isinstance(value, str) and (listed := values_in(value)) is not None:
        value, note = listed, message(QUOTES_NOTE)
    shape = _shape_of(value)
    leaves = [value]
    for size in shape:
        if not (set(map(type, leaves)) <= {list} and set(map(len, leaves)) <= {size}):
            raise UnreadableError(message("The rows of the array do not all have the same length."))
        leaves = list(chain.from_iterable(leaves))
    kinds = set(map(type, leaves))
    if kinds <= {float} and all(map(math.isfinite, leaves)):  # true of nearly all arrays; saves the work cell by cell
        return ArrayReading(shape, tuple(leaves))
    if not note and any(isinstance(leaf, str) and is_numeral(leaf) for leaf in leaves):
        note = message(QUOTES_NOTE)
    elif not note and kinds == {bool}:
        note = message(TRUTH_NOTE)
    return ArrayReading(shape, tuple(_cell(leaf) for leaf in leaves), note)


def _refuse_names(value: Any) -> None:
    if isinstance(value, dict):
        raise UnreadableError(message("This is a dict, which pairs names with values. Write only the values."))


def _refuse_without_order(value: Any, type_name: str) -> None:
    _refuse_names(value)
    if type_name in _WITHOUT_ORDER and isinstance(value, list) and len(value) > 1:  # the name of a type is a claim
        raise UnreadableError(
            message(
                "{answer} is a set, which has no order and drops duplicates. Write [...] or (...).",
                answer=text_of(value),
            )
        )


def read_shape(value: Any, type_name: str = "") -> tuple[tuple[int | str | None, ...], Text]:
    """Read the sizes of a tensor.

    Args:
        value: A list of sizes, one number, or a text such as `26x26x32`.
        type_name: Type of the answer in the notebook.

    Returns:
        The sizes without a leading None (the batch axis), with `"..."` for a blank axis; and advice on writing them
        better.

    Raises:
        UnreadableError: If a size is not a whole number, or the sizes have no order.

    Example:
        >>> read_shape([None, 26, 26, 32])[0], read_shape("26x26x32")[0]
        ((26, 26, 32), (26, 26, 32))
    """
    _refuse_without_order(value, type_name)
    note: Text = ""
    if isinstance(value, str):
        value, note = _sizes_in(value), message(QUOTES_NOTE)
    axes = value if isinstance(value, list) else [value]
    if any(isinstance(axis, list) for axis in axes):  # a list of shapes with one shape in it
        axes = list(chain.from_iterable(axis if isinstance(axis, list) else [axis] for axis in axes))
    if len(axes) > 1 and isinstance(axes[0], str) and axes[0].strip().casefold() in _BATCH:
        axes = [None, *axes[1:]]
    if len(axes) > _MOST_SIZES:
        raise UnreadableError(message("A shape has one size for each axis. Received: {count} sizes.", count=len(axes)))
    sizes = tuple(_size(axis) for axis in axes)
    return (sizes[1:] if len(sizes) > 1 and sizes[0] is None else sizes), note


def _sizes_in(text: str) -> list[Any]:
    if "[" in text or "(" in text:
        listed = values_in(text)
        if listed is None:
            raise UnreadableError(message("{answer} is not a list of numbers.", answer=text_of(text)))
        return listed
    bare = _PIXELS.sub("", text).strip(" \t\r\n|,")
    return [None if word.lower() == "none" else word for word in _BETWEEN_SIZES.split(bare)]


def read_indices(value: Any, count: int | None = None) -> tuple[tuple[int, ...], Text]:
    """Read a list of indices.

    Args:
        value: A list of whole numbers in any order, also as floats or as a text. It may also be the only item of
            another list, as in the result of `np.where`.
        count: The number of items; indices go from 0 to one less. None if it is not known.

    Returns:
        The indices in the order of the list, and advice on writing them better.

    Raises:
        UnreadableError: If it is a mask, contains anything but whole numbers, or an index of an item that does not
            exist.
    """
    note: Text = ""
    if isinstance(value, str) and (listed := values_in(value)) is not None:
        value, note = listed, message(QUOTES_NOTE)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    if not isinstance(value, list):
        raise UnreadableError(
            message(
                "The question asks for a list of indices, such as [3, 14, 159]. Received: {answer}.",
                answer=text_of(value),
            )
        )
    mask = len(value) == count and all(item in (0, 1) for item in value)
    if value and (mask or all(isinstance(item, bool) for item in value)):
        raise UnreadableError(
            message("This is a mask, with true or false for each item. Use np.flatnonzero(mask) to get the indices.")
        )
    indices = tuple(_index(item) for item in value)
    if indices and (min(indices) < 0 or (count is not None and max(indices) >= count)):
        raise UnreadableError(_out_of_range(min(indices), max(indices), count))
    repeated = len(indices) - len(set(indices))
    if repeated:
        note = message("Repeated entries in your list: {count}. Each index counts only once.", count=number(repeated))
    return indices, note


def _out_of_range(low: int, high: int, count: int | None) -> Text:
    if count is None:
        return message("Indices start at 0. Yours go from {low} to {high}.", low=spelt(low), high=spelt(high))
    return message(
        "Indices must be from 0 to {last}. Yours go from {low} to {high}.",
        last=count - 1,
        low=spelt(low),
        high=spelt(high),
    )


def cells_close(
    answer: Sequence[Number | None], expected: Sequence[Number | None], tolerance: float, relative_tolerance: float
) -> list[bool]:
    """Apply `close` to each cell; a blank is not close to anything.

    Args:
        answer: The cells of the answer.
        expected: The right cells; as many as in the answer.
        tolerance: See `close`.
        relative_tolerance: See `close`.

    Returns:
        Whether each cell is close.
    """

    def is_close(cell: Number | None, right_cell: Number | None) -> bool:
        return cell is not None and right_cell is not None and close(cell, right_cell, tolerance, relative_tolerance)

    if len(answer) < _MANY or not set(map(type, (*answer, *expected))) <= {float}:
        return list(map(is_close, answer, expected))
    near, sure = _close_at_once(np.array(answer), np.array(expected), tolerance, relative_tolerance)
    return [
        is_near if is_sure else is_close(cell, right_cell)
        for is_near, is_sure, cell, right_cell in zip(near.tolist(), sure.tolist(), answer, expected, strict=True)
    ]


def _close_at_once(
    answer: _Floats, expected: _Floats, tolerance: float, relative_tolerance: float
) -> tuple[_Truths, _Truths]:
    """The arithmetic of `close` on whole arrays of shape (n,).

    Returns:
        Shape (n,), booleans: whether each number is close; and where floats are exact enough to be sure of that. All
        others are compared one by one.
    """
    with np.errstate(all="ignore"):
        distance, target = np.abs(answer - expected), np.abs(expected)
        whole = (np.trunc(expected) == expected) & (np.trunc(answer) == answer)
        allowed = np.maximum(tolerance, relative_tolerance * target) + np.where(whole, 0.0, 1e-9 * target)
        exact = (np.abs(answer) < EXACT_IN_FLOAT) & (target < EXACT_IN_FLOAT)
        clear = np.abs(distance - allowed) > NARROW * np.maximum(distance, allowed)
    return distance <= allowed, exact & clear


def _checked(value: Any) -> Number:
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, int | float):
        raise UnreadableError(message("{answer} is not a number.", answer=text_of(value)))
    if not is_finite(value):
        raise UnreadableError(
            message("{answer} is not a finite number, so the grader cannot compare it.", answer=text_of(value))
        )
    return value


def _shape_of(value: Any) -> tuple[int, ...]:
    shape: list[int] = []
    while isinstance(value, list):
        shape.append(len(value))
        if len(shape) > _MOST_AXES:
            raise UnreadableError(message("The array has more than {count} axes.", count=_MOST_AXES))
        if not value:
            break
        value = value[0]
    return tuple(shape)


def _cell(leaf: Any) -> Number | None:
    if type(leaf) is int or (type(leaf) is float and math.isfinite(leaf)):  # nearly all cells need no other test
        return _as_arrays_hold_it(leaf)
    if leaf is None or leaf == "...":
        return None
    if isinstance(leaf, list):
        raise UnreadableError(message("The rows of the array do not all have the same length."))
    if leaf in ("nan", "inf", "-inf"):
        return math.nan
    if isinstance(leaf, str):
        return _as_arrays_hold_it(number_in(leaf)[0])
    if isinstance(leaf, float) and not math.isfinite(leaf):
        return math.nan
    return _as_arrays_hold_it(_checked(leaf))


def _as_arrays_hold_it(cell: Number) -> Number:
    """The number itself; infinity for an integer that is too large for a float."""
    if abs(cell) <= sys.float_info.max:
        return cell
    return math.inf if cell > 0 else -math.inf


def _index(item: Any) -> int:
    if isinstance(item, str) and is_numeral(item):
        item = number_in(item, WHOLE)[0]
    if isinstance(item, bool) or not (isinstance(item, int) or (isinstance(item, float) and item.is_integer())):
        raise UnreadableError(message("{answer} is not an index: indices are whole numbers.", answer=text_of(item)))
    return int(item)


def _size(axis: Any) -> int | str | None:
    if axis is None or axis == "...":
        return None if axis is None else "..."
    size = read_number(axis, WHOLE).value
    if size != int(size):
        raise UnreadableError(
            message("{answer} is not the size of an axis: sizes are whole numbers.", answer=text_of(axis))
        )
    return int(size)


def read_text(value: Any) -> str:
    """Read free text, without blanks around it; empty if it only has blanks and dots.

    Raises:
        UnreadableError: If it is not a text.
    """
    if not isinstance(value, str):
        raise UnreadableError(message("The question asks for text in quotes. This is {answer}.", answer=text_of(value)))
    text = value.strip()
    return text if text.strip(". \n") else ""


def words_of(text: str) -> int:
    """Count the words of a text: parts between blanks with at least one letter or digit."""
    return sum(any(sign.isalnum() for sign in word) for word in text.split())
