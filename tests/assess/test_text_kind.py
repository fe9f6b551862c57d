"""Free text: a person reads it, and the machine only tells text from none."""

from typing import Any

import pytest

from grader.assess import form
from grader.assess.engine import validate
from grader.model.assessment import Verdict
from grader.model.key import Slip
from grader.model.record import Answer, AnswerState, Outcome, Record
from tests.assess.assess_samples import answer_key, exercise, failing, question, value
from tests.assess.conftest import Mark
from tests.reading import as_read

WHY = question("text", hint="Think of translation.")
LONG = question("text", minimum_words=4)
SAID = "Because weights are shared,\nevery place is treated alike."


def test_text_waits_for_a_person_and_is_kept_in_full(mark: Mark) -> None:
    found = mark(WHY, None, given=value(f"\n  {SAID}  "))
    assert (found.verdict, found.points, found.max_points) == (Verdict.NEEDS_HUMAN, 0.0, 4.0)
    assert found.found == SAID
    assert found.waits


@pytest.mark.parametrize("given", ["", "   \n", "...", " ... ", ". . ."])
def test_blank_text_is_not_attempted(mark: Mark, given: str) -> None:
    found = mark(WHY, None, given=value(given))
    assert (found.verdict, found.points) == (Verdict.NOT_ATTEMPTED, 0.0)
    assert found.hint == "Think of translation."


def test_a_missing_answer_is_not_attempted(mark: Mark) -> None:
    assert mark(WHY, None).verdict is Verdict.NOT_ATTEMPTED
    assert mark(WHY, None, given=Answer(AnswerState.BLANK)).verdict is Verdict.NOT_ATTEMPTED


def test_text_that_an_error_kept_from_coming_about_is_blocked(mark: Mark) -> None:
    found = mark(WHY, None, sources=("answer = 'x' + 1",), cells=(failing("TypeError", "no"),))
    assert found.verdict is Verdict.BLOCKED


@pytest.mark.parametrize("given", [3, ["a", "b"], None, True, {"a": "b"}])
def test_what_is_no_text_earns_nothing_and_says_so(mark: Mark, given: Any) -> None:
    found = mark(WHY, None, given=value(given))
    assert (found.verdict, found.points) == (Verdict.FAILED, 0.0)
    assert found.reason.startswith("The question asks for text in quotes. This is ")


def test_an_object_that_cannot_be_handed_over_earns_nothing(mark: Mark) -> None:
    found = mark(WHY, None, given=Answer(AnswerState.UNSUPPORTED, type_name="Sequential"))
    assert found.verdict is Verdict.FAILED


def test_text_too_long_to_be_kept_waits_for_a_person_all_the_same(mark: Mark) -> None:
    found = mark(WHY, None, given=Answer(AnswerState.TOO_LARGE, type_name="str"))
    assert found.verdict is Verdict.NEEDS_HUMAN
    assert "reads it in the notebook" in found.reason


def test_too_few_words_are_said_and_decide_nothing(mark: Mark) -> None:
    found = mark(LONG, None, given=value("Weights – are shared."))
    assert found.verdict is Verdict.NEEDS_HUMAN
    assert found.reason.endswith("The answer has 3 words, but the question asks for at least 4.")
    assert "words" not in mark(LONG, None, given=value("The weights are shared.")).reason


def test_a_model_answer_is_shown_where_it_may_be(mark: Mark) -> None:
    assert mark(WHY, "Weights are shared.", given=value(SAID)).expected == "Weights are shared."
    hidden = question("text", show_expected=False)
    assert mark(hidden, "Weights are shared.", given=value(SAID)).expected == ""


@pytest.mark.parametrize(
    ("options", "expected", "slips", "problem"),
    [
        ({"minimum_words": -1}, None, (), "`minimum_words` must be 0 or more. Received: -1."),
        ({"minimum_word": 3}, None, (), "the key 'minimum_word' is not known. Did you mean 'minimum_words'?"),
        ({}, 3, (), "the model answer in answers() must be text"),
        (
            {},
            None,
            (Slip("x", "y", "z"),),
            "an instructor marks this question, so it has no slips. Remove it from slips().",
        ),
    ],
)
def test_what_is_wrong_with_the_options_is_said(
    options: dict[str, Any], expected: int | None, slips: tuple[Slip, ...], problem: str
) -> None:
    [found] = validate(exercise(question("text", **options)), answer_key(expected, slips))
    assert found.startswith(f"exercises/sample/exercise.toml: question 'q': {problem}")


@pytest.mark.parametrize("expected", [None, "Weights are shared."])
def test_a_model_answer_may_be_given_or_not(expected: str | None) -> None:
    assert validate(exercise(LONG), answer_key(expected)) == []


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (value("The weights are shared."), ""),
        (value("Shared weights."), "`answer` has 2 words, but the question asks for at least 4."),
        (value("  "), "`answer` is empty."),
        (value("..."), "`answer` is empty."),
        (value(3), "`answer`: The question asks for text in quotes. This is 3."),
        (Answer(AnswerState.BLANK), "`answer` is still `...`."),
        (Answer(AnswerState.TOO_LARGE, type_name="str"), "`answer` is too long: shorten it."),
    ],
)
def test_the_form_is_checked_before_handing_in(answer: Answer, problem: str) -> None:
    assert (
        as_read(form.problem(LONG, Record(key="key", outcome=Outcome.COMPLETED, answers={"answer": answer}))) == problem
    )
