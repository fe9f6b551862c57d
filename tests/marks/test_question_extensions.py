"""Excuses and extensions of single questions: what leaves the total, and which attempt answers which question."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grader.marks.attempts import mark_that_counts
from grader.marks.lateness import lateness
from grader.marks.overrides import extension, is_excused, question_extensions, with_overrides
from grader.marks.question_extensions import with_extensions
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment, Finding, Status, Verdict
from grader.model.attempt import Attempt
from grader.model.course_settings import AttemptPolicy, CourseSettings, LatePolicy, Per
from grader.model.mark import Mark
from grader.model.record import Isolation, Outcome
from grader.model.submission import Submission

DEADLINE = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SETTINGS = CourseSettings(title="T", late=LatePolicy(timedelta(0), 10, Per.DAY, 100), deadlines={"lab": DEADLINE})
FREE = replace(SETTINGS, late=None)
EVERY = ("a", "b")


def finding(question: str, points: float, verdict: Verdict | None = None) -> Finding:
    """A question of 5 points."""
    said = verdict or (Verdict.PASSED if points == 5 else Verdict.PARTIAL if points else Verdict.FAILED)
    return Finding(question=question, verdict=said, points=points, max_points=5.0)


def assessment(*findings: Finding) -> Assessment:
    return Assessment(
        student="ada",
        exercise="lab",
        record="key",
        outcome=Outcome.COMPLETED,
        isolation=Isolation.SANDBOX,
        findings=findings,
    )


def decision(kind: AdjustmentKind, question: str = "", minute: int = 0, **fields: Any) -> Adjustment:
    return Adjustment(
        student="ada",
        exercise="lab",
        kind=kind,
        author="kim",
        reason="ill",
        at=DEADLINE + timedelta(minutes=minute),
        question=question,
        **fields,
    )


def mark(number: int, at: datetime | None, *findings: Finding, settings: CourseSettings = SETTINGS) -> Mark:
    """The mark of an attempt, with its lateness."""
    submission = Submission(student="ada", exercise="lab", origin="ada.ipynb", content=b"", submitted_at=at)
    attempt = Attempt(
        id=number,
        submission=replace(submission, attempt=number),
        folder="ada",
        notebook="",
        digest=str(number),
        record_key="key",
        collected_at=DEADLINE,
    )
    made = with_overrides(assessment(*findings), (), lateness(settings, "lab", at))
    return Mark(attempt=attempt, assessment=made)


EXCUSE = decision(AdjustmentKind.EXCUSED, "b")


def test_an_excused_question_leaves_the_total_and_says_who_decided() -> None:
    after = with_overrides(assessment(finding("a", 4.0), finding("b", 0.0)), [EXCUSE])
    assert (after.points, after.max_points, after.percent) == (4.0, 5.0, 80.0)
    excused = after.findings[1]
    assert (excused.excused, excused.decided_by, excused.decided_because) == (True, "kim", "ill")
    assert (after.waiting, after.status, after.has_mark) == (0, Status.MARKED, True)


def test_an_excuse_of_a_question_does_not_excuse_from_the_exercise() -> None:
    assert not is_excused([EXCUSE])
    assert extension([decision(AdjustmentKind.EXTENSION, "b", until=DEADLINE)]) is None


def test_whoever_is_excused_from_every_question_has_no_mark() -> None:
    after = with_overrides(
        assessment(finding("a", 4.0), finding("b", 0.0)), [EXCUSE, decision(AdjustmentKind.EXCUSED, "a")]
    )
    assert (after.excused, after.has_mark, after.status) == (True, False, Status.EXCUSED)
    assert after.decided_because == "ill"


@given(
    some.lists(some.floats(0, 5), min_size=1, max_size=4),
    some.sampled_from([Verdict.PARTIAL, Verdict.NEEDS_HUMAN, Verdict.CHECK_ERROR, Verdict.BLOCKED]),
)
def test_an_excuse_taken_back_leaves_no_trace_on_the_marks(points: list[float], verdict: Verdict) -> None:
    before = with_overrides(assessment(*(finding(str(n), p, verdict) for n, p in enumerate(points))), ())
    excuse = decision(AdjustmentKind.EXCUSED, "0")
    back = decision(AdjustmentKind.EXCUSED, "0", minute=1, excused=False)
    assert with_overrides(with_overrides(before, [excuse]), [excuse, back]) == before
    assert with_overrides(with_overrides(before, [excuse]), [excuse]) == with_overrides(before, [excuse])


def test_points_and_comments_of_an_excused_question_wait_until_the_excuse_ends() -> None:
    points = decision(AdjustmentKind.POINTS, "b", minute=1, points=3.0)
    whole = assessment(finding("a", 4.0), finding("b", 0.0))
    assert with_overrides(whole, [EXCUSE, points]).points == 4.0
    back = decision(AdjustmentKind.EXCUSED, "b", minute=2, excused=False)
    assert with_overrides(whole, [EXCUSE, points, back]).points == 7.0


def test_an_error_in_our_check_of_an_excused_question_withholds_no_mark() -> None:
    after = with_overrides(assessment(finding("a", 4.0), finding("b", 0.0, Verdict.CHECK_ERROR)), [EXCUSE])
    assert after.publishable


def test_the_latest_extension_of_a_question_counts_and_can_be_taken_back() -> None:
    first = decision(AdjustmentKind.EXTENSION, "b", until=DEADLINE + DAY)
    second = decision(AdjustmentKind.EXTENSION, "b", minute=1, until=DEADLINE + 2 * DAY)
    back = decision(AdjustmentKind.EXTENSION, "b", minute=2, until=None)
    assert question_extensions([first, second]) == {"b": DEADLINE + 2 * DAY}
    assert question_extensions([first, second, back]) == {}


ON_TIME, LATER, TOO_LATE = DEADLINE - DAY, DEADLINE + DAY, DEADLINE + 10 * DAY
TIMES = [ON_TIME, LATER, DEADLINE + 3 * DAY, TOO_LATE, None]
UNTIL_B = {"b": DEADLINE + 7 * DAY}


@pytest.mark.parametrize(
    ("first", "second", "at", "points", "from_second"),
    [
        ((5, 0), (5, 4), LATER, 9.0, True),  # only b was done later
        ((5, 0), (0, 4), LATER, 9.0, True),  # the later notebook lacks the rest
        ((5, 3), (5, 1), LATER, 8.0, False),  # the later answer is worse
        ((2, 0), (5, 5), LATER, 9.5, False),  # the rule of the course gives more: 10 less 10 % of a's 5 points
        ((5, 0), (5, 4), TOO_LATE, 0.0, False),  # after both deadlines: the latest counts, with its deduction
        ((5, 0), (5, 4), DEADLINE, 9.0, False),  # on time
        ((5, 0), (1, 4), None, 5.0, False),  # the time is not known: the latest counts, without a deduction
    ],
)
@pytest.mark.parametrize("rule", [AttemptPolicy.LATEST])
def test_a_later_answer_counts_where_that_is_better(
    first: tuple[float, float],
    second: tuple[float, float],
    at: datetime | None,
    points: float,
    from_second: bool,
    rule: AttemptPolicy,
) -> None:
    marks = [
        mark(1, ON_TIME, *map(finding, EVERY, first)),
        mark(2, at, *map(finding, EVERY, second)),
    ]
    counts, sources = with_extensions(marks, rule, UNTIL_B)
    assert (counts.assessment.points, sources) == (points, {"b": 2} if from_second else {})


def test_an_attempt_alone_loses_nothing_for_the_question_with_an_extension() -> None:
    counts, sources = with_extensions([mark(1, LATER, finding("a", 5), finding("b", 5))], AttemptPolicy.LATEST, UNTIL_B)
    assert (counts.assessment.points, counts.assessment.deduction, sources) == (9.5, 0.5, {})


def test_a_later_answer_that_waits_for_a_person_replaces_the_earlier_one() -> None:
    waits = finding("b", 0.0, Verdict.NEEDS_HUMAN)
    marks = [mark(1, ON_TIME, finding("a", 5), waits), mark(2, LATER, finding("a", 0), replace(waits, found="new"))]
    counts, sources = with_extensions(marks, AttemptPolicy.LATEST, UNTIL_B)
    assert (counts.attempt.id, sources, counts.assessment.findings[1].found) == (1, {"b": 2}, "new")


@given(
    some.lists(
        some.tuples(
            some.sampled_from(TIMES),
            some.floats(0, 5),
            some.floats(0, 5),
        ),
        min_size=1,
        max_size=4,
    ),
    some.sampled_from(list(AttemptPolicy)),
    some.sampled_from([SETTINGS, FREE]),
)
def test_an_extension_never_costs_anything(
    attempts: list[tuple[datetime | None, float, float]], rule: AttemptPolicy, settings: CourseSettings
) -> None:
    marks = [
        mark(number, at, finding("a", round(a, 1)), finding("b", round(b, 1)), settings=settings)
        for number, (at, a, b) in enumerate(attempts, 1)
    ]
    with_it, _ = with_extensions(marks, rule, UNTIL_B)
    assert with_it.assessment.points >= mark_that_counts(marks, rule).assessment.points
    assert with_extensions(marks, rule, {})[0].assessment == mark_that_counts(marks, rule).assessment
