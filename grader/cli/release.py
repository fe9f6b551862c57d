"""The command `grader release`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.course import Files
from grader.cli.results import results_of
from grader.cli.shared import (
    MOST_NAMED,
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    ResultsFolder,
    answer,
    course_of,
    note,
    out,
)
from grader.pipeline import hand_out


def command(
    exercise: ExerciseName,
    roster: Annotated[
        Path | None,
        typer.Option("--roster", metavar="FILE", help="CSV file of the students, for individual notebooks."),
    ] = None,
    folder: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder in which the exercise's folder is created.")
    ] = Path("released"),
    own_work: Annotated[
        bool, typer.Option("--own-work", help="For each graded student, write questions about their own work.")
    ] = False,
    results: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Create the folder for students: notebook, exercise.toml and data."""
    own_work_results = results_of(exercise, results, gradebook) if own_work else None
    written = hand_out(course_of(course), exercise, roster, folder, own_work_results, note)
    answer(Files(files=tuple(map(str, written))))
    for path in written[:MOST_NAMED]:
        out.print(escape(str(path)), soft_wrap=True)
    if len(written) > MOST_NAMED:
        out.print(f"... {len(written)} files in all", soft_wrap=True)
