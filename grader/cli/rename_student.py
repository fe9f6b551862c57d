"""The command `grader rename-student`."""

from typing import Annotated

import typer
from rich.markup import escape

from grader import pipeline
from grader.cli.results import results_of
from grader.cli.shared import (
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    OutFolder,
    course_of,
    note,
    out,
)
from grader.pipeline import renaming
from grader.printable import printable


def command(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The name in the gradebook.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The name from now on.")],
    exercise: ExerciseName,
    folder: OutFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Keep a student's tries and decisions under another name."""
    material = pipeline.load(course_of(course), exercise)
    results = results_of(exercise, folder, gradebook)
    joined = renaming.rename_student(material, results, old, new)
    out.print(escape(printable(f"'{old}' is now called '{new}' in {results.folder}.", 300)), soft_wrap=True)
    if joined:
        note(
            f"'{new}' had handed in, too: all tries of both are one student's now, and `grader history` shows them."
            " If they are two students, go back to your last `grader backup`."
        )
