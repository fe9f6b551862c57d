"""Numbers: what counts, what does not, and why."""

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies

from grader.assess.answer_forms import UnreadableError, read_number
from grader.assess.engine import assess, validate
from grader.model.assessment import Verdict
from grader.model.closeness import close, exactly_close
from grader.model.key import Slip
from grader.model.record import Answer, AnswerState, CellRun
from tests.assess.assess_samples import answer_key, exercise, question, record, value
from tests.assess.conftest import Mark

finite = strategies.floats(allow_nan=False, allow_infinity=False, width=32)


@pytest.mark.parametrize("form", [26, 26.0, [26], [[26.0]], "26", " 26.0 ", "2.6e1"])
def test_a_right_number_counts_in_every_form(mark: Mark, form: Any) -> None:
    finding = mark(question("number"), 26, given=value(form))
    assert (finding.verdict, finding.points, finding.hint) == (Verdict.PASSED, 4.0, "")


def test_stderr_costs_no_points() -> None:
    warning = {"output_type": "stream", "name": "stderr", "text": "UserWarning: something may be slow"}
    run = record(cells=(CellRun(outputs=(warning,), execution_count=1),), answers={"answer": value(26)})
    assessment = assess("ada", exercise(question("number")), answer_key(26), run, {}, ("answer = 26",))
    assert [(finding.verdict, finding.points) for finding in assessment.findings] == [(Verdict.PASSED, 4.0)]


def test_a_text_counts_with_a_note_to_drop_the_quotes(mark: Mark) -> None:
    assert "quotes" in mark(question("number"), 600_810, given=value("600,810")).reason


def test_a_list_of_one_counts_with_a_note(mark: Mark) -> None:
    assert "brackets" in mark(question("number"), 26, given=value([26])).reason


@pytest.mark.parametrize(
    "form",
    [None, "nan", "inf", math.nan, math.inf, "twenty-six", "26 or 27", "6,00,810", "", [], [26, 26], {"a": 26},
     "9" * 5000, "1e999", [[[[[[[[[[26]]]]]]]]]]],
)  # fmt: skip
def test_what_is_no_number_fails_and_says_so(mark: Mark, form: Any) -> None:
    finding = mark(question("number", hint="Count again."), 26, given=value(form))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0.0)
    assert "number" in finding.reason
    assert finding.hint.startswith("Give one number")


@pytest.mark.parametrize(("truth", "number"), [(True, 1), (False, 0)])
def test_a_truth_value_is_read_as_one_or_nought_with_a_note(mark: Mark, truth: bool, number: int) -> None:
    finding = mark(question("number"), number, given=value(truth))
    assert (finding.verdict, "The grader read True as 1" in finding.reason) == (Verdict.PASSED, True)
    assert mark(question("number"), 1 - number, given=value(truth)).verdict is Verdict.FAILED


def test_an_integer_too_large_for_a_float_is_wrong_not_an_error(mark: Mark) -> None:
    finding = mark(question("number"), 26, given=value(10**400))
    assert finding.verdict is Verdict.FAILED
    assert mark(question("number"), 10**400, given=value(10**400)).verdict is Verdict.PASSED


def test_a_wrong_number_shows_both_and_the_hint(mark: Mark) -> None:
    finding = mark(question("number", hint="Mind the padding."), 26, given=value(28))
    assert (finding.verdict, finding.hint) == (Verdict.FAILED, "Mind the padding.")
    assert finding.reason == "Expected 26, found 28."


def test_a_known_slip_says_what_was_done_and_the_right_step(mark: Mark) -> None:
    slips = (Slip(288, "The biases were left out.", "Add one bias for each of the 32 filters: 288 + 32."),)
    finding = mark(question("number", hint="General."), 320, given=value(288.0), slips=slips)
    assert "The biases were left out." in finding.reason
    assert finding.hint.startswith("Add one bias")


def test_a_hidden_answer_is_told_nowhere(mark: Mark) -> None:
    asked = question("number", hint="Think of the bias.", show_expected=False)
    slips = (Slip(288, "The biases were left out.", "288 + 32 = 320."),)
    for given_value in (288, 300, "x", True):
        finding = mark(asked, 320, given=value(given_value), slips=slips)
        assert "320" not in repr(finding)
        assert finding.hint == (
            "Think of the bias." if given_value != "x" else "Give one number as Python writes it, such as 12 or 0.5."
        )


def test_the_unit_is_shown(mark: Mark) -> None:
    assert mark(question("number", unit="px"), 26, given=value(28)).expected == "26 px"


def test_an_unsupported_answer_fails_with_its_type(mark: Mark) -> None:
    finding = mark(question("number"), 26, given=Answer(AnswerState.UNSUPPORTED, None, "Model"))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0.0)
    assert "Model" in finding.reason


def test_floating_point_rounding_costs_nothing(mark: Mark) -> None:
    assert mark(question("number"), 0.3, given=value(0.1 + 0.2)).verdict is Verdict.PASSED


@given(expected=finite, tolerance=strategies.floats(0, 100), part=strategies.floats(-1, 1))
def test_everything_within_the_tolerance_is_right(expected: float, tolerance: float, part: float) -> None:
    found = expected + part * tolerance
    assert close(found, expected, tolerance * (1 + 1e-9) + abs(expected) * 1e-9)


@given(
    expected=strategies.integers(-(10**30), 10**30),
    tolerance=strategies.integers(0, 1000),
    beyond=strategies.integers(1, 10**30),
)
def test_nothing_beyond_the_tolerance_is_right(expected: int, tolerance: int, beyond: int) -> None:
    assert not close(expected + tolerance + beyond, expected, tolerance)
    assert not close(expected - tolerance - beyond, expected, tolerance)


@given(found=finite, expected=finite, tolerance=strategies.floats(0, 10), more=strategies.floats(0, 10))
def test_a_wider_tolerance_never_makes_right_wrong(
    found: float, expected: float, tolerance: float, more: float
) -> None:
    assert not close(found, expected, tolerance) or close(found, expected, tolerance + more)


@given(strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats() | strategies.text(),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(strategies.text(), inner, max_size=2),
))  # fmt: skip
def test_any_plain_data_is_read_or_refused(anything: Any) -> None:
    try:
        number = read_number(anything).value
    except UnreadableError:
        return
    assert not isinstance(number, bool)
    assert math.isfinite(number) if isinstance(number, float) else isinstance(number, int)


def test_a_misspelt_option_is_named_with_the_nearest_one() -> None:
    asked = question("number", tolerence=0.5)
    assert validate(exercise(asked), answer_key(26)) == [
        "exercises/sample/exercise.toml: question 'q': the key 'tolerence' is not known. Did you mean 'tolerance'?"
        " Available: decimals, digits, picture, relative_tolerance, tolerance, unit."
    ]


def test_a_negative_tolerance_is_refused() -> None:
    [problem] = validate(exercise(question("number", tolerance=-1)), answer_key(26))
    assert "tolerance" in problem
    assert "-1" in problem


def test_an_expected_value_that_is_no_number_is_refused() -> None:
    [problem] = validate(exercise(question("number")), answer_key("many"))
    assert "must be numbers" in problem


def test_a_slip_that_counts_as_right_is_refused() -> None:
    slips = (Slip(26, "", ""),)
    [problem] = validate(exercise(question("number")), answer_key(26.0, slips))
    assert "slip 26 is marked as correct" in problem


numbers = strategies.one_of(
    strategies.integers(-(2**60), 2**60),
    strategies.integers(-300, 300),
    strategies.floats(-1e9, 1e9),
    strategies.sampled_from([0.1, 0.3, 1 / 3]),
)
tolerances = strategies.sampled_from([0.0, 0.05, 0.5, 1.0, 2.0])


@given(numbers, numbers, tolerances, strategies.sampled_from([0.0, 0.01, 0.1]))
def test_floats_never_decide_otherwise_than_exact_numbers(
    found: float, expected: float, tolerance: float, relative: float
) -> None:
    for given_answer in (found, expected + tolerance):
        exact = exactly_close(Fraction(given_answer), Fraction(expected), Fraction(tolerance), Fraction(relative))
        assert close(given_answer, expected, tolerance, relative) is exact
