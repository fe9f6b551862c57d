"""The command `grader rename-student`."""

import getpass
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.decisions import Author
from grader.cli.documents.marks import Renamed
from grader.cli.results import results_of
from grader.cli.shared import CourseFolder, ExerciseName, GradebookUrl, ResultsFolder, answer, course_of, note, out
from grader.pipeline import people
from grader.text.printable import printable


def command(
    exercise: ExerciseName,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The name in the gradebook.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    author: Author = None,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Move a student's attempts and overrides to another name."""
    results = results_of(exercise, folder, gradebook)
    renamed = people.rename_student(course_of(course), exercise, results, old, new, author or getpass.getuser())
    answer(
        Renamed(
            old=old,
            new=new,
            folder=str(results.folder),
            exercises=list(renamed.exercises),
            combined=renamed.is_joined,
            named_in=list(renamed.named_in),
        )
    )
    where = ", ".join(renamed.exercises) or "no exercise"
    out.print(escape(printable(f"'{old}' is now called '{new}': {where}.", 300)), soft_wrap=True)
    for path in renamed.named_in:
        note(f"{path}: still has the name '{old}'. Change it there to '{new}'.")
    if renamed.is_joined:
        note(
            f"'{new}' had also submitted: the attempts of both now belong to one student."
            " `grader history` shows them. If they are two students, restore your last `grader backup`."
        )
