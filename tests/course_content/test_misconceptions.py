"""Each known mistake of each exercise belongs to a misconception of the catalogue."""

from collections.abc import Iterator

import pytest

from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.mistakes.misconceptions import misconceptions_in
from grader.model.key import AnswerKey
from grader.text.messages import Text, english
from tests.conftest import ROOT

COURSE = Course(ROOT)
SEEDS = ("common", "0", "1", "2")


def reasons_of(key: AnswerKey) -> Iterator[Text]:
    """The reasons of all slips, of the mistakes of all methods, and of all choices of a key."""
    for slips in key.slips.values():
        yield from (slip.reason for slip in slips)
    for calls in key.calls.values():
        yield from (slip.reason for call in calls for slip in call.slips)
    for method in key.methods.values():
        yield from (wrong.reason for wrong in method.once)
    for choices in key.choices.values():
        yield from choices.values()


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_each_known_mistake_names_a_misconception(slug: str) -> None:
    keys = Keys(COURSE, read_exercise(COURSE, slug))
    reasons = {reason for seed in SEEDS[: None if keys.has_variants else 1] for reason in reasons_of(keys.key(seed))}
    nameless = sorted({english(reason) for reason in reasons if not misconceptions_in(reason)})
    remedy = "Add a phrase of each sentence to an entry of grader/mistakes/misconceptions.py."
    assert reasons or slug in ("celebrities",)
    assert nameless == [], remedy
