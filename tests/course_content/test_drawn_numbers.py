"""Students keep their numbers: the seeds of a course draw today what they drew when the notebooks were handed out."""

import hashlib
import json
from functools import cache
from typing import Any

import pytest

from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from tests.conftest import ROOT

COURSE = Course(ROOT)
DRAWN = json.loads((ROOT / "tests" / "course_content" / "drawn_numbers.json").read_text(encoding="utf-8"))
"""Slug -> seed -> digest of the numbers and of the correct answers. A new exercise is added with its first release."""


@cache
def keys_of(slug: str) -> Keys:
    return Keys(COURSE, read_exercise(COURSE, slug))


def in_nine_digits(value: Any) -> Any:
    """The value with decimals of nine digits, because the last ones depend on the machine."""
    if isinstance(value, dict):
        return {name: in_nine_digits(item) for name, item in value.items()}
    if isinstance(value, list):
        return [in_nine_digits(item) for item in value]
    return float(f"{value:.9g}") if isinstance(value, int | float) and not isinstance(value, bool) else value


def digest(slug: str, seed: str) -> str:
    key = keys_of(slug).key(seed)
    values = json.dumps(in_nine_digits([dict(key.numbers), dict(key.answers)]), sort_keys=True)
    return hashlib.sha256(values.encode()).hexdigest()[:16]


@pytest.mark.parametrize("slug", sorted(DRAWN))
def test_the_same_seed_gives_the_same_numbers_and_answers(slug: str) -> None:
    assert {seed: digest(slug, seed) for seed in DRAWN[slug]} == DRAWN[slug]


def test_every_exercise_with_numbers_of_its_own_is_covered() -> None:
    assert {slug for slug in COURSE.slugs() if keys_of(slug).has_variants} <= set(DRAWN)
