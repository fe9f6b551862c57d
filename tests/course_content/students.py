"""The numbers of many students of an exercise, drawn once for all tests of a module."""

import os
from functools import cache

from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey
from tests.conftest import ROOT

COURSE = Course(ROOT)
IN_SUITE = 40
STUDENTS = range(int(os.environ.get("STUDENTS", IN_SUITE)))
"""One number for each student: 40 in the suite, 500 in `make slow`."""
SEEDS = tuple(map(str, STUDENTS))


def number_of_students(in_suite: int, in_make_slow: int) -> int:
    """How many students a test looks at that takes long for each of them."""
    return in_suite if len(STUDENTS) <= IN_SUITE else in_make_slow


@cache
def exercise_of(slug: str) -> Exercise:
    """An exercise of this repository."""
    return read_exercise(COURSE, slug)


@cache
def drawn_keys(slug: str) -> tuple[AnswerKey, ...]:
    """The answer key of each student."""
    keys = Keys(COURSE, exercise_of(slug))
    return tuple(keys.key(seed) for seed in SEEDS)
