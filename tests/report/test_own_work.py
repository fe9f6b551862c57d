"""The section about a student's own work: only after the answers, and harmless whatever a student wrote."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

from grader.model.own_work import OwnWorkResult
from grader.own_work.marking import mark
from grader.report.own_work import own_work_csv, with_own_work
from grader.text.catalogues import language
from grader.text.language import speaking
from tests.gradebook.book_samples import AT, asked

PAGE = "<main>before<!-- own work --><!-- /own work -->after</main>"


def result(answer: str | None) -> OwnWorkResult:
    findings = () if answer is None else mark(asked(), {1: answer})
    return OwnWorkResult(question_set=asked(), findings=findings, answered_at=None if answer is None else AT)


def test_questions_that_are_not_answered_are_not_shown() -> None:
    assert with_own_work(PAGE, result(None)) == PAGE


def test_a_right_answer_is_shown_without_a_correction() -> None:
    page = with_own_work(PAGE, result("b"))
    assert "You answered 1 of 1 questions correctly." in page
    assert "b) 156" in page
    assert "The biases are missing." not in page
    assert "Expected" not in page


def test_a_wrong_answer_gets_the_mistake_the_answer_and_the_way_to_it() -> None:
    page = with_own_work(PAGE, result("a"))
    for text in ("a) 150", "The biases are missing.", "b) 156", "How to find it"):
        assert text in page


def test_an_answer_that_means_no_choice_is_shown_harmlessly() -> None:
    page = with_own_work(PAGE, result("<script>alert(1)</script>"))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_section_replaces_an_earlier_one_and_leaves_the_rest() -> None:
    once = with_own_work(PAGE, result("a"))
    assert with_own_work(once, result("a")) == once
    assert with_own_work(once, result(None)) == PAGE
    assert once.startswith("<main>before")
    assert once.endswith("after</main>")


def test_a_page_without_a_gap_stays_as_it_is() -> None:
    assert with_own_work("<main></main>", result("b")) == "<main></main>"


def test_the_section_speaks_the_language_of_the_page() -> None:
    with speaking(language("de")):
        assert "Fragen zu deiner eigenen Arbeit" in with_own_work(PAGE, result("b"))


def test_the_table_has_a_line_for_each_student_and_the_minutes_beyond_the_allowed_time() -> None:
    late = replace(result("b"), answered_at=AT + timedelta(minutes=20))
    unanswered = OwnWorkResult(question_set=asked("=bob"))
    rows = list(csv.DictReader(io.StringIO(own_work_csv([late, unanswered]))))
    assert [row["answered"] for row in rows] == ["no", "yes"]
    assert rows[0]["student"] == "'=bob"  # a spreadsheet must not execute it
    assert (rows[1]["right"], rows[1]["points"], rows[1]["max_points"], rows[1]["minutes_late"]) == ("1", "2", "2", "5")
