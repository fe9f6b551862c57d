"""Working code beside missing understanding: a flag for staff, which changes no mark."""

from dataclasses import replace

import pytest

from grader.cohort.understanding import NOT_UNDERSTOOD, understanding_flags
from grader.model.assessment import Assessment
from grader.model.own_work import OwnWorkResult
from grader.own_work.marking import mark
from tests.gradebook.book_samples import asked, assessment


def result(right: int, answered: bool = True) -> OwnWorkResult:
    questions = replace(asked(), questions=asked().questions * 3)
    answers = {number: "b" if number <= right else "a" for number in (1, 2, 3)}
    return OwnWorkResult(question_set=questions, findings=mark(questions, answers) if answered else ())


def flagged(points: float, own: OwnWorkResult | None) -> bool:
    flags = understanding_flags([work(points)], {"ada": own} if own else {})
    assert all(flag.kind == NOT_UNDERSTOOD for flag in flags.values())
    return "ada" in flags


def work(points: float) -> Assessment:
    return assessment(points=points)  # of 4


@pytest.mark.parametrize(("points", "right", "expected"), [(4, 1, True), (3, 0, True), (2.9, 0, False), (4, 2, False)])
def test_only_working_code_whose_author_cannot_answer_is_flagged(points: float, right: int, expected: bool) -> None:
    assert flagged(points, result(right)) is expected


def test_whoever_was_not_asked_or_has_not_answered_is_not_flagged() -> None:
    assert not flagged(4, None)
    assert not flagged(4, result(0, answered=False))


def test_answers_about_another_attempt_do_not_count() -> None:
    other = result(0)
    assert not flagged(4, replace(other, question_set=replace(other.question_set, record="cd" * 32)))


def test_the_flag_says_both_figures_and_that_it_is_not_evidence() -> None:
    text = str(understanding_flags([work(4)], {"ada": result(1)})["ada"].text)
    assert "100 % of the points" in text
    assert "1 of 3 questions" in text
    assert "not evidence" in text
