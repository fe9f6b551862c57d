"""A share of right answers, and how sure it is."""

from math import sqrt

from grader.model.language import numeral

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
