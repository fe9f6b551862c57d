"""The page about all exercises of a course together: each exercise, and exercises by students."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median
from urllib.parse import quote

from grader.model.assessment import Status
from grader.model.exercise import Exercise
from grader.report import words
from grader.report.overview import SCRIPT, OverviewRow
from grader.report.page import render
from grader.text.values import lowered

_LOW = 50
_WITHOUT_MARK = (Status.UNSETTLED, Status.UNREADABLE, Status.EXCUSED)


@dataclass(frozen=True, slots=True)
class ExerciseLine:
    """One exercise on the page.

    Attributes:
        title: Its title.
        link: Address of its own overview, relative to the page.
        points: What all its questions are worth.
        submissions: How many were handed in.
        ended_badly: How many of them did not run to their end, or could not be read.
        mean: Mean mark in percent of whoever has one; None if nobody has.
        median: Median mark in percent, likewise.
    """

    title: str
    link: str
    points: float
    submissions: int
    ended_badly: int
    mean: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What a student handed in for an exercise.

    Attributes:
        address: Of the report, relative to the page, as a URL; empty if there is none.
        status: Where it stands.
        percent: The mark of 100.
    """

    address: str
    status: Status
    percent: float

    @property
    def mark(self) -> str:
        """The mark as text; empty where there is none to be counted."""
        return "" if self.status in _WITHOUT_MARK else words.number(self.percent)

    @property
    def remark(self) -> str:
        """What else is to be known, in words; empty for a mark that is simply there."""
        return "" if self.status is Status.MARKED else lowered(words.STATUSES[self.status.value])

    @property
    def low(self) -> bool:
        """Whether it has less than half of the points."""
        return bool(self.mark) and self.percent < _LOW


@dataclass(frozen=True, slots=True)
class StudentLine:
    """One student on the page.

    Attributes:
        student: Whose line it is.
        cells: One for each exercise, in their order; None where nothing was handed in.
        points: Sum of the points of all marks.
    """

    student: str
    cells: tuple[Cell | None, ...]
    points: float

    @property
    def handed_in(self) -> int:
        """For how many exercises something was handed in."""
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class CourseView:
    """All that the page shows."""

    exercises: tuple[ExerciseLine, ...]
    students: tuple[StudentLine, ...]


def render_course(exercises: Sequence[tuple[Exercise, Sequence[OverviewRow]]]) -> str:
    """Render the page that leads to the overview of each exercise and to every report.

    Args:
        exercises: Each exercise with one row for each submission; the overview of an exercise lies
            at `SLUG/index.html` beside the page, and so do the reports that the rows link to.

    Returns:
        One self-contained HTML file; its one script sorts and narrows tables that say the same without it.
        1,000 students with 12 exercises stay below 5 MB.
    """
    return render("course.html", SCRIPT, view=course_view(exercises))


def course_view(exercises: Sequence[tuple[Exercise, Sequence[OverviewRow]]]) -> CourseView:
    """Gather what the page shows; students by name, exercises as they come."""
    found: dict[str, dict[str, tuple[Cell, OverviewRow]]] = {}
    for exercise, rows in exercises:
        for row in rows:
            found.setdefault(row.student, {})[exercise.slug] = _cell(exercise, row), row
    names = sorted(found, key=lambda name: (name.casefold(), name))
    slugs = [exercise.slug for exercise, _ in exercises]
    return CourseView(
        tuple(_line(exercise, rows) for exercise, rows in exercises),
        tuple(_student(name, found[name], slugs) for name in names),
    )


def _cell(exercise: Exercise, row: OverviewRow) -> Cell:
    address = quote(f"{exercise.slug}/{row.link}", errors="replace") if row.link else ""
    return Cell(address, row.status, row.percent)


def _student(name: str, found: dict[str, tuple[Cell, OverviewRow]], slugs: Sequence[str]) -> StudentLine:
    cells = tuple(found[slug][0] if slug in found else None for slug in slugs)
    return StudentLine(name, cells, round(sum(row.points for cell, row in found.values() if cell.mark), 2))


def _line(exercise: Exercise, rows: Sequence[OverviewRow]) -> ExerciseLine:
    marks = [row.percent for row in rows if row.status not in _WITHOUT_MARK]
    return ExerciseLine(
        title=exercise.title,
        link=f"{exercise.slug}/index.html",
        points=sum(question.points for question in exercise.questions),
        submissions=len(rows),
        ended_badly=sum(row.outcome != "completed" for row in rows),
        mean=mean(marks) if marks else None,
        median=median(marks) if marks else None,
    )
