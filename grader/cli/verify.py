"""The command `grader verify`."""

from typing import Annotated

import typer
from rich.markup import escape

from grader.cli.documents.course import SolutionMarks
from grader.cli.shared import DONE, WRONG_USE, CourseFolder, answer, course_of, exercise_names, messages, note, out
from grader.execute import isolation
from grader.pipeline.verifying import verify
from grader.text.printable import printable

Exercises = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[EXERCISE ...]",
        help="Names of exercises. Default: all.",
        show_default=False,
        autocompletion=exercise_names,
    ),
]


def command(exercises: Exercises = None, course: CourseFolder = None) -> None:
    """For authors: run the solution, which must earn all points."""
    here = course_of(course)
    documents: list[SolutionMarks] = []
    with isolation.local_executor(1, allow_degraded=True, tell=note) as executor:
        for slug in exercises or here.slugs():
            verified = verify(here, slug, executor)
            out.print(f"{escape(slug)}: {verified}", soft_wrap=True)
            documents.append(
                SolutionMarks(
                    exercise=slug,
                    points=verified.points,
                    max_points=verified.max_points,
                    by_hand=verified.by_hand,
                    problems=verified.problems,
                )
            )
    answer(documents)
    problems = [problem for document in documents for problem in document["problems"]]
    for problem in problems:
        messages.print(escape(printable(" ".join(problem.split()), 500)), soft_wrap=True)
    raise typer.Exit(WRONG_USE if problems else DONE)
