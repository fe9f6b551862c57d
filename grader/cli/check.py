"""The command `grader check`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.course import CheckedAnswer, CheckedNotebook, StoppedCell
from grader.cli.shared import (
    DONE,
    SOME_NOT_GRADED,
    CourseFolder,
    answer,
    course_of_notebook,
    exercise_names,
    out,
    tasks,
)
from grader.execute.own_notebook import OwnNotebook
from grader.pipeline import Checked, check
from grader.text.printable import printable


def command(
    notebook: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="Your notebook.")],
    exercise: Annotated[
        str | None,
        typer.Option(
            "--exercise",
            metavar="EXERCISE",
            help="The exercise, if the notebook is not recognised.",
            autocompletion=exercise_names,
        ),
    ] = None,
    course: CourseFolder = None,
) -> None:
    """For students: check that a notebook runs and is complete."""
    with OwnNotebook() as executor:  # no sandbox: students run their own code
        checked = check(course_of_notebook(course, notebook), notebook, exercise, executor)
    out.print(escape(checked.exercise))
    for number, error in checked.errors:
        tasks.print(f"  to do  code cell {number} stops with {escape(printable(error, 200))}", soft_wrap=True)
    for title, problem in checked.problems.items():
        (tasks if problem else out).print(
            f"  {'to do' if problem else 'ok   '}  {escape(f'{title}: {problem}' if problem else title)}",
            soft_wrap=True,
        )
    for remark in checked.remarks:
        tasks.print(f"  to do  {escape(printable(str(remark), 200))}", soft_wrap=True)
    for comment in checked.notes:
        out.print(f"  note   {escape(printable(str(comment), 200))}", soft_wrap=True)
    if checked.ready:
        out.print("Ready to submit.")
    else:
        tasks.print("Not ready yet. This check does not reveal whether answers are correct.")
    answer(_document(checked))
    raise typer.Exit(DONE if checked.ready else SOME_NOT_GRADED)


def _document(checked: Checked) -> CheckedNotebook:
    return CheckedNotebook(
        exercise=checked.exercise,
        ready=checked.ready,
        errors=tuple(StoppedCell(cell=number, error=error) for number, error in checked.errors),
        answers=tuple(
            CheckedAnswer(question=title, problem=str(problem or "")) for title, problem in checked.problems.items()
        ),
        remarks=tuple(map(str, checked.remarks)),
        notes=tuple(map(str, checked.notes)),
    )
