"""Shared by all commands: where they write, exit statuses, and the options that many have."""

import contextlib
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from grader.course.layout import Course, find_course
from grader.text.printable import printable

out = Console(highlight=False)
messages = Console(stderr=True, highlight=False)
DONE, SOME_NOT_GRADED, WRONG_USE, OUR_FAULT, INTERRUPTED = 0, 1, 2, 3, 130
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

MOST_NAMED = 20
at_end = contextlib.ExitStack()
"""Closes gradebooks when the command ends, also if it fails."""

ExerciseName = Annotated[str, typer.Argument(metavar="EXERCISE", help="Name of the exercise.")]
CourseFolder = Annotated[
    Path | None,
    typer.Option("--course", metavar="DIR", help="The course's folder. Default: the current folder or one above it."),
]
ResultsFolder = Annotated[
    Path | None, typer.Option("--results", metavar="DIR", help="The results of `grade`. Default: grading/EXERCISE.")
]
AllResults = Annotated[
    Path, typer.Option("--results", metavar="DIR", help="A results folder, or a folder with several.")
]
GradebookUrl = Annotated[
    str | None,
    typer.Option(
        "--gradebook",
        metavar="URL",
        envvar="GRADER_GRADEBOOK",
        show_envvar=False,
        help="The database. Default: gradebook.sqlite in DIR.",
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        "--jobs", metavar="N", min=1, show_default="one per core", help="Maximum number of notebooks that run at once."
    ),
]
AllowDegraded = Annotated[
    bool, typer.Option("--allow-degraded", help="Run without a sandbox if there is none. Reports will say so.")
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Run the notebooks on the workers of this Dask scheduler."),
]


def course_of(folder: Path | None) -> Course:
    """The course of a folder, or of the one where the command is given."""
    return find_course(folder or Path.cwd())


def note(sentence: str) -> None:
    """Print a sentence on standard error."""
    messages.print(escape(printable(sentence, 1000)), soft_wrap=True)
