"""The command `grader new`."""

from typing import Annotated

import typer

from grader.cli.shared import (
    CourseFolder,
    course_of,
    out,
)
from grader.course.scaffold import create_exercise


def command(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Name of the new exercise, such as max-pooling.")],
    course: CourseFolder = None,
) -> None:
    """Create the folders of a new exercise, ready to run."""
    here = course_of(course)
    for path in create_exercise(here, slug):
        out.print(here.shown(path))
    out.print(f"Next: edit them, then `grader release {slug} --out exercises` and `grader list`.", soft_wrap=True)
