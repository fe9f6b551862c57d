"""All commands: name, module, and the line of each in `grader --help`.

The module of a command is imported only when the command is given. So `grader --help` imports none of them, and a
command imports only what it uses.
"""

import gc
import importlib
import os
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

import grader
from grader.cli.shared import course_of, defaults_of, output_options, use_results
from grader.errors import InputError


class CommandInfo(NamedTuple):
    """A command in the list of `grader --help`.

    Attributes:
        module: Name of the module in this folder that defines it, as `command`.
        help: The sentence in the list; the docstring of the command is the same.
    """

    module: str
    help: str


COMMANDS = {
    "demo": CommandInfo("demo", "Grade the demo class: made-up submissions with known marks."),
    "list": CommandInfo("listing", "List the exercises, and check that they are valid."),
    "init": CommandInfo("init", "Create a new course with one working exercise."),
    "new": CommandInfo("new", "Create the folders of a new exercise, ready to run."),
    "import": CommandInfo("import_course", "Import a course or marks from nbgrader or otter."),
    "release": CommandInfo("release", "Create the folder for students: notebook, exercise.toml and data."),
    "verify": CommandInfo("verify", "For authors: run the solution, which must earn all points."),
    "test": CommandInfo("testing", "For authors: check the marks of the solution and of the cases."),
    "facts": CommandInfo("facts", "For authors: describe the reference models."),
    "check": CommandInfo("check", "For students: check that a notebook runs and is complete."),
    "practice": CommandInfo("practice", "Practise the questions of the course, with new numbers each time."),
    "submit": CommandInfo("submit", "For students: submit a notebook to the course portal."),
    "status": CommandInfo("status", "For students: list your exercises and published marks."),
    "grade": CommandInfo("grade", "Grade a class: marks and a report for each student."),
    "own-work": CommandInfo("own_work", "Mark the answers to questions about students' own work."),
    "regrade": CommandInfo("regrade", "Update the marks after you change points or the key."),
    "rerun": CommandInfo("rerun", "Run notebooks again, and show whose marks change."),
    "repair": CommandInfo("repair", "Replace a line in all notebooks that contain it, and rerun them."),
    "adjust": CommandInfo("adjust", "Override points, excuse a student or extend a deadline."),
    "comment": CommandInfo("comment", "Add a comment to a student's report."),
    "queue": CommandInfo("queue", "List the answers that need manual grading."),
    "decide": CommandInfo("decide", "Apply the points and comments from a file that you filled in."),
    "rubric": CommandInfo("rubric", "List rubric items, add one, or change one for everyone who has it."),
    "history": CommandInfo("history", "Print a student's attempts and marks, and all overrides."),
    "backup": CommandInfo("backup", "Store marks, overrides, notebooks and records in one file."),
    "restore": CommandInfo("restore", "Restore the results of a backup to a new folder."),
    "rename-exercise": CommandInfo("rename_exercise", "Move an exercise's results to its new name."),
    "rename-student": CommandInfo("rename_student", "Move a student's attempts and overrides to another name."),
    "merge-student": CommandInfo("merge_student", "Merge two students in the gradebook who are the same person."),
    "delete-student": CommandInfo("delete_student", "Delete everything about a student, for example on request."),
    "stats": CommandInfo("stats", "Print statistics: marks, hard questions and common mistakes."),
    "course": CommandInfo("course", "Write one page and one table for all exercises of the course."),
    "export": CommandInfo("export", "Write the marks for Canvas, Moodle and other programs."),
    "serve": CommandInfo("serve", "Serve the portal: students submit and read reports in a browser."),
    "work": CommandInfo("work", "Grade what students submit in the portal."),
    "doctor": CommandInfo("doctor", "Show this machine's isolation level, and how to improve it."),
    "data": CommandInfo("data", "Provide data sets, and generate or import images."),
}


ONLY_POSIX = "This command needs Linux or macOS. `grader check` also works on Windows."


_RENAMED = {"--out": "--results", "--file": "--out", "--save": "--out"}
"""Option of a development version -> its present name, which an error message gives."""

_MAY_HAVE_DEFAULTS = ("results", "gradebook", "jobs", "cluster", "roster", "author", "to", "identifier", "visibility")
"""The keys of `[defaults]` in `course.toml`. `--allow-degraded` is not among them: a person confirms it each time."""

_NOT_FOR = {("release", "roster"), ("submit", "to"), ("status", "to")}
"""Command and key that does not apply to it. For `release`, a roster means that each student gets a notebook. For the
commands of students, `--to` names a portal and not the formats of an export.
"""

_ONLY_WITH = {"identifier": "moodle", "visibility": "gradescope"}
"""Key -> the format of an export that it is for."""


class Command(TyperCommand):
    """A command that has the options of all commands, and knows the earlier names of its own."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Add the options of all commands to those of this one."""
        super().__init__(*arguments, **options)
        self.params = [*self.params, *output_options()]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words after the command's name. An earlier name of an option is an error that gives the new one."""
        options = {option for parameter in self.params for option in parameter.opts}
        for word in args:
            old = word.partition("=")[0]
            if old not in options and (new := _RENAMED.get(old)) in options:
                ctx.fail(f"{old} is now called {new}.")
        if not ctx.resilient_parsing:
            ctx.default_map = self._defaults(ctx, args)
        return super().parse_args(ctx, args)

    def _defaults(self, ctx: Any, args: list[str]) -> dict[str, Any]:
        """The values of the course for options that are not on the command line: name of a parameter -> value."""
        options = {
            option.removeprefix("--").replace("-", "_"): parameter
            for parameter in self.params
            for option in parameter.opts
        }
        parsed = self.make_parser(ctx).parse_args(args=list(args))[0]
        if options.keys().isdisjoint(_MAY_HAVE_DEFAULTS) or "help" in parsed:
            return {}
        if parsed.get("config"):  # this file says everything about a portal
            return {}
        try:
            course = course_of(Path(parsed["course"]) if "course" in parsed else None)
        except InputError:
            return {}  # the command says so, or needs no course
        values = defaults_of(course)
        if "results" in values:
            use_results(Path(values["results"]))
            option = options.get("results")
            if option is None or option.default is None:  # `--results` then names the folder of one exercise
                del values["results"]
        formats = parsed.get("to") or values.get("to", ())
        return {
            options[name].name: value
            for name, value in values.items()
            if name in options
            and (ctx.info_name, name) not in _NOT_FOR
            and (name not in _ONLY_WITH or _ONLY_WITH[name] in formats)
        }


class Commands(TyperGroup):
    """The program: it knows the name and the help of each command, and imports only the one that is given."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The name of a command, the command with its module imported, and the words that are left for it."""
        name, _, words = super().resolve_command(ctx, args)
        assert name is not None, "only an unknown name has no command, and that has been refused"
        return name, loaded(name), words


def _print_version(is_option_set: bool) -> None:
    if is_option_set:
        typer.echo(f"grader {grader.__version__}")
        raise typer.Exit


def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """The options of the program itself."""


def _params() -> list[Any]:
    """The options of the program, as the library stores them."""
    program = typer.Typer(callback=_options)  # with the options for completion in a shell, which the library has
    return typer.main.get_command(program).params


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
    try:
        command = importlib.import_module(f"grader.cli.{COMMANDS[name].module}").command
    except (ImportError, AttributeError) as error:  # Windows lacks some modules, and functions of others
        if os.name == "posix":
            raise
        raise InputError(ONLY_POSIX) from error
    if not isinstance(command, typer.Typer):  # a function, and not a group of commands
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        alone.command(name)(command)
        command = alone
    for registered in command.registered_commands:
        registered.cls = Command
    gc.freeze()  # what was imported stays: a collection need not walk through it again for each submission
    return typer.main.get_command(command)
