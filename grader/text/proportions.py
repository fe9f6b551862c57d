"""A share of right answers, how sure it is, and what it is worth."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from grader.text.language import numeral

Z_95 = 1.959964


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a proportion: between 0 and 1 also for none or all of a few."""
    share, spread = right / count, Z_95**2 / count
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * sqrt(share * (1 - share) / count + spread / (4 * count))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def percent(share: float) -> str:
    """One decimal at most, and 100 % only for all."""
    rounded = round(100 * share, 1)
    return numeral(f"{min(rounded, 99.9) if share < 1 else rounded:g} %")


def points_of(share: float, steps: Sequence[tuple[float, float]]) -> float:
    """What a share is worth.

    Args:
        share: From 0 to 1.
        steps: At least one (share, points), rising.

    Returns:
        0 below the first step; the points of a step on it, in proportion between two; those of the last above it.
    """
    if share < steps[0][0]:
        return 0.0
    for (low, least), (high, most) in pairwise(steps):
        if share < high:
            return least + (most - least) * (share - low) / (high - low)
    return float(steps[-1][1])
