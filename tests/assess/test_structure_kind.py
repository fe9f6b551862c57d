"""Dicts and lists, marked entry by entry."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.assess.engine import validate
from grader.assess.entries import EntryRules
from grader.model.assessment import Verdict
from grader.model.key import Slip
from grader.model.record import Answer, AnswerState
from tests.assess.assess_samples import answer_key, exercise, question, value
from tests.assess.conftest import Mark

CLASSES = ["cat", "dog", "horse", "ship"]
COUNTS = {"cat": 3, "dog": 5}


@pytest.mark.parametrize(
    ("options", "expected", "thing", "share"),
    [
        ({}, CLASSES, CLASSES, 1),
        ({}, CLASSES, ["cat", "dog", "ship", "horse"], 0.5),
        ({"ordered": False}, CLASSES, ["cat", "dog", "ship", "horse"], 1),
        ({}, CLASSES, ["cat", "dog", "horse"], 0.75),
        ({}, CLASSES, [*CLASSES, "frog"], 0.75),
        ({"ordered": False}, ["a", "a", "b"], ["a", "b", "b"], 1 / 3),  # two are right, one is too many
        ({"together": True}, CLASSES, ["cat", "dog", "horse"], 0),
        ({}, CLASSES, ["Cat ", "dog", "horse", "ship"], 0.75),
        ({"ignore_case": True}, CLASSES, ["Cat ", "dog", "horse", "ship"], 1),
        ({}, CLASSES, [], 0),
        ({}, COUNTS, {"dog": 5, "cat": 3}, 1),
        ({}, COUNTS, {"cat": 3.0, "dog": 4}, 0.5),
        ({}, COUNTS, {"cat": 3}, 0.5),
        ({}, COUNTS, {"cat": 3, "dog": 5, "cow": 1}, 0.5),
        ({}, {1: "a", 2: "b"}, {"1": "a", "2": "b"}, 1),  # the sandbox turns keys into texts
        ({"tolerance": 0.01}, {"a": 0.5}, {"a": 0.509}, 1),
        ({"decimals": 2}, [0.123], [0.12], 1),
        ({}, [True, None], [True, None], 1),
        ({}, [True], [1], 0),
        ({}, [1], [True], 0),
        ({}, [None], ["nan"], 1),
        ({}, {"a": [1, 2], "b": {"c": 3}}, {"a": [1, 2], "b": {"c": 3}}, 1),
        ({}, {"a": [1, 2], "b": {"c": 3}}, {"a": [2, 1], "b": {"c": 3}}, 0.5),
    ],
)
def test_entries_are_compared_one_by_one(
    mark: Mark, options: dict[str, Any], expected: Any, thing: Any, share: float
) -> None:
    finding = mark(question("structure", **options), expected, given=value(thing))
    assert finding.points == pytest.approx(4 * share, abs=0.01)
    assert finding.verdict is (Verdict.PASSED if share == 1 else Verdict.PARTIAL if share else Verdict.FAILED)


@pytest.mark.parametrize(
    ("expected", "thing", "reason"),
    [
        (CLASSES, ["cat", "dog", "ship", "horse"], 'entry 3: expected "horse", found "ship". 2 of 4 entries'),
        (CLASSES, ["Cat", "dog", "horse", "ship"], "Only upper and lower case differ."),
        (COUNTS, {"cat": 3}, '"dog" is missing. 1 of 2 entries are right.'),
        (COUNTS, {"cat": 3, "dog": 5, "cow": 1}, '"cow" is not part of the answer. 2 of 2 entries'),
    ],
)  # fmt: skip
def test_the_first_difference_is_explained(mark: Mark, expected: Any, thing: Any, reason: str) -> None:
    assert reason in mark(question("structure"), expected, given=value(thing)).reason


def test_a_hidden_answer_is_not_revealed(mark: Mark) -> None:
    finding = mark(question("structure", show_expected=False), CLASSES, given=value(["cat", "dog", "cow", "ship"]))
    assert "horse" not in f"{finding.reason}{finding.expected}{[part.expected for part in finding.parts]}"


def test_a_slip_is_explained(mark: Mark) -> None:
    slip = Slip({"cat": 5, "dog": 3}, "The counts are exchanged.", "Count the labels.")
    finding = mark(question("structure"), COUNTS, given=value({"cat": 5, "dog": 3}), slips=(slip,))
    assert finding.reason.endswith("The counts are exchanged.")


@pytest.mark.parametrize("thing", [3, "cat", None, {"a": 1}, True, 0.5])
def test_what_is_not_a_list_earns_nothing(mark: Mark, thing: Any) -> None:
    finding = mark(question("structure"), CLASSES, given=value(thing))
    assert (finding.points, finding.hint) == (0, "Give a list.")


def test_a_list_in_place_of_a_dict_and_a_set_in_place_of_a_list_earn_nothing(mark: Mark) -> None:
    assert mark(question("structure"), COUNTS, given=value([3, 5])).hint == "Give a dict."
    as_set = Answer(AnswerState.VALUE, sorted(CLASSES), "set")
    assert "A set has no order." in mark(question("structure"), CLASSES, given=as_set).reason
    assert mark(question("structure", ordered=False), CLASSES, given=as_set).points == 4


def test_a_very_long_list_is_refused_at_once(mark: Mark) -> None:
    finding = mark(question("structure", ordered=False), CLASSES, given=value(list(range(300_000))))
    assert (finding.points, "far too many" in finding.reason) == (0, True)


def test_a_blank_is_not_attempted(mark: Mark) -> None:
    assert mark(question("structure"), CLASSES, given=Answer(AnswerState.BLANK)).verdict is Verdict.NOT_ATTEMPTED
    assert mark(question("structure"), CLASSES).verdict is Verdict.NOT_ATTEMPTED


DATA = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-99, 99), st.floats(-9, 9), st.text("ab ", max_size=3)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=100)
@given(DATA, DATA)
def test_data_equal_themselves_and_any_two_can_be_compared(one: Any, other: Any) -> None:
    rules = EntryRules.model_validate({})
    assert rules.same(one, one)
    assert isinstance(rules.same(one, other), bool)


@pytest.mark.parametrize(
    ("options", "expected", "slips", "problem"),
    [
        ({}, 3, (), "must be a dict or a list with at least one entry"),
        ({}, [], (), "must be a dict or a list with at least one entry"),
        ({"ordered": False}, COUNTS, (), "Remove 'ordered'"),
        ({"order": False}, CLASSES, (), "Did you mean 'ordered'?"),
        ({}, CLASSES, (Slip([*CLASSES], "Why.", "What."),), "is marked as correct. Remove it"),
    ],
)
def test_a_question_that_cannot_be_marked_is_rejected(
    options: dict[str, Any], expected: Any, slips: tuple[Slip, ...], problem: str
) -> None:
    problems = validate(exercise(question("structure", **options)), answer_key(expected, slips))
    assert any(problem in line for line in problems), problems
