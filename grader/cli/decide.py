"""The command `grader decide`."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.decisions import Marker, print_decisions
from grader.cli.results import results_of
from grader.cli.shared import (
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    ResultsFolder,
    course_of,
)
from grader.pipeline import deciding, load


def command(
    exercise: ExerciseName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that `queue --out` wrote and you filled in.")],
    overrule: Annotated[
        bool, typer.Option("--overrule", help="Apply the file even if it contradicts other people's overrides.")
    ] = False,
    marker: Marker = None,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Apply the points and comments from a file that you filled in."""
    material = load(course_of(course), exercise)
    results = results_of(exercise, folder, gradebook)
    decided = deciding.decide_from_file(material, results, file, author=marker or getpass.getuser(), overrules=overrule)
    print_decisions(decided, material.settings)
