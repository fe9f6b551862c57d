"""Numbers within a range: limits, open sides, and answers of every other form."""

from typing import Any

import pytest

from grader.assess.engine import validate
from grader.model.assessment import Verdict
from grader.model.key import Slip
from grader.model.record import Answer, AnswerState
from tests.assess.assess_samples import answer_key, exercise, question, value
from tests.assess.conftest import Mark

ACCURACY = question("interval", hint="Train longer.")


@pytest.mark.parametrize(
    ("limits", "number", "passes"),
    [
        ((0.9, 1), 0.9, True),
        ((0.9, 1), 1.0, True),
        ((0.9, 1), 0.8999, False),
        ((0.9, 1), 1.0001, False),
        ((0.9, 1), "0.95", True),
        ((0.9, 1), [0.95], True),
        ((None, 10), -1e300, True),
        ((None, 10), 11, False),
        ((3, None), 10**40, True),
        ((3, None), 2, False),
        ((3, 3), 3, True),
        ((0.9, 1), "nan", False),
        ((0.9, None), "inf", False),
    ],
)
def test_a_number_from_one_limit_to_the_other_is_right(mark: Mark, limits: Any, number: Any, passes: bool) -> None:
    finding = mark(ACCURACY, limits, given=value(number))
    assert finding.verdict is (Verdict.PASSED if passes else Verdict.FAILED)


@pytest.mark.parametrize(
    ("limits", "unit", "text"),
    [((0.9, 1), "", "0.9 to 1"), ((None, 10), "s", "10 s or less"), ((3, None), "", "3 or more")],
)
def test_the_range_is_shown(mark: Mark, limits: Any, unit: str, text: str) -> None:
    finding = mark(question("interval", unit=unit), limits, given=value(-5 if limits[0] else 50))
    assert finding.expected == text
    assert finding.reason.startswith(f"Expected {text}, found ")


def test_a_hidden_range_is_not_revealed(mark: Mark) -> None:
    finding = mark(question("interval", show_expected=False), (0.9, 1), given=value(0.5))
    assert finding.expected == ""
    assert finding.reason == "0.5 is not in the range that the question asks for."


def test_a_whole_number_may_be_required(mark: Mark) -> None:
    epochs = question("interval", whole=True)
    assert mark(epochs, (3, 20), given=value(7.0)).verdict is Verdict.PASSED
    finding = mark(epochs, (3, 20), given=value(7.5))
    assert (finding.points, finding.reason) == (0, "The question asks for a whole number.")


def test_a_slip_is_explained(mark: Mark) -> None:
    slip = Slip(95, "This is in percent.", "Divide by 100.")
    finding = mark(ACCURACY, (0.9, 1), given=value(95), slips=(slip,))
    assert (finding.reason, finding.hint) == ("Expected 0.9 to 1, found 95. This is in percent.", "Divide by 100.")


@pytest.mark.parametrize("thing", ["high", None, [1, 2], {"a": 1}, "0.9 to 1"])
def test_what_is_not_one_number_earns_nothing(mark: Mark, thing: Any) -> None:
    assert mark(ACCURACY, (0.9, 1), given=value(thing)).verdict is Verdict.FAILED
    assert mark(ACCURACY, (0.9, 1), given=Answer(AnswerState.BLANK)).verdict is Verdict.NOT_ATTEMPTED


@pytest.mark.parametrize(
    "expected", [3, (1, 0), (None, None), (1,), (1, 2, 3), ("a", "b"), (True, 2), {"low": 1}, "0..1"]
)
def test_limits_in_another_form_are_rejected(expected: Any) -> None:
    problems = validate(exercise(ACCURACY), answer_key(expected))
    assert any("the expected value must be (smallest, largest)" in line for line in problems), problems


def test_a_slip_within_the_range_is_rejected() -> None:
    problems = validate(exercise(ACCURACY), answer_key((0.9, 1), (Slip(0.95, "Why.", "What."),)))
    assert any("the slip 0.95 is marked as correct. Remove it." in line for line in problems), problems
