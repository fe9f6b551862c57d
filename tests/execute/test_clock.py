"""Limits count what a run uses; what the machine or the grader keeps it waiting costs it nothing."""

import pytest

from grader.execute.clock import LOOK_SECONDS, Clock, Span, Why, ceiling, longest, rest_limit
from grader.model.exercise import Limits
from tests.execute.runs import Told


class Hours:
    """A clock that the test winds."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def let_pass(hours: Hours, clock: Clock, run: Told, seconds: float, **shares: float) -> None:
    """Let time pass in looks of the usual length; `shares` say how much of it is used for what."""
    for _ in range(round(seconds / LOOK_SECONDS)):
        hours.seconds += LOOK_SECONDS
        for name, share in shares.items():
            setattr(run, name, getattr(run, name) + share * LOOK_SECONDS)
        clock.look()


def begun(limit: float) -> tuple[Hours, Clock, Told, Span]:
    hours, run = Hours(), Told()
    clock = Clock(run, hours)
    return hours, clock, run, clock.span(limit)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.2, 4.0])
def test_a_limit_counts_the_processor_time_however_long_that_takes(share: float) -> None:
    hours, clock, run, span = begun(60)
    let_pass(hours, clock, run, 59 / share, processor=share)
    assert span.over() is None
    let_pass(hours, clock, run, 2 / share, processor=share)
    assert span.over() is Why.PROCESSOR


def test_sleeping_and_waiting_have_a_generous_limit_of_their_own() -> None:
    hours, clock, run, span = begun(60)
    let_pass(hours, clock, run, rest_limit(60), rest=1.0)
    assert span.over() is None
    let_pass(hours, clock, run, 1, rest=1.0)
    assert span.over() is Why.REST
    assert rest_limit(60) > 2 * 60


@pytest.mark.parametrize(
    ("idle", "why"), [(0.0, Why.STARVED), (0.2, Why.STARVED), (0.5, Why.CEILING), (1.0, Why.CEILING)]
)
def test_a_run_that_is_ready_for_ever_is_ended_and_the_machine_is_to_blame_only_where_it_was_full(
    idle: float, why: Why
) -> None:
    hours, clock, run, span = begun(60)
    let_pass(hours, clock, run, ceiling(60), processor=0.05, idle=idle)
    assert span.over() is None
    let_pass(hours, clock, run, 1, idle=idle)
    assert span.over() is why


def test_rest_while_nobody_listened_does_not_count() -> None:
    hours, clock, run, span = begun(1)
    for _ in range(20):  # each time the grader did something else for a minute, and the run waited for it
        hours.seconds += 60
        run.rest += 60
        clock.look()
    assert clock.rest - span.rest <= 20 * (LOOK_SECONDS + 0.1) + 1e-6
    assert clock.passed - span.passed <= 20 * (LOOK_SECONDS + 0.1) + 1e-6


def test_processor_time_counts_also_while_nobody_listened() -> None:
    hours, clock, run, span = begun(10)
    hours.seconds += 60
    run.processor += 11
    clock.look()
    assert span.over() is Why.PROCESSOR


def test_each_limit_has_its_own_beginning() -> None:
    hours, clock, run, all_cells = begun(60)
    let_pass(hours, clock, run, 30, processor=1.0)
    one = clock.span(10)
    let_pass(hours, clock, run, 9, processor=1.0)
    assert one.over() is None
    let_pass(hours, clock, run, 2, processor=1.0)
    assert (one.over(), one.over(grace=10), all_cells.over()) == (Why.PROCESSOR, None, None)


def test_whoever_waits_for_a_run_from_afar_waits_longer_than_any_run_may_take() -> None:
    limits = Limits(notebook_seconds=300, probe_seconds=20)
    assert longest(limits, 2) == ceiling(300) + 2 * ceiling(20)
    assert ceiling(0.1) >= 60
