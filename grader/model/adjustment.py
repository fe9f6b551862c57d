"""What people decide about a student's work: points, comments, excuses, extensions and imported marks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AdjustmentKind(StrEnum):
    """What is decided."""

    POINTS = "points"
    MARK = "mark"
    COMMENT = "comment"
    EXCUSED = "excused"
    EXTENSION = "extension"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class AppliedItem:
    """A rubric item as it was when a decision applied it.

    Attributes:
        number: Number of the item in the exercise.
        version: 1 for the item as it was added, 2 after its first change, and so on.
    """

    number: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """A person's decision about one student's work; never changed, only followed by another.

    Of the decisions of one kind about the same question, the latest counts.

    Attributes:
        student: Whose work it is about.
        exercise: Slug of the exercise.
        kind: What is decided.
        author: Who decided it.
        reason: Why, also for the student.
        at: When, with a time zone.
        question: Id of the question; empty for the whole exercise.
        points: POINTS: those that stand; None takes an earlier decision back. IMPORTED: the points of another grader,
            on the scale of this exercise. They count only while there is no mark of this grader. MARK: those that one
            of several markers gives, which count only if the marks agree; the author is the marker, and of one marker
            the latest counts.
        text: COMMENT and MARK: what is said to the student; empty takes an earlier comment back. IMPORTED: the points
            as the other grader states them.
        until: EXTENSION: the new deadline, with a time zone; None takes an earlier extension back.
        excused: EXCUSED: False takes an earlier excuse back.
        items: POINTS, MARK and COMMENT: the rubric items from which the points, or the first lines of the text, follow.
    """

    student: str
    exercise: str
    kind: AdjustmentKind
    author: str
    reason: str
    at: datetime
    question: str = ""
    points: float | None = None
    text: str = ""
    until: datetime | None = None
    excused: bool = True
    items: tuple[AppliedItem, ...] = ()
