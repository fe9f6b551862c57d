"""Shared by the commands for decisions of people: options, and the output."""

import getpass
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.marks import DecidedMark, Decisions
from grader.cli.shared import answer, messages, out, remarks
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.course_settings import CourseSettings
from grader.model.mark import Mark
from grader.pipeline import deciding
from grader.text.printable import printable

StudentName = Annotated[str, typer.Argument(metavar="STUDENT", help="The student's name on the dashboard.")]
Question = Annotated[str, typer.Option("--question", metavar="ID", help="The question. Default: the whole exercise.")]
Author = Annotated[
    str | None,
    typer.Option(
        "--author", metavar="NAME", help="The author. Default: the user who is logged in.", show_default=False
    ),
]
Marker = Annotated[
    str | None,
    typer.Option(
        "--marker",
        "--author",
        metavar="NAME",
        help="The marker. Default: the user who is logged in.",
        show_default=False,
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason, which the student can read.")]


def blank_comment(*, exercise: str, student: str, question: str, author: str | None, reason: str) -> Adjustment:
    """A decision of this moment, from which a command makes the one that the user asks for.

    Args:
        exercise: Name of the exercise.
        student: Name of the student.
        question: Id of a question; empty for the whole exercise.
        author: Name of the author; None for the user who is logged in.
        reason: The reason, which the student can read.
    """
    return Adjustment(
        student=student,
        exercise=exercise,
        kind=AdjustmentKind.COMMENT,
        author=author or getpass.getuser(),
        reason=reason,
        at=datetime.now().astimezone(),
        question=question,
    )


def mark_in_words(mark: Mark) -> str:
    """The mark of a student in a few words."""
    assessment = mark.assessment
    if assessment.excused:
        return "excused"
    return f"{assessment.points:g} of {assessment.max_points:g}" if assessment.publishable else "no mark yet"


def print_decisions(decided: deciding.Decided, settings: CourseSettings) -> None:
    """Print which decisions no longer count, what the marks are now, and which students have none yet.

    Args:
        decided: The result of the decisions.
        settings: The settings of the course, for its time zone.
    """
    aliases = decided.pseudonyms
    for replacement in decided.replaced:
        remarks.print(
            escape(printable(f"Replaced: {replacement.in_words(settings.zone, aliases)}.", 500)), soft_wrap=True
        )
    for mark in decided.marks:
        name = aliases.get(mark.student, mark.student)
        out.print(escape(printable(f"{name}: {mark_in_words(mark)}", 200)), soft_wrap=True)
    documents = tuple(
        DecidedMark(
            student=aliases.get(mark.student, mark.student),
            points=mark.assessment.points if mark.assessment.has_mark else None,
            max_points=mark.assessment.max_points,
            excused=mark.assessment.excused,
        )
        for mark in decided.marks
    )
    with_marks = {mark.student.casefold() for mark in decided.marks}
    students = dict.fromkeys(decision.student for decision in decided.decisions)
    ahead = tuple(student for student in students if student.casefold() not in with_marks)
    for student in ahead:
        text = f"{student}: has not submitted yet. The override applies once they submit under exactly this name."
        messages.print(escape(printable(text, 200)), soft_wrap=True)
    replaced = tuple(replacement.in_words(settings.zone, aliases) for replacement in decided.replaced)
    answer(Decisions(marks=documents, replaced=replaced, not_submitted=ahead))
