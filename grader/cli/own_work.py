"""The command `grader own-work`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.marks import OwnWorkMark
from grader.cli.results import results_of
from grader.cli.shared import (
    DONE,
    SOME_NOT_GRADED,
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    ResultsFolder,
    answer,
    course_of,
    messages,
    note,
    out,
)
from grader.pipeline.own_work import mark_own_work
from grader.text.printable import printable
from grader.text.values import amount_of


def command(
    exercise: ExerciseName,
    submissions: Annotated[
        Path, typer.Argument(metavar="SUBMISSIONS", help="A folder or a zip archive of notebooks, or one notebook.")
    ],
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Mark the answers to questions about students' own work."""
    results = results_of(exercise, folder, gradebook)
    answered = mark_own_work(course_of(course), exercise, submissions, results, note)
    for problem in answered.problems:
        messages.print(escape(printable(problem, 300)), soft_wrap=True)
    for result in answered.results:
        student = escape(printable(result.question_set.student))
        late = f", {result.minutes_late:.0f} minutes after the allowed time" if result.minutes_late >= 1 else ""
        out.print(f"{student}: {result.right} of {len(result.findings)} correct{late}", soft_wrap=True)
    out.print(f"{amount_of(len(answered.results), 'notebook', 'notebooks')} marked.")
    answer(
        [
            OwnWorkMark(
                student=result.question_set.student,
                right=result.right,
                questions=len(result.findings),
                points=result.points,
                max_points=result.max_points,
                minutes_late=round(result.minutes_late),
            )
            for result in answered.results
        ]
    )
    raise typer.Exit(SOME_NOT_GRADED if answered.problems else DONE)
