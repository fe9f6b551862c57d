"""What people decide: it stands whatever is marked again, it can be taken back, and it says who and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from grader.gradebook.texts import assessment_of
from grader.marks.overrides import extension, is_excused, problem, with_overrides
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.lateness import Lateness
from grader.model.record import Isolation, Outcome
from grader.report.tables import assessment_json
from tests.assess.assess_samples import exercise, question
from tests.reading import as_read

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
POINTS, COMMENT = AdjustmentKind.POINTS, AdjustmentKind.COMMENT
EXCUSED, EXTENSION = AdjustmentKind.EXCUSED, AdjustmentKind.EXTENSION
LATE = Lateness(
    deadline=AT,
    submitted_at=AT + timedelta(hours=30),
    late_by=timedelta(hours=30),
    units=2,
    percent=20.0,
    rate=10.0,
    cap=50.0,
)


def finding(name: str = "count", verdict: Verdict = Verdict.PARTIAL, points: float = 2.0, most: float = 4.0) -> Finding:
    return Finding(
        question=name,
        verdict=verdict,
        points=points,
        max_points=most,
        reason="The biases are missing.",
        hint="Count again.",
    )


def assessment(*findings: Finding, outcome: Outcome = Outcome.COMPLETED) -> Assessment:
    made = findings or (finding(), finding("essay", Verdict.NEEDS_HUMAN, 0.0, 6.0))
    return Assessment(
        student="ada", exercise="lab", record="key", outcome=outcome, isolation=Isolation.SANDBOX, findings=made
    )


def adjust(kind: AdjustmentKind, minute: int = 0, **fields: Any) -> Adjustment:
    made = Adjustment(
        student="ada",
        exercise="lab",
        kind=kind,
        author="Dr. Rossi",
        reason="It is right after all.",
        at=AT + timedelta(minutes=minute),
    )
    return replace(made, **fields)


@pytest.mark.parametrize(
    ("points", "verdict"),
    [(0.0, Verdict.FAILED), (0.5, Verdict.PARTIAL), (3.99, Verdict.PARTIAL), (4.0, Verdict.PASSED)],
)
@pytest.mark.parametrize("machine", Verdict)
def test_points_of_a_person_set_the_verdict_whatever_the_machine_said(
    machine: Verdict, points: float, verdict: Verdict
) -> None:
    [found] = with_overrides(
        assessment(finding(verdict=machine)), [adjust(POINTS, question="count", points=points)]
    ).findings
    assert (found.points, found.verdict) == (points, verdict)
    assert (found.decided_by, found.decided_because) == ("Dr. Rossi", "It is right after all.")
    assert (found.machine_points, found.machine_verdict, found.reason) == (2.0, machine, "The biases are missing.")


def test_a_question_that_waits_is_resolved_by_points() -> None:
    before = assessment()
    after = with_overrides(before, [adjust(POINTS, question="essay", points=5)])
    assert (before.waiting, after.waiting, after.points) == (1, 0, 7.0)


@pytest.mark.parametrize("fields", [{"question": "count", "points": 3}, {"points": 3}])
def test_a_check_that_broke_is_resolved_by_a_decision(fields: dict[str, Any]) -> None:
    broken = assessment(finding(verdict=Verdict.CHECK_ERROR, points=0))
    after = with_overrides(broken, [adjust(POINTS, **fields)])
    assert (broken.publishable, broken.has_mark) == (False, False)
    assert (after.publishable, after.has_mark, after.points) == (True, True, 3.0)


def test_one_of_two_broken_checks_decided_is_not_enough() -> None:
    broken = assessment(finding("a", Verdict.CHECK_ERROR), finding("b", Verdict.CHECK_ERROR))
    assert not with_overrides(broken, [adjust(POINTS, question="a", points=3)]).publishable


@pytest.mark.parametrize("outcome", [Outcome.SANDBOX_FAILED, Outcome.INVALID_NOTEBOOK])
def test_a_run_that_failed_has_a_mark_once_everything_is_decided(outcome: Outcome) -> None:
    broken = assessment(finding("a", Verdict.CHECK_ERROR), finding("b", Verdict.BLOCKED), outcome=outcome)
    one, other = (adjust(POINTS, question=name, points=3) for name in "ab")
    after = with_overrides(broken, [one, other])
    assert (after.publishable, after.readable, after.points) == (True, True, 6.0)
    half = with_overrides(broken, [one])
    assert not (half.publishable and half.readable)


def test_lateness_is_taken_from_what_was_earned() -> None:
    after = with_overrides(assessment(), [adjust(POINTS, question="essay", points=5)], LATE)
    assert (after.earned, after.deduction, after.points, after.max_points) == (7.0, 2.0, 5.0, 10.0)


def test_lateness_never_leads_below_nothing() -> None:
    after = with_overrides(assessment(finding(points=0.5), finding("b", Verdict.FAILED, 0.0, 6.0)), [], LATE)
    assert (after.earned, after.deduction, after.points) == (0.5, 0.5, 0.0)


def test_the_total_of_a_person_is_final() -> None:
    after = with_overrides(assessment(), [adjust(POINTS, points=6.5)], LATE)
    assert (after.points, after.deduction, after.earned, after.waiting) == (6.5, 0.0, 2.0, 0)
    assert (after.decided, after.decided_by, after.decided_because) == (6.5, "Dr. Rossi", "It is right after all.")


def test_who_is_excused_has_no_mark_and_waits_for_nobody() -> None:
    after = with_overrides(assessment(), [adjust(EXCUSED)])
    assert (after.excused, after.publishable, after.has_mark, after.waiting) == (True, True, False, 0)


def test_comments_stand_at_their_question_and_at_the_top() -> None:
    after = with_overrides(
        assessment(), [adjust(COMMENT, text="Well done."), adjust(COMMENT, question="count", text="See.")]
    )
    assert (after.comment, after.findings[0].comment, after.findings[1].comment) == ("Well done.", "See.", "")
    assert after.points == 2.0


@pytest.mark.parametrize(
    ("given", "back"),
    [
        (adjust(POINTS, question="count", points=4), adjust(POINTS, 1, question="count")),
        (adjust(POINTS, points=4), adjust(POINTS, 1)),
        (adjust(EXCUSED), adjust(EXCUSED, 1, excused=False)),
        (adjust(COMMENT, text="No."), adjust(COMMENT, 1)),
        (adjust(COMMENT, question="count", text="No."), adjust(COMMENT, 1, question="count")),
    ],
)
def test_everything_can_be_taken_back(given: Adjustment, back: Adjustment) -> None:
    assert with_overrides(assessment(), [given]) != assessment()
    assert with_overrides(assessment(), [given, back]) == assessment()


def test_the_latest_decision_counts_and_of_one_moment_the_one_made_last() -> None:
    early, late = adjust(POINTS, 0, points=1), adjust(POINTS, 9, points=2)
    assert with_overrides(assessment(), [late, early]).points == 2.0
    assert with_overrides(assessment(), [early, replace(early, points=3)]).points == 3.0


def test_decisions_about_others_change_nothing() -> None:
    others = [adjust(POINTS, points=9, student="bo"), adjust(POINTS, points=9, exercise="other")]
    assert with_overrides(assessment(), others) == assessment()


def test_points_never_lie_above_full_points_that_were_lowered_since() -> None:
    lowered = assessment(finding(points=1.0, most=2.0))
    after = with_overrides(lowered, [adjust(POINTS, question="count", points=3)])
    assert (after.points, after.findings[0].verdict) == (2.0, Verdict.PASSED)
    assert with_overrides(lowered, [adjust(POINTS, points=3)]).points == 2.0


def test_points_for_a_question_that_is_worth_nothing_here_are_not_silently_lost() -> None:
    after = with_overrides(
        assessment(finding(verdict=Verdict.NEEDS_HUMAN, points=0.0, most=0.0)),
        [adjust(POINTS, question="count", points=3), adjust(COMMENT, question="count", text="Good.")],
    )
    assert (after.points, after.max_points, after.findings[0].is_marked_here) == (0.0, 0.0, False)
    assert as_read(after.findings[0].comment).startswith(
        "Good. Dr. Rossi gave 3 points for this question (It is right after"
    )


def test_a_decision_about_a_question_that_is_gone_is_left_out() -> None:
    assert with_overrides(assessment(), [adjust(POINTS, question="gone", points=3)]) == assessment()


@pytest.mark.parametrize(
    ("given", "until"),
    [
        ([], None),
        ([adjust(EXTENSION, until=AT)], AT),
        ([adjust(EXTENSION, 1, until=AT), adjust(EXTENSION, 0, until=AT + timedelta(days=9))], AT),
        ([adjust(EXTENSION, until=AT), adjust(EXTENSION, 1)], None),
        ([adjust(POINTS, points=1)], None),
    ],
)
def test_the_latest_extension_counts(given: list[Adjustment], until: datetime | None) -> None:
    assert extension(given) == until


@pytest.mark.parametrize(
    ("given", "excused"),
    [
        ([], False),
        ([adjust(EXCUSED, excused=True)], True),
        ([adjust(EXCUSED, 1, excused=False), adjust(EXCUSED, 0, excused=True)], False),
        ([adjust(EXCUSED, 1, excused=True), adjust(EXCUSED, 0, excused=False)], True),
        ([adjust(POINTS, points=1), adjust(EXTENSION, until=AT)], False),
    ],
)
def test_the_latest_excuse_counts_also_of_who_handed_nothing_in(given: list[Adjustment], excused: bool) -> None:
    assert is_excused(given) is excused


ASKED = replace(
    exercise(replace(question("number", 4.0), id="count"), replace(question("text", 6.0), id="essay")), slug="lab"
)


@pytest.mark.parametrize(
    "given",
    [
        adjust(POINTS, points=10),
        adjust(POINTS, points=0),
        adjust(POINTS),
        adjust(POINTS, question="essay", points=6),
        adjust(COMMENT, question="count", text="x", reason=""),
        adjust(EXCUSED),
        adjust(EXTENSION, until=AT),
    ],
)
def test_a_sound_decision_has_no_problem(given: Adjustment) -> None:
    assert problem(given, ASKED) == ""


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (adjust(POINTS, points=10.5), "ada, lab: `points` must be from 0 to 10. Received: 10.5."),
        (adjust(POINTS, points=-1), "ada, lab: `points` must be from 0 to 10. Received: -1."),
        (adjust(POINTS, points=float("nan")), "ada, lab: `points` must be from 0 to 10. Received: nan."),
        (adjust(POINTS, points=float("inf")), "ada, lab: `points` must be from 0 to 10. Received: inf."),
        (
            adjust(POINTS, question="count", points=5),
            "ada, lab, question 'count': `points` must be from 0 to 4. Received: 5.",
        ),
        (
            adjust(POINTS, question="cont", points=5),
            "ada, lab, question 'cont': there is no such question. Did you mean 'count'? Available: count, essay.",
        ),
        (
            adjust(EXCUSED, question="cont"),
            "ada, lab, question 'cont': there is no such question. Did you mean 'count'? Available: count, essay.",
        ),
        (
            adjust(EXTENSION, question="cont", until=AT),
            "ada, lab, question 'cont': there is no such question. Did you mean 'count'? Available: count, essay.",
        ),
        (adjust(POINTS, points=1, student=" "), " , lab: `student` must not be empty. Name the student."),
        (adjust(POINTS, points=1, author=""), "ada, lab: `author` must not be empty. Name the person who decides."),
        (adjust(POINTS, points=1, reason=" "), "ada, lab: `reason` must not be empty. Give a reason."),
        (
            adjust(EXTENSION, until=AT.replace(tzinfo=None)),
            "ada, lab: `until` must have a time zone. Received: 2026-05-01 12:00:00. Add its offset, such as +00:00.",
        ),
        (
            adjust(POINTS, at=AT.replace(tzinfo=None)),
            "ada, lab: `at` must have a time zone. Received: 2026-05-01 12:00:00. Add its offset, such as +00:00.",
        ),
        (
            adjust(EXTENSION, until=AT.replace(year=9999)),
            "ada, lab: `until` must have a year from 1970 to 2999. Received: 9999.",
        ),
        (adjust(POINTS, at=AT.replace(year=1)), "ada, lab: `at` must have a year from 1970 to 2999. Received: 1."),
        (adjust(POINTS, exercise="lib"), "ada, lib: the exercise is 'lab'. Name that exercise."),
    ],
)
def test_what_is_wrong_names_place_fact_and_remedy(given: Adjustment, message: str) -> None:
    assert problem(given, ASKED) == message


ADJUSTMENTS = some.lists(
    some.builds(
        adjust,
        some.sampled_from(AdjustmentKind),
        some.integers(0, 3),
        question=some.sampled_from(["", "count", "essay"]),
        points=some.none() | some.floats(0, 10),
        text=some.sampled_from(["", "Good."]),
        excused=some.booleans(),
    ),
    max_size=6,
)


@given(ADJUSTMENTS, ADJUSTMENTS)
def test_marking_again_undoes_no_decision_and_keeps_none_that_was_taken_back(
    earlier: list[Adjustment], given: list[Adjustment]
) -> None:
    once = with_overrides(assessment(), given, LATE)
    assert with_overrides(once, given, LATE) == once
    assert with_overrides(with_overrides(assessment(), earlier), given, LATE) == once


@given(ADJUSTMENTS, some.floats(0, 100))
def test_a_mark_lies_between_nothing_and_full_points(given: list[Adjustment], percent: float) -> None:
    after = with_overrides(assessment(), given, replace(LATE, percent=percent))
    assert 0 <= after.points <= after.max_points
    assert 0 <= after.deduction <= after.earned


@given(ADJUSTMENTS)
def test_what_is_written_is_read_again(given: list[Adjustment]) -> None:
    after = with_overrides(assessment(), given, LATE)
    assert msgspec.json.decode(assessment_json(after), type=Assessment, strict=False) == after


def test_an_assessment_written_before_there_were_decisions_can_be_read() -> None:
    old = (
        '{"exercise": "lab", "findings": [{"evidence": {}, "expected": "", "found": "", "hint": "", "max_points": 4.0,'
        ' "parts": [], "points": 2.0, "question": "count", "reason": "", "verdict": "partial"}], "flags": [],'
        ' "isolation": "sandbox", "max_points": 4.0, "outcome": "completed", "percent": 50.0, "points": 2.0,'
        ' "publishable": true, "record": "key", "remarks": [], "student": "ada"}'
    )
    read = assessment_of(old)
    assert (read.points, read.late, read.excused, read.decided, read.waiting) == (2.0, None, False, None, 0)
