"""The made-up students of the demo class answer questions about their own work, as `expected.toml` says."""

from typing import Any

from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.gradebook.results import Results
from grader.model.own_work import AskedQuestions, OwnQuestion, letters
from grader.model.submission import Submission
from grader.pipeline.marker import Marker
from grader.pipeline.material import Material
from grader.pipeline.own_work import answer, ask
from grader.storage import codec


def answer_own_work(course: Course, material: Material, results: Results) -> None:
    """Ask the made-up students of an exercise about their own work, answer for them, and publish the class again.

    Args:
        course: The course.
        material: The exercise.
        results: Its results, in which the cases have been graded.
    """
    exercise = material.exercise
    if exercise.own_work is None:
        return
    understands = {case.name: case.understands for case in read_cases(course, exercise)}
    book = results.existing(material.settings, exercise.slug)
    for question_set in ask(course, exercise.slug, results).question_sets:
        content = _notebook(question_set, understands[question_set.student])
        origin = f"{question_set.student}.ipynb"
        submission = Submission(student=question_set.student, exercise=exercise.slug, origin=origin, content=content)
        answer(book, question_set, submission)
    with Marker(material, results, book) as marker:
        marker.publish()


def _notebook(question_set: AskedQuestions, understands: bool) -> bytes:
    """A notebook with the correct answers, or with the next choice after each correct one."""
    lines = [
        f'answer_{number} = "{_letter(question, understands)}"'
        for number, question in enumerate(question_set.questions, 1)
    ]
    source = "\n".join(lines)
    blank: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cell = {**blank, "source": source}
    return codec.encode({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def _letter(question: OwnQuestion, is_right: bool) -> str:
    offered = letters(question.choices)
    return offered[(question.right + (not is_right)) % len(offered)]
