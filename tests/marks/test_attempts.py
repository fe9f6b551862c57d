"""Which of several tries counts: a table of cases, and what holds for all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grader.marks.attempts import mark_that_counts
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.attempt import Attempt
from grader.model.course_settings import AttemptPolicy
from grader.model.mark import Mark
from grader.model.record import Isolation, Outcome
from grader.model.submission import Submission

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def assessment(points: float, outcome: Outcome = Outcome.COMPLETED, **fields: Any) -> Assessment:
    finding = Finding(question="q", verdict=Verdict.PARTIAL, points=points, max_points=10.0)
    made = Assessment(
        student="ada", exercise="lab", record="key", outcome=outcome, isolation=Isolation.SANDBOX, findings=(finding,)
    )
    return replace(made, **fields)


BROKEN = (Finding(question="q", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=10.0),)
UNREADABLE = assessment(0, Outcome.INVALID_NOTEBOOK)
SANDBOX = assessment(0, Outcome.SANDBOX_FAILED)
CHECK = assessment(0, findings=BROKEN)


def attempt(number: int, submitted_at: datetime | None) -> Attempt:
    """The attempt of this number."""
    submission = Submission(student="ada", exercise="lab", origin="ada.ipynb", content=b"", submitted_at=submitted_at)
    return Attempt(
        id=number, submission=submission, folder="ada", notebook="n", digest="d", record_key="k", collected_at=AT
    )


def tries(*made: Assessment, minutes: tuple[int | None, ...] = ()) -> list[Mark]:
    """Marks of attempts in the order of collection; `minutes` are the times at which they were submitted."""
    times = minutes or tuple(range(len(made)))
    return [
        Mark(attempt=attempt(number, None if minute is None else AT + timedelta(minutes=minute)), assessment=each)
        for number, (each, minute) in enumerate(zip(made, times, strict=True), 1)
    ]


@pytest.mark.parametrize(
    ("given", "latest", "best", "first"),
    [
        (tries(assessment(5)), 1, 1, 1),
        (tries(assessment(5), assessment(8), assessment(3)), 3, 2, 1),
        # the time decides, not the order in which they were taken in
        (tries(assessment(5), assessment(8), assessment(3), minutes=(9, 1, 5)), 1, 2, 2),
        # ties: equal points, equal times
        (tries(assessment(8), assessment(8), assessment(3)), 3, 2, 1),
        (tries(assessment(5), assessment(5), minutes=(3, 3)), 2, 2, 1),
        # one time is not known: as they were taken in
        (tries(assessment(5), assessment(8), assessment(3), minutes=(9, None, 5)), 3, 2, 1),
        (tries(assessment(5), assessment(8), minutes=(None, None)), 2, 2, 1),
        # what cannot be read, or has no mark yet, displaces nothing
        (tries(assessment(5), UNREADABLE), 1, 1, 1),
        (tries(UNREADABLE, assessment(0)), 2, 2, 2),
        (tries(assessment(5), SANDBOX), 1, 1, 1),
        (tries(CHECK, assessment(5), CHECK), 2, 2, 2),
        # where there is nothing better, it counts all the same; our fault before what cannot be read
        (tries(UNREADABLE, UNREADABLE), 2, 2, 1),
        (tries(SANDBOX, UNREADABLE), 1, 1, 1),
        (tries(UNREADABLE, CHECK, SANDBOX), 3, 3, 2),
        # once a person has decided, the mark is there
        (tries(assessment(5), replace(CHECK, decided=7.0)), 2, 2, 1),
        (tries(assessment(5), replace(UNREADABLE, decided=7.0)), 2, 2, 1),
        # an excuse is of all tries alike, and takes no place
        (tries(assessment(5, excused=True), assessment(3, excused=True)), 2, 1, 1),
        (tries(assessment(5, excused=True), replace(UNREADABLE, excused=True)), 1, 1, 1),
    ],
)
def test_which_try_counts(given: list[Mark], latest: int, best: int, first: int) -> None:
    assert [
        mark_that_counts(given, rule).attempt.id
        for rule in (AttemptPolicy.LATEST, AttemptPolicy.BEST, AttemptPolicy.FIRST)
    ] == [
        latest,
        best,
        first,
    ]


def test_best_is_by_share_where_not_all_points_can_be_had_everywhere() -> None:
    half = assessment(0, findings=(Finding(question="q", verdict=Verdict.PARTIAL, points=5.0, max_points=10.0),))
    all_of_fewer = assessment(0, findings=(Finding(question="q", verdict=Verdict.PASSED, points=4.0, max_points=4.0),))
    assert mark_that_counts(tries(all_of_fewer, half), AttemptPolicy.BEST).attempt.id == 1


def test_times_without_zone_are_in_utc() -> None:
    times = (AT.replace(tzinfo=None), AT - timedelta(hours=1))
    made = [Mark(attempt=attempt(number, at), assessment=assessment(5)) for number, at in enumerate(times, 1)]
    assert mark_that_counts(made, AttemptPolicy.LATEST).attempt.id == 1


def test_nothing_counts_where_there_is_nothing() -> None:
    with pytest.raises(ValueError, match="no attempt"):
        mark_that_counts([], AttemptPolicy.LATEST)


ASSESSMENTS = some.one_of(
    some.integers(0, 10).map(lambda points: assessment(float(points))),
    some.sampled_from([UNREADABLE, SANDBOX, CHECK]),
)
MANY = some.lists(
    some.tuples(ASSESSMENTS, some.none() | some.integers(0, 3)),
    min_size=1,
    max_size=6,
).map(lambda pairs: tries(*(each for each, _ in pairs), minutes=tuple(minute for _, minute in pairs)))


@given(MANY, some.sampled_from(AttemptPolicy), some.randoms())
def test_the_order_in_which_tries_come_changes_nothing(made: list[Mark], rule: AttemptPolicy, random: Any) -> None:
    shuffled = list(made)
    random.shuffle(shuffled)
    assert mark_that_counts(shuffled, rule) == mark_that_counts(made, rule)


@given(MANY, some.sampled_from(AttemptPolicy))
def test_a_mark_is_never_displaced_by_what_has_none(made: list[Mark], rule: AttemptPolicy) -> None:
    chosen = mark_that_counts(made, rule).assessment
    if any(each.assessment.readable and each.assessment.publishable for each in made):
        assert chosen.readable
        assert chosen.publishable


@given(MANY)
def test_nothing_is_better_than_the_best(made: list[Mark]) -> None:
    marks = [each.assessment.points for each in made if each.assessment.readable and each.assessment.publishable]
    assert mark_that_counts(made, AttemptPolicy.BEST).assessment.points == max(marks, default=0)
