"""`conv-arithmetic`: what holds for the numbers of every student."""

import json
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from scipy import signal

from grader.assess import engine
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.release import read_solution, with_numbers
from grader.course.specification import read_exercise
from grader.model.key import AnswerKey
from grader.storage.answer_data import as_answer
from tests.course_content.students import STUDENTS

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)
SLUG = "conv-arithmetic"
EXERCISE = read_exercise(COURSE, SLUG)


@cache
def keys() -> Keys:
    return Keys(COURSE, EXERCISE)


@cache
def drawn() -> list[AnswerKey]:
    return [keys().key(f"student {number}") for number in STUDENTS]


def run_plainly(notebook: bytes) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for cell in json.loads(notebook)["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    return names


def test_the_same_seed_gives_the_same_numbers() -> None:
    again = Keys(COURSE, EXERCISE).key("student 7")
    assert (again.numbers, again.answers) == (drawn()[7].numbers, drawn()[7].answers)


def test_no_two_of_500_students_have_the_same_numbers() -> None:
    assert len({json.dumps(key.numbers, sort_keys=True) for key in drawn()}) == len(STUDENTS)


def test_every_key_of_500_students_holds() -> None:
    for key in drawn():
        assert engine.validate(EXERCISE, key) == []


def test_every_wrong_answer_has_one_explanation() -> None:
    for key in drawn():
        for question, slips in key.slips.items():
            values = [key.answers[question], *(slip.value for slip in slips)]
            assert all(one != other for one, other in combinations(values, 2)), question


def test_sizes_stay_easy_by_hand_and_rounding_always_matters() -> None:
    for key in drawn():
        numbers = key.numbers
        assert (numbers["stride_size"] - 3) % 2 == 1
        assert (numbers["pad_width"] + 2 * numbers["pad_columns"] - numbers["pad_wide"]) % 3
        assert (numbers["steps"] - numbers["step_width"]) % 3
        assert numbers["same_size"] % 2 == numbers["pool_size"] % 2 == 1
        assert 30 % numbers["window"] == 0
        assert float(key.answers["memory"]).is_integer()
        assert max(abs(cell) for row in key.answers["feature_map"] for cell in row) <= 30
        assert all(0 < value < 5_000_000 for value in key.answers.values() if isinstance(value, (int, float)))


def test_the_feature_map_is_the_one_of_scipy() -> None:
    for key in drawn()[:50]:
        feature_map = signal.correlate2d(key.numbers["image"], key.numbers["weights"], "valid")
        assert feature_map.tolist() == key.answers["feature_map"]


def test_the_solution_is_right_for_every_student() -> None:
    solution = read_solution(COURSE, SLUG)
    for key in drawn()[::5]:
        names = run_plainly(with_numbers(solution, SLUG, {**key.numbers, "variant": "0123abcd"}))
        for question in EXERCISE.questions:
            expected = key.answers[question.id]
            near = pytest.approx(expected) if isinstance(expected, float) else expected
            assert as_answer(names[question.answer]) == near, question.id


def test_half_of_a_miscounted_batch_normalisation_is_right() -> None:
    key = drawn()[0]
    everywhere = 4 * key.numbers["norm_size"] ** 2 * key.numbers["norm_maps"]
    assert key.follow_on is not None
    assert key.follow_on({"batchnorm_params": 4}) == {"batchnorm_frozen": 2}
    assert key.follow_on({"batchnorm_params": everywhere}) == {"batchnorm_frozen": everywhere // 2}
    assert key.follow_on({"batchnorm_params": 2 * key.numbers["norm_maps"]}) == {
        "batchnorm_frozen": key.numbers["norm_maps"]
    }
    assert key.follow_on({"batchnorm_params": "?"}) == key.follow_on({}) == {}
