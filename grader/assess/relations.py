"""General relations of a wrong answer to the right one: transposed, in percent, counted from 1 and so on."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, permutations
from math import ceil, floor, isfinite, log, pi, prod, sqrt

import numpy as np
import numpy.typing as npt

from grader.assess.answer_forms import ArrayReading
from grader.assess.reasons import distinct, together
from grader.text.messages import Text, message

Array = npt.NDArray[np.float64]
_ROUNDING = 1e-9
IN_PERCENT = message("This is in percent. The question asks for a share, so divide by 100.")
ALL_IN_PERCENT = message("These are in percent. The question asks for shares, so divide by 100.")
_FEWEST = 3  # cells that an array has to have so that a coincidence is unlikely
_SMALL = 20  # whole numbers below it are easily twice or half of one another
_PERCENT = 1000  # whole numbers from here on are hardly meant as a share
_LARGEST = 10**15  # above it, floats do not distinguish whole numbers


def of_numbers(answer: float, right: float, closely: bool = False) -> Text:
    """Describe what was done to the right number to get the answer.

    Args:
        answer: The number of the answer.
        right: The right number, which differs from it.
        closely: Whether only relations count that hardly occur by chance.

    Returns:
        A sentence for the student; empty if no relation is known.

    Example:
        >>> str(of_numbers(96, 0.96))
        'This is in percent. The question asks for a share, so divide by 100.'
    """
    if not (isfinite(answer) and isfinite(right)):
        return ""
    if closely and not any(_near(answer, value) for _, value in _close(right)):
        return ""
    return together(distinct(reason for reason, value in _numbers(right) if _near(answer, value)))


def _close(right: float) -> Iterator[tuple[Text, float]]:
    """Relations that hardly occur by chance, with their results; all of them are also among `_numbers`."""
    if right:
        yield message("The sign is wrong."), -right
    if not float(right).is_integer():
        yield IN_PERCENT, 100 * right
    elif 0 < abs(right) < _PERCENT:
        yield message("This is 100 times the right number: did you give a percentage?"), 100 * right


def _numbers(right: float) -> Iterator[tuple[Text, float]]:
    """Common mistakes with a right number, with their results; the more likely ones come first."""
    if right == 0:
        yield message("This is too large by 1."), 1
        return
    whole = float(right).is_integer()
    yield message("The sign is wrong."), -right
    if not whole:
        yield IN_PERCENT, 100 * right
        yield from _rounded(right)
    if 0 < right < 1:
        yield message("This is 1 minus the right number."), 1 - right
        yield message("This is 1 minus the right number, in percent."), 100 * (1 - right)
    if 0 < right < 100 and not whole:
        yield message("This is 100 minus the right number."), 100 - right
    if abs(right) != 1:
        yield message("This is inverted: 1 divided by the right number."), 1 / right
        yield message("You squared the right number."), right**2
        if right > 0:
            yield message("You took a square root that is not needed."), sqrt(right)
    if whole and abs(right) > 1:
        yield message("This is too large by 1. Did you count something twice, or start at 1 instead of 0?"), right + 1
        yield (
            message("This is too small by 1. Did you leave something out, such as a + 1, or start at 0 instead of 1?"),
            right - 1,
        )
    if whole and abs(right) < _PERCENT:
        yield message("This is 100 times the right number: did you give a percentage?"), 100 * right
    if whole and abs(right) < _SMALL:
        return  # two small numbers are easily twice or half of one another
    yield message("This is twice the right number. Did you count something twice?"), 2 * right
    yield message("This is half of the right number. Did you count something once that occurs twice?"), right / 2
    if not whole:
        yield message("This is a share. The question asks for percent, so multiply by 100."), right / 100
        yield message("This is the logarithm to base 10."), right / log(10)
        yield message("This is the logarithm to base 2."), right / log(2)
        yield message("This is in degrees. The question asks for radians."), right * 180 / pi
        yield message("This is in radians. The question asks for degrees."), right * pi / 180
    for factor in (10, 255, 256, 1000, 1024, 10**6, 1024**2) if not whole else ():
        yield message("This is {factor} times the right number.", factor=factor), factor * right
        yield message("This is the right number divided by {factor}.", factor=factor), right / factor


def values(right: Sequence[float | None]) -> list[float]:
    """The results of `of_numbers` for a correct number; empty for arrays, which hardly match by chance."""
    first = right[0] if len(right) == 1 else None
    return [] if first is None or not isfinite(first) else [value for _, value in _numbers(first)]


def _rounded(right: float) -> Iterator[tuple[Text, float]]:
    too_far = message("This is rounded to too few decimals. Give more.")
    for digits in range(4):
        yield too_far, round(right, digits)
    yield message("You rounded down."), floor(right)
    yield message("You rounded up."), ceil(right)


def _near(answer: float, value: float) -> bool:
    return answer == value or abs(answer - value) <= _ROUNDING * max(abs(answer), abs(value))


def typing_error(answer: float, right: float) -> Text:
    """Describe a typing error: two digits are swapped, or one is missing.

    Args:
        answer: The number of the answer.
        right: The right number; only whole numbers of at least three digits are considered.

    Returns:
        A sentence for the student; empty if there is no such error.

    Example:
        >>> str(typing_error(1368, 1386)), str(typing_error(136, 1386))
        ('Two digits are swapped.', 'A digit is missing.')
    """
    if not (isinstance(answer, int) and isinstance(right, int)):
        return ""
    if not (100 <= abs(right) <= _LARGEST and 10 <= abs(answer) <= _LARGEST):
        return ""
    digits, right_digits = str(abs(answer)), str(abs(right))
    pairs = enumerate(pairwise(right_digits))
    if digits in (
        right_digits[:place] + second + first + right_digits[place + 2 :] for place, (first, second) in pairs
    ):
        return message("Two digits are swapped.")
    if digits in (right_digits[:place] + right_digits[place + 1 :] for place in range(len(right_digits))):
        return message("A digit is missing.")
    return ""


def of_shapes(answer: tuple[object, ...], right: tuple[object, ...]) -> Text:
    """Describe what was done to the right sizes of a tensor to get the answer.

    Args:
        answer: The sizes of the answer; None or text for a blank axis.
        right: The right sizes.

    Returns:
        A sentence for the student; empty if no relation is known.
    """
    if not all(isinstance(size, int) for size in (*answer, *right)):
        return ""
    answer_sizes, right_sizes = tuple(map(_whole, answer)), tuple(map(_whole, right))
    *sides, depth = right_sizes
    changes = (
        (message("You put the depth first. In Keras, it is the last axis."), (depth, *sides)),
        (message("The depth is missing."), tuple(sides)),
        (message("One axis is missing."), right_sizes[1:]),
        (message("The axes are in the wrong order."), right_sizes[::-1]),
        (message("You multiplied the sizes. Give one size for each axis."), (prod(right_sizes),)),
        (message("Each size except the last is 1 too large."), (*(side + 1 for side in sides), depth)),
        (
            message("Each size except the last is 1 too small: is a + 1 missing?"),
            (*(side - 1 for side in sides), depth),
        ),
        (message("Each size except the last is twice the right size."), (*(2 * side for side in sides), depth)),
        (message("Each size except the last is half of the right size."), (*(side // 2 for side in sides), depth)),
        (message("There is one axis too many. Leave out the batch axis."), (1, *right_sizes)),
    )
    reason = next((reason for reason, sizes in changes if sizes == answer_sizes and answer_sizes), "")
    if reason or len(answer_sizes) != len(right_sizes):
        return reason
    if len(right_sizes) > 1 and answer_sizes in permutations(right_sizes):
        return message("The axes are in the wrong order.")
    return ""


def _whole(size: object) -> int:
    assert isinstance(size, int)
    return size


def of_arrays(answer: ArrayReading, right: ArrayReading, closely: bool = False, moved: Text = "") -> Text:
    """Describe what was done to the right array to get the answer.

    Args:
        answer: The array of the answer.
        right: The right array, which differs from it.
        closely: Whether only relations count that hardly occur by chance.
        moved: A sentence about cells in other places, from `rearrangement`.

    Returns:
        A sentence for the student; empty if no relation is known, or if so few cells may agree by chance.
    """
    answer_array, right_array = _array(answer), _array(right)
    if answer_array is not None and answer_array.size == 1:
        answer_array = answer_array.reshape(())
    if answer_array is None or right_array is None or not answer_array.size or not right_array.size:
        return moved
    changes = (reason for reason, value in _changed_arrays(right_array) if _equal(answer_array, value))
    reasons = distinct([moved, *changes] if moved else changes)
    return together(reasons) if reasons or closely else _in_parts(answer_array, right_array)


def _array(reading: ArrayReading) -> Array | None:
    if any(cell is None for cell in reading.cells) or len(reading.cells) > 20_000:
        return None
    try:
        array = np.array(reading.cells, dtype=float).reshape(reading.shape)
    except (ValueError, OverflowError):
        return None
    return array if np.isfinite(array).all() else None


def _equal(answer: Array, value: Array) -> bool:
    return answer.shape == value.shape and bool(np.allclose(answer, value, rtol=1e-7, atol=1e-9))


def _changed_arrays(right: Array) -> Iterator[tuple[Text, Array]]:
    """The right array with its cells in other places or changed in one way."""
    if right.ndim > 1:
        yield (
            message("The numbers are right, but they are in a single row. Keep the shape of the array."),
            right.ravel(),
        )
    for reason, change in _CHANGES.items():
        if right.size >= _FEWEST or reason in _CLEAR:
            with np.errstate(all="ignore"):
                value = change(right)
            if np.isfinite(value).all():
                yield reason, value
    yield from _exchanged(right)
    yield from _cut_or_padded(right)


_CHANGES: dict[Text, Callable[[Array], Array]] = {
    message("All signs are reversed."): lambda array: -array,
    message("You dropped the minus signs: these are absolute values."): np.abs,
    message("You replaced negative numbers by 0, as ReLU does."): lambda array: np.maximum(array, 0),
    message("You replaced positive numbers by 0."): lambda array: np.minimum(array, 0),
    ALL_IN_PERCENT: lambda array: 100 * array,
    message("These are shares. The question asks for percent, so multiply by 100."): lambda array: array / 100,
    message("You scaled the numbers to 0..1, that is, you divided them by 255."): lambda array: array / 255,
    message("Each number is 1 too large: did you count from 1 instead of 0, or add 1?"): lambda array: array + 1,
    message("Each number is 1 too small: did you count from 0 instead of 1, or forget to add 1?"): lambda array: (
        array - 1
    ),
    message("You squared each number."): np.square,
    message("You took the square root of each number."): lambda array: (
        np.sqrt(np.abs(array)) if (array >= 0).all() else array
    ),
    message("These are running totals. Give each number separately."): lambda array: np.cumsum(array).reshape(
        array.shape
    ),
    message("You put the sum of all numbers at the end."): lambda array: (
        np.append(array, array.sum()) if array.ndim == 1 else array
    ),
    message("The numbers are sorted. Keep their order."): lambda array: np.sort(array, axis=None).reshape(array.shape),
    message("The numbers are sorted, largest first. Keep their order."): lambda array: np.sort(array, axis=None)[
        ::-1
    ].reshape(array.shape),
    message("0 and 1 are swapped: each number is 1 minus the right one."): lambda array: 1 - array,
    message("You divided the numbers by their sum."): lambda array: array / array.sum(),
    message("You divided the numbers by the largest one."): lambda array: array / array.max(),
    message("Each number is inverted: 1 divided by the right one."): lambda array: 1 / array,
    message("The numbers are rounded to whole numbers. Give more decimals."): np.rint,
    message("The numbers are rounded down to whole numbers."): np.floor,
    message("The numbers are rounded to one decimal. Give more decimals."): lambda array: np.round(array, 1),
    message("You gave 1 for each number above 0, and 0 for the others."): lambda array: (array > 0).astype(float),
    message("This is the natural logarithm of each number."): lambda array: np.log(np.abs(array)),
    message("This is e raised to each number."): lambda array: np.exp(np.minimum(array, 700)),
}
_CLEAR = set(list(_CHANGES)[:9])


def _exchanged(right: Array) -> Iterator[tuple[Text, Array]]:
    """Common mistakes with the two numbers of a position."""
    if right.shape == (2,) and right[0] != right[1]:
        yield (
            message("The two numbers are swapped, and each is 1 too large: check whether you count from 0 or 1."),
            right[::-1] + 1,
        )
        yield (
            message("The two numbers are swapped, and each is 1 too small: check whether you count from 0 or 1."),
            right[::-1] - 1,
        )


def _cut_or_padded(right: Array) -> Iterator[tuple[Text, Array]]:
    """The right array with a part cut off or added, or reduced to one number."""
    if right.size >= _FEWEST and right.ndim and right.shape[0] > 1:
        yield message("The last number is missing."), right[:-1]
        yield message("The first number is missing."), right[1:]
    if right.ndim == 2 and min(right.shape) > 1:
        yield message("The last column is missing."), right[:, :-1]
        yield message("The first column is missing."), right[:, 1:]
        yield message("The last row and the last column are missing."), right[:-1, :-1]
        yield message("You kept only every second row and column."), right[::2, ::2]
        yield message("You added a border of zeros around the result."), np.pad(right, 1)
        if min(right.shape) > 2:
            yield message("The border is missing: these are only the cells in the middle."), right[1:-1, 1:-1]
    if right.ndim == 1:
        yield message("You added a 0 at the end."), np.append(right, 0)
        yield message("You added a 0 at the beginning."), np.insert(right, 0, 0)
    if right.ndim >= 1 and right.size > 1:
        for number, text in (
            (right.sum(), message("This is the sum of all the numbers that the question asks for.")),
            (
                right.mean(),
                message("This is the mean of all the numbers that the question asks for. Give each number separately."),
            ),
            (
                right.ravel()[0] if right.ravel()[0] == right.max() else np.nan,
                message("You gave only one number, the first or the largest. Give each number separately."),
            ),
            (right.ravel()[0], message("You gave only the first number. Give each number separately.")),
            (right.max(), message("You gave only the largest number. Give each number separately.")),
        ):
            yield text, np.asarray(number)


def _in_parts(answer: Array, right: Array) -> Text:
    """The right numbers in other places, or all of them wrong by the same factor or difference."""
    if answer.shape != right.shape or right.size < 2:
        return ""
    if np.allclose(np.sort(answer, axis=None), np.sort(right, axis=None)) and np.ptp(right) > 0:
        differ = int((~np.isclose(answer, right)).sum())
        return (
            message("Two numbers are swapped.")
            if differ == 2
            else message("These are the right numbers in the wrong places.")
        )
    if np.allclose(np.abs(answer), np.abs(right)):
        return message("The numbers are right, except that some signs are wrong.")
    if right.size < _FEWEST and np.count_nonzero(right) < 2:
        return ""
    return _factor(answer, right)


def _factor(answer: Array, right: Array) -> Text:
    filled = right != 0
    alone = not filled.any() or (answer[~filled] != 0).any()
    with np.errstate(all="ignore"):
        factors = np.array([]) if alone else answer[filled] / right[filled]
    if factors.size > 1 and np.ptp(factors) <= _ROUNDING * abs(factors[0]) and factors[0] not in (0, 1):
        factor = float(factors[0])
        if abs(factor) <= 1024 and _near(factor, round(factor)):
            return message("Each number is {factor} times the right one.", factor=round(factor))
        if abs(factor) >= 1 / 1024 and _near(1 / factor, round(1 / factor)):
            return message("Each number is the right one divided by {factor}.", factor=round(1 / factor))
        return message("These are the right numbers, all multiplied by the same factor.")
    differences = answer - right
    if np.ptp(differences) <= _ROUNDING * max(1.0, float(np.abs(right).max())) and right.size >= _FEWEST:
        return message("These are the right numbers, with the same number added to each.")
    return ""
