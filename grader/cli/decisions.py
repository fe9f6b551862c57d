"""What the commands for decisions of people share."""

import getpass
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.shared import (
    messages,
    out,
)
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.course_settings import CourseSettings
from grader.model.mark import Mark
from grader.pipeline import deciding
from grader.text.printable import printable

StudentName = Annotated[str, typer.Argument(metavar="STUDENT", help="The student's name on the dashboard.")]
Question = Annotated[str, typer.Option("--question", metavar="ID", help="One question. Default: the whole exercise.")]
Author = Annotated[
    str | None,
    typer.Option(
        "--author", metavar="NAME", help="The author. Default: the user who is logged in.", show_default=False
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason, which the student can read.")]


def base(student: str, exercise: str, question: str, author: str | None, reason: str) -> Adjustment:
    """A decision of a person, made now: a comment without text, until it is told what else it is."""
    by = author or getpass.getuser()
    return Adjustment(
        student=student,
        exercise=exercise,
        kind=AdjustmentKind.COMMENT,
        author=by,
        reason=reason,
        at=datetime.now().astimezone(),
        question=question,
    )


def shown_mark(standing: Mark) -> str:
    """The mark of a student in a few words."""
    mark = standing.assessment
    if mark.excused:
        return "excused"
    return f"{mark.points:g} of {mark.max_points:g}" if mark.publishable else "no mark yet"


def tell_of_decisions(decided: deciding.Decided, made: Sequence[Adjustment], settings: CourseSettings) -> None:
    """Say which decisions no longer count, what the marks are now, and of whom there is none yet."""
    for each in decided.replaced:
        messages.print(escape(printable(f"Replaced: {each.in_words(settings.zone)}.", 500)), soft_wrap=True)
    for standing in decided.marks:
        out.print(escape(printable(f"{standing.student}: {shown_mark(standing)}", 200)), soft_wrap=True)
    shown = {each.student.casefold() for each in decided.marks}
    for student in dict.fromkeys(each.student for each in made):
        if student.casefold() not in shown:
            text = f"{student}: has not submitted yet; the decision applies once they submit under exactly this name."
            messages.print(escape(printable(text, 200)), soft_wrap=True)
