"""What holds for a whole course: its title and language, its deadlines, and which try counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from zoneinfo import ZoneInfo

from grader.model.dataset import DataSource
from grader.model.final_grade import FinalRules

_CENTURY = timedelta(days=36_525)


class AttemptPolicy(StrEnum):
    """Which of several tries counts."""

    LATEST = "latest"
    BEST = "best"
    FIRST = "first"


class Per(StrEnum):
    """What a deduction is counted by; a day is 24 hours, whatever clocks do."""

    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        """How long one is."""
        return timedelta(hours=1 if self is Per.HOUR else 24)


@dataclass(frozen=True, slots=True)
class LatePolicy:
    """What handing in late costs.

    Attributes:
        grace: Up to so long after the deadline nothing is deducted; after that the time counts from the deadline.
        percent: Of the exercise's full points, for each hour or day that has begun.
        per: Whether hours or days are counted.
        cap: The most that is deducted, in percent of the full points.
    """

    grace: timedelta
    percent: float
    per: Per
    cap: float

    @property
    def costs_most_after(self) -> timedelta:
        """The time from the deadline after which a submission costs the most it can; at most a century counts."""
        if not self.percent:
            return self.grace
        # A later hour or day has the same price as the one in which the deduction reaches the cap.
        units = ceil(round(min(self.cap / self.percent, _CENTURY // self.per.length), 9))
        return max(self.grace, max(0, units - 1) * self.per.length)


@dataclass(frozen=True, slots=True)
class HeldOutReports:
    """What reports tell of scores on held-out data before a deadline.

    Attributes:
        exact: Whether they tell all of it, as they do after the deadline.
        scored_attempts: So many attempts of a student are told a score, rounded down; later ones learn theirs after the
            deadline.
    """

    exact: bool = False
    scored_attempts: int = 10


class ReportDetail(StrEnum):
    """How much of each question a report shows; each value includes the one before it."""

    VERDICTS = "verdicts"
    REASONS = "reasons"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class PortalReports:
    """How much the reports show that students read in the portal.

    Attributes:
        before_deadline: Until the student's deadline, and as long as a later submission does not cost the most it can.
        after_deadline: After that, and for exercises without a deadline; at least as much.
        first_attempts: The same as `before_deadline` for the first attempts of a student, one value for each.
    """

    before_deadline: ReportDetail = ReportDetail.REASONS
    after_deadline: ReportDetail = ReportDetail.EXPECTED
    first_attempts: tuple[ReportDetail, ...] = ()

    def detail(self, *, is_settled: bool, attempt: int) -> ReportDetail:
        """How much a report shows now.

        Args:
            is_settled: Whether the student gains no more by not waiting; see `marks/lateness.py`.
            attempt: Which of the student's attempts the report is about, from 1.
        """
        if is_settled:
            return self.after_deadline
        is_first = 1 <= attempt <= len(self.first_attempts)
        return self.first_attempts[attempt - 1] if is_first else self.before_deadline


@dataclass(frozen=True, slots=True)
class ManualGrading:
    """How people grade answers.

    Attributes:
        anonymous: Whether lists of answers have pseudonyms in place of the names of students.
        markers: Number of people who mark each answer: 1 or 2.
        max_difference: Largest difference between two marks that agree, in percent of the points of the answer.
    """

    anonymous: bool = False
    markers: int = 1
    max_difference: float = 10.0


@dataclass(frozen=True, slots=True)
class CourseEnvironment:
    """What notebooks of a course find besides their data.

    Attributes:
        startup: Code that runs before the first cell; empty if there is none.
        packages: Names of packages that can be imported, besides the usual ones.
        keras2: Whether names and arguments of Keras 2 are available.
        colab: Whether `google.colab` can be imported.
    """

    startup: str = ""
    packages: tuple[str, ...] = ()
    keras2: bool = False
    colab: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseSettings:
    """What holds for all exercises of a course.

    Attributes:
        title: What the course is called.
        language: Code of the language of its reports, such as `en`.
        time_zone: Name of its time zone, such as `Europe/Rome`.
        tries: Which of several tries of a student counts.
        late: What handing in late costs; None if nothing.
        deadlines: Slug of an exercise -> its deadline, with a time zone; others have none.
        remarks: What had to be decided while reading them, one line each, for an instructor.
        id: What it is known by in a gradebook, whatever its title; empty: by the title.
        held_out: What reports tell of scores on held-out data before a deadline.
        datasets: The data sets that the notebooks of all exercises can load.
        environment: What notebooks find besides their data.
        final: The rules for the final grade; None if the course has none.
        manual_grading: How people grade answers.
        reports: How much reports in the portal show.
        open_exercises: The exercises that students see in the portal; None for all.
    """

    title: str
    language: str = "en"
    time_zone: str = "UTC"
    tries: AttemptPolicy = AttemptPolicy.LATEST
    late: LatePolicy | None = None
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    id: str = ""
    held_out: HeldOutReports = HeldOutReports()
    datasets: tuple[DataSource, ...] = ()
    environment: CourseEnvironment = CourseEnvironment()
    final: FinalRules | None = None
    manual_grading: ManualGrading = ManualGrading()
    reports: PortalReports = PortalReports()
    open_exercises: frozenset[str] | None = None

    def is_open(self, slug: str) -> bool:
        """Whether students see an exercise in the portal."""
        return self.open_exercises is None or slug in self.open_exercises

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the course."""
        return ZoneInfo(self.time_zone)
