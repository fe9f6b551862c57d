"""Commands for what must not be lost: backup and restore."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.shared import GradebookUrl, out
from grader.gradebook import backup as backups
from grader.gradebook.database import Database

AllResults = Annotated[Path, typer.Option("--out", metavar="DIR", help="Results of `grade`, or the folder of several.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (backup, restore):
        app.command()(command)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write, such as marks.zip.")],
    folder: AllResults = Path("grading"),
    gradebook: GradebookUrl = None,
) -> None:
    """Keep marks, decisions, notebooks and records in one file."""
    count = backups.back_up(folder, Database(gradebook) if gradebook else None, file, datetime.now(UTC))
    out.print(f"{escape(str(file))}: {count} files of {escape(str(folder))}.", soft_wrap=True)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote.")],
    folder: AllResults = Path("grading"),
    gradebook: GradebookUrl = None,
) -> None:
    """Bring back what `backup` kept, where nothing is yet."""
    count = backups.restore(file, folder, Database(gradebook) if gradebook else None)
    out.print(f"{escape(str(folder))}: {count} files of {escape(str(file))}.", soft_wrap=True)
