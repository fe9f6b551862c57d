"""Whether one number is near enough to another: the rule of marking and of the drawing of numbers."""

import math
from fractions import Fraction

Number = int | float
EXACT_IN_FLOAT = 2**53
NARROW = 1e-12  # far more than a few roundings of floats change
_ROUNDING = Fraction(1, 10**9)


def close(number: Number, expected: Number, tolerance: float = 0.0, relative_tolerance: float = 0.0) -> bool:
    """Whether a number is near enough; the rounding of floating-point numbers never costs points.

    Args:
        number: The number of an answer; NaN and infinity are near nothing.
        expected: The right number.
        tolerance: The largest difference that counts as right.
        relative_tolerance: The same, as a share of the right number.

    Example:
        >>> close(0.1 + 0.2, 0.3), close(7, 8), close(7, 8, tolerance=1)
        (True, False, True)
    """
    if not (is_finite(number) and is_finite(expected)):
        return False
    if number == expected:
        return True
    # Floats are fast and decide nearly all cases. Fractions decide those that rounding could turn over.
    if abs(number) < EXACT_IN_FLOAT and abs(expected) < EXACT_IN_FLOAT:
        distance, target = abs(float(number) - float(expected)), abs(float(expected))
        whole = target.is_integer() and float(number).is_integer()
        allowed = max(tolerance, relative_tolerance * target) + (0.0 if whole else 1e-9 * target)
        if abs(distance - allowed) > NARROW * max(distance, allowed):
            return distance <= allowed
    return exactly_close(Fraction(number), Fraction(expected), Fraction(tolerance), Fraction(relative_tolerance))


def exactly_close(number: Fraction, expected: Fraction, tolerance: Fraction, relative_tolerance: Fraction) -> bool:
    """`close` without any rounding: for integers too large for a float, and where rounding would decide."""
    whole = number.denominator == 1 and expected.denominator == 1
    allowed = max(tolerance, relative_tolerance * abs(expected)) + (0 if whole else _ROUNDING * abs(expected))
    return abs(number - expected) <= allowed


def is_finite(value: Number) -> bool:
    """Whether a number is neither NaN nor infinite."""
    return isinstance(value, int) or math.isfinite(value)  # an integer may be too large for `isfinite`
