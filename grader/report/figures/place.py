"""The place of a figure on a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePlace:
    """The card that a figure belongs to.

    Attributes:
        anchor: Unique on the page; ids of pictures begin with it.
        number: Number of the question, from 1.
        shows_expected: Whether the exercise shows expected answers. If not, no figure may reveal any of one.
        points: Points that the answer earned.
    """

    anchor: str
    number: int
    shows_expected: bool
    points: float
