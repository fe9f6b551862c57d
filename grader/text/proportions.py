"""Shares of right answers: how certain they are, what they are worth, how they are written, and counts by tenths."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import floor, sqrt

from grader.text.messages import Numeral, Text

Z_95 = 1.959964  # of the normal distribution: 95 % lie within so many standard deviations
TENTHS = 10
_NOISE = 1e-9  # of a tenth: 0.7 - 0.4 is 0.3, and in the column that 0.3 begins


def wilson(right: int, count: int) -> tuple[float, float]:
    """Compute the 95 % Wilson interval of a proportion, which stays between 0 and 1 also for none or all of a few.

    Args:
        right: How many are right, from 0 to `count`.
        count: How many there are, 1 or more.

    Returns:
        (low, high), each from 0 to 1; the proportion itself lies between them.

    Example:
        >>> "{:.3f} {:.3f}".format(*wilson(9, 10))
        '0.596 0.982'
    """
    share, spread = right / count, Z_95**2 / count
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * sqrt(share * (1 - share) / count + spread / (4 * count))
    # Rounding may put an end beyond the share itself, or beyond 0 and 1.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def percent(share: float) -> Text:
    """Write a share from 0 to 1 as a percentage: with one decimal at most, and as 100 % only for all.

    Example:
        >>> str(percent(0.9999)), str(percent(0.125))
        ('99.9 %', '12.5 %')
    """
    rounded = round(100 * share, 1)
    return Numeral(f"{min(rounded, 99.9) if share < 1 else rounded:g} %")


def by_tenths(shares: Iterable[float]) -> tuple[int, ...]:
    """Count shares by tenths, for a histogram.

    Args:
        shares: From 0 to 1; a share below or above is counted in the first or last tenth.

    Returns:
        `TENTHS` numbers; 0.1 is counted in the second, and 1 in the last.

    Example:
        >>> by_tenths([0.05, 0.1, 1.0])
        (1, 1, 0, 0, 0, 0, 0, 0, 0, 1)
    """
    counts = [0] * TENTHS
    for share in shares:
        counts[min(TENTHS - 1, max(0, floor(share * TENTHS + _NOISE)))] += 1
    return tuple(counts)


def points_of(share: float, steps: Sequence[tuple[float, float]]) -> float:
    """Compute the points for a share.

    Args:
        share: From 0 to 1.
        steps: At least one (share, points), rising.

    Returns:
        0 below the first step; the points of a step on it, in proportion between two; those of the last above it.

    Example:
        >>> points_of(0.75, [(0.5, 2.0), (1.0, 4.0)])
        3.0
    """
    if share < steps[0][0]:
        return 0.0
    for (low, least), (high, most) in pairwise(steps):
        if share < high:
            return least + (most - least) * (share - low) / (high - low)
    return float(steps[-1][1])
