"""The command `grader list`."""

import typer
from rich.markup import escape
from rich.table import Column, Table

from grader.cli.shared import (
    DONE,
    WRONG_USE,
    CourseFolder,
    course_of,
    messages,
    out,
)
from grader.course.listing import listing


def command(course: CourseFolder = None) -> None:
    """List the exercises: points, lecture, whether they are ready."""
    names = ("exercise", "points", "questions", "status", "lecture")
    columns = [Column(name, no_wrap=name != "lecture", overflow="fold") for name in names]
    table = Table(*columns, box=None, pad_edge=False)
    listed = listing(course_of(course))
    for item in listed:
        status = "ready" if item.ready else "to mend"
        table.add_row(item.slug, f"{item.points:g}", str(item.questions), status, item.lecture)
    out.print(table)
    for item in listed:
        if not item.ready:
            messages.print(escape(item.status), soft_wrap=True)
        if item.not_here:
            lacking = ", ".join(item.not_here)
            out.print(f"{item.slug}: not marked on this machine, which lacks the data: {lacking}", soft_wrap=True)
    raise typer.Exit(DONE if all(item.ready for item in listed) else WRONG_USE)
