"""Wrong answers that once got no reason get the right one; methods are right without a mistake."""

import sys
from types import ModuleType

import pytest

from grader.assess import engine
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from tests.conftest import ROOT
from tests.course_content.students import number_of_students

COURSE = Course(ROOT)
VARIANTS = number_of_students(1, 5)
SEEDS = ("common", *(f"variant {number}" for number in range(VARIANTS)))


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark that marks wrong answers and reads their reasons."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    __import__("reasons")
    return sys.modules["reasons"]


BY_CHANCE = {
    ("cifar10/flatten_length", "none padded"),  # 160 for 640 is one axis left out as well
    ("lenet5/total_params", "lecture: 61,706"),  # on 32 x 32 pixels, the network without padding has as many
    ("linear-classifier/rgb_score", "colours summed before multiplying"),  # a small number, which other mistakes give
}
"""With some numbers another mistake gives the same: then that one may be told."""


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_each_listed_misconception_gets_its_reason(slug: str, reasons: ModuleType) -> None:
    trials = list(reasons.tried({slug: reasons.LISTED[slug]}, VARIANTS))
    missed = [
        trial for trial in trials if trial.verdict != "right" and (trial.question, trial.thought) not in BY_CHANCE
    ]
    assert trials
    assert missed == []


@pytest.mark.long
def test_few_guesses_and_typing_errors_are_told_a_mistake_as_a_fact(reasons: ModuleType) -> None:
    trials = list(reasons.guessed(1))
    wrong = [trial for trial in trials if trial.verdict == "wrong"]
    assert len(trials) > 1000
    assert len(wrong) <= 0.04 * len(trials), wrong[:5]


@pytest.mark.parametrize("name", ["fresh", "held_back"])
def test_few_misconceptions_are_told_another_mistake_as_a_fact(name: str, reasons: ModuleType) -> None:
    trials = list(reasons.tried(reasons.LISTS[name], 1))
    wrong = [trial for trial in trials if trial.verdict == "wrong"]
    assert len(trials) > 500
    assert len(wrong) <= 0.01 * len(trials), wrong[:5]


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_methods_are_right_without_a_mistake(slug: str) -> None:
    exercise = read_exercise(COURSE, slug)
    keys = Keys(COURSE, exercise)
    for seed in SEEDS if keys.has_variants else SEEDS[:1]:
        assert engine.validate(exercise, keys.key(seed)) == []


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_each_choice_of_several_has_its_reason(slug: str) -> None:
    exercise = read_exercise(COURSE, slug)
    key = Keys(COURSE, exercise).key()
    for question in exercise.questions:
        if question.options.get("multiple"):
            assert set(key.choices[question.id]) == set(question.options["choices"])
