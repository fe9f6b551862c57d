"""Rubric items: reasons with points that many answers share, so that all of them can be changed together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from grader.model.adjustment import AppliedItem


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricItem:
    """An item of a rubric in one of its versions.

    Attributes:
        number: Its number in the exercise, from 1; it stays the same when the item changes.
        version: 1 for the item as it was added, 2 after its first change, and so on.
        place: Id of the question, or of a criterion, such as `why.clarity`.
        points: The points that it adds; negative if it deducts some.
        text: What the student reads.
        is_offered: Whether it can still be applied. Answers that have it keep it.
        author: Who added it, or changed it.
        reason: Why it was changed; empty for the first version.
        at: When.
    """

    number: int
    version: int
    place: str
    points: float
    text: str
    is_offered: bool = True
    author: str
    reason: str = ""
    at: datetime

    @property
    def applied(self) -> AppliedItem:
        """How a decision refers to it."""
        return AppliedItem(self.number, self.version)


@dataclass(frozen=True, slots=True)
class Rubric:
    """All items of an exercise in all their versions: what applies now, and what applied earlier.

    Attributes:
        versions: How a decision refers to a version -> the version.
    """

    versions: Mapping[AppliedItem, RubricItem]

    @property
    def items(self) -> Mapping[int, RubricItem]:
        """Number -> the item as it is now, in the order in which the items were added."""
        return {item.number: item for item in sorted(self.versions.values(), key=lambda item: item.version)}

    def of_place(self, place: str) -> list[RubricItem]:
        """The items that can be applied to a question or criterion, in the order in which they were added."""
        items = sorted(self.items.values(), key=lambda item: item.number)
        return [item for item in items if item.place == place and item.is_offered]

    def history(self, number: int) -> list[RubricItem]:
        """All versions of an item, the first one first."""
        return sorted((item for item in self.versions.values() if item.number == number), key=lambda item: item.version)


def points_of_items(items: Sequence[RubricItem], most: float) -> float:
    """The points of an answer with some items: their sum, but not below 0 and not above what the answer can earn."""
    return round(min(max(sum(item.points for item in items), 0.0), most), 2)


def text_of_items(items: Sequence[RubricItem], addition: str = "") -> str:
    """The comment on an answer with some items: a line for each, then what the marker adds."""
    return "\n".join(text for text in (*(item.text for item in items), addition) if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """A change of an item, for all answers that have it.

    Attributes:
        number: Number of the item.
        points: Its new points; None for no change.
        text: Its new text; None for no change.
        is_offered: Whether it can still be applied; None for no change.
        author: Who changes it.
        reason: Why, also for the students.
        at: When.
    """

    number: int
    points: float | None = None
    text: str | None = None
    is_offered: bool | None = None
    author: str
    reason: str
    at: datetime
