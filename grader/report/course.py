"""The page about all exercises of a course together: each exercise, and exercises by students."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from urllib.parse import quote

from grader.model.assessment import Status
from grader.model.exercise import Exercise
from grader.model.final_grade import FinalGrade
from grader.model.statistics import ConceptStatistics, MisconceptionStatistics
from grader.report import words
from grader.report.dashboard import SCRIPT, DashboardRow
from grader.report.final_grades import FinalLine, final_lines
from grader.report.page import render
from grader.text.language import say
from grader.text.values import lowered

MOST_TAUGHT = 15
"""Misconceptions on the page, at most."""

_LOW = 50
_WITHOUT_MARK = (Status.UNSETTLED, Status.UNREADABLE, Status.EXCUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseLine:
    """One exercise on the page.

    Attributes:
        title: Its title.
        link: Address of its dashboard, relative to the page.
        points: Full points of all its questions.
        submissions: Number of submissions.
        ended_badly: Number of submissions that did not run to their end, or could not be read.
        mean: Mean of the marks in percent; None if there are none.
        median: Median of the marks in percent, likewise.
    """

    title: str
    link: str
    points: float
    submissions: int
    ended_badly: int
    mean: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class MarkCell:
    """The submission of a student for an exercise.

    Attributes:
        address: Address of the report, relative to the page, as a URL; empty if there is none.
        status: Its status.
        percent: The mark in percent.
        imported: Whether another grader gave the mark, so that there is no submission.
    """

    address: str
    status: Status
    percent: float
    imported: bool = False

    @property
    def mark(self) -> str:
        """The mark as text; empty if there is none that counts."""
        return "" if self.status in _WITHOUT_MARK else words.number(self.percent)

    @property
    def remark(self) -> str:
        """The status in words; empty for a mark without a remark."""
        if self.imported:
            return say("imported from another grader")
        return "" if self.status is Status.MARKED else lowered(words.STATUSES[self.status.value])

    @property
    def low(self) -> bool:
        """Whether it has less than half of the points."""
        return bool(self.mark) and self.percent < _LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedMark:
    """A mark that another grader gave to a student without a submission.

    Attributes:
        student: Name of the student.
        points: Points of the exercise.
        percent: The same in percent.
    """

    student: str
    points: float
    percent: float


NO_IMPORTS: Mapping[str, Sequence[ImportedMark]] = {}


@dataclass(frozen=True, slots=True)
class StudentLine:
    """One student on the page.

    Attributes:
        student: Name of the student.
        cells: One for each exercise, in their order; None without a submission.
        points: Sum of the points of all marks.
    """

    student: str
    cells: tuple[MarkCell | None, ...]
    points: float

    @property
    def handed_in(self) -> int:
        """The number of exercises with a submission."""
        return sum(cell is not None and not cell.imported for cell in self.cells)


@dataclass(frozen=True, slots=True)
class CourseView:
    """All that the page shows."""

    exercises: tuple[ExerciseLine, ...]
    students: tuple[StudentLine, ...]
    finals: tuple[FinalLine, ...] = ()
    misconceptions: tuple[MisconceptionStatistics, ...] = ()
    concepts: tuple[ConceptStatistics, ...] = ()

    @property
    def has_imports(self) -> bool:
        """Whether another grader gave a mark."""
        return any(cell is not None and cell.imported for line in self.students for cell in line.cells)

    @property
    def has_letters(self) -> bool:
        """Whether a final grade has a letter."""
        return any(line.letter for line in self.finals)

    @property
    def has_outcomes(self) -> bool:
        """Whether a final grade has an outcome, such as passed."""
        return any(line.outcome for line in self.finals)


def render_course(
    exercises: Sequence[tuple[Exercise, Sequence[DashboardRow]]],
    finals: Sequence[FinalGrade] = (),
    imported: Mapping[str, Sequence[ImportedMark]] = NO_IMPORTS,
    misconceptions: Sequence[MisconceptionStatistics] = (),
    concepts: Sequence[ConceptStatistics] = (),
) -> str:
    """Render the page that links to the dashboard of each exercise and to every report.

    Args:
        exercises: Each exercise with one row for each submission. The dashboard of an exercise is at
            `SLUG/index.html` beside the page, and the reports that the rows link to are below `SLUG`.
        finals: The final grades; none if the course has no rules for them.
        imported: Slug of an exercise -> the marks that another grader gave.
        misconceptions: The misconceptions of the class over all exercises, most frequent first.
        concepts: How well the class knows each concept, the lowest share first.

    Returns:
        One self-contained HTML file. Its one script sorts and filters tables that are complete without it.
        1,000 students with 12 exercises stay below 5 MB.
    """
    return render("course.html", SCRIPT, view=course_view(exercises, finals, imported, misconceptions, concepts))


def course_view(
    exercises: Sequence[tuple[Exercise, Sequence[DashboardRow]]],
    finals: Sequence[FinalGrade] = (),
    imported: Mapping[str, Sequence[ImportedMark]] = NO_IMPORTS,
    misconceptions: Sequence[MisconceptionStatistics] = (),
    concepts: Sequence[ConceptStatistics] = (),
) -> CourseView:
    """Gather what the page shows; students by name, exercises as they come."""
    marks: dict[str, dict[str, tuple[MarkCell, float]]] = {}
    for exercise, rows in exercises:
        for other in imported.get(exercise.slug, ()):
            cell = MarkCell("", Status.MARKED, other.percent, imported=True)
            marks.setdefault(other.student, {})[exercise.slug] = cell, other.points
        for row in rows:
            marks.setdefault(row.student, {})[exercise.slug] = _cell(exercise, row), row.points
    names = sorted(marks, key=lambda name: (name.casefold(), name))
    slugs = [exercise.slug for exercise, _ in exercises]
    return CourseView(
        exercises=tuple(_exercise_line(exercise, rows) for exercise, rows in exercises),
        students=tuple(_student_line(name, marks[name], slugs) for name in names),
        finals=tuple(final_lines(finals, {exercise.slug: exercise.title for exercise, _ in exercises})),
        misconceptions=tuple(misconceptions[:MOST_TAUGHT]),
        concepts=tuple(concepts),
    )


def _cell(exercise: Exercise, row: DashboardRow) -> MarkCell:
    address = quote(f"{exercise.slug}/{row.link}", errors="replace") if row.link else ""
    return MarkCell(address, row.status, row.percent)


def _student_line(name: str, marks: Mapping[str, tuple[MarkCell, float]], slugs: Sequence[str]) -> StudentLine:
    cells = tuple(marks[slug][0] if slug in marks else None for slug in slugs)
    total = round(sum(points for cell, points in marks.values() if cell.mark), 2)
    return StudentLine(name, cells, total)


def _exercise_line(exercise: Exercise, rows: Sequence[DashboardRow]) -> ExerciseLine:
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
