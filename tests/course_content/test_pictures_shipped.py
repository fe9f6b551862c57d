"""The pictures of the exercises that ship: whatever a student has wrong, they draw it, and the page stays small."""

from dataclasses import replace
from typing import Any

import pytest

from grader.assess.engine import assess, validate
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.gradebook.texts import assessment_of, text_of
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey
from grader.model.record import Answer, AnswerState, Outcome, Record
from grader.report.student import render_student
from grader.storage.answer_data import as_answer
from tests.conftest import ROOT
from tests.course_content.students import number_of_students

COURSE = Course(ROOT)
WITH_PICTURES = (
    "conv-arithmetic",
    "convolution-properties",
    "feature-maps",
    "hand-convolution",
    "keras-cnn",
    "layers-in-detail",
    "lenet5",
)
MOST = 300_000


def read(slug: str) -> tuple[Exercise, Keys]:
    exercise = read_exercise(COURSE, slug)
    return exercise, Keys(COURSE, exercise)


def bent(value: Any) -> Any:
    """The same with its last number one too large."""
    if isinstance(value, list):
        return [*value[:-1], bent(value[-1])]
    return value + 1


def answered(exercise: Exercise, key: AnswerKey, number: int) -> Record:
    """A run of whoever has slip `number` in every question that has so many; else the last number wrong."""
    answers = {}
    for question in exercise.questions:
        slips = key.slips.get(question.id, ())
        wrong = as_answer(slips[number].value) if number < len(slips) else bent(as_answer(key.answers[question.id]))
        answers[question.answer] = Answer(AnswerState.VALUE, wrong, "list")
    return Record(key="0" * 64, outcome=Outcome.COMPLETED, answers=answers)


def test_every_exercise_that_asks_for_pictures_is_looked_at() -> None:
    asks = [slug for slug in COURSE.slugs() if "\npicture = " in (ROOT / f"exercises/{slug}/exercise.toml").read_text()]
    assert asks == list(WITH_PICTURES)


@pytest.mark.parametrize("slug", WITH_PICTURES)
def test_pictures_lead_to_the_right_answer_whatever_the_numbers(slug: str) -> None:
    exercise, keys = read(slug)
    for seed in ("common", *map(str, range(number_of_students(4, 20)))):
        assert validate(exercise, keys.key(seed)) == []


@pytest.mark.parametrize("slug", WITH_PICTURES)
@pytest.mark.parametrize("shown", [True, False], ids=["shown", "hidden"])
def test_reports_with_all_their_pictures_stay_small(slug: str, shown: bool) -> None:
    exercise, keys = read(slug)
    asked = [question for question in exercise.questions if question.kind in ("number", "array")]
    exercise = replace(exercise, questions=tuple(replace(question, show_expected=shown) for question in asked))
    drawn = 0
    for number in range(4):
        key = keys.key(str(number))
        record = answered(exercise, key, number)
        assessment = assess("ada", exercise, key, record, {})
        assert not any(finding.fault for finding in assessment.findings)
        assert assessment_of(text_of(assessment)) == assessment
        page = render_student(exercise, (), assessment, record)
        drawn += page.count('class="steps"')
        assert len(page.encode()) < MOST
    assert drawn >= 4 * sum(bool(question.options.get("picture")) for question in exercise.questions) // 3
