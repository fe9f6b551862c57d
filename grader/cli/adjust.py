"""The command `grader adjust`."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.decisions import Author, Question, Reason, StudentName, blank_comment, print_decisions
from grader.cli.results import results_of
from grader.cli.shared import CourseFolder, ExerciseName, GradebookUrl, ResultsFolder, course_of, usual_results
from grader.errors import InputError
from grader.model.adjustment import AdjustmentKind
from grader.model.course_settings import CourseSettings
from grader.pipeline import deciding, load

_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")


def command(
    exercise: ExerciseName,
    student: StudentName,
    reason: Reason,
    question: Question = "",
    points: Annotated[
        str | None,
        typer.Option("--points", metavar="N", help="Points to award, or the word `grader` for the automatic mark."),
    ] = None,
    excused: Annotated[
        bool | None,
        typer.Option("--excused/--not-excused", help="Excuse the student, or cancel the excuse.", show_default=False),
    ] = None,
    extension: Annotated[
        str | None,
        typer.Option(
            "--extension", metavar="WHEN", help="Individual deadline such as 2026-05-01T23:59. `none` removes it."
        ),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            "--roster", metavar="FILE", help="CSV file of the students, including those who have not submitted."
        ),
    ] = None,
    ahead: Annotated[
        bool, typer.Option("--before-handing-in", help="Confirm the name of a student who has not submitted yet.")
    ] = False,
    author: Author = None,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Override points, excuse a student or extend a deadline."""
    here = course_of(course)
    material = load(here, exercise)
    kinds = [points is not None, excused is not None, extension is not None]
    if sum(kinds) != 1:
        raise InputError("adjust: give one of --points, --excused, --not-excused and --extension.")
    blank = blank_comment(exercise=exercise, student=student, question=question, author=author, reason=reason)
    if points is not None:
        decision = replace(blank, kind=AdjustmentKind.POINTS, points=_points(points))
    elif excused is not None:
        decision = replace(blank, kind=AdjustmentKind.EXCUSED, excused=excused)
    else:
        decision = replace(blank, kind=AdjustmentKind.EXTENSION, until=_moment(extension or "", material.settings))
    results = results_of(exercise, folder, gradebook)
    usual = None if folder else usual_results()
    decided = deciding.adjust(here, material, results, decision, usual=usual, roster=roster, anybody=ahead)
    print_decisions(decided, material.settings)


def _points(text: str) -> float | None:
    """The points of `--points`; None for `grader`, which restores the automatic mark.

    Raises:
        InputError: It is neither a number nor `grader`.
    """
    if text == "grader":
        return None
    try:
        return float(text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text.strip()) else text)
    except ValueError:
        raise InputError(
            f"--points: must be a number, or `grader` to restore the automatic mark. Received: {text!r}."
        ) from None


def _moment(text: str, settings: CourseSettings) -> datetime | None:
    """The moment of `--extension`; None for `none`, which removes the extension.

    Raises:
        InputError: It is neither a date with a time nor `none`.
    """
    if text == "none":
        return None
    at = deciding.written_moment(text, settings.zone)
    if at is None:
        raise InputError(
            f"--extension: must be a date with a time, such as 2026-05-01T23:59, or `none`. Received: {text!r}."
        )
    return at
