"""How late a submission is, and what that costs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.model.course_settings import Per


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late a submission is and what is deducted for it, with all that is needed to show the sum.

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

    def deduction(self, max_points: float) -> float:
        """What is deducted of an exercise with so many full points, to 2 decimals."""
        return round(max_points * self.percent / 100, 2)
