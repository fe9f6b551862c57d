"""The command `grader test`."""

from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.course import CheckedExercise
from grader.cli.shared import (
    CORES,
    DONE,
    WRONG_USE,
    CourseFolder,
    Jobs,
    answer,
    course_of,
    exercise_names,
    messages,
    note,
    out,
)
from grader.execute import isolation
from grader.pipeline.case_grading import check_marks
from grader.text.printable import printable
from grader.text.values import amount_of

Exercises = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[EXERCISE ...]",
        help="Names of exercises. Default: all.",
        show_default=False,
        autocompletion=exercise_names,
    ),
]


def command(exercises: Exercises = None, jobs: Jobs = CORES, course: CourseFolder = None) -> None:
    "For authors: check the marks of the solution and of the cases."
    here = course_of(course)
    documents: list[CheckedExercise] = []
    with isolation.local_executor(jobs, allow_degraded=True, tell=note) as executor:
        for slug in exercises or here.slugs():
            checked = check_marks(here, slug, executor)
            differences = amount_of(len(checked.differences), "difference", "differences")
            of_cases = (
                f"{amount_of(checked.cases, 'case', 'cases')} with {differences}" if checked.cases else "no cases"
            )
            out.print(f"{escape(slug)}: solution {checked.solution}, {of_cases}", soft_wrap=True)
            documents.append(
                CheckedExercise(
                    exercise=slug,
                    points=checked.solution.points,
                    max_points=checked.solution.max_points,
                    by_hand=checked.solution.by_hand,
                    problems=checked.solution.problems,
                    cases=checked.cases,
                    differences=checked.differences,
                )
            )
    answer(documents)
    problems = [line for document in documents for line in (*document["problems"], *document["differences"])]
    for problem in problems:
        messages.print(escape(printable(" ".join(problem.split()), 500)), soft_wrap=True)
    raise typer.Exit(WRONG_USE if problems else DONE)
