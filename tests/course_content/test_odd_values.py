"""No value that a student can leave behind keeps an exercise from being marked, or costs another question its marks."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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

COURSE = Course(ROOT)
PLAIN_KINDS = ("number", "array", "choice", "indices", "text")
BOUNDED = settings(
    max_examples=15 if settings().derandomize else 60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

EXTREME: tuple[object, ...] = (
    *(0, -0.0, 1, -1, 0.5, 1e308, -1e308, 1e-308, 5e-324, 2**53 + 1, 10**30, 10**5000, -(10**5000), True, False, None),
    *(
        "nan",
        "inf",
        "-inf",
        "...",
        "",
        " ",
        "NaN",
        "1e999",
        "12,",
        "1,386",
        "1.386,5",
        "50 %",
        "a",
        "b) text",
        "bde",
        "0x10",
    ),
    *("9" * 5000, "é" * 300, "\ud800", "26x26x32", "(26, 26, 32)", "None", "[1, 2]", "1/0", "½", "٣", "１２"),
    *([], [[]], [[], []], {}, {"a": 1}, [None], ["..."], [None, 26, 26, 32], [12], [[12]], [1, [2, 3]], [[1], [2, 3]]),
    *(
        [0] * 3,
        [0.0] * 3,
        [1e308] * 3,
        [-1e308, 1e308],
        ["nan"] * 4,
        [10**5000] * 3,
        [True, False],
        ["a", "b"],
        [[[[1]]]],
    ),
    *([[0, 0], [0, 0]], [[1e308] * 4] * 4, [["nan"] * 4] * 4, [[5] * 4] * 4, [[1, 2, 3, 4]] * 6, [[1.5] * 28] * 28),
    *(
        [[[0]] * 28] * 28,
        list(range(2000)),
        [[0] * 150] * 150,
        [-3, -2, -1],
        [10**9] * 3,
        [0, 0, 0],
        [1] * 5,
        [[0] * 2] * 4,
    ),
)
NUMBERS = st.one_of(
    st.integers(),
    st.integers(-3, 100),
    st.integers(-(10**400), 10**400),
    st.floats(allow_nan=False, allow_infinity=False),
)
LEAVES = st.one_of(
    st.none(), st.booleans(), NUMBERS, st.sampled_from(["nan", "inf", "-inf", "...", "", "a"]), st.text(max_size=20)
)
ARRAYS = st.lists(st.integers(0, 5), max_size=4).flatmap(
    lambda sizes: NUMBERS.map(
        lambda number: np.full(sizes, 0).astype(object).tolist() if not sizes else _filled(sizes, number)
    )
)
FIRST = ("conv-arithmetic", "linear-classifier")  # with every kind of answer that holds values
ODD_CELLS = [10**308, 10**309, -(10**309), 10**400, "9" * 400, "nan", "-inf", None, "", 1e308, {}]
VALUES = st.one_of(
    st.sampled_from(EXTREME),
    LEAVES,
    ARRAYS,
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=20,
    ),
)


def _filled(sizes: list[int], number: Any) -> Any:
    return [_filled(sizes[1:], number) for _ in range(sizes[0])] if sizes else number


@cache
def drawn(slug: str) -> tuple[Exercise, AnswerKey]:
    exercise = read_exercise(COURSE, slug)
    key = Keys(COURSE, exercise).key("odd")
    return personal(exercise, key.numbers), key


def marked(slug: str, odd: dict[str, Any]) -> Assessment:
    """Mark a student who has all values right but for some odd ones."""
    exercise, key = drawn(slug)
    values = {**key.answers, **odd}
    answers = {
        question.answer: Answer(AnswerState.VALUE, values[question.id], "value")
        for question in exercise.questions
        if question.kind in PLAIN_KINDS and question.id in values
    }
    shown = {question: ShuffledData(np.empty(0)) for question in key.heldout}
    return engine.assess("ada", exercise, key, Record(key="k", outcome=Outcome.COMPLETED, answers=answers), shown)


def asked(slug: str) -> list[str]:
    return [question.id for question in drawn(slug)[0].questions if question.kind in PLAIN_KINDS]


def unharmed(slug: str, odd: dict[str, Any]) -> None:
    """No fault of ours, nothing left out, and every other answer keeps its points."""
    exercise, key = drawn(slug)
    assessment = marked(slug, odd)
    assert assessment.publishable
    assert not any(finding.fault for finding in assessment.findings)
    for question, finding in zip(exercise.questions, assessment.findings, strict=True):
        assert finding.verdict is not Verdict.CHECK_ERROR
        if question.kind in ("number", "array", "choice") and question.id not in {*odd, *key.not_here}:
            assert finding.verdict is Verdict.PASSED, question.id


@pytest.mark.parametrize(
    "slug", [slug if slug in FIRST else pytest.param(slug, marks=pytest.mark.long) for slug in COURSE.slugs()]
)
def test_no_extreme_value_keeps_an_exercise_from_being_marked(slug: str) -> None:
    for question in asked(slug):
        for value in EXTREME:
            unharmed(slug, {question: value})


@pytest.mark.parametrize(
    ("slug", "values"),
    [
        pytest.param(slug, values, marks=[pytest.mark.long] * (values == EXTREME), id=f"{slug}-{len(values)}")
        for number, slug in enumerate(COURSE.slugs())
        for values in (EXTREME[number % 4 :: 4], EXTREME)
    ],
)
def test_one_extreme_value_in_every_answer_keeps_no_exercise_from_being_marked(
    slug: str, values: tuple[object, ...]
) -> None:
    """In the suite, a fourth of the values for each exercise, and each value for several exercises."""
    for value in values:
        unharmed(slug, dict.fromkeys(asked(slug), value))


@pytest.mark.parametrize("leaf", ODD_CELLS, ids=lambda leaf: repr(leaf)[:6])
@pytest.mark.parametrize("slug", COURSE.slugs())
def test_no_cell_of_an_array_of_the_right_shape_keeps_an_exercise_from_being_marked(slug: str, leaf: Any) -> None:
    exercise, key = drawn(slug)
    arrays = {name: right for name in asked(slug) if isinstance(right := key.answers.get(name), list)}
    assert arrays.keys() >= {question.id for question in exercise.questions if question.kind == "array"} - key.not_here
    for question, right in arrays.items():
        unharmed(slug, {question: _replaced(right, leaf, every=True)})
        unharmed(slug, {question: _replaced(right, leaf, every=False)})


def _replaced(right: list[Any], leaf: Any, every: bool) -> list[Any]:
    """The same array with another value in every cell, or in the first one."""
    if not isinstance(right[0], list):
        return [leaf] * len(right) if every else [leaf, *right[1:]]
    if every:
        return [_replaced(row, leaf, every) for row in right]
    return [_replaced(right[0], leaf, every), *right[1:]]


@pytest.mark.parametrize("slug", COURSE.slugs())
@BOUNDED
@given(data=st.data())
def test_no_value_at_all_keeps_an_exercise_from_being_marked(slug: str, data: st.DataObject) -> None:
    names = st.sampled_from(asked(slug))
    unharmed(slug, data.draw(st.dictionaries(names, VALUES, min_size=1, max_size=4)))


@pytest.mark.parametrize("slug", COURSE.slugs())
@BOUNDED
@given(data=st.data())
def test_what_follows_is_worked_out_from_any_values_or_not_at_all(slug: str, data: st.DataObject) -> None:
    _, key = drawn(slug)
    if key.follow_on is not None:
        found = data.draw(st.dictionaries(st.sampled_from(asked(slug)), VALUES, max_size=6))
        with np.errstate(all="ignore"):
            assert set(key.follow_on({**key.answers, **found})) <= {*asked(slug)}
