"""All commands: name, module and the line that `grader --help` has of each.

A command's module is imported when the command is given, and not before. So `grader --help` imports none of them, and a
command only what it uses.
"""

import gc
import importlib
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

import grader


class Listed(NamedTuple):
    """A command as `grader --help` lists it.

    Attributes:
        module: Name of the module in this folder that defines it, as `command`.
        help: What it does; the module's own docstring says the same.
    """

    module: str
    help: str


COMMANDS = {
    "demo": Listed("demo", "Grade the demo class: made-up submissions with known marks."),
    "list": Listed("listing", "List the exercises, and check that they are valid."),
    "init": Listed("init", "Create a new course with one working exercise."),
    "new": Listed("new", "Create the folders of a new exercise, ready to run."),
    "release": Listed("release", "Create what students get: notebook, points and public data."),
    "verify": Listed("verify", "For authors: run the solution, which must earn all points."),
    "test": Listed("testing", "For authors: run the solution and cases, and compare marks."),
    "facts": Listed("facts", "For authors: describe the reference models."),
    "check": Listed("check", "For students: check that a notebook runs and is complete."),
    "grade": Listed("grade", "Grade a class: marks and a report for each student."),
    "regrade": Listed("regrade", "Update marks after a change of points or key; runs no notebook."),
    "rerun": Listed("rerun", "Run notebooks again, and show whose marks change."),
    "adjust": Listed("adjust", "Override points, excuse a student or extend a deadline."),
    "comment": Listed("comment", "Add a comment to a student's report."),
    "queue": Listed("queue", "List the answers that need manual grading."),
    "decide": Listed("decide", "Read points and comments from a file."),
    "history": Listed("history", "Print every attempt, mark and decision of a student."),
    "backup": Listed("backup", "Store marks, decisions, notebooks and records in one file."),
    "restore": Listed("restore", "Restore what `backup` stored, in a new folder."),
    "rename-exercise": Listed("rename_exercise", "Move an exercise's results to its new name."),
    "rename-student": Listed("rename_student", "Move a student's attempts and decisions to another name."),
    "stats": Listed("stats", "Print statistics: marks, hard questions and common mistakes."),
    "course": Listed("course", "Write one page and one table for all exercises of the course."),
    "export": Listed("export", "Write the marks for Canvas, Moodle and other programs."),
    "doctor": Listed("doctor", "Show which isolation this machine has, and how to improve it."),
    "data": Listed("data", "Generate or import the images of an exercise."),
}


_RENAMED = {"--out": "--results", "--file": "--out", "--save": "--out"}
"""Options of a development version -> what they are called now. Such a command line gets told the new name."""


class Command(TyperCommand):
    """A command that knows how its options were called before."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words after the command's name; an option's earlier name is refused, with its new name."""
        options = {option for parameter in self.params for option in parameter.opts}
        for word in args:
            old = word.partition("=")[0]
            if old not in options and (new := _RENAMED.get(old)) in options:
                ctx.fail(f"{old} is now called {new}.")
        return super().parse_args(ctx, args)


class Commands(TyperGroup):
    """The program, which knows each command's name and help, and imports the one that is given."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the words name, with its module imported, and the words that are left for it."""
        name, _, rest = super().resolve_command(ctx, args)
        assert name is not None, "only an unknown name has no command, and that has been refused"
        return name, loaded(name), rest


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"grader {grader.__version__}")
        raise typer.Exit


def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """The options of the program itself."""


def _params() -> list[Any]:
    """The options of the program, as the library keeps them."""
    program = typer.Typer(add_completion=False, callback=_options)
    return typer.main.get_group(program).params


app = Commands(
    name="grader",
    help="Grade notebooks of a course on convolutional networks with Keras.",
    commands={name: TyperCommand(name, help=listed.help) for name, listed in COMMANDS.items()},
    params=_params(),
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def loaded(name: str) -> Any:
    """The command of a name, with its arguments and options; its module is imported."""
    command = importlib.import_module(f"grader.cli.{COMMANDS[name].module}").command
    if not isinstance(command, typer.Typer):  # a function, and not a group of commands
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        alone.command(name, cls=Command)(command)
        command = alone
    gc.freeze()  # what was imported stays: a collection need not walk through it again for each submission
    return typer.main.get_command(command)
