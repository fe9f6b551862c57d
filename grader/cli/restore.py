"""The command `grader restore`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.marks import Archive
from grader.cli.shared import GradebookUrl, answer, out
from grader.gradebook import backup as backups
from grader.gradebook.database import Database


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive that `backup` wrote.")],
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new or empty folder for the results.")] = Path(
        "grading"
    ),
    gradebook: GradebookUrl = None,
) -> None:
    """Restore the results of a backup to a new folder."""
    count = backups.restore(file, folder, Database(gradebook) if gradebook else None)
    answer(Archive(file=str(file), folder=str(folder), count=count))
    out.print(f"{escape(str(folder))}: {count} files of {escape(str(file))}.", soft_wrap=True)
