"""The made-up students of the demo class answer questions about their own work, as `expected.toml` says."""

from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.gradebook.results import Results
from grader.model.own_work import AskedQuestions, OwnQuestion, letters
from grader.own_work.notebook import WrittenAnswers
from grader.pipeline.marker import Marker
from grader.pipeline.material import Material
from grader.pipeline.own_work import answer, ask


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
        answer(book, question_set, _answers(question_set, understands[question_set.student]), None)
    with Marker(material, results, book) as marker:
        marker.publish()


def _answers(question_set: AskedQuestions, understands: bool) -> WrittenAnswers:
    """The correct answers, or the next choice after each correct one."""
    numbered = enumerate(question_set.questions, 1)
    return WrittenAnswers(question_set.code, {number: _letter(question, understands) for number, question in numbered})


def _letter(question: OwnQuestion, is_right: bool) -> str:
    offered = letters(question.choices)
    return offered[(question.right + (not is_right)) % len(offered)]
