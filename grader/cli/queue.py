"""The command `grader queue`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.marks import Queue, WaitingAnswer
from grader.cli.results import not_results, results_of
from grader.cli.shared import CourseFolder, ExerciseName, GradebookUrl, ResultsFolder, answer, course_of, out, tasks
from grader.pipeline import deciding, load_exercise
from grader.text.printable import printable
from grader.text.values import amount_of


def command(
    exercise: ExerciseName,
    file: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the answers to a CSV file for `decide`."),
    ] = None,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """List the answers that need manual grading."""
    file = not_results(file)
    course_exercise = load_exercise(course_of(course), exercise)
    queue = deciding.waiting(course_exercise, results_of(exercise, folder, gradebook), file)
    if file is not None:
        out.print(escape(str(file)), soft_wrap=True)
    else:
        for waiting in queue:
            finding = waiting.finding
            head = f"{waiting.student}  {waiting.place}  of {waiting.max_points:g}"
            tasks.print(escape(printable(head, 200)), soft_wrap=True)
            if waiting.criterion and waiting.criterion.description:
                tasks.print(f"    {escape(printable(waiting.criterion.description, 500))}", soft_wrap=True)
            tasks.print(f"    {escape(printable(str(finding.found or finding.why), 2_000))}", soft_wrap=True)
    (tasks if queue else out).print(f"{amount_of(len(queue), 'answer', 'answers')} to grade.")
    answers = tuple(
        WaitingAnswer(
            student=waiting.student,
            question=waiting.place,
            title=waiting.title,
            answer=str(waiting.finding.found or waiting.finding.why),
            max_points=waiting.max_points,
        )
        for waiting in queue
    )
    answer(Queue(answers=answers, file=str(file) if file else None))
