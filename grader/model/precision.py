"""How exact an answer with decimals has to be; marking and the drawing of numbers ask the same rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import Any

from grader.model.closeness import close

DIGITS = 2
"""The significant digits that are enough where a question asks for none."""

_LARGEST_EXPONENT = 300  # of a float, with room to spare


@dataclass(frozen=True, slots=True)
class Precision:
    """What a question says about it; the widest of all that it says counts.

    Attributes:
        tolerance: The largest difference that counts as right.
        relative_tolerance: The same, as a share of the right number.
        decimals: Digits after the point that are asked for; None where it does not say.
        digits: Significant digits that are asked for; None where it does not say.
    """

    tolerance: float = 0.0
    relative_tolerance: float = 0.0
    decimals: int | None = None
    digits: int | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Precision":
        """Read it from the options of a question, which need not have been checked."""
        tolerance, relative = (_number(options.get(name)) for name in ("tolerance", "relative_tolerance"))
        decimals, digits = (_count(options.get(name)) for name in ("decimals", "digits"))
        return cls(tolerance, relative, decimals, digits)

    @property
    def is_stated(self) -> bool:
        """Whether the question says how exact an answer has to be; if not, a whole number is expected."""
        return bool(self.tolerance or self.relative_tolerance) or self.decimals is not None or self.digits is not None

    def allowed(self, expected: float) -> float:
        """The largest difference from the right number: rounded as asked, an answer is right.

        Args:
            expected: The right number.

        Returns:
            0 where a whole number is asked for; at least half a unit of the last digit that is asked for.
        """
        least = [self.tolerance, self.relative_tolerance * _size(expected)]
        if self.decimals is not None:
            least.append(0.5 * 10.0**-self.decimals)
        digits = self._digits(expected)
        if digits is not None and _size(expected):
            least.append(0.5 * 10.0 ** (_exponent(expected) + 1 - digits))
        return max(least)

    def rounded(self, number: float, expected: float) -> float:
        """A number as somebody writes it who rounds as far as the question lets them.

        Args:
            number: Any.
            expected: The right number, which says whether there is anything to round.
        """
        places = [] if self.decimals is None else [self.decimals]
        digits = self._digits(expected)
        if digits is not None and _size(number):
            places.append(digits - 1 - _exponent(number))
        return round(number, min(places)) if places else number

    def takes(self, value: Any, right: Any) -> bool:
        """Whether a number, or lists of numbers, are near enough to the right ones; anything else has to be equal.

        Lists are compared as marking compares arrays: axes of size 1 do not matter, and the same number in all cells
        is right only if all right cells are the same, too.
        """
        if _is_number(value) and _is_number(right):
            return close(value, right, self.allowed(right), self.relative_tolerance)
        if isinstance(value, list) and isinstance(right, list):
            return self._takes_array(value, right)
        return bool(value == right)

    def takes_rounded(self, value: Any, right: Any) -> bool:
        """Whether they are once somebody has rounded them as far as the question lets one."""
        return self.takes(self._all_rounded(value, right), right)

    def _all_rounded(self, value: Any, right: Any) -> Any:
        if _is_number(value) and _is_number(right):
            return self.rounded(value, right)
        if isinstance(value, list) and isinstance(right, list) and len(value) == len(right):
            return list(map(self._all_rounded, value, right))
        return value

    def _takes_array(self, value: list[Any], right: list[Any]) -> bool:
        (shape, cells), (right_shape, right_cells) = _array(value), _array(right)
        if shape != right_shape or (_all_equal(cells) and not _all_equal(right_cells)):
            return False
        return all(map(self.takes, cells, right_cells))

    def _digits(self, expected: float) -> int | None:
        return self.digits if self.is_stated else None if is_whole(expected) else DIGITS


def _array(value: Any) -> tuple[tuple[int, ...], list[Any]]:
    """The shape of nested lists, without axes of size 1, and their cells; lists in lists of other sizes are cells."""
    if not isinstance(value, list):
        return (), [value]
    parts = [_array(item) for item in value]
    shapes = {shape for shape, _ in parts}
    if len(shapes) > 1:
        return (len(value),), value
    inner = shapes.pop() if shapes else ()
    outer = () if len(value) == 1 else (len(value),)
    return (*outer, *inner), [cell for _, cells in parts for cell in cells]


def _all_equal(cells: list[Any]) -> bool:
    return all(cell == cells[0] for cell in cells)


def _number(option: Any) -> float:
    return float(option) if isinstance(option, int | float) else 0.0


def _count(option: Any) -> int | None:
    return option if isinstance(option, int) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def is_whole(number: float) -> bool:
    """Whether a number has no decimals."""
    return isinstance(number, int) or float(number).is_integer()


def _size(number: float) -> float:
    try:
        size = abs(float(number))
    except OverflowError:  # an integer that no float holds: see `closeness.close`
        return 0.0
    return size if isfinite(size) else 0.0


def _exponent(number: float) -> int:
    return min(floor(log10(abs(number))), _LARGEST_EXPONENT)
