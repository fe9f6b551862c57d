"""The commands `grader import nbgrader` and `grader import otter`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from grader.cli.shared import out
from grader.pipeline.importing import Imported, import_nbgrader, import_otter

command = typer.Typer(
    help="Import a course from nbgrader or otter.",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Source = Annotated[Path, typer.Argument(metavar="SOURCE", help="The folder of the course, or a notebook.")]
NewCourse = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder of the new course.")]


@command.callback()
def group() -> None:
    """Import a course from nbgrader or otter."""


@command.command("nbgrader")
def from_nbgrader(source: Source, folder: NewCourse) -> None:
    """Import a course from nbgrader: texts, points, solutions and tests."""
    _show(import_nbgrader(source, folder))


@command.command("otter")
def from_otter(source: Source, folder: NewCourse) -> None:
    """Import a course from otter: texts, points, solutions and tests."""
    _show(import_otter(source, folder))


def _show(imported: Imported) -> None:
    for slug, rows in imported.tables.items():
        table = Table("cell", "points", "taken as", "read", "weaker", "decide", box=None, pad_edge=False)
        for row in rows:
            table.add_row(*map(escape, row))
        out.print(escape(slug))
        out.print(table)
    for sentence in (*imported.notes, imported.summary):
        out.print(escape(sentence), soft_wrap=True)
    out.print(f"Next: read {escape(str(imported.report))}, then run `grader list` and `grader test`.", soft_wrap=True)
