"""The command `grader course`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.shared import (
    CourseFolder,
    GradebookUrl,
    course_of,
    note,
    out,
)
from grader.course.settings import read_settings
from grader.pipeline.course_page import graded_exercises, write_course
from grader.pipeline.language import language_of
from grader.text.values import amount_of


def command(
    folder: Annotated[
        Path, typer.Option("--results", metavar="DIR", help="The folder that has a results folder for each exercise.")
    ] = Path("grading"),
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Write one page and one table for all exercises of the course."""
    here = course_of(course)
    graded = graded_exercises(here, folder, gradebook, note)
    page = write_course(graded, folder, language_of(here, read_settings(here)))
    out.print(f"{amount_of(len(graded), 'exercise', 'exercises')}.")
    out.print(f"Dashboard: {escape(str(page.resolve()))}", soft_wrap=True)
