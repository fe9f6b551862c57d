"""Whether two answers to a question are so far apart that no rounding could make one of them the other."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from grader.cnn.by_hand import FAR_APART

Apart = float | Callable[[Any, Any], bool]
"""The largest difference that rounding could hide, or a function that says whether two answers are apart."""


def far_apart(one: Any, other: Any, distance: float = FAR_APART) -> bool:
    """Whether two answers differ by more than rounding could hide.

    Args:
        one: A number, a text, or nested lists of them; an array.
        other: The same.
        distance: The largest difference of two numbers that rounding could hide.

    Example:
        >>> far_apart(26, 24), far_apart([26, 26], 26), far_apart(0.33, 0.34), far_apart("a", "b")
        (True, True, False, True)
    """
    return _are_apart(_array(one), _array(other), distance)


def too_near(values: Sequence[Any], apart: Apart) -> tuple[int, int] | None:
    """Give the places of the first two answers that are not apart; None if there are none.

    Args:
        values: Answers of any form.
        apart: What makes two of them differ.
    """
    if callable(apart):
        near = (pair for pair in combinations(range(len(values)), 2) if not apart(values[pair[0]], values[pair[1]]))
        return next(near, None)
    arrays = [_array(value) for value in values]
    pairs = combinations(range(len(arrays)), 2)
    return next((pair for pair in pairs if not _are_apart(arrays[pair[0]], arrays[pair[1]], apart)), None)


def _array(value: Any) -> Any:
    try:
        return np.array(value)
    except ValueError:  # rows of different lengths
        return np.array(value, dtype=object)


def _are_apart(one: Any, other: Any, distance: float) -> bool:
    if one.shape != other.shape or one.size == 0:
        return bool(one.shape != other.shape)
    if not {one.dtype.kind, other.dtype.kind} <= set("biuf"):
        return bool((one != other).any())
    return bool(np.max(np.abs(one - other)) > distance)
