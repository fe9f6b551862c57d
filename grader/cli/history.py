"""The command `grader history`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.decisions import mark_in_words
from grader.cli.documents.marks import HistoryEntry
from grader.cli.results import not_results, results_of
from grader.cli.shared import CourseFolder, ExerciseName, GradebookUrl, ResultsFolder, answer, course_of, out
from grader.pipeline import history as histories
from grader.pipeline import load_exercise
from grader.text.printable import printable


def command(
    exercise: ExerciseName,
    student: Annotated[
        str | None,
        typer.Argument(
            metavar="[STUDENT]",
            help="The student's name on the dashboard. Default: list renamed, merged and deleted students.",
            show_default=False,
        ),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write the files of every attempt to this folder."),
    ] = None,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    "Print a student's attempts and marks, and all overrides."
    save = not_results(save)
    course_exercise = load_exercise(course_of(course), exercise)
    results = results_of(exercise, folder, gradebook)
    history = histories.history(course_exercise, results, student, save)
    out.print(f"Times are in the time zone {course_exercise.settings.time_zone}.")
    for line in history.lines:
        by = f"  [{line.by}]" if line.by else ""
        text = f"{line.at:%Y-%m-%d %H:%M}  {line.what}{by}"
        out.print(escape(printable(text, 500)), soft_wrap=True)
    if student is not None:
        out.print(escape(printable(_present_mark(history), 200)), soft_wrap=True)
    answer([HistoryEntry(at=line.at.isoformat(), what=line.what, by=line.by) for line in history.lines])
    for path in history.saved:
        out.print(escape(str(path)), soft_wrap=True)


def _present_mark(history: histories.History) -> str:
    """A sentence about the mark that counts now."""
    if history.mark is None:
        return f"{history.student} is excused." if history.excused else f"{history.student} has no mark yet."
    number = [attempt.id for attempt in history.attempts].index(history.mark.attempt.id) + 1
    return f"What counts: attempt {number}, {mark_in_words(history.mark)}."
