"""Datasets of TensorFlow: element spec, number of elements, first elements."""

from typing import Any

import pytest

from grader.assess.engine import validate
from grader.model.assessment import Finding, Verdict
from grader.model.key import Slip
from grader.model.record import Answer, AnswerState
from tests.assess.assess_samples import answer_key, exercise, question, value
from tests.assess.conftest import Mark

EXPECTED = {"spec": [("float32", (None, 2)), ("int64", (None,))], "batches": 3, "first": [[[0, 1]], [5, 6]]}
DETAILS = {
    "spec": [["float32", [None, 2]], ["int64", [None]]],
    "batches": 3,
    "first": [[[0.0, 1.0], [2.0, 3.0]], [5, 6]],
}


def dataset(**details: Any) -> Answer:
    return Answer(AnswerState.UNSUPPORTED, None, "_BatchDataset", details={**DETAILS, **details})


@pytest.mark.parametrize(
    ("details", "share"),
    [
        ({}, 1),
        ({"spec": [["float64", [None, 2]], ["int64", [None]]]}, 2 / 3),
        ({"spec": [["float32", [4, 2]], ["int64", [4]]]}, 1),  # None in the expected shape is any size
        ({"spec": [["float32", None], ["int64", [None]]]}, 2 / 3),
        ({"spec": [["float32", [None, 2]]]}, 2 / 3),
        ({"batches": 4}, 2 / 3),
        ({"batches": None}, 2 / 3),
        ({"first": [[[0, 2]], [5, 6]]}, 2 / 3),
        ({"first": None}, 2 / 3),
        ({"first": [[[0, 1]]], "batches": -1}, 1 / 3),
    ],
)
def test_each_part_has_a_share(mark: Mark, details: dict[str, Any], share: float) -> None:
    assert mark(question("dataset"), EXPECTED, given=dataset(**details)).points == pytest.approx(4 * share, abs=0.01)


def test_all_parts_or_none_may_be_required(mark: Mark) -> None:
    finding = mark(question("dataset", together=True), EXPECTED, given=dataset(batches=4))
    assert (finding.points, finding.verdict) == (0, Verdict.FAILED)
    assert "number of elements: expected 3, found 4." in finding.reason


def test_parts_that_the_key_leaves_out_do_not_count(mark: Mark) -> None:
    assert mark(question("dataset"), {"batches": -1}, given=dataset(batches=-1, spec=[])).points == 4
    some = {"spec": [("float32", None), (None, (None,))], "first": [None, [5]]}
    assert mark(question("dataset"), some, given=dataset()).points == 4


def test_a_hidden_answer_is_not_revealed(mark: Mark) -> None:
    finding: Finding = mark(question("dataset", show_expected=False), {"batches": 37}, given=dataset())
    assert "37" not in f"{finding}"
    assert finding.reason == "number of elements: not right."


@pytest.mark.parametrize("thing", [3, [[1, 2]], "dataset", None])
def test_what_is_not_a_dataset_earns_nothing(mark: Mark, thing: Any) -> None:
    finding = mark(question("dataset"), EXPECTED, given=value(thing))
    assert (finding.points, finding.hint) == (0, "Give a `tf.data.Dataset`.")


def test_a_dataset_that_could_not_be_read_says_so(mark: Mark) -> None:
    unread = Answer(AnswerState.UNSUPPORTED, None, "_BatchDataset")
    assert mark(question("dataset"), EXPECTED, given=unread).reason == "The dataset `answer` could not be read."
    assert mark(question("dataset"), EXPECTED).verdict is Verdict.NOT_ATTEMPTED
    assert mark(question("dataset"), EXPECTED, given=Answer(AnswerState.BLANK)).verdict is Verdict.NOT_ATTEMPTED


@pytest.mark.parametrize(
    "details",
    [
        {"spec": 3},
        {"spec": [3]},
        {"spec": [[1, 2, 3]]},
        {"spec": [["a", "b"]]},
        {"first": 3},
        {"first": [3, {}]},
        {"batches": "x"},
    ],
)
def test_details_of_any_form_break_nothing(mark: Mark, details: dict[str, Any]) -> None:
    assert mark(question("dataset"), EXPECTED, given=dataset(**details)).verdict is Verdict.PARTIAL


@pytest.mark.parametrize(
    ("expected", "problem"),
    [
        (3, "must be a dict with 'spec', 'batches' or 'first'"),
        ({}, "must be a dict with"),
        ({"size": 3}, "must be a dict with"),
        ({"batches": 1.5}, "`batches` must be a whole number"),
        ({"batches": True}, "`batches` must be a whole number"),
        ({"spec": [("float32",)]}, "'spec' must be a list with (dtype, shape)"),
        ({"spec": [("float32", "x")]}, "'spec' must be a list with (dtype, shape)"),
        ({"first": 3}, "'first' must be a list"),
    ],
)
def test_an_expected_value_of_another_form_is_rejected(expected: Any, problem: str) -> None:
    problems = validate(exercise(question("dataset")), answer_key(expected))
    assert any(problem in line for line in problems), problems


def test_slips_are_rejected() -> None:
    problems = validate(exercise(question("dataset")), answer_key(EXPECTED, (Slip(1, "Why.", "What."),)))
    assert any("slips() cannot describe a dataset" in line for line in problems), problems
