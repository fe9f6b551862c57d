"""The page about all exercises of a course together."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

from grader.model.exercise import Exercise
from grader.report.overview import OverviewRow
from grader.report.page import render


@dataclass(frozen=True, slots=True)
class ExerciseLine:
    """One exercise on the page.

    Attributes:
        title: Its title.
        link: Address of its own overview, relative to the page.
        submissions: How many were handed in.
        ended_badly: How many of them did not run to their end.
        mean: Mean mark in percent; None if nobody handed in.
        median: Median mark in percent; None if nobody handed in.
    """

    title: str
    link: str
    submissions: int
    ended_badly: int
    mean: float | None
    median: float | None


def render_course(exercises: Sequence[tuple[Exercise, Sequence[OverviewRow]]]) -> str:
    """Render the page that leads to the overview of each exercise.

    Args:
        exercises: Each exercise with one row for each submission; the overview of an exercise lies
            at `SLUG/index.html` beside the page.

    Returns:
        One self-contained HTML file without script.
    """
    return render("course.html", lines=[_line(exercise, rows) for exercise, rows in exercises])


def _line(exercise: Exercise, rows: Sequence[OverviewRow]) -> ExerciseLine:
    marks = [row.percent for row in rows]
    return ExerciseLine(
        title=exercise.title,
        link=f"{exercise.slug}/index.html",
        submissions=len(rows),
        ended_badly=sum(row.outcome != "completed" for row in rows),
        mean=mean(marks) if marks else None,
        median=median(marks) if marks else None,
    )
