"""Wrong answers made by a known wrong method are told by their cause; right ones are never called wrong."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from grader.assess import engine
from grader.assess.heldout import ShuffledData
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.course.variants import personal
from grader.model.assessment import Assessment, Verdict
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey
from grader.model.record import Answer, AnswerState, Outcome, Record
from tests.conftest import ROOT
from tests.course_content.students import number_of_students

COURSE = Course(ROOT)
SEEDS = number_of_students(3, 10)
VALUES = ("number", "array", "choice")


@cache
def drawn(slug: str) -> list[tuple[Exercise, AnswerKey]]:
    exercise = read_exercise(COURSE, slug)
    keys = Keys(COURSE, exercise)
    seeds = [f"student {number}" for number in range(SEEDS)] if keys.has_variants else ["common"]
    drawn_keys = [keys.key(seed) for seed in seeds]
    return [(personal(exercise, key.numbers), key) for key in drawn_keys]


def marked(exercise: Exercise, key: AnswerKey, changed: dict[str, Any]) -> Assessment:
    """Mark a run that left the right values behind, but for some."""
    values = {**key.answers, **changed}
    answers = {
        question.answer: Answer(AnswerState.VALUE, values[question.id], "value")
        for question in exercise.questions
        if question.kind in VALUES and question.id in values
    }
    heldout = {question: ShuffledData(np.empty(0)) for question in key.heldout}
    return engine.assess("ada", exercise, key, Record(key="k", outcome=Outcome.COMPLETED, answers=answers), heldout)


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_a_right_answer_is_never_called_wrong(slug: str) -> None:
    for exercise, key in drawn(slug):
        findings = {finding.question: finding for finding in marked(exercise, key, {}).findings}
        for question in exercise.questions:
            if question.kind in VALUES and question.id not in key.not_here:
                assert findings[question.id].verdict is Verdict.PASSED, findings[question.id]


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_nine_of_ten_known_mistakes_are_told_by_their_cause(slug: str) -> None:
    is_explained: list[bool] = []
    for exercise, key in drawn(slug):
        for question in exercise.questions:
            for slip in key.slips.get(question.id, ()) if question.kind in VALUES else ():
                alone = replace(exercise, questions=(question,))
                (finding,) = marked(alone, key, {question.id: slip.value}).findings
                assert finding.verdict is not Verdict.PASSED, (question.id, slip)
                same = [other.reason for other in key.slips[question.id] if other.value == slip.value]
                is_explained.append(any(str(reason) in str(finding.reason) for reason in same))
    assert sum(is_explained) >= 0.9 * len(is_explained), f"{sum(is_explained)} of {len(is_explained)}"


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_a_reason_does_not_give_the_answer_away(slug: str) -> None:
    exercise, key = drawn(slug)[0]
    for question in exercise.questions:
        right = key.answers.get(question.id)
        if question.kind == "number" and isinstance(right, int) and abs(right) > 99:
            for slip in key.slips.get(question.id, ()):
                assert str(right) not in str(slip.reason).replace(",", ""), (question.id, slip.reason)
