"""The commands `grader import nbgrader`, `grader import otter` and `grader import marks`."""

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from grader.cli.decisions import Author, mark_in_words
from grader.cli.documents.course import CourseImport, ImportedCell
from grader.cli.documents.marks import ImportedPoints, ImportedTable
from grader.cli.results import results_of
from grader.cli.shared import (
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    ResultsFolder,
    answer,
    course_of,
    out,
    remarks,
    tasks,
)
from grader.model.course_settings import CourseSettings
from grader.pipeline import load
from grader.pipeline.earlier_marks import ImportedMarks, import_marks
from grader.pipeline.importing import ImportedNotebooks, import_nbgrader, import_otter
from grader.text.printable import printable

command = typer.Typer(
    help="Import a course or marks from nbgrader or otter.",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Source = Annotated[Path, typer.Argument(metavar="SOURCE", help="The course folder, or a notebook.")]
NewCourse = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder of the new course.")]


@command.callback()
def group() -> None:
    """Import a course or marks from nbgrader or otter."""


@command.command("nbgrader")
def from_nbgrader(source: Source, folder: NewCourse) -> None:
    """Import a course from nbgrader: texts, points, solutions and tests."""
    _show(import_nbgrader(source, folder))


@command.command("otter")
def from_otter(source: Source, folder: NewCourse) -> None:
    """Import a course from otter: texts, points, solutions and tests."""
    _show(import_otter(source, folder))


@command.command("marks")
def marks(
    exercise: ExerciseName,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The marks as CSV, from nbgrader, otter or your own table.")
    ],
    assignment: Annotated[
        str | None,
        typer.Option(
            "--assignment", metavar="NAME", help="The name of the exercise in FILE, if FILE has several assignments."
        ),
    ] = None,
    overrule: Annotated[
        bool, typer.Option("--overrule", help="Also replace marks that other people imported.")
    ] = False,
    author: Author = None,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Import marks that another grader gave."""
    here = course_of(course)
    material = load(here, exercise)
    imported = import_marks(
        here,
        material,
        results_of(exercise, folder, gradebook),
        file,
        assignment=assignment,
        author=author or getpass.getuser(),
        overrules=overrule,
        usual=None if folder else Path("grading"),
    )
    _show_marks(imported, material.settings)


def _show_marks(imported: ImportedMarks, settings: CourseSettings) -> None:
    replaced = tuple(replacement.in_words(settings.zone) for replacement in imported.decided.replaced)
    ours = {mark.student.casefold(): mark for mark in imported.decided.marks}
    points = {decision.student: decision.points for decision in imported.decided.decisions}
    for sentence in imported.remarks:
        remarks.print(escape(printable(sentence, 300)), soft_wrap=True)
    for line in replaced:
        remarks.print(escape(printable(f"Replaced: {line}.", 500)), soft_wrap=True)
    for student in points:
        if mark := ours.get(student.casefold()):
            sentence = f"{student}: the mark of this grader counts ({mark_in_words(mark)}), not the imported one."
            remarks.print(escape(printable(sentence, 300)), soft_wrap=True)
    without = sum(student.casefold() not in ours for student in points)
    out.print(
        f"Imported marks: {len(points)}. Of these, {without} count, because the students have no mark of this grader.",
        soft_wrap=True,
    )
    answer(
        ImportedTable(
            marks=tuple(
                ImportedPoints(
                    student=student,
                    points=of_student,
                    max_points=imported.max_points,
                    counts=student.casefold() not in ours,
                )
                for student, of_student in points.items()
            ),
            replaced=replaced,
            remarks=imported.remarks,
        )
    )


def _cell(slug: str, row: Sequence[str]) -> ImportedCell:
    cell, points, taken_as, read, weaker, decide = row
    return ImportedCell(
        exercise=slug, cell=cell, points=points, taken_as=taken_as, read=read, weaker=weaker, decide=decide
    )


def _show(imported: ImportedNotebooks) -> None:
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
        CourseImport(
            cells=tuple(_cell(slug, row) for slug, rows in imported.tables.items() for row in rows),
            notes=tuple(imported.notes),
            summary=imported.summary,
            report=str(imported.report),
        )
    )
    out.print(f"Next: read {escape(str(imported.report))}, then run `grader list` and `grader test`.", soft_wrap=True)
