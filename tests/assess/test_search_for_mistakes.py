"""A wrong answer is told its cause: slips first, then methods, then what holds for any question."""

from dataclasses import replace
from typing import Any

import pytest

from grader.assess.evidence import Evidence
from grader.assess.kinds import KINDS
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey, Slip
from grader.model.mistakes import Erring, Method
from grader.text import catalogues
from grader.text.language import speaking
from grader.text.messages import message
from tests.assess.assess_samples import answer_key, question, record, value
from tests.assess.conftest import Mark
from tests.reading import as_read


def product(erring: Erring) -> int:
    return erring.pick(300, {"One row was left out.": 270, "It was rounded.": 301}) * erring.pick(
        2, {"It was halved.": 1}
    )


KEY = replace(answer_key(600, ()), methods={"q": Method(product)})


def asked(kind: str = "number", **options: Any) -> Question:
    return question(kind, show_expected=False, **options)


def marked(asked_for: Question, key: AnswerKey, given: Any) -> Finding:
    answers = record(answers={asked_for.answer: value(given)})
    return KINDS[asked_for.kind].assess(
        asked_for, Evidence(question="q", name=asked_for.answer, key=key, record=answers)
    )


def test_a_mistake_of_the_method_is_told() -> None:
    assert marked(asked(), KEY, 540).reason == "One row was left out."


def test_two_mistakes_at_once_are_told() -> None:
    assert (
        as_read(marked(asked(), KEY, 270).reason) == "There are two mistakes here. One row was left out. It was halved."
    )


def test_a_slip_of_the_author_comes_before_the_method() -> None:
    key = replace(KEY, slips={"q": (Slip(540, "The author says so.", "Do it so."),)})
    finding = marked(asked(), key, 540)
    assert (
        as_read(finding.reason) == "Two mistakes can lead to this answer. The author says so. Or: One row was left out."
    )


def test_of_a_whole_array_only_the_author_says_why() -> None:
    """Two mistakes that both give an array are the same work in other words, such as flipped and turned."""
    turned = [[23, 38], [26, 17]]
    method = Method(lambda erring: erring.way(lambda: [[25, 35], [31, 29]], {"The filter was turned.": lambda: turned}))
    slips = {"q": (Slip(turned, "The kernel was flipped.", "Apply it without flipping it."),)}
    key = replace(answer_key([[25, 35], [31, 29]], ()), methods={"q": method}, slips=slips)
    assert as_read(marked(asked("array"), key, turned).reason).startswith("The kernel was flipped. 4 of 4 cells")


def test_what_the_method_says_in_the_authors_words_is_not_told_twice() -> None:
    key = replace(KEY, slips={"q": (Slip(540, "Something was left aside.", "Do it so."),)})
    assert marked(asked(), key, 540).reason == "Something was left aside."


def test_slips_that_give_the_same_are_both_told() -> None:
    slips = (Slip(540, "The first.", "a"), Slip(540, "The second.", "b"))
    assert as_read(marked(asked(), replace(KEY, slips={"q": slips}), 540).reason) == (
        "Three mistakes can lead to this answer. The first. Or: The second. Or: One row was left out."
    )


def test_of_many_mistakes_that_give_the_same_two_are_told_as_a_possibility() -> None:
    slips = tuple(Slip(540, f"{name} went wrong.", "a") for name in ("Addition", "Division", "Order", "Sign"))
    assert as_read(marked(asked(), replace(KEY, slips={"q": slips}), 540).reason) == (
        "Several mistakes can lead to this answer, such as these. Addition went wrong. Or: Division went wrong."
    )


def test_a_small_number_is_not_told_by_one_of_two_equal_mistakes() -> None:
    small = Method(lambda erring: erring.pick(5, {"The end was overlooked entirely.": 4}))
    key = replace(answer_key(5, (Slip(4, "Counting began with zero.", "x"),)), methods={"q": small})
    reason = marked(asked(), key, 4).reason
    assert "Counting began with zero." in as_read(reason)
    assert "The end was overlooked entirely." in as_read(reason)


def test_the_answer_for_other_numbers_is_told() -> None:
    key = replace(answer_key(61_706, ()), common={"q": 28_405})
    assert "correct for the numbers in the public notebook" in as_read(marked(asked(), key, 28_405).reason)


def test_the_answer_to_another_question_is_told() -> None:
    key = answer_key(61_706, ())
    key = replace(key, answers={**key.answers, "flatten_length": 400})
    assert as_read(marked(asked(), key, 400).reason) == (
        "This is the answer to another question, `flatten_length`: did you mix up the two?"
    )


def test_a_small_number_is_not_taken_for_the_answer_to_another_question() -> None:
    key = answer_key(61_706, ())
    key = replace(key, answers={**key.answers, "side": 3})
    assert "another question" not in as_read(marked(asked(), key, 3).reason)


@pytest.mark.parametrize(
    ("right", "given", "told"),
    [
        ([3, 5, -19], [-19, 3, 5], ("shifted by 1 place", "sorted")),
        ([[1, 2], [3, 4]], [[4, 3], [2, 1]], ("rotated by 180 degrees", "sorted, largest first")),
        (100, 10_000, ("squared", "100 times")),
    ],
)
def test_all_relations_that_give_the_answer_are_told(right: Any, given: Any, told: tuple[str, str]) -> None:
    reason = marked(asked("array" if isinstance(right, list) else "number"), answer_key(right, ()), given).reason
    assert as_read(reason).startswith("Two mistakes can lead")
    assert all(words in as_read(reason) for words in told)


@pytest.mark.parametrize(
    ("right", "given", "told"),
    [
        (0.125, 12.5, "in percent"),
        (0.125, -0.125, "sign"),
        (0.125, 0.875, "1 minus the right number"),
        (0.125, 8.0, "inverted"),
        (600, 601, "too large by 1"),
        (600, 599, "too small by 1"),
        (600, 1200, "twice"),
        (600_810, 600_180, "digits are swapped"),
        (1_964, 1_694, "Perhaps: Two digits are swapped."),
        (600_810, 60_810, "digit is missing"),
        (2.302585092994046, 1.0, "base 10"),
        (0.4667, 0.5, "rounded"),
    ],
)
def test_what_was_done_to_a_right_number_is_told(right: float, given: float, told: str) -> None:
    assert told in as_read(marked(asked(), answer_key(right, ()), given).reason)


SQUARE = [[1, 2, -3], [4, 5, 6], [7, 8, 9]]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([[1, 4, 7], [2, 5, 8], [-3, 6, 9]], "rows and columns are swapped"),
        ([[7, 8, 9], [4, 5, 6], [1, 2, -3]], "upside down"),
        ([[-3, 2, 1], [6, 5, 4], [9, 8, 7]], "mirrored"),
        ([[9, 8, 7], [6, 5, 4], [-3, 2, 1]], "rotated by 180 degrees"),
        ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], "dropped the minus signs"),
        ([[-1, -2, 3], [-4, -5, -6], [-7, -8, -9]], "signs are reversed"),
        ([[1, 2, 0], [4, 5, 6], [7, 8, 9]], "replaced negative numbers by 0"),
        ([[2, 3, -2], [5, 6, 7], [8, 9, 10]], "1 too large"),
        ([[3, 6, -9], [12, 15, 18], [21, 24, 27]], "3 times"),
        ([1, 2, -3, 4, 5, 6, 7, 8, 9], "single row"),
        ([[4, 5, 6], [7, 8, 9]], "first number is missing"),
        ([[5]], ""),
        ([[0, 0, 0, 0, 0], [0, 1, 2, -3, 0], [0, 4, 5, 6, 0], [0, 7, 8, 9, 0], [0, 0, 0, 0, 0]], "border of zeros"),
        ([[2, 1, -3], [4, 5, 6], [7, 8, 9]], "Two numbers are swapped"),
        ([[0, 1, 2], [0, 4, 5], [0, 7, 8]], "shifted: to the right by 1."),
    ],
)
def test_what_was_done_to_a_right_array_is_told(given: Any, told: str) -> None:
    assert told in as_read(marked(asked("array"), answer_key(SQUARE, ()), given).reason)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([32, 26, 26], "put the depth first"),
        ([26, 26], "depth is missing"),
        ([25, 25, 32], "1 too small"),
        ([21632], "multiplied"),
        ([26, 32, 26], "wrong order"),
    ],
)
def test_what_was_done_to_a_right_shape_is_told(given: Any, told: str) -> None:
    assert told in as_read(marked(asked("array", form="shape"), answer_key([26, 26, 32], ()), given).reason)


def test_a_reason_that_the_grader_finds_takes_no_points() -> None:
    finding = marked(asked("array"), answer_key([3, 1, 4, 1, 5], ()), [3, 1, 4, 5, 1])
    assert "swapped" in as_read(finding.reason)
    assert finding.points > 0


CHOICES = {"a": "one", "b": "two", "c": "three", "d": "four"}
WHY = {"a": "One is odd.", "b": "Two is even.", "c": "Three is odd.", "d": "Four is even."}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["a"], "c is missing: Three is odd."),
        (["a", "b", "c"], "b does not belong to the answer: Two is even."),
        (["a", "d"], "c is missing: Three is odd. d does not belong to the answer: Four is even."),
        (["a", "b", "c", "d"], "every choice"),
        (["b", "d"], "the wrong choices"),
    ],
)
def test_each_choice_that_is_missed_or_extra_gets_its_own_reason(given: list[str], told: str) -> None:
    key = replace(answer_key(["a", "c"], ()), choices={"q": WHY})
    several = asked("choice", choices=CHOICES, multiple=True)
    assert told in as_read(marked(replace(several, show_expected=True), key, given).reason)
    hidden = as_read(marked(replace(several, show_expected=False), key, given).reason)
    assert hidden == "Not all of your choices are right, or some are missing."


def test_a_method_that_is_wrong_without_a_mistake_is_a_fault_of_the_key() -> None:
    key = replace(answer_key(601, ()), methods={"q": Method(product)})
    (problem,) = KINDS["number"].check_options(asked(), key)
    assert "methods()" in problem
    assert "600" in problem


def counted(erring: Erring) -> int:
    first = erring.at(message("First convolution:")).pick(300, {message("The biases are missing."): 270})
    return first * erring.at(message("Second convolution:")).pick(
        2, {message("You left out the depth of the input."): 1}
    )


def test_reasons_are_told_in_german_as_well_also_two_at_once() -> None:
    key = replace(answer_key(600, ()), methods={"q": Method(counted)})
    with speaking(catalogues.language("de")):
        assert as_read(marked(asked(), key, 270).reason) == (
            "Zwei Fehler sind zusammengekommen. Erste Faltung: Die Biases fehlen."
            " Zweite Faltung: Die Tiefe der Eingabe wurde weggelassen."
        )


@pytest.mark.parametrize("found", [96, 96.2, 96.15, 96.154])
def test_rounded_percent_are_named_where_a_share_was_asked_for(mark: Mark, found: float) -> None:
    finding = mark(question("number", digits=2), 25 / 26, given=value(found))
    assert (finding.verdict, "in percent" in finding.reason) == (Verdict.FAILED, True), finding.reason


@pytest.mark.parametrize("found", [95, 0.9, 97.5, 9.6])
def test_what_is_no_rounded_percent_is_not_called_so(mark: Mark, found: float) -> None:
    assert "percent" not in mark(question("number", digits=2), 25 / 26, given=value(found)).reason


def test_rounded_percent_in_an_array_are_named(mark: Mark) -> None:
    asked = question("array", digits=2)
    assert "These are in percent" in mark(asked, [0.5, 0.25, 1 / 3], given=value([50, 25, 33.3])).reason
    assert "percent" not in mark(asked, [0.5, 0.25, 1 / 3], given=value([50, 25, 40])).reason


@pytest.mark.parametrize(("given", "told"), [([6, 4], "1 too large"), ([4, 2], "1 too small")])
def test_a_place_with_both_numbers_exchanged_and_counted_from_elsewhere_is_told(given: list[int], told: str) -> None:
    reason = marked(asked("array"), answer_key([3, 5], ()), given).reason
    assert "swapped" in as_read(reason)
    assert told in as_read(reason)
