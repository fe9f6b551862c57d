"""Choices, one or several."""

from typing import Any

import pytest

from grader.assess.engine import validate
from grader.model.assessment import Verdict
from grader.model.key import Slip
from tests.assess.assess_samples import answer_key, exercise, question, value
from tests.assess.conftest import Mark

CHOICES = {"a": "more filters", "b": "a smaller kernel", "c": "No bias", "d": "max pooling"}
ONE = question("choice", choices=CHOICES)
SEVERAL = question("choice", choices=CHOICES, multiple=True)


@pytest.mark.parametrize("form", ["c", "C", " c ", "(c)", "c)", "'c'", "c.", ["c"], "no bias", "No  Bias."])
def test_a_right_choice_counts_in_every_form(mark: Mark, form: Any) -> None:
    assert mark(ONE, "c", given=value(form)).verdict is Verdict.PASSED


@pytest.mark.parametrize("form", ["a", "e", "", [], 3, None, True, {"c": 1}, ["c", "a"], "a, c"])
def test_anything_else_earns_nothing(mark: Mark, form: Any) -> None:
    finding = mark(ONE, "c", given=value(form))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0.0)
    assert finding.reason


def test_the_finding_shows_keys_and_texts(mark: Mark) -> None:
    assert mark(ONE, "c", given=value("a")).reason == "Expected c (No bias). Found a (more filters)."


def test_a_slip_of_a_choice_is_recognised(mark: Mark) -> None:
    finding = mark(ONE, "c", given=value("A"), slips=(Slip("a", "Filters add weights.", "Count them."),))
    assert "Filters add weights." in finding.reason


@pytest.mark.parametrize("form", [["a", "d"], "a, d", "d and a", "D A", ["max pooling", "A", "a"]])
def test_several_right_choices_count_in_every_form(mark: Mark, form: Any) -> None:
    assert mark(SEVERAL, {"a", "d"}, given=value(form)).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("picks", "points"), [(["a"], 2), (["a", "d", "b"], 2), (["a", "b"], 0), (list("abcd"), 0), (["b"], 0)]
)
def test_wrong_picks_take_away_what_right_ones_give(mark: Mark, picks: list[str], points: int) -> None:
    assert mark(SEVERAL, ["a", "d"], given=value(picks)).points == points


def test_hidden_choices_are_told_nowhere(mark: Mark) -> None:
    asked = question("choice", choices=CHOICES, show_expected=False)
    assert "No bias" not in repr(mark(asked, "c", given=value("a")))


@pytest.mark.parametrize("shows_expected", [False, True])
def test_the_mistake_behind_several_choices_is_named_only_beside_the_right_ones(
    mark: Mark, shows_expected: bool
) -> None:
    asked = question("choice", choices=CHOICES, multiple=True, show_expected=shows_expected)
    slips = (Slip(["a"], "You left out the stride.", "Divide by it."),)
    wrong = mark(asked, ["a", "d"], given=value(["a"]), slips=slips)
    assert wrong.misconceptions == (("stride-left-out",) if shows_expected else ())
    assert ("stride" in str(wrong.reason)) == shows_expected


def test_a_question_without_choices_is_refused() -> None:
    assert "`choices` is missing. Add `choices = ...`." in validate(exercise(question("choice")), answer_key("a"))[0]


def test_an_expected_value_that_is_no_choice_is_refused() -> None:
    assert "among the choices" in validate(exercise(ONE), answer_key("e"))[0]


def test_several_expected_values_need_multiple() -> None:
    assert "multiple" in validate(exercise(ONE), answer_key(["a", "b"]))[0]
    assert validate(exercise(SEVERAL), answer_key(["a", "b"])) == []


LAYERS = {"a": "Conv2D", "b": "MaxPooling2D", "c": "BatchNormalization", "d": "Flatten", "e": "Dropout", "f": "Dense"}
MANY = question("choice", choices=LAYERS, multiple=True)
PURPOSES = {
    "a": "the height and width of the volume",
    "b": "the receptive field of its neurons",
    "c": "the depth of the volume",
    "d": "nothing: it scales each value",
}
PURPOSE = question("choice", choices=PURPOSES)


@pytest.mark.parametrize(
    "form",
    [
        "bde",
        "EDB",
        "b, d und e",
        "b, d, and e",
        "b and d and e",
        "b d e",
        "b) d) e)",
        "(b), (d), (e)",
        "b/d/e",
        "b+d+e",
        "b;d;e",
        "b & d & e",
        "b.d.e",
        "b, d, e.",
        "b sowie d, e",
        ["b", "d", "e"],
        ["b, d", "e"],
        [["b", "d"], "e"],
        ["b) MaxPooling2D", "d. Flatten", "(e)"],
        ["MaxPooling2D", "Flatten", "Dropout"],
        "MaxPooling2D, Flatten, Dropout",
        "MaxPooling2D and Flatten and Dropout",
        "b: MaxPooling2D, d: Flatten, e: Dropout",
        "b) MaxPooling2D\nd) Flatten\ne) Dropout",
    ],
)
def test_several_choices_are_read_however_they_are_listed(mark: Mark, form: Any) -> None:
    assert mark(MANY, ["b", "d", "e"], given=value(form)).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    "form",
    [
        "c",
        "C.",
        "(c)",
        "[c]",
        "c:",
        "**c**",
        "„c“",
        "c) the depth of the volume",
        "c: the depth of the volume",
        "c the depth of the volume",
        "c - depth",
        "c = depth",
        "c: a deeper volume",
        "The depth of the volume.",
        "the  depth of the VOLUME",
        "answer: c",
        "Antwort c",
        "option c)",
        "choice c",
        ["c"],
    ],
)
def test_one_choice_is_read_with_letter_text_or_both(mark: Mark, form: Any) -> None:
    assert mark(PURPOSE, "c", given=value(form)).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("a) the depth of the volume", "the text of another"),
        ("c, d", "only one choice"),
        ("c) d)", "only one choice"),
        ("cd", "not among the choices"),
        ("a or c", "not among the choices"),
        ("a: or c", "not among the choices"),
        ("c) and d) as well", "not among the choices"),
        ("a the depth", "not among the choices"),
        ("depth", "not among the choices"),
        (3, "not among the choices"),
        ("...?", "not among the choices"),
    ],
)
def test_what_names_two_choices_or_none_is_explained(mark: Mark, form: int | str, word: str) -> None:
    finding = mark(PURPOSE, "c", given=value(form))
    assert (finding.points, word in finding.reason) == (0, True), finding.reason


@pytest.mark.parametrize("form", ["bdx", "bdde", "b, d or e", "b, x", "Dens"])
def test_a_list_with_something_else_in_it_is_explained(mark: Mark, form: str) -> None:
    assert "not among the choices" in mark(MANY, ["b", "d", "e"], given=value(form)).reason


@pytest.mark.parametrize("number", [2, 2.0, "2", "(2)", "2."])
def test_choices_may_be_numbers(mark: Mark, number: float | str) -> None:
    asked = question("choice", choices={"1": "one", "2": "two", "3": "three"})
    assert mark(asked, "2", given=value(number)).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    "form",
    ["b-c-d", "b - c - d",
     "- b\n- c\n- d", "• b\n• c\n• d", "Answers: b, c, d", "options b, c and d", "Antworten: b, c und d",
     {"a": False, "b": True, "c": True, "d": True}, {"a": 0, "b": 1, "c": 1, "d": 1}, {"b": None, "c": None, "d": None},
     {"b": "a smaller kernel", "c": "No bias", "d": "max pooling"}, [False, True, True, True]],
)  # fmt: skip
def test_several_choices_are_read_from_lists_tables_and_ticks(mark: Mark, form: Any) -> None:
    assert mark(SEVERAL, ["b", "c", "d"], given=value(form)).verdict is Verdict.PASSED


@pytest.mark.parametrize("form", ["b-d", "b – d", {"b": 0.5}, {"x": True}, {"b": "max pooling"}, [True, False]])
def test_what_could_be_other_choices_is_explained(mark: Mark, form: Any) -> None:
    finding = mark(SEVERAL, ["b"], given=value(form))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0)
    assert "found" not in finding.reason


@pytest.mark.parametrize(
    "form",
    ["c, because a bias is an addition", "c because nothing is added", "c, weil nichts addiert wird", "c → No bias",
     "c/", {"c": "No bias"}, {"c": True}],
)  # fmt: skip
def test_a_letter_with_its_reason_is_the_letter(mark: Mark, form: Any) -> None:
    assert mark(ONE, "c", given=value(form)).verdict is Verdict.PASSED


@pytest.mark.parametrize("form", ["c, because not a", "c, since a or b", "c-d"])
def test_a_letter_whose_reason_names_another_is_not_read(mark: Mark, form: str) -> None:
    assert mark(ONE, "c", given=value(form)).verdict is Verdict.FAILED
