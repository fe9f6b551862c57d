"""Text that the machine compares: rules for case and blanks, patterns, and answers of every other form."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.assess import form
from grader.assess.engine import validate
from grader.assess.text_rules import TextRules, right_texts
from grader.model.assessment import Verdict
from grader.model.key import Slip
from grader.model.record import Answer, AnswerState, Outcome, Record
from tests.assess.assess_samples import answer_key, exercise, failing, question, value
from tests.assess.conftest import Mark

PADDING = question("string", hint="Read the slide.")


@pytest.mark.parametrize(
    ("options", "expected", "text", "passes"),
    [
        ({}, "same", "same", True),
        ({}, "same", " same\n", True),
        ({}, "same", "Same", False),
        ({}, "same", "'same'", False),
        ({"ignore_case": True}, "Straße", "STRASSE", True),
        ({"spaces": "exact"}, "same", "same ", False),
        ({"spaces": "exact"}, " a ", " a ", True),
        ({}, "a b", "a  b", False),
        ({"spaces": "single"}, "a b", " a \n b ", True),
        ({"spaces": "single"}, "a b", "ab", False),
        ({"spaces": "ignore"}, "x * y", "x*y", True),
        ({}, ["same", "valid"], "valid", True),
        ({}, ["same", "valid"], "full", False),
        ({}, "é", "e\u0301", True),  # one letter, or a letter and its accent
        ({}, "a\nb", "a\r\nb", True),
        ({"compare": "pattern"}, r"conv2?d?(olution)?", "convolution", True),
        ({"compare": "pattern"}, "conv", "a conv", False),
        ({"compare": "pattern", "ignore_case": True}, "adam(w)?", "AdamW", True),
        ({"compare": "pattern"}, ["a+", "b+"], "bbb", True),
        ({"compare": "pattern"}, {"pattern": r"[a-z]+\d", "example": "conv1"}, "pool2", True),
    ],
)
def test_a_text_is_compared_by_the_rules(
    mark: Mark, options: dict[str, Any], expected: Any, text: str, passes: bool
) -> None:
    finding = mark(question("string", **options), expected, given=value(text))
    assert finding.verdict is (Verdict.PASSED if passes else Verdict.FAILED)
    assert finding.points == (4 if passes else 0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Same", "Only upper and lower case differ."),
        ("sa me", "Only spaces or line breaks differ."),
        ("same.", "Only punctuation differs."),
        ("valid", ""),
    ],
)
def test_a_text_that_is_nearly_right_gets_a_reason(mark: Mark, text: str, reason: str) -> None:
    finding = mark(PADDING, "same", given=value(text))
    assert finding.reason == f'Expected "same", found "{text}". {reason}'.strip()
    assert finding.hint == "Read the slide."


def test_a_hidden_answer_is_not_revealed(mark: Mark) -> None:
    finding = mark(question("string", show_expected=False), "same", given=value("valid"))
    assert finding.reason == '"valid" is not right.'
    assert "same" not in f"{finding.expected}{finding.hint}"


def test_a_pattern_is_never_shown_but_its_example_is(mark: Mark) -> None:
    asked = question("string", compare="pattern")
    silent = mark(asked, "a+b", given=value("c"))
    assert (silent.expected, silent.reason) == ("", '"c" is not right.')
    spoken = mark(asked, {"pattern": "a+b", "example": "aab"}, given=value("c"))
    assert (spoken.expected, spoken.reason) == ('"aab"', 'Expected "aab", found "c".')


def test_a_slip_is_explained(mark: Mark) -> None:
    slip = Slip("valid", "This drops the border.", "Pad with zeros.")
    finding = mark(PADDING, "same", given=value(" valid"), slips=(slip,))
    assert (finding.reason, finding.hint) == (
        'Expected "same", found " valid". This drops the border.',
        "Pad with zeros.",
    )


@pytest.mark.parametrize("thing", [3, 0.5, True, None, ["same", "valid"], {"a": "same"}, [], [["same"]]])
def test_what_is_not_a_text_earns_nothing_and_gets_the_form(mark: Mark, thing: Any) -> None:
    finding = mark(PADDING, "same", given=value(thing))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0)
    assert finding.hint == "Give one text in quotes."


def test_a_list_with_one_text_is_read_as_the_text(mark: Mark) -> None:
    assert mark(PADDING, "same", given=value(["same"])).verdict is Verdict.PASSED


def test_nothing_to_mark_costs_no_blame(mark: Mark) -> None:
    assert mark(PADDING, "same").verdict is Verdict.NOT_ATTEMPTED
    assert mark(PADDING, "same", given=Answer(AnswerState.BLANK)).verdict is Verdict.NOT_ATTEMPTED
    blocked = mark(PADDING, "same", sources=("answer = 1 / 0",), cells=(failing("ZeroDivisionError", "no"),))
    assert blocked.verdict is Verdict.BLOCKED
    assert mark(PADDING, "same", given=Answer(AnswerState.TOO_LARGE, type_name="str")).points == 0


def test_a_text_made_to_take_long_is_compared_at_once(mark: Mark) -> None:
    asked = question("string", compare="pattern")
    assert mark(asked, "(a+)+b", given=value("a" * 1500)).verdict is Verdict.FAILED
    long = mark(asked, "(a+)+b", given=value("a" * 19_999 + "b"))
    assert long.verdict is Verdict.FAILED
    assert "The text is too long: it has more than 2000 characters." in long.reason


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_marked_and_equals_itself(right: str, text: str) -> None:
    rules = TextRules()
    assert right_texts(rules, right).fits(right)
    assert right_texts(rules, right).fits(text) is (rules.plain(right) == rules.plain(text))


@pytest.mark.parametrize(
    ("options", "expected", "slips", "problem"),
    [
        ({"compare": "fuzzy"}, "a", (), "`compare` must be"),
        ({"space": "exact"}, "a", (), "Did you mean 'spaces'?"),
        ({}, 3, (), "the expected value must be a text, or a list of texts that are all correct."),
        ({}, [], (), "the expected value must be a text"),
        ({}, {"pattern": "a"}, (), "the expected value must be a text"),
        ({"compare": "pattern"}, "(", (), "the pattern '(' is not a regular expression"),
        ({"compare": "pattern"}, r"(a)\1", (), "contains a reference to an earlier group"),
        ({"compare": "pattern"}, {"pattern": "a", "example": "b"}, (), "the example 'b' does not match the pattern"),
        ({"compare": "pattern"}, {"pattern": "a", "sample": "a"}, (), "has the unknown key 'sample'"),
        ({}, "same", (Slip(" same ", "Why.", "What."),), "the slip ' same ' is marked as correct. Remove it."),
        ({}, "same", (Slip(1, "Why.", "What."),), "the slips must be text."),
    ],
)
def test_a_question_that_cannot_be_marked_is_rejected(
    options: dict[str, Any], expected: Any, slips: tuple[Slip, ...], problem: str
) -> None:
    problems = validate(exercise(question("string", **options)), answer_key(expected, slips))
    assert any(problem in line for line in problems), problems


def test_check_looks_at_the_form_alone() -> None:
    def problem(thing: Any) -> str:
        return str(form.problem(PADDING, Record(key="k", outcome=Outcome.COMPLETED, answers={"answer": value(thing)})))

    assert problem("anything") == ""
    assert "The question asks for text in quotes. This is 3." in problem(3)
