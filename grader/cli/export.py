"""The command `grader export`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.marks import Exported
from grader.cli.results import not_results, results_of
from grader.cli.shared import (
    DONE,
    SOME_NOT_GRADED,
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    ResultsFolder,
    answer,
    course_of,
    messages,
    out,
    remarks,
)
from grader.pipeline import exporting
from grader.pipeline.exporting import ExportRequest, Format, Identifier, Visibility
from grader.text.printable import printable
from grader.text.values import amount_of

_COUNTED = {Format.FEEDBACK: "page", Format.FEEDBACK_NOTEBOOKS: "page", Format.RESEARCH: "student"}
"""What a format contains, where it is not marks."""


def command(
    exercise: ExerciseName,
    to: Annotated[
        list[Format], typer.Option("--to", metavar="FORMAT", help=f"{'|'.join(Format)}. Repeat --to for more formats.")
    ],
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The output file. Default: a file in DIR/exports.")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="The platform's grade file. The grader fills in a copy."),
    ] = None,
    roster: Annotated[
        Path | None, typer.Option("--roster", metavar="FILE", help="CSV file that identifies the students.")
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", metavar="TITLE", help="For canvas: the assignment to fill in.")
    ] = None,
    scale: Annotated[
        bool | None,
        typer.Option("--scale", help="Scale the points to the maximum in the file.", show_default=False),
    ] = None,
    identifier: Annotated[
        Identifier | None, typer.Option("--identifier", metavar="FIELD", help=f"For moodle: {'|'.join(Identifier)}.")
    ] = None,
    visibility: Annotated[
        Visibility | None, typer.Option("--visibility", metavar="WHEN", help=f"For gradescope: {'|'.join(Visibility)}.")
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Write the marks for Canvas, Moodle and other programs."""
    results = results_of(exercise, folder, gradebook)
    request = ExportRequest(
        forms=tuple(to),
        file=not_results(file),
        source=source,
        roster=roster,
        column=column,
        scale=scale,
        identifier=identifier,
        visibility=visibility,
    )
    documents: list[Exported] = []
    printed: set[str] = set()
    for written in exporting.export(course_of(course), exercise, results, request):
        _print_lines(written, printed)
        what = _COUNTED.get(written.form, "mark")
        form = f"{written.form}: " if len(set(to)) > 1 else ""
        count = amount_of(written.count, what, f"{what}s")
        out.print(f"{form}{count}, {amount_of(len(written.problems), 'problem', 'problems')}.")
        for path in written.paths:
            out.print(escape(str(path)), soft_wrap=True)
        documents.append(_document(written))
    answer(documents)
    raise typer.Exit(SOME_NOT_GRADED if any(document["problems"] for document in documents) else DONE)


def _print_lines(written: exporting.Written, printed: set[str]) -> None:
    """Print remarks and problems, except those that were printed before: several formats lack the same students."""
    lines = {f"Note: {remark}": remarks for remark in written.remarks}
    for line, console in {**lines, **dict.fromkeys(written.problems, messages)}.items():
        if line not in printed:
            console.print(escape(printable(line, 500)), soft_wrap=True)
            printed.add(line)


def _document(written: exporting.Written) -> Exported:
    return Exported(
        format=written.form,
        files=tuple(map(str, written.paths)),
        count=written.count,
        problems=written.problems,
        remarks=written.remarks,
    )
