"""How likely a wrong answer agrees with a known mistake that was not made.

Whoever guesses, miscalculates or mistypes is off by some amount. Of all answers that are off by about as much, the
known mistakes explain some; the more of them they explain, the less it says that one of them fits.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import isclose, isfinite, prod
from sys import float_info
from typing import Any

Numbers = Sequence[float | None]

_FINEST = 9  # digits after the point; more are those of a float that was computed, not chosen
_NEAREST, _FARTHEST = 0.5, 2.0  # times as far off
_LEAST_ROOM = 2.0
_SAME = 1e-9


def numbers_of(value: Any) -> tuple[float | None, ...]:
    """The numbers of plain data in row-major order; empty where it holds anything else, or numbers beyond floats."""
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
    """The unit of the last digit that is written: 1 of whole numbers, 0.01 of 3.25."""
    exponent = Decimal(repr(float(number))).as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    if digits <= 0 or float(number).is_integer():
        return 1.0
    return max(10.0 ** -min(digits, _finest(number)), float_info.min)  # of the tiniest numbers the power would be 0


def _finest(number: float) -> int:
    """The digits after the point that count: some of each number, however small."""
    return _FINEST - Decimal(repr(abs(number))).adjusted()


def written(found: Numbers, value: Numbers) -> bool:
    """Whether numbers are others with fewer digits: rounded or cut off after the last digit that is written."""
    return len(found) == len(value) and all(
        one is not None and other is not None and abs(one - other) < step(one) * (1 + _SAME)
        for one, other in zip(found, value, strict=True)
    )


def chance(found: Numbers, right: Numbers, known: Iterable[Numbers], whole_digits: bool = True) -> float:
    """The share of answers like the one found that known mistakes explain.

    Like it are those that are wrong in the same cells, each by half to twice as much, with as many digits.

    Args:
        found: The numbers given, which are not the right ones.
        right: The right numbers.
        known: The answers of known mistakes; such as have another length do not count.
        whole_digits: Whether a mistake has to give just the digits found; else they may be rounded.

    Returns:
        0 where no guess is likely to agree; 1 or more where each would. 0 as well where the answer has another length
        than the right one or blank cells, since that says enough.
    """
    if len(found) != len(right) or None in found or None in right or not all(map(isfinite, [*found, *right])):  # type: ignore[arg-type]
        return 0.0
    off = [one - other for one, other in zip(found, right, strict=True)]  # type: ignore[operator]
    wrong = [place for place, by in enumerate(off) if not _none(by, right[place])]
    if not wrong:
        return 0.0
    steps = {place: step(found[place]) for place in wrong}  # type: ignore[arg-type]
    room = prod(max(_LEAST_ROOM, 3 * abs(off[place]) / steps[place]) for place in wrong)
    alike = {
        tuple(round(other[place] / steps[place], 6 if whole_digits else 0) for place in wrong)  # type: ignore[operator]
        for other in known
        if len(other) == len(right)
        and None not in other
        and all(map(isfinite, other))  # type: ignore[arg-type]
        and _alike(other, right, off, set(wrong))
        and (not whole_digits or all(_fits(other[place], steps[place]) for place in wrong))
    }
    return len(alike) / room


def _alike(other: Numbers, right: Numbers, off: Sequence[float], wrong: set[int]) -> bool:
    """Whether other numbers are wrong in the same cells, and by about as much."""
    for place, (one, wanted) in enumerate(zip(other, right, strict=True)):
        assert one is not None
        assert wanted is not None
        by = one - wanted
        if _none(by, wanted) != (place not in wrong):
            return False
        if place in wrong and not _NEAREST - _SAME <= abs(by / off[place]) <= _FARTHEST + _SAME:
            return False
    return True


def _fits(number: float | None, unit: float) -> bool:
    """Whether a number has no more digits than this unit allows."""
    assert number is not None
    units = number / unit
    return not isfinite(units) or isclose(units, round(units), rel_tol=1e-7, abs_tol=1e-6)


def _none(by: float, wanted: float | None) -> bool:
    """Whether a difference is none but for the rounding of floats."""
    assert wanted is not None
    return abs(by) <= _SAME * max(1e-6, abs(wanted))
