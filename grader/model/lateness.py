"""How late a submission is, and what that costs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from grader.model.course_settings import Per


class DeductionRule(Enum):
    """The rule that decides what lateness costs; the first one that applies."""

    NOT_LATE = "in time, or not known to be late"
    FREE = "lateness costs nothing in this course"
    GRACE = "within the grace"
    OVERRIDE = "nothing is deducted from a mark that a person gave"
    PERCENT = "a percentage of the full points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """The points that lateness takes from a mark, and the steps of their computation.

    Attributes:
        rule: The rule that applies. Only with `PERCENT`, points are deducted.
        before_cap: Percent for all hours or days that have begun, before the cap of the course.
        percent: The same after the cap.
        before_limit: That percentage of the full points, to 2 decimals; 0 if a person gave the mark.
        points: Points that are deducted: `before_limit`, but never more than were earned.
    """

    rule: DeductionRule
    before_cap: float
    percent: float
    before_limit: float
    points: float

    @property
    def is_capped(self) -> bool:
        """Whether the cap of the course lowers the percentage."""
        return self.before_cap > self.percent

    @property
    def is_limited(self) -> bool:
        """Whether less is deducted, because a mark is never below 0."""
        return self.before_limit > self.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How late a submission is and what is deducted for it, with all that a report needs to show the calculation.

    Attributes:
        deadline: The one that counts for this student, with a time zone.
        submitted_at: When it was handed in, with a time zone; None if that is not known, and then nothing is deducted.
        late_by: Time from the deadline; 0 if it was in time or nobody knows.
        units: Hours or days that have begun and count; 0 within the grace.
        percent: What is deducted, in percent of the exercise's full points; never more than `cap`.
        per: Whether hours or days count.
        rate: Percent for each of them; 0 where lateness costs nothing.
        cap: The most that is deducted, in percent of the full points.
        grace: Up to so much later nothing is deducted.
        zone: Name of the time zone in which times are shown.
        extended: Whether the deadline is the student's own.
        marked: Whether the platform calls it late without saying by how much; that costs nothing and is shown.
    """

    deadline: datetime
    submitted_at: datetime | None
    late_by: timedelta = timedelta(0)
    units: int = 0
    percent: float = 0.0
    per: Per = Per.DAY
    rate: float = 0.0
    cap: float = 0.0
    grace: timedelta = timedelta(0)
    zone: str = "UTC"
    extended: bool = False
    marked: bool = False

    def deduction(self, earned: float, max_points: float, is_overridden: bool = False) -> Deduction:
        """Compute what lateness takes from a mark.

        Args:
            earned: Points that were earned with the questions.
            max_points: The full points of the exercise.
            is_overridden: Whether a person gave the mark.
        """
        before_limit = 0.0 if is_overridden else round(max_points * self.percent / 100, 2)
        return Deduction(
            rule=self._rule(is_overridden),
            before_cap=self.units * self.rate,
            percent=self.percent,
            before_limit=before_limit,
            points=0.0 if is_overridden else min(earned, before_limit),
        )

    def _rule(self, is_overridden: bool) -> DeductionRule:
        if not self.late_by:
            return DeductionRule.NOT_LATE
        if not self.rate:
            return DeductionRule.FREE
        if not self.units:
            return DeductionRule.GRACE
        return DeductionRule.OVERRIDE if is_overridden else DeductionRule.PERCENT
