"""The command `grader stats`."""

import sys
from typing import Annotated

import typer

from grader import pipeline
from grader.cli.results import results_of
from grader.cli.shared import (
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    ResultsFolder,
    course_of,
    out,
)
from grader.report import statistics_terminal
from grader.report.statistics import statistics_json


def command(
    exercise: ExerciseName,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the statistics as JSON.")] = False,
    course: CourseFolder = None,
) -> None:
    """Print statistics: marks, hard questions and common mistakes."""
    statistics = pipeline.class_statistics(course_of(course), exercise, results_of(exercise, folder, gradebook))
    if as_json:
        sys.stdout.write(statistics_json(statistics))
    else:
        out.print(statistics_terminal.terminal_view(statistics))
