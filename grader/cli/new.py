"""The command `grader new`."""

from typing import Annotated

import typer

from grader.cli.documents.course import Files
from grader.cli.shared import CourseFolder, answer, course_of, out
from grader.course.scaffold import create_exercise


def command(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Name of the new exercise, such as max-pooling.")],
    course: CourseFolder = None,
) -> None:
    """Create the folders of a new exercise, ready to run."""
    here = course_of(course)
    written = tuple(map(here.shown, create_exercise(here, slug)))
    for path in written:
        out.print(path)
    answer(Files(files=written))
    out.print(f"Next: edit them, then `grader release {slug} --out exercises` and `grader list`.", soft_wrap=True)
