"""Commands for names that have changed."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader import pipeline
from grader.cli.shared import CourseFolder, ExerciseName, GradebookUrl, OutFolder, course_of, note, out, results_of
from grader.pipeline import renaming
from grader.progress import printable

OldName = Annotated[str, typer.Argument(metavar="OLD", help="The name in the gradebook.")]
NewName = Annotated[str, typer.Argument(metavar="NEW", help="The name from now on.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("rename-exercise")(rename_exercise)
    app.command("rename-student")(rename_student)


def rename_exercise(
    old: OldName,
    new: NewName,
    folder: OutFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Take over what was graded under an exercise's earlier name."""
    results = results_of(new, folder or _where(old, new), gradebook)
    renaming.rename_exercise(course_of(course), old, new, results)
    out.print(escape(printable(f"'{old}' is now called '{new}' in {results.folder}.", 300)), soft_wrap=True)


def rename_student(
    old: OldName,
    new: NewName,
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


def _where(old: str, new: str) -> Path:
    """The usual folder of an exercise, which comes along where it still has the earlier name."""
    before, after = Path("grading") / old, Path("grading") / new
    if before.is_dir() and not after.exists():
        before.rename(after)
    return after
