"""The command `grader course`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.marks import CoursePage
from grader.cli.shared import CourseFolder, GradebookUrl, answer, course_of, note, out
from grader.pipeline.course_page import publish_course
from grader.text.values import amount_of


def command(
    folder: Annotated[
        Path,
        typer.Option("--results", metavar="DIR", help="The folder that contains a results folder for each exercise."),
    ] = Path("grading"),
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Write one page and one table for all exercises of the course."""
    page, count = publish_course(course_of(course), folder, gradebook, note)
    out.print(f"{amount_of(count, 'exercise', 'exercises')}.")
    answer(CoursePage(exercises=count, dashboard=str(page.resolve())))
    out.print(f"Dashboard: {escape(str(page.resolve()))}", soft_wrap=True)
