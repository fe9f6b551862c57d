"""The command `grader grade`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.results import mark_document, results_of, tell_of_class
from grader.cli.shared import (
    CORES,
    DONE,
    MOST_NAMED,
    SOME_NOT_GRADED,
    AllowDegraded,
    Cluster,
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    Jobs,
    answer,
    course_of,
    messages,
    note,
    remarks,
    usual_results,
)
from grader.execute import places
from grader.pipeline.class_grading import grade_class
from grader.pipeline.enrolment import Enrolled
from grader.progress import GradingProgress
from grader.text.printable import printable
from grader.text.values import amount_of


def command(
    exercise: ExerciseName,
    submissions: Annotated[
        Path, typer.Argument(metavar="SUBMISSIONS", help="A folder or a zip archive of notebooks, or one notebook.")
    ],
    folder: Annotated[
        Path | None, typer.Option("--results", metavar="DIR", help="The results folder. Default: grading/EXERCISE.")
    ] = None,
    gradebook: GradebookUrl = None,
    jobs: Jobs = CORES,
    allow_degraded: AllowDegraded = False,
    roster: Annotated[
        Path | None, typer.Option("--roster", metavar="FILE", help="CSV file that identifies the students.")
    ] = None,
    times: Annotated[
        Path | None, typer.Option("--times", metavar="FILE", help="CSV file with submission times.")
    ] = None,
    cluster: Cluster = None,
    course: CourseFolder = None,
) -> None:
    """Grade a class: marks and a report for each student."""
    results = results_of(exercise, folder, gradebook)
    graded = grade_class(
        course_of(course),
        exercise,
        submissions,
        results,
        usual=None if folder else usual_results(),
        roster=roster,
        times=times,
        executor=partial(places.executor, jobs, allow_degraded, cluster, note),
        watch=partial(GradingProgress, remarks, exercise),
        note=note,
    )
    unknown = graded.enrolled is not None and _tell_roster(graded.enrolled)
    answer([mark_document(mark) for mark in graded.marks])
    raise typer.Exit(tell_of_class(graded.marks, results) or (SOME_NOT_GRADED if unknown else DONE))


def _tell_roster(enrolled: Enrolled) -> bool:
    """Print who is missing from the roster, and who has not submitted; returns whether somebody is missing from it."""
    for line in enrolled.problems:
        messages.print(escape(printable(line, 300)), soft_wrap=True)
    if enrolled.absent:
        who = amount_of(len(enrolled.absent), "student", "students")
        remarks.print(f"Not submitted yet by {who} on the roster:")
        for name in enrolled.absent[:MOST_NAMED]:
            remarks.print(f"  {escape(printable(name))}", soft_wrap=True)
        if len(enrolled.absent) > MOST_NAMED:
            remarks.print(f"  and {len(enrolled.absent) - MOST_NAMED} more")
    return bool(enrolled.problems)
