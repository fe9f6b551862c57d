"""The commands `grader import nbgrader` and `grader import otter`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from grader.cli.documents.course import ImportedCell, ImportedCourse
from grader.cli.shared import answer, out, tasks
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


def _cell(slug: str, row: Sequence[str]) -> ImportedCell:
    cell, points, taken_as, read, weaker, decide = row
    return ImportedCell(
        exercise=slug, cell=cell, points=points, taken_as=taken_as, read=read, weaker=weaker, decide=decide
    )


def _show(imported: Imported) -> None:
    for slug, rows in imported.tables.items():
        table = Table("cell", "points", "taken as", "read", "weaker", "decide", box=None, pad_edge=False)
        for row in rows:
            table.add_row(*map(escape, row))
        out.print(escape(slug))
        out.print(table)
    for sentence in imported.notes:
        tasks.print(escape(sentence), soft_wrap=True)
    out.print(escape(imported.summary), soft_wrap=True)
    answer(
        ImportedCourse(
            cells=tuple(_cell(slug, row) for slug, rows in imported.tables.items() for row in rows),
            notes=tuple(imported.notes),
            summary=imported.summary,
            report=str(imported.report),
        )
    )
    out.print(f"Next: read {escape(str(imported.report))}, then run `grader list` and `grader test`.", soft_wrap=True)
