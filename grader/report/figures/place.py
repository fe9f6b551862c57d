"""Where a figure is on a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The card that a figure belongs to.

    Attributes:
        anchor: Unique on the page; ids of pictures begin with it.
        number: Of the question, from 1.
        shown: Whether the right answer may be shown.
        points: What the answer has earned.
    """

    anchor: str
    number: int
    shown: bool
    points: float
