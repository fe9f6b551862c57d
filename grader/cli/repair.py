"""The command `grader repair`."""

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.decisions import Author
from grader.cli.documents.marks import LineToRepair, ListedRepair, Repairs
from grader.cli.results import change_document, results_of, tell_of_change
from grader.cli.shared import (
    CORES,
    MOST_NAMED,
    AllowDegraded,
    Cluster,
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    Jobs,
    ResultsFolder,
    answer,
    course_of,
    note,
    out,
    remarks,
    tasks,
)
from grader.errors import InputError
from grader.execute import places
from grader.execute.executor import Executor
from grader.model.repair import Repair
from grader.pipeline import Material, Results, load, repairing
from grader.pipeline.running import Watch
from grader.progress import GradingProgress
from grader.text.printable import printable
from grader.text.values import amount_of, first_few


def command(
    exercise: ExerciseName,
    line: Annotated[
        str | None, typer.Option("--line", metavar="TEXT", help="The line to replace, without the spaces around it.")
    ] = None,
    replacement: Annotated[
        str | None,
        typer.Option("--with", metavar="TEXT", help="The new line. An empty text removes the line."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="The reason, which students can read.")
    ] = None,
    undo: Annotated[
        int | None, typer.Option("--undo", metavar="N", min=1, help="Undo a repair, by its number in the list.")
    ] = None,
    author: Author = None,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    jobs: Jobs = CORES,
    allow_degraded: AllowDegraded = False,
    cluster: Cluster = None,
    course: CourseFolder = None,
) -> None:
    """Replace a line in all notebooks that contain it, and rerun them."""
    here = course_of(course)
    material = load(here, exercise)
    results = results_of(exercise, folder, gradebook)
    options = [line is not None, replacement is not None, reason is not None]
    if undo is None and not any(options):
        _print_list(material, results)
        return
    if (undo is not None and any(options)) or (undo is None and not all(options)):
        raise InputError("repair: give --line, --with and --reason, or --undo alone.")
    new = Repair(
        line=(line or "").strip(),
        replacement=replacement or "",
        reason=reason or "",
        author=author or getpass.getuser(),
        at=datetime.now().astimezone().replace(microsecond=0),
    )

    @contextmanager
    def start(students: int) -> Iterator[tuple[Executor, Watch]]:
        with (
            places.executor(jobs, allow_degraded, cluster, note) as executor,
            GradingProgress(remarks, exercise, students, executor.slots) as progress,
        ):
            yield executor, progress

    done = repairing.change_repairs(here, material, results, new if undo is None else undo, start)
    for change in done.changes:
        tell_of_change(change)
    notebooks = amount_of(len(done.students), "student's notebook", "students' notebooks")
    out.print(f"{notebooks} graded again, {len(done.changes)} changed.")
    changes = tuple(map(change_document, done.changes))
    answer(Repairs(repairs=(), common_lines=(), students=done.students, changes=changes))


def _print_list(material: Material, results: Results) -> None:
    """Print the repairs, and the lines at which several notebooks stop."""
    for number, repair in enumerate(material.repairs, 1):
        state = f"undone {repair.undone:%Y-%m-%d}" if repair.undone else "in force"
        text = f"{number}. {repair.line!r} -> {repair.replacement!r} ({repair.author}, {repair.at:%Y-%m-%d}, {state})"
        out.print(escape(printable(f"{text}: {repair.reason}", 1000)), soft_wrap=True)
    stopped = tuple(repairing.common_lines(material, results))
    for common in stopped:
        names = first_few(common.students, MOST_NAMED)
        text = f"{amount_of(len(common.students), 'notebook stops', 'notebooks stop')} at {common.line!r}"
        tasks.print(escape(printable(f"{text}: {common.error} ({names})", 1000)), soft_wrap=True)
    common_lines = tuple(
        LineToRepair(line=common.line, error=common.error, students=common.students) for common in stopped
    )
    answer(Repairs(repairs=tuple(_listed(material.repairs)), common_lines=common_lines, students=(), changes=()))


def _listed(repairs: Sequence[Repair]) -> Iterator[ListedRepair]:
    for number, repair in enumerate(repairs, 1):
        yield ListedRepair(
            number=number,
            line=repair.line,
            replacement=repair.replacement,
            reason=repair.reason,
            author=repair.author,
            at=repair.at.isoformat(),
            undone=repair.undone.isoformat() if repair.undone else None,
        )
