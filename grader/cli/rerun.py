"""The command `grader rerun`."""

from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.marks import RepeatedRuns, StudentProblem
from grader.cli.results import change_document, mark_document, results_of, tell_of_change
from grader.cli.shared import (
    CORES,
    DONE,
    SOME_NOT_GRADED,
    AllowDegraded,
    Cluster,
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    Jobs,
    ResultsFolder,
    answer,
    course_of,
    messages,
    note,
    out,
    remarks,
)
from grader.execute import places
from grader.pipeline import load, rerun
from grader.progress import GradingProgress
from grader.text.printable import printable
from grader.text.values import amount_of


def command(
    exercise: ExerciseName,
    students: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STUDENT ...]", help="Names of students on the dashboard. Default: all.", show_default=False
        ),
    ] = None,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    jobs: Jobs = CORES,
    allow_degraded: AllowDegraded = False,
    cluster: Cluster = None,
    course: CourseFolder = None,
) -> None:
    """Run notebooks again, and show whose marks change."""
    material = load(course_of(course), exercise)
    results = results_of(exercise, folder, gradebook)
    names = students or []
    with (
        places.executor(jobs, allow_degraded, cluster, note) as executor,
        GradingProgress(remarks, exercise, len(names), executor.slots) as progress,
    ):
        again = rerun(material, results, executor, names, progress.done, progress.plan)
    for change in again.changes:
        tell_of_change(change)
    changed = {change.student for change in again.changes}
    for mark in again.marks:
        student, assessment = mark.student, mark.assessment
        if student not in changed and student not in again.failed:
            points = f"{assessment.points:g}" if assessment.has_mark else "no mark"
            out.print(f"{escape(printable(student))}: {points}, as before", soft_wrap=True)
    for student, why in again.failed.items():
        text = f"{student}: the notebook could not be run again, so the mark stays the same: {why}"
        messages.print(escape(printable(text, 400)), soft_wrap=True)
    for student in again.left_out:
        text = f"{student}: cannot be run again: the notebook is missing or unreadable, or the exercise has changed."
        messages.print(escape(printable(text, 400)), soft_wrap=True)
    count = len(again.marks) - len(again.failed)
    out.print(f"{amount_of(count, 'submission', 'submissions')} run again, {len(again.changes)} changed.")
    answer(
        RepeatedRuns(
            marks=tuple(map(mark_document, again.marks)),
            changes=tuple(map(change_document, again.changes)),
            failed=tuple(StudentProblem(student=student, problem=why) for student, why in again.failed.items()),
            left_out=tuple(again.left_out),
        )
    )
    raise typer.Exit(SOME_NOT_GRADED if again.failed or again.left_out else DONE)
