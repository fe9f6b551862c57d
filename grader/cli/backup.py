"""The command `grader backup`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.marks import Archive
from grader.cli.shared import AllResults, GradebookUrl, answer, out
from grader.gradebook import backup as backups
from grader.gradebook.database import Database


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write, such as marks.zip.")],
    folder: AllResults = Path("grading"),
    gradebook: GradebookUrl = None,
) -> None:
    """Store marks, overrides, notebooks and records in one file."""
    count = backups.back_up(folder, Database(gradebook) if gradebook else None, file, datetime.now(UTC))
    answer(Archive(file=str(file), folder=str(folder), count=count))
    out.print(f"{escape(str(file))}: {count} files of {escape(str(folder))}.", soft_wrap=True)
