"""The rows of answers: what the page of a question shows without decoding a mark."""

from typing import Any

import pytest

from grader.gradebook.answer_rows import answers_to
from grader.gradebook.database import Database
from grader.model.assessment import Verdict
from grader.model.staff_work import GivenAnswer
from grader.text.messages import message
from tests.gradebook import book_samples as samples

TEXTS = ("26", "", '{"type":"message","template":"x"}', '{"type":"', "\ud800", message("at least {low}", low="3"))


@pytest.mark.parametrize("found", TEXTS, ids=range(len(TEXTS)))
def test_an_answer_comes_back_as_it_was(database: Database, found: Any) -> None:
    """Also one that looks like a message of ours. Half a character cannot be shown, so it becomes a question mark."""
    book = samples.gradebook(database)
    (attempt,) = samples.keep(book, samples.attempt())["ada"]
    version = book.version("1" * 64, "A tiny CNN", 4.0, samples.AT)
    marked = samples.assessed(attempt, found=found, comment=found)
    book.save(version, ["ada"], [marked], samples.counting, samples.AT, samples.record(attempt.record_key))
    (answer,) = answers_to(database, book.place, "shape")
    found = "?" if found == "\ud800" else found
    assert (answer.written, answer.comment) == (found, found)
    assert answer == GivenAnswer(
        student="ada",
        verdict=Verdict.PARTIAL,
        points=3.0,
        waits=False,
        digest=answer.digest,
        written=found,
        comment=found,
        is_decided=False,
    )
    assert answers_to(database, book.place, "another question") == []


def test_a_decision_replaces_the_row(database: Database) -> None:
    book = samples.gradebook(database)
    samples.keep(book, samples.attempt(), samples.attempt("bob", "two"))
    samples.mark(book, "ada")
    samples.mark(book, "bob")
    book.adjust([samples.adjustment(points=1.5)])
    samples.mark(book, "ada", at=samples.later(1))
    assert [(one.student, one.points, one.is_decided) for one in answers_to(database, book.place, "shape")] == [
        ("ada", 1.5, True),
        ("bob", 3.0, False),
    ]
    assert [one.student for one in answers_to(database, book.place, "shape", ["bob"])] == ["bob"]
