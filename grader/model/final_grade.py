"""The final grade of a course: its rules, and how the grade of one student is computed from the exercises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalRules:
    """The rules for a final grade.

    Attributes:
        weights: Slug of an exercise -> its weight, above 0; exercises without one do not count. Empty: each exercise
            weighs its full points.
        drop_lowest: The number of exercises with the lowest percentages that do not count.
        bonus: Slugs of exercises that can only improve the grade.
        pass_mark: The lowest percentage that passes; None if there is no pass mark.
        letters: Letter -> the lowest percentage that gets it; empty if there are no letters.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    drop_lowest: int = 0
    bonus: tuple[str, ...] = ()
    pass_mark: float | None = None
    letters: Mapping[str, float] = field(default_factory=dict)


class ShareState(StrEnum):
    """How an exercise counts towards the final grade of a student."""

    COUNTED = "counted"
    BONUS = "bonus"
    MISSING = "missing"  # not submitted in time: 0 percent
    DROPPED = "dropped"
    EXCUSED = "excused"
    OPEN = "open"  # a mark may still come

    @property
    def in_sum(self) -> bool:
        """Whether the percentage is part of the sum."""
        return self in (ShareState.COUNTED, ShareState.BONUS, ShareState.MISSING)

    @property
    def in_weight(self) -> bool:
        """Whether the weight is part of the total weight, by which the sum is divided."""
        return self in (ShareState.COUNTED, ShareState.MISSING)


@dataclass(frozen=True, slots=True)
class ExerciseShare:
    """What one exercise adds to the final grade of a student.

    Attributes:
        exercise: Slug of the exercise.
        state: How it counts.
        weight: Its weight.
        percent: The student's mark, 0 to 100; 0 if there is none.
        imported: Whether another grader gave the mark.
    """

    exercise: str
    state: ShareState
    weight: float
    percent: float = 0.0
    imported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalGrade:
    """The final grade of a student.

    Attributes:
        student: Name of the student.
        shares: One for each exercise that has a weight.
        percent: 0 to 100, to 2 decimals; None if no exercise counts yet.
        letter: The letter of that percentage; empty if there is none.
        passed: Whether it reaches the pass mark; None if there is no pass mark, or no percentage.
    """

    student: str
    shares: tuple[ExerciseShare, ...]
    percent: float | None
    letter: str = ""
    passed: bool | None = None

    @property
    def is_final(self) -> bool:
        """Whether no exercise is open, so that only an override can change the grade."""
        return not any(share.state is ShareState.OPEN for share in self.shares)
