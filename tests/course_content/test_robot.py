"""A robot student copies what its report shows into the next attempt: before the deadline it gains nothing.

The robot knows the notebook, its own answers and a report without reasons. Whatever else the rendered report shows, it
tries as an answer: each number, each row of numbers, each text and each choice, in texts, tables, hints, pictures and
their descriptions, and in the attributes of the page.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from grader.assess import engine
from grader.assess.evidence import Evidence
from grader.assess.heldout import ShuffledData
from grader.assess.kinds import KINDS
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.course.variants import personal
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.key import AnswerKey
from grader.model.record import Answer, AnswerState, Outcome, Record
from grader.report.student import render_student
from tests.conftest import ROOT

COURSE = Course(ROOT)
COPIED = ("number", "array", "choice", "interval", "string", "structure", "printed")
"""Kinds whose answers can be copied from a page."""
FEWEST_DIGITS = 2
"""A number of one digit is on every page; for such answers only rows of numbers and marked choices are tried."""
FEWEST_IN_ROW = 3
"""A row of two digits is on every page as well, such as in `1 of 2 cells`."""
MOST_ROUNDS = 60
_DRAWN = {"d", "points", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "width", "height", "viewbox"}
_DRAWN |= {"transform", "style", "class", "id", "href", "for", "aria-labelledby", "aria-describedby", "dx", "dy"}
_SILENT, _WHOLE = ("style", "script"), ("table", "svg")
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?")
_GROUPS = re.compile(r",(?=\d{3}(?!\d))")


class _Shown(HTMLParser):
    """What a page shows, in pieces: each text, the value of each attribute, each whole table and each whole picture."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._whole: list[list[str]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _WHOLE:
            self._whole.append([])
        self.pieces += [value for name, value in attrs if value and name not in _DRAWN]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        if tag in _WHOLE and self._whole:
            self.pieces.append(" ".join(self._whole.pop()))

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.pieces.append(data)
            for texts in self._whole:
                texts.append(data)


def shown(page: str) -> list[str]:
    parser = _Shown()
    parser.feed(page)
    return parser.pieces


def numbers(text: str) -> list[float]:
    return [float(_GROUPS.sub("", number).replace(",", "").replace("−", "-")) for number in _NUMBER.findall(text)]


def flat(value: Any) -> list[Any]:
    return [item for part in value for item in flat(part)] if isinstance(value, list | tuple) else [value]


@cache
def drawn(slug: str) -> tuple[tuple[Exercise, AnswerKey], ...]:
    """The exercise with the common numbers, which slides print, and with individual ones."""
    exercise = read_exercise(COURSE, slug)
    keys = Keys(COURSE, exercise)
    made = [keys.key(), *([keys.key("robot")] if keys.has_variants else [])]
    return tuple((personal(exercise, key.numbers), key) for key in made)


def hiding(exercise: Exercise) -> Exercise:
    """The exercise as reports before the deadline see it."""
    return replace(exercise, questions=tuple(replace(q, show_expected=False) for q in exercise.questions))


def marked(exercise: Exercise, key: AnswerKey, values: dict[str, Any]) -> tuple[Assessment, Record]:
    answers = {
        question.answer: Answer(AnswerState.VALUE, values[question.id], "value")
        for question in exercise.questions
        if question.id in values and question.answer
    }
    record = Record(key="k", outcome=Outcome.COMPLETED, answers=answers)
    heldout = {question: ShuffledData(np.empty(0)) for question in key.heldout}
    return engine.assess("robot", exercise, key, record, heldout), record


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value.tolist() if hasattr(value, "tolist") else value, default=float))


def rounds(exercise: Exercise, key: AnswerKey) -> Iterator[dict[str, Any]]:
    """Wrong answers to all questions at once: each known mistake comes in one round at least."""
    asked = [question for question in exercise.questions if question.kind in COPIED and question.id in key.answers]
    wrong = {question.id: _wrong_values(question, key) for question in asked}
    for number in range(min(MOST_ROUNDS, max(map(len, wrong.values()), default=0))):
        yield {question: values[number % len(values)] for question, values in wrong.items() if values}


def _wrong_values(question: Question, key: AnswerKey) -> list[Any]:
    """The results of all known mistakes of a question: slips, and mistakes of its method."""
    mistakes = [slip.value for slip in key.slips.get(question.id, ())]
    if question.id in key.methods:
        mistakes += [wrong.value for wrong in key.methods[question.id].once]
    return [plain(value) for value in mistakes]


def is_right(question: Question, key: AnswerKey, value: Any) -> bool:
    record = Record(
        key="k", outcome=Outcome.COMPLETED, answers={question.answer: Answer(AnswerState.VALUE, value, "value")}
    )
    evidence = Evidence(question=question.id, name=question.answer, key=replace(key, reasons=False), record=record)
    return KINDS[question.kind].assess(question, evidence).verdict is Verdict.PASSED


def is_in(row: Sequence[float], numbers_shown: Sequence[float]) -> bool:
    """Whether numbers follow one another somewhere."""
    size = len(row)
    return any(
        all(abs(a - b) <= 0.005 * max(1.0, abs(b)) for a, b in zip(numbers_shown[i : i + size], row, strict=True))
        for i in range(len(numbers_shown) - size + 1)
    )


def is_in_any(row: Sequence[float], pieces: Sequence[str]) -> bool:
    return any(is_in(row, numbers(piece)) for piece in pieces)


def card(page: str, number: int) -> str:
    """The card of a question."""
    behind = page.partition(f'id="question-{number}"')[2]
    return behind.partition(f'id="question-{number + 1}"')[0].partition('aria-labelledby="run"')[0]


def top(page: str, number: int) -> str:
    """The entries above the cards that link to a question, without the numbers of questions and points."""
    listed = page.partition('class="mark-columns"')[0].partition('class="mark-lost"')[2]
    listed = re.sub(r'(?s)(?<=">)[^<]*(?=<span class="text-unseen">)|<span class="mark-worth">.*?</span>', "", listed)
    return " ".join(entry for entry in listed.split("<li>") if f'href="#question-{number}"' in entry)


class Robot:
    """A student who reads about each finding once: the same one makes the same card and the same entry above."""

    def __init__(self, exercise: Exercise, key: AnswerKey) -> None:
        self._exercise, self._key = hiding(exercise), key
        self._seen: set[tuple[str, str]] = set()

    def gained(self, values: dict[str, Any]) -> list[tuple[str, str]]:
        """The questions that it answers right with what its report shows, and what it copies."""
        made, record = marked(self._exercise, self._key, values)
        new = [
            (question, finding)
            for question, finding in zip(self._exercise.questions, made.findings, strict=True)
            if question.kind in COPIED and question.id in values and finding.verdict is not Verdict.PASSED
            if self._is_new(finding, values[question.id])
        ]
        if not new:
            return []
        page = report_of(self._exercise, made, record, new)
        known = report_of(self._exercise, made, record, [(question, bare(finding)) for question, finding in new])
        given = json.dumps(self._key.numbers)  # which the notebook shows
        gains = []
        for place, (question, _) in enumerate(new, 1):
            text, value = read(page, place), values[question.id]
            own = [*read(known, place), json.dumps(value), question.title, question.hint, given]
            if copied := _copied(question, self._key, text, own, value):
                gains.append((question.id, copied))
        return gains

    def _is_new(self, finding: Finding, value: Any) -> bool:
        both = repr(finding), json.dumps(value)
        is_new = both not in self._seen
        self._seen.add(both)
        return is_new


def read(page: str, number: int) -> list[str]:
    """What a page shows about a question."""
    return [*shown(top(page, number)), *shown(card(page, number))]


def report_of(exercise: Exercise, made: Assessment, record: Record, marks: Sequence[tuple[Question, Finding]]) -> str:
    """The report about some questions only."""
    questions, findings = zip(*marks, strict=True)
    return render_student(replace(exercise, questions=questions), (), replace(made, findings=findings), record, "")


def bare(finding: Finding) -> Finding:
    """A finding without all that a report says about the answer."""
    return replace(
        finding, expected="", found="", comparison="", reason="", hint="", parts=(), figures=(), misconceptions=()
    )


def _copied(question: Question, key: AnswerKey, pieces: list[str], own: list[str], value: Any) -> str:
    right = plain(key.answers[question.id])
    if question.kind == "choice":
        return _copied_choice(question, key, " ".join(pieces), value)
    cells = flat(right)
    if all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells) and len(cells) > 1:
        row = [float(cell) for cell in cells]
        if sum(str(cell).count(digit) for cell in cells for digit in "0123456789") < FEWEST_IN_ROW:
            return ""
        return "the row of numbers" if is_in_any(row, pieces) and not is_in_any(row, own) else ""
    if isinstance(right, int | float):
        known = {number for text in own for number in numbers(text)}
        for number in dict.fromkeys(number for text in pieces for number in numbers(text)):
            enough_digits = sum(map(str.isdigit, f"{number:g}")) >= FEWEST_DIGITS
            if number not in known and enough_digits and is_right(question, key, number):
                return f"the number {number:g}"
        return ""
    is_new = isinstance(right, str) and right in " ".join(pieces) and right not in " ".join(own)
    return "the text" if is_new else ""


def _copied_choice(question: Question, key: AnswerKey, text: str, value: Any) -> str:
    """Choices that the card marks as right, wrong, or missing."""
    choices = question.options["choices"]
    picks = {str(pick) for pick in (value if isinstance(value, list) else [value])}
    right = {str(pick) for pick in flat(plain(key.answers[question.id]))}
    for letter, meaning in choices.items():
        if letter in right - picks and (f"{letter} (" in text or str(meaning) in text):
            return f"the choice {letter}"
    marks = ("does not belong to the answer", "is missing:", "not chosen")
    return "marks of single choices" if any(mark in text for mark in marks) else ""


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_before_the_deadline_a_robot_that_copies_its_report_gains_nothing(slug: str) -> None:
    for exercise, key in drawn(slug):
        robot = Robot(exercise, key)
        gains = {gain for values in rounds(exercise, key) for gain in robot.gained(values)}
        assert gains == set()


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_after_the_deadline_it_gains_each_question_whose_answer_may_be_shown(slug: str) -> None:
    exercise, key = drawn(slug)[-1]
    asked = [question for question in exercise.questions if question.kind in ("number", "array", "choice")]
    asked = [question for question in asked if question.show_expected and key.slips.get(question.id)]
    wrong = {question.id: plain(key.slips[question.id][0].value) for question in asked}
    made, record = marked(exercise, key, wrong)
    page = render_student(exercise, (), made, record, "")
    lacking = []
    for place, (question, finding) in enumerate(zip(exercise.questions, made.findings, strict=True), 1):
        if question.id in wrong and finding.verdict is not Verdict.PASSED:
            pieces, right = shown(card(page, place)), plain(key.answers[question.id])
            if question.kind == "choice":
                is_shown = bool(_copied_choice(question, key, " ".join(pieces), wrong[question.id]))
            else:
                is_shown = len(flat(right)) > 16 or is_in_any([float(cell) for cell in flat(right)], pieces)
            lacking += [] if is_shown else [question.id]
    assert asked
    assert lacking == []
