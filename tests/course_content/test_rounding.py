"""Answers with decimals: rounded as the question asks they are right, and no known mistake is then right as well."""

import json
import math
import re
from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any

import pytest

from grader.assess.evidence import Evidence
from grader.assess.kinds import KINDS
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.precision import DIGITS, Precision
from grader.model.record import Answer, AnswerState, Outcome, Record
from grader.storage.answer_data import as_answer
from tests.conftest import ROOT
from tests.course_content.students import number_of_students

COURSE = Course(ROOT)
SEEDS = ("common", *(f"student {number}" for number in range(number_of_students(5, 25))))
SAID = re.compile(r"digit|decimal|whole number|all digits|fraction", re.IGNORECASE)
SLIPS_AT_MOST = 12


@cache
def keys(slug: str) -> tuple[AnswerKey, ...]:
    found = Keys(COURSE, read_exercise(COURSE, slug))
    return tuple(found.key(seed) for seed in (SEEDS if found.has_variants else SEEDS[:1]))


def numbers(value: Any) -> list[float]:
    return [number for item in value for number in numbers(item)] if isinstance(value, list) else [value]


def mapped(value: object, change: Callable[[Any], object]) -> object:
    return [mapped(item, change) for item in value] if isinstance(value, list) else change(value)


def right(slug: str, question: Question) -> list[float]:
    """The right numbers of all students."""
    return [number for key in keys(slug) for number in numbers(as_answer(key.answers[question.id]))]


@cache
def with_decimals(slug: str) -> tuple[Question, ...]:
    """The questions whose answer has decimals, for one student at least."""
    return tuple(
        question
        for question in read_exercise(COURSE, slug).questions
        if question.kind in ("number", "array") and question.options.get("form") != "shape"
        if any(
            float(number) != int(number)
            for key in keys(slug)
            for number in numbers(as_answer(key.answers[question.id]))
        )
    )


def marked(question: Question, key: AnswerKey, given: object) -> Finding:
    answer = Answer(AnswerState.VALUE, given, type(given).__name__)
    record = Record(key="key", outcome=Outcome.COMPLETED, answers={question.answer: answer})
    return KINDS[question.kind].assess(
        question, Evidence(question=question.id, name=question.answer, key=key, record=record)
    )


def to_digits(number: float, digits: int) -> float:
    return float(f"{number:.{digits}g}")


def as_asked(question: Question, number: float) -> list[float]:
    """A number as students write it who keep to what the question asks."""
    exact = Precision.of(question.options)
    written = [number]
    if exact.decimals is not None:
        written += [
            round(number, exact.decimals),
            round(number, exact.decimals + 1),
            float(f"{number:.{exact.decimals}f}"),
        ]
    if exact.digits is not None or exact.decimals is None:
        digits = exact.digits or DIGITS
        written += [to_digits(number, digits), to_digits(number, digits + 1)]
    return written


def written(question: Question, way: int) -> Callable[[float], float]:
    """Writes a number in one of the ways in which a student may, who does as the question asks."""
    return lambda number: as_asked(question, number)[way]


def test_there_are_questions_with_decimals_in_most_exercises() -> None:
    counts = [len(with_decimals(slug)) for slug in COURSE.slugs()]
    assert sum(counts) > 40
    assert sum(count > 0 for count in counts) > 10


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_the_right_answer_rounded_as_asked_is_right_for_every_student(slug: str) -> None:
    for question, key in product(with_decimals(slug), keys(slug)):
        answer = as_answer(key.answers[question.id])
        count = len(as_asked(question, 0.5))
        for way in range(count):
            given = mapped(answer, written(question, way))
            assert marked(question, key, given).verdict is Verdict.PASSED, (question.id, answer, given)
            if question.kind == "number":
                assert marked(question, key, f"{given}".replace(".", ",")).verdict is Verdict.PASSED or re.fullmatch(
                    r"[1-9]\d{0,2}[.]\d{3}", f"{given}"
                )


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_no_known_mistake_is_right_however_far_it_is_rounded(slug: str) -> None:
    for question, key in product(with_decimals(slug), keys(slug)):
        for slip in key.slips.get(question.id, ())[:SLIPS_AT_MOST]:
            value = as_answer(slip.value)
            if any(not math.isfinite(number) for number in numbers(value)):
                continue
            for way in range(len(as_asked(question, 0.5))):
                given = mapped(value, written(question, way))
                finding = marked(question, key, given)
                assert finding.verdict is not Verdict.PASSED, (question.id, slip.value, given, slip.reason)


def test_the_options_say_what_is_right_so_that_check_knows() -> None:
    asked = [question for slug in COURSE.slugs() for question in with_decimals(slug)]
    assert [question.id for question in asked if not Precision.of(question.options).is_stated] == []


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_the_question_or_its_exercise_says_how_many_digits_are_wanted(slug: str) -> None:
    cells = json.loads((COURSE.exercises / slug / "notebook.ipynb").read_bytes())["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    for question in with_decimals(slug):
        assigned = re.compile(rf"^\s*{question.answer} *=", re.MULTILINE)
        place = next(number for number, text in enumerate(sources) if assigned.search(text))
        text = next(sources[number] for number in range(place, -1, -1) if cells[number]["cell_type"] == "markdown")
        exact_anyway = all(to_digits(number, DIGITS) == number for number in right(slug, question))
        assert SAID.search(text) or SAID.search(sources[0]) or exact_anyway, (question.id, text)
