"""Calculations in hints, reasons and remedies give what the texts say, for the numbers of several students."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from math import exp, isclose, log, log2, sqrt
from typing import Any

import pytest

from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.course.variants import personal
from grader.model.exercise import Exercise, Question
from grader.model.key import AnswerKey
from grader.text.messages import english
from tests.conftest import ROOT

COURSE = Course(ROOT)
SEEDS = ("common", "variant 0", "variant 1", "variant 2", "variant 3", "variant 4")
FUNCTIONS = {"ln": log, "log2": log2, "sqrt": sqrt, "exp": exp}

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e-?\d+)?"
_TOKEN = rf"(?:(?<![\w.])(?:ln|log2|sqrt|exp)(?=\()|(?<![\w.]){_NUMBER}(?![\w%])|\*\*|//|[-+*/()−×·]|(?<=\s)x(?=\s\d))"
_RUN = re.compile(rf"{_TOKEN}(?:\s*{_TOKEN})*")
_RESULT = re.compile(rf"\s*=\s*([-−]?{_NUMBER})(?![\d,.]*\d|\s*%|\s*[-+*/−×·]\s*[\d(]|\s+x\s+\d)")
_SIGNS = str.maketrans({"−": "-", "×": "*", "·": "*", "x": "*", ",": ""})
_OF_A_PART = re.compile(r"\b([Aa]dd|[Ss]ubtract)\b[^.]*$|^Row \d+ should say |square root of $")
"""Words before a calculation that say that it gives only a part of the answer, its square, or the next answer."""


@cache
def students(slug: str) -> tuple[tuple[Exercise, AnswerKey], ...]:
    """An exercise with the common numbers and with those of some students, and the keys."""
    exercise = read_exercise(COURSE, slug)
    keys = Keys(COURSE, exercise)
    of_seeds = [replace(keys.key(seed), methods={}) for seed in (SEEDS if keys.has_variants else SEEDS[:1])]
    return tuple((personal(exercise, key.numbers), key) for key in of_seeds)


def calculations(text: str) -> Iterator[tuple[str, float, re.Match[str]]]:
    """Each calculation of a text: as it is written, its value, and its place."""
    for run in _RUN.finditer(text):
        written = balanced(run.group())
        if len(re.findall(_NUMBER, written)) < 2 and not re.search("ln|sqrt|log2|exp", written):
            continue
        try:
            value = eval(written.translate(_SIGNS).replace("e*p", "exp"), {"__builtins__": {}}, FUNCTIONS)
        except (SyntaxError, TypeError, ZeroDivisionError):
            continue  # "(rows 1 - 3)", a signed number after another one
        if isinstance(value, int | float):
            yield written, float(value), run


def balanced(run: str) -> str:
    """A run of tokens without brackets that belong to the sentence around it."""
    run = run.strip().rstrip("+-*/−×· ")
    while run.count("(") > run.count(")") and run.startswith("("):
        run = run[1:].strip()
    while run.count(")") > run.count("(") and run.endswith(")"):
        run = run[:-1].strip()
    return run


def texts(question: Question, key: AnswerKey) -> Iterator[tuple[str, bool]]:
    """The texts of a question, and whether each is a remedy, which says how the answer is computed."""
    yield question.hint, False
    for slip in key.slips.get(question.id, ()):
        yield english(slip.reason), False
        yield english(slip.remedy), True


def wrong_results(text: str) -> list[str]:
    """Calculations of a text with another value than the one after their equals sign."""
    wrong = []
    for written, value, run in calculations(text):
        result = _RESULT.match(text, run.end())
        if result:
            shown = result.group(1).translate(_SIGNS)
            digits = len(shown.partition(".")[2])
            if abs(value - float(shown)) > 0.51 * 10**-digits:
                wrong.append(f"{written} = {shown}")
    return wrong


def another_answer(remedy: str, answer: Any) -> list[str]:
    """A calculation at the end of a remedy that gives another number than the answer and does not say so."""
    for written, value, run in calculations(remedy):
        is_last = re.fullmatch(r"[)\s]*\.?\s*", remedy[run.end() :])
        if is_last and re.search(r"[-+*/−×·]", written) and not _OF_A_PART.search(remedy[: run.start()]):
            return [] if isclose(value, answer, rel_tol=1e-3, abs_tol=1e-9) else [f"{written} is {value:g}"]
    return []


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("With (28 * 28 * 32 + 1) * 10 = 250,890 all is said.", []),
        ("The side is 28 - 5 + 1 = 23.", ["28 - 5 + 1 = 23"]),
        ("The loss is -ln(1/4) = 1.39.", []),
        ("There are 3 x 3 x 6 = 55 weights.", ["3 x 3 x 6 = 55"]),
        ("The sum is (-0.7) * 255 + 0.2 * 220 = -134.5.", []),
    ],
)
def test_a_wrong_result_is_noticed(text: str, problems: list[str]) -> None:
    assert wrong_results(text) == problems


@pytest.mark.parametrize(
    ("remedy", "is_noticed"),
    [
        ("The maps stay 28 x 28: (28 * 28 * 32 + 1) * 10.", True),
        ("The maps stay 28 x 28: (28 * 28 * 32 + 1) * 10 + 320.", False),
        ("The dense layer has (28 * 28 * 32 + 1) * 10 parameters.", False),
        ("Add 32 + 10.", False),
    ],
)
def test_a_part_that_looks_like_the_answer_is_noticed(remedy: str, is_noticed: bool) -> None:
    assert bool(another_answer(remedy, 251_210)) is is_noticed


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_calculations_give_the_results_after_them(slug: str) -> None:
    wrong = {
        (question.id, problem, text)
        for exercise, key in students(slug)
        for question in exercise.questions
        for text, _ in texts(question, key)
        for problem in wrong_results(text)
    }
    assert wrong == set()


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_a_calculation_at_the_end_of_a_remedy_gives_the_answer_or_names_the_part(slug: str) -> None:
    wrong = {
        (question.id, problem, text)
        for exercise, key in students(slug)
        for question in exercise.questions
        if question.kind == "number" and isinstance(key.answers.get(question.id), int | float)
        for text, is_remedy in texts(question, key)
        if is_remedy
        for problem in another_answer(text, key.answers[question.id])
    }
    assert wrong == set()


def test_the_course_has_many_such_calculations() -> None:
    """Else the two tests above would check nothing."""
    amount = sum(
        len(list(calculations(text)))
        for slug in COURSE.slugs()
        for exercise, key in students(slug)
        for question in exercise.questions
        for text, _ in texts(question, key)
    )
    assert amount > 500
