"""Ways to draw a number: each is a function of a `random.Random`, to be called for each student."""

from collections.abc import Callable, Sequence
from typing import Any

Draw = Callable[..., Any]
"""Draws one number. Its parameter `rng` gets the `random.Random`; a parameter with the name of a number that was drawn
before gets that number. If the result is None, it is drawn again."""


def choice(*values: Any) -> Draw:
    """Draw one of several values.

    Example:
        >>> choice(3, 5)(rng=Random(0))
        5
    """
    return lambda rng: rng.choice(values)


def integer(least: int, most: int) -> Draw:
    """Draw a whole number from `least` to `most`, both included."""
    return lambda rng: rng.randint(least, most)


def sample(values: Sequence[Any], count: int) -> Draw:
    """Draw several different values, as a list in random order."""
    return lambda rng: rng.sample(values, count)


def matrix(rows: int, columns: int, values: Sequence[Any]) -> Draw:
    """Draw each cell of a matrix on its own, row by row.

    Args:
        rows: Number of rows.
        columns: Number of columns.
        values: The values that a cell may have.

    Returns:
        A way to draw a list of rows.

    Example:
        >>> matrix(2, 3, [7])(rng=Random(0))
        [[7, 7, 7], [7, 7, 7]]
    """
    return lambda rng: [[rng.choice(values) for _ in range(columns)] for _ in range(rows)]
