"""How marks move from try to try."""

import pytest

from grader.cohort.over_attempts import attempt_statistics


def test_nobody_with_a_second_try_tells_nothing() -> None:
    assert attempt_statistics([]) == ()
    assert attempt_statistics([[50.0], [], [70.0]]) == ()


def test_the_change_is_that_of_those_who_have_both_tries() -> None:
    first, second, third = attempt_statistics([[40.0, 60.0], [80.0], [50.0, 90.0, 100.0]])
    assert (first.number, first.marks.count, first.change) == (1, 3, None)
    assert (second.marks.count, second.marks.mean, third.marks.count) == (2, 75.0, 1)
    assert (second.change, third.change) == pytest.approx((30.0, 10.0))
