"""The command `grader demo`."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from grader.cli.documents.course import Demo, DemoMark
from grader.cli.results import opened
from grader.cli.shared import (
    CORES,
    DONE,
    OUR_FAULT,
    CourseFolder,
    Jobs,
    answer,
    course_of,
    messages,
    note,
    out,
    remarks,
)
from grader.execute import isolation
from grader.model.record import Isolation
from grader.pipeline.demo_class import DemoClass, grade_demo_class
from grader.progress import GradingProgress


def command(
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the results.")] = Path(
        "demo-results"
    ),
    jobs: Jobs = CORES,
    course: CourseFolder = None,
) -> None:
    """Grade the demo class: made-up submissions with known marks."""
    if isolation.available() is not Isolation.SANDBOX:
        remarks.print("This machine has no sandbox. The demo runs without one, because its notebooks are our own.")
    executor = partial(isolation.local_executor, jobs, allow_degraded=True, tell=note)
    demo = grade_demo_class(course_of(course), folder, executor, partial(GradingProgress, remarks), opened, note)
    out.print(_table(demo))
    for surprise in demo.surprises:
        messages.print(f"Not as expected: {escape(surprise)}")
    out.print(f"Dashboard: {escape(str(demo.dashboard.resolve()))}", soft_wrap=True)
    answer(Demo(marks=tuple(_marks(demo)), surprises=demo.surprises, dashboard=str(demo.dashboard.resolve())))
    raise typer.Exit(OUR_FAULT if demo.surprises else DONE)


def _marks(demo: DemoClass) -> Iterator[DemoMark]:
    """The mark of each case."""
    for slug, marks in demo.marks:
        for assessment in (mark.assessment for mark in marks):
            yield DemoMark(
                exercise=slug,
                submission=assessment.student,
                points=assessment.points,
                max_points=assessment.max_points,
                outcome=assessment.outcome,
            )


def _table(demo: DemoClass) -> Table:
    """The marks of the demo class for the terminal."""
    rows = Table("exercise", "submission", "points", "of", "outcome", box=None, pad_edge=False)
    for mark in _marks(demo):
        points, most = f"{mark['points']:g}", f"{mark['max_points']:g}"
        rows.add_row(mark["exercise"], mark["submission"], points, most, mark["outcome"])
    return rows
