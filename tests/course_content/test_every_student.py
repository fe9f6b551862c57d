"""What holds for the numbers of every student, whatever the exercise asks."""

import json

import numpy as np
import pytest

from grader.assess import engine
from grader.course.answer_key import Keys
from grader.storage.answer_data import as_answer
from tests.course_content.students import COURSE, SEEDS, drawn_keys, exercise_of

DISTINCT = ("cifar10", "lenet5", "mnist-keras", "read-the-summary")  # the others compare wrong answers more strictly
UNLIKE = ("activations-and-losses", "dense-mnist", "linear-classifier")  # no two of 500 students have the same numbers
SLUGS = (*DISTINCT, *UNLIKE)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_student_gets_a_valid_key(slug: str) -> None:
    assert [problem for key in drawn_keys(slug) for problem in engine.validate(exercise_of(slug), key)] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_same_seed_gives_the_same_numbers(slug: str) -> None:
    keys = Keys(COURSE, exercise_of(slug))
    again = [keys.key(seed) for seed in SEEDS[:20]]
    assert [(key.numbers, key.answers) for key in again] == [
        (key.numbers, key.answers) for key in drawn_keys(slug)[:20]
    ]


@pytest.mark.parametrize("slug", UNLIKE)
def test_another_seed_gives_other_numbers(slug: str) -> None:
    assert len({json.dumps(key.numbers) for key in drawn_keys(slug)}) == len(SEEDS)


@pytest.mark.parametrize("slug", DISTINCT)
def test_no_two_wrong_answers_are_the_same(slug: str) -> None:
    numeric = [question.id for question in exercise_of(slug).questions if question.kind in ("number", "array")]
    for key in drawn_keys(slug):
        for question in numeric:
            values = [json.dumps(slip.value) for slip in key.slips[question]]
            assert len(values) == len(set(values)) >= 3, question


@pytest.mark.parametrize("slug", SLUGS)
def test_right_answers_follow_on_from_themselves(slug: str) -> None:
    for key in drawn_keys(slug):
        assert key.follow_on is not None
        for question, consequence in key.follow_on(key.answers).items():
            value, right = as_answer(consequence), key.answers[question]
            assert value == right or np.allclose(value, right, rtol=1e-9, atol=1e-12), question


@pytest.mark.parametrize("slug", SLUGS)
def test_without_an_answer_nothing_follows_on(slug: str) -> None:
    follow_on = drawn_keys(slug)[0].follow_on
    assert follow_on is not None
    assert follow_on({}) == {}
