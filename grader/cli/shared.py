"""Shared by all commands: where they write, exit statuses, and the options that many have.

Every command writes to four consoles, and gives its result once as a value:

out         results; silent with `--quiet` and with `--json`
tasks       results that need action, such as answers to grade; silent with `--json`
messages    what needs action, on standard error; never silent
remarks     all else on standard error; silent with `--quiet`
"""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, TypedDict

import typer
from rich.console import Console
from rich.markup import escape

from grader.course.layout import Course, find_course, find_handed_out
from grader.errors import GraderError
from grader.text.printable import printable

out = Console(highlight=False)
tasks = Console(highlight=False)
messages = Console(stderr=True, highlight=False)
remarks = Console(stderr=True, highlight=False)
DONE, SOME_NOT_GRADED, WRONG_USE, OUR_FAULT, INTERRUPTED = 0, 1, 2, 3, 130
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

MOST_NAMED = 20
at_end = contextlib.ExitStack()
"""Closes gradebooks when the command ends, also if it fails."""


def exercise_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """The names of exercises that a shell completes; none outside a course."""
    with contextlib.suppress(GraderError, OSError):
        return [slug for slug in course_of(ctx.params.get("course")).slugs() if slug.startswith(incomplete)]
    return []


ExerciseName = Annotated[
    str, typer.Argument(metavar="EXERCISE", help="Name of the exercise.", autocompletion=exercise_names)
]
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
OptionalJobs = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", min=1, help="Maximum number of notebooks at once. Default: one per core."),
]
AllowDegraded = Annotated[bool, typer.Option("--allow-degraded", help="Run even if no sandbox is available.")]
PortalFile = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="The settings of the portal, such as portal.toml.")
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Run the notebooks on the workers of this Dask scheduler."),
]


class Failure(TypedDict):
    """The value of `error`, the only key of the document of a command that failed.

    Attributes:
        status: The exit status: 2 wrong use or bad input, 3 a fault of the grader, 130 stopped with Ctrl-C.
        message: The message, as the command prints it without `--json`.
    """

    status: int
    message: str


class _Output:
    """What the present command prints: whether JSON, and its document."""

    as_json = False
    document: Any = None


_output = _Output()
_GRADING = Path("grading")


class _Usual:
    """The folder with a results folder for each exercise, unless `--results` names another."""

    folder = _GRADING


_usual = _Usual()


def usual_results() -> Path:
    """The folder with a results folder for each exercise: `grading`, or the one that `course.toml` names."""
    return _usual.folder


def use_results(folder: Path) -> None:
    """Make this the usual folder of results for the present command."""
    _usual.folder = folder


def begin() -> None:
    """Print as usual, and use the usual folder of results, until the command line or the course says otherwise."""
    _output.as_json, _output.document, _usual.folder = False, None, _GRADING
    for console in (out, tasks, remarks):
        console.quiet = False


def prints_json() -> bool:
    """Whether the command was given `--json`."""
    return _output.as_json


def answer(document: Any) -> None:
    """Give the result of the command as a value, which `--json` prints when the command ends.

    Args:
        document: A document of `grader.cli.documents`.
    """
    _output.document = document


def print_json(failure: Failure | None = None) -> None:
    """Print the one document of `--json`: the result, or what went wrong.

    Args:
        failure: Why the command failed; None if it ended well.
    """
    document = _output.document if failure is None else {"error": failure}
    if document is None:
        return  # `--help` was printed
    sys.stdout.write(json.dumps(document, indent=1, allow_nan=False, default=str) + "\n")


def _quiet(is_option_set: bool) -> None:
    if is_option_set:
        out.quiet = remarks.quiet = True


def _json(is_option_set: bool) -> None:
    if is_option_set:
        _output.as_json = out.quiet = tasks.quiet = True


def _output_options(
    _is_quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", callback=_quiet, is_eager=True, expose_value=False, help="Only print what needs action."
        ),
    ] = False,
    _as_json: Annotated[
        bool,
        typer.Option("--json", callback=_json, is_eager=True, expose_value=False, help="Print the result as JSON."),
    ] = False,
) -> None:
    """The options that every command has."""


def output_options() -> list[Any]:
    """`--quiet` and `--json`, as the library stores options."""
    alone = typer.Typer(add_completion=False)
    alone.command()(_output_options)
    return [option for option in typer.main.get_command(alone).params if option.name != "help"]


def course_of(folder: Path | None) -> Course:
    """The course of a folder, or of the one where the command is given."""
    return find_course(folder or Path.cwd())


def course_of_notebook(folder: Path | None, notebook: Path) -> Course:
    """The course, or the released exercise, of a folder; if none is given, of the notebook or the current folder."""
    return find_handed_out(*([folder] if folder else [notebook.parent, Path.cwd()]))


def defaults_of(course: Course) -> dict[str, Any]:
    """The table `[defaults]` of `course.toml`: name of an option, with `_` for `-` -> its value.

    Raises:
        SpecificationError: The table is not valid.
    """
    try:
        content = (course.exercises / "course.toml").read_bytes()
    except OSError:
        return {}
    if b"defaults" not in content:  # most courses have no such table, so most commands need not import its reader
        return {}
    from grader.course.defaults import read_defaults

    return read_defaults(course)


def note(sentence: str) -> None:
    """Print a sentence on standard error."""
    messages.print(escape(printable(sentence, 1000)), soft_wrap=True)
