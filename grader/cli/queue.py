"""The command `grader queue`."""

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.decisions import Marker
from grader.cli.documents.marks import MarkOfMarker, WaitingAnswer, WaitingAnswers
from grader.cli.results import not_results, results_of
from grader.cli.shared import CourseFolder, ExerciseName, GradebookUrl, ResultsFolder, answer, course_of, out, tasks
from grader.pipeline import load_exercise, queueing
from grader.pipeline.deciding import Waiting
from grader.text.printable import printable
from grader.text.values import amount_of


def command(
    exercise: ExerciseName,
    file: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the answers to a CSV file for `decide`."),
    ] = None,
    marker: Marker = None,
    disagreements: Annotated[
        bool, typer.Option("--disagreements", help="Only list answers whose marks differ too much, with the marks.")
    ] = False,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """List the answers that need manual grading."""
    file = not_results(file)
    course_exercise = load_exercise(course_of(course), exercise)
    results = results_of(exercise, folder, gradebook)
    queued = queueing.queue(
        course_exercise, results, file, marker=marker or getpass.getuser(), disagreements=disagreements
    )
    if file is not None:
        out.print(escape(str(file)), soft_wrap=True)
    else:
        for waiting in queued.answers:
            _print_answer(waiting, _marks(queued, waiting))
    answers = {(waiting.student, waiting.finding.question) for waiting in queued.answers}
    criteria = sum(waiting.criterion is not None for waiting in queued.answers)
    rubric = f", with {amount_of(criteria, 'criterion', 'criteria')}" if criteria else ""
    count = amount_of(len(answers), "answer", "answers")
    (tasks if queued.answers else out).print(f"{count} to grade{rubric}.")
    if queued.difference is not None:
        count = amount_of(queued.agreed + queued.disagreed, "answer", "answers")
        unit = "point" if queued.difference == 1 else "points"
        out.print(
            f"Marked by several people: {count}. Agreed: {queued.agreed}. Disagreed: {queued.disagreed}. "
            f"Mean difference: {queued.difference:g} {unit}.",
            soft_wrap=True,
        )
    answer(
        WaitingAnswers(
            answers=tuple(_document(waiting, _marks(queued, waiting)) for waiting in queued.answers),
            file=str(file) if file else None,
            agreed=queued.agreed,
            disagreed=queued.disagreed,
            difference=queued.difference,
        )
    )


def _print_answer(waiting: Waiting, marks: Sequence[MarkOfMarker]) -> None:
    head = f"{waiting.student}  {waiting.place}  of {waiting.max_points:g}"
    tasks.print(escape(printable(head, 200)), soft_wrap=True)
    if waiting.criterion and waiting.criterion.description:
        tasks.print(f"    {escape(printable(waiting.criterion.description, 500))}", soft_wrap=True)
    answer = str(waiting.finding.found or waiting.finding.why)
    tasks.print(f"    {escape(printable(answer, 2_000))}", soft_wrap=True)
    for mark in marks:
        tasks.print(f"    {escape(printable(mark['marker'], 200))}: {mark['points']:g}", soft_wrap=True)


def _document(waiting: Waiting, marks: Sequence[MarkOfMarker]) -> WaitingAnswer:
    return WaitingAnswer(
        student=waiting.student,
        question=waiting.place,
        title=waiting.title,
        answer=str(waiting.finding.found or waiting.finding.why),
        max_points=waiting.max_points,
        marks=tuple(marks),
    )


def _marks(queued: queueing.Queued, waiting: Waiting) -> tuple[MarkOfMarker, ...]:
    """The marks so far of an answer, in a list of disagreements."""
    answer_with_marks = queued.marks.get((waiting.student, waiting.place))
    marks = answer_with_marks.marks if answer_with_marks else ()
    return tuple(MarkOfMarker(marker=mark.author, points=mark.points or 0) for mark in marks)
