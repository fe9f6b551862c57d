"""How likely it is that a wrong answer matches a known mistake by chance.

A student who guesses, miscalculates or mistypes is off by some amount. The known mistakes explain some of the answers
that are off by about the same amount. The larger this share, the weaker the evidence that a match gives.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import isclose, isfinite, prod
from sys import float_info
from typing import Any

Numbers = Sequence[float | None]

_FINEST = 9  # digits after the point; a float with more was computed, not typed
_NEAREST, _FARTHEST = 0.5, 2.0  # relative to the error of the answer
_LEAST_ROOM = 2.0  # similar answers in one cell, at least
_SAME = 1e-9  # relative rounding error of floats


def numbers_of(value: Any) -> tuple[float | None, ...]:
    """The numbers of plain data in row-major order; empty if it contains anything else, or numbers beyond floats."""
    cells: list[float | None] = []
    try:
        _gather(value, cells)
    except (TypeError, ValueError, OverflowError):
        return ()
    return tuple(cells)


def _gather(value: Any, cells: list[float | None]) -> None:
    if isinstance(value, list | tuple):
        for item in value:
            _gather(item, cells)
    elif isinstance(value, str | bytes):
        raise TypeError(value)
    else:
        cells.append(None if value is None else float(value))


def step(number: float) -> float:
    """The unit of the last digit that is written.

    Example:
        >>> step(3.25), step(12.0), step(0.5)
        (0.01, 1.0, 0.1)
    """
    exponent = Decimal(repr(float(number))).as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    if digits <= 0 or float(number).is_integer():
        return 1.0
    return max(10.0 ** -min(digits, _finest(number)), float_info.min)  # of the tiniest numbers the power would be 0


def _finest(number: float) -> int:
    """The number of digits after the point that count. Small numbers also have significant digits."""
    return _FINEST - Decimal(repr(abs(number))).adjusted()


def matches_as_written(answer: Numbers, value: Numbers) -> bool:
    """Whether an answer is a value, rounded or cut off after the last digit that the student wrote.

    Args:
        answer: The numbers of the answer.
        value: The numbers to compare with.

    Example:
        >>> matches_as_written([3.14], [3.14159]), matches_as_written([3.12], [3.14159])
        (True, False)
    """
    return len(answer) == len(value) and all(
        number is not None and exact is not None and abs(number - exact) < step(number) * (1 + _SAME)
        for number, exact in zip(answer, value, strict=True)
    )


def chance(answer: Numbers, right: Numbers, known_answers: Iterable[Numbers], whole_digits: bool = True) -> float:
    """The share of similar answers that known mistakes explain.

    Similar answers are wrong in the same cells, by half to twice as much in each, and have the same number of digits.

    Args:
        answer: The numbers of the student's answer, which is wrong.
        right: The correct numbers.
        known_answers: The answers that known mistakes give. Those of another length do not count.
        whole_digits: Whether a mistake must give exactly the digits of the answer. Otherwise they may be rounded.

    Returns:
        A share: 0 if no guess is likely to match, 1 or more if every guess would match. It is also 0 if the answer has
        blank cells or another length than the correct one, because a match is then strong evidence by itself.
    """
    if len(answer) != len(right) or None in answer or None in right or not all(map(isfinite, [*answer, *right])):  # type: ignore[arg-type]
        return 0.0
    errors = [number - exact for number, exact in zip(answer, right, strict=True)]  # type: ignore[operator]
    wrong = [place for place, error in enumerate(errors) if not _is_zero(error, right[place])]
    if not wrong:
        return 0.0
    steps = {place: step(answer[place]) for place in wrong}  # type: ignore[arg-type]
    # An error of half to twice the size, above or below the right number, leaves a range of 3 times the error.
    similar_answers = prod(max(_LEAST_ROOM, 3 * abs(errors[place]) / steps[place]) for place in wrong)
    explained = set()
    for known_answer in known_answers:
        if len(known_answer) != len(right) or not _is_similar(known_answer, right, errors, set(wrong)):
            continue
        if not whole_digits or all(_fits(known_answer[place], steps[place]) for place in wrong):
            digits = 6 if whole_digits else 0
            explained.add(tuple(round(known_answer[place] / steps[place], digits) for place in wrong))  # type: ignore[operator]
    return len(explained) / similar_answers


def _is_similar(known_answer: Numbers, right: Numbers, errors: Sequence[float], wrong: set[int]) -> bool:
    """Whether other numbers are wrong in the same cells, by about the same amount; never if a cell is blank."""
    if None in known_answer or not all(map(isfinite, known_answer)):  # type: ignore[arg-type]
        return False
    for place, (number, right_number) in enumerate(zip(known_answer, right, strict=True)):
        assert number is not None
        assert right_number is not None
        difference = number - right_number
        if _is_zero(difference, right_number) != (place not in wrong):
            return False
        if place in wrong and not _NEAREST - _SAME <= abs(difference / errors[place]) <= _FARTHEST + _SAME:
            return False
    return True


def _fits(number: float | None, unit: float) -> bool:
    """Whether a number has no more digits than this unit allows."""
    assert number is not None
    units = number / unit
    return not isfinite(units) or isclose(units, round(units), rel_tol=1e-7, abs_tol=1e-6)


def _is_zero(difference: float, right: float | None) -> bool:
    """Whether a difference is 0 up to the rounding of floats."""
    assert right is not None
    return abs(difference) <= _SAME * max(1e-6, abs(right))
