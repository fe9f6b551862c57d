"""The command `grader regrade`."""

from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.marks import RegradedMark
from grader.cli.results import mark_document, results_of, tell_of_change, tell_of_class
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
    remarks,
)
from grader.pipeline import load, regrade
from grader.text.printable import printable


def command(
    exercise: ExerciseName,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would change, for whom and why.")] = False,
    course: CourseFolder = None,
) -> None:
    """Update the marks after you change points or the key."""
    material = load(course_of(course), exercise)
    results = results_of(exercise, folder, gradebook)
    again = regrade(material, results, dry_run)
    for change in again.changes:
        tell_of_change(change)
    if not again.changes:
        remarks.print("No mark changed.")
    elif dry_run:
        remarks.print("This was a dry run. To change the marks, leave out --dry-run.")
    for student in again.outdated:
        messages.print(
            f"{escape(printable(student))}: the exercise has changed since this notebook ran. `grader grade` runs it "
            f"again.",
            soft_wrap=True,
        )
    status = DONE if dry_run else tell_of_class(again.marks, results, len(again.outdated))
    because = {change.student: change.because for change in again.changes}
    answer(
        [
            RegradedMark(
                **mark_document(mark),
                because=because.get(mark.student, ()),
                outdated=mark.student in again.outdated,
            )
            for mark in again.marks
        ]
    )
    raise typer.Exit(SOME_NOT_GRADED if again.outdated else status)
