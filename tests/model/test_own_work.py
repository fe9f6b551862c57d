"""The result of questions about own work: points, and how long after the allowed time the answers came."""

from dataclasses import replace
from datetime import timedelta

from grader.model.own_work import OwnWorkResult
from grader.own_work.marking import mark
from tests.gradebook.book_samples import AT, asked

ANSWERED = OwnWorkResult(question_set=asked(), findings=mark(asked(), {1: "b"}))


def after(minutes: float) -> float:
    return replace(ANSWERED, answered_at=AT + timedelta(minutes=minutes)).minutes_late


def test_answers_within_the_allowed_time_are_not_late() -> None:
    assert asked().minutes == 15
    assert (after(0), after(15), after(17.5)) == (0, 0, 2.5)


def test_a_time_that_is_not_known_is_not_late() -> None:
    assert ANSWERED.minutes_late == 0


def test_points_are_those_of_the_right_answers() -> None:
    assert (ANSWERED.points, ANSWERED.max_points, ANSWERED.right) == (2.0, 2.0, 1)
    unanswered = OwnWorkResult(question_set=asked())
    assert (unanswered.is_answered, unanswered.points, unanswered.max_points) == (False, 0, 2.0)
