"""The command `grader comment`."""

from dataclasses import replace
from typing import Annotated

import typer

from grader.cli.decisions import Author, Question, StudentName, blank_comment, print_decisions
from grader.cli.results import results_of
from grader.cli.shared import (
    CourseFolder,
    ExerciseName,
    GradebookUrl,
    ResultsFolder,
    course_of,
)
from grader.pipeline import deciding, load


def command(
    exercise: ExerciseName,
    student: StudentName,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The comment. '' removes an earlier one.")],
    question: Question = "",
    author: Author = None,
    folder: ResultsFolder = None,
    gradebook: GradebookUrl = None,
    course: CourseFolder = None,
) -> None:
    """Add a comment to a student's report."""
    material = load(course_of(course), exercise)
    blank = blank_comment(exercise=exercise, student=student, question=question, author=author, reason="")
    comment = replace(blank, text=text)
    decided = deciding.decide(material, results_of(exercise, folder, gradebook), [comment])
    print_decisions(decided, material.settings)
