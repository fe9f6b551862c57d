"""The command `grader init`."""

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.course import Files
from grader.cli.shared import answer, out
from grader.course.new_course import FIRST_EXERCISE, create_course


def command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new or empty folder.")],
) -> None:
    """Create a new course with one working exercise."""
    written = tuple(create_course(folder))
    for path in written:
        out.print(escape(str(path)), soft_wrap=True)
    answer(Files(files=tuple(map(str, written))))
    out.print(f"Next: `cd {escape(shlex.quote(str(folder)))}`, then `grader test {FIRST_EXERCISE}`.", soft_wrap=True)
