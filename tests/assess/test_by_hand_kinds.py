"""Answers that a person grades: code, Markdown cells, and their criteria."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from grader.assess import form
from grader.assess.engine import assess, validate
from grader.assess.evidence import Surroundings, TextCell
from grader.marks.overrides import problem, with_overrides
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Criterion, Question
from grader.model.key import AnswerKey
from grader.storage import codec
from tests.assess.assess_samples import answer_key, exercise, question, record, value

NO_KEY = AnswerKey(answers={}, slips={}, heldout={}, references={})
CRITERIA = (
    Criterion(id="idea", title="Idea", points=3, description="Names translation."),
    Criterion(id="style", title="Style", points=1),
)
ESSAY = replace(question("text"), criteria=CRITERIA)
WHEN = datetime(2026, 11, 1, tzinfo=UTC)


def assessed(asked: Question, *cells: str, **around: Any) -> Assessment:
    run = record(answers={asked.answer: value("Weights are shared.")} if asked.answer else {})
    return assess("ada", exercise(asked), NO_KEY, run, {}, cells, Surroundings(**around))


def finding_of(asked: Question, *cells: str, **around: Any) -> Finding:
    return assessed(asked, *cells, **around).findings[0]


def decision(place: str, points: float | None = None, text: str = "", author: str = "eve", hour: int = 0) -> Adjustment:
    kind = AdjustmentKind.COMMENT if text else AdjustmentKind.POINTS
    at = WHEN + timedelta(hours=hour)
    return Adjustment(
        student="ada",
        exercise="sample",
        kind=kind,
        author=author,
        reason="read",
        at=at,
        question=place,
        points=points,
        text=text,
    )


def decided(*decisions: Adjustment) -> Finding:
    return with_overrides(assessed(ESSAY), decisions).findings[0]


def test_a_rubric_is_part_of_the_finding_before_anyone_decides() -> None:
    waiting = finding_of(ESSAY)
    assert (waiting.verdict, waiting.points) == (Verdict.NEEDS_HUMAN, 0)
    assert [(one.title, one.description, one.max_points, one.points) for one in waiting.criteria] == [
        ("Idea", "Names translation.", 3, None),
        ("Style", "", 1, None),
    ]


def test_a_question_is_decided_once_all_its_criteria_are() -> None:
    half = decided(decision("q.idea", 2))
    assert (half.verdict, half.points, half.criteria[0].points) == (Verdict.NEEDS_HUMAN, 0, 2)
    whole = decided(decision("q.idea", 2), decision("q.style", 1, author="tom"))
    assert (whole.verdict, whole.points, whole.decided_by) == (Verdict.PARTIAL, 3, "eve, tom")
    assert decided(decision("q.idea", 3), decision("q.style", 1)).verdict is Verdict.PASSED
    assert decided(decision("q.idea", 0), decision("q.style", 0)).verdict is Verdict.FAILED


def test_the_latest_decision_on_a_criterion_counts_and_can_be_taken_back() -> None:
    later = decided(decision("q.idea", 2), decision("q.style", 1), decision("q.idea", 3, hour=1))
    assert later.points == 4
    back = decided(decision("q.idea", 2), decision("q.style", 1), decision("q.idea", None, hour=1))
    assert (back.verdict, back.criteria[0].points) == (Verdict.NEEDS_HUMAN, None)


def test_a_decision_on_the_whole_question_takes_precedence() -> None:
    finding = decided(decision("q.idea", 2), decision("q.style", 1), decision("q", 0.5))
    assert (finding.points, finding.criteria[0].points) == (0.5, 2)
    again = decided(decision("q.idea", 2), decision("q.style", 1), decision("q", 0.5), decision("q", None, hour=1))
    assert again.points == 3


def test_each_criterion_has_its_comment() -> None:
    finding = decided(decision("q.idea", 2), decision("q.idea", text="Name the layer."))
    assert (finding.criteria[0].comment, finding.comment) == ("Name the layer.", "")


def test_overrides_can_be_applied_again() -> None:
    decisions = [decision("q.idea", 2), decision("q.style", 1)]
    once = with_overrides(assessed(ESSAY), decisions)
    assert with_overrides(once, decisions) == once
    assert with_overrides(once, []) == with_overrides(assessed(ESSAY), [])
    assert codec.decode(Assessment, codec.encode(once)) == once


@pytest.mark.parametrize(
    ("place", "points", "fact"),
    [
        ("q.idea", 3, ""),
        ("q.idea", 3.5, "`points` must be from 0 to 3. Received: 3.5."),
        ("q.style", -1, "`points` must be from 0 to 1. Received: -1."),
        ("q.ida", 1, "there is no such question. Did you mean 'q.idea'?"),
        ("idea", 1, "there is no such question"),
    ],
)
def test_a_decision_has_to_be_about_a_criterion_that_exists(place: str, points: float, fact: str) -> None:
    fault = problem(decision(place, points), exercise(ESSAY))
    assert fact in fault if fact else fault == ""


@pytest.mark.parametrize(
    ("asked", "fact"),
    [
        (replace(question("number"), criteria=CRITERIA), "criteria are for kinds that a person grades: text, code,"),
        (replace(ESSAY, points=5), "the points of its criteria must add up to 5. Received: 4."),
        (replace(ESSAY, points=6, criteria=(CRITERIA[0], CRITERIA[0])), "criterion 'idea' occurs more than once"),
    ],
)
def test_a_rubric_that_cannot_be_applied_is_rejected(asked: Question, fact: str) -> None:
    problems = validate(exercise(asked), answer_key(3))
    assert any(fact in line for line in problems), problems


FUNCTION = "@cache\ndef conv(a):\n    return a"


def test_the_code_of_a_function_or_a_cell_waits_for_a_person() -> None:
    of_function = question("code", answer="", function="conv")
    finding = finding_of(of_function, "x = 1", f"y = 2\n{FUNCTION}\nz = 3")
    assert (finding.verdict, finding.found) == (Verdict.NEEDS_HUMAN, FUNCTION)
    of_cell = question("code", answer="", cell="conv")
    assert finding_of(of_cell, "# cell: conv\nx = 1").found == "# cell: conv\nx = 1"
    assert finding_of(of_cell, "a = 1", "b = 2", cell_names=("x", "conv")).found == "b = 2"


@pytest.mark.parametrize(
    ("options", "cells", "handout"),
    [
        ({"function": "conv"}, (), ()),
        ({"function": "conv"}, ("def conv(a): ...",), ()),
        ({"function": "conv"}, ("def other(a): return a",), ()),
        ({"cell": "conv"}, ("x = 1",), ()),
        ({"cell": "conv"}, ("# cell: conv\nx = ...",), ()),
        ({"cell": "conv"}, ("# cell: conv\nx = 1",), ("# cell: conv\nx = 1",)),
    ],
)
def test_code_that_is_not_written_is_not_attempted(options: Any, cells: Any, handout: Any) -> None:
    asked = question("code", answer="", **options)
    assert finding_of(asked, *cells, handout_cells=handout).verdict is Verdict.NOT_ATTEMPTED
    assert form.problem(asked, record(), cells, Surroundings(handout_cells=handout)) != ""


WHY = question("markdown", answer="", cell="why", minimum_words=3)


def test_a_markdown_cell_is_found_by_id_or_by_its_comment() -> None:
    assert (
        finding_of(WHY, texts=(TextCell(0, "markdown", "Weights are shared.", "why"),)).found == "Weights are shared."
    )
    named = TextCell(0, "markdown", "<!-- cell: why -->\nWeights **are** shared.", "x1")
    assert finding_of(WHY, texts=(TextCell(0, "markdown", "Other.", "why"), named)).found == "Weights **are** shared."


NO_ANSWERS = [
    None,
    ("raw", "text", "why"),
    ("markdown", "", "why"),
    ("markdown", "text", "other"),
    ("markdown", "<!-- cell: why -->", ""),
]


@pytest.mark.parametrize("cell", NO_ANSWERS)
def test_a_markdown_cell_without_an_answer_is_not_attempted(cell: Any) -> None:
    texts = () if cell is None else (TextCell(0, *cell),)
    assert finding_of(WHY, texts=texts).verdict is Verdict.NOT_ATTEMPTED


def test_check_says_if_a_text_is_too_short() -> None:
    around = Surroundings(texts=(TextCell(0, "markdown", "Two words.", "why"),))
    assert str(form.problem(WHY, record(), (), around)).startswith("The text cell `why` has 2 words")
    assert form.problem(WHY, record(), (), Surroundings(texts=(TextCell(0, "markdown", "a b c", "why"),))) == ""


@pytest.mark.parametrize(
    ("asked", "fact"),
    [
        (question("code", answer=""), "the place of the code is missing. Set 'cell' or 'function'."),
        (question("code", answer="", cell="a", function="b"), "cell and function cannot be used together"),
        (question("code", answer="conv", function="conv"), "'answer' is for variables"),
        (question("markdown", answer=""), "cell"),
        (question("markdown", answer="x", cell="why"), "'answer' is for variables"),
    ],
)
def test_a_place_has_to_be_named(asked: Question, fact: str) -> None:
    problems = validate(exercise(asked), NO_KEY)
    assert any(fact in line for line in problems), problems


def test_a_model_answer_is_text() -> None:
    problems = validate(exercise(question("code", answer="", function="conv")), answer_key(3))
    assert any("the model answer in answers() must be text" in line for line in problems), problems


PLACEHOLDERS = {
    "nbgrader's": ("# YOUR CODE HERE\nraise NotImplementedError()", Verdict.NOT_ATTEMPTED),
    "without brackets": ("raise NotImplementedError", Verdict.NOT_ATTEMPTED),
    "with a text": ("raise NotImplementedError('write this')", Verdict.NOT_ATTEMPTED),
    "code before it": ("x = 1\nraise NotImplementedError()", Verdict.NEEDS_HUMAN),
    "another exception": ("raise ValueError()", Verdict.NEEDS_HUMAN),
    "only a comment": ("# it cannot be done", Verdict.NEEDS_HUMAN),
}


@pytest.mark.parametrize(("source", "verdict"), PLACEHOLDERS.values(), ids=PLACEHOLDERS)
def test_a_cell_that_is_only_a_placeholder_is_not_attempted(source: str, verdict: Verdict) -> None:
    finding = finding_of(question("code", answer="", cell="use"), source, cell_names=("use",))
    assert (finding.verdict, finding.points) == (verdict, 0)
