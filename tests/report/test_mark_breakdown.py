"""How the mark was calculated, as the report shows it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import Per
from grader.model.lateness import Lateness
from grader.model.record import Outcome
from grader.report.mark_breakdown import mark_breakdown, moment, override_text, span
from grader.report.student import render_student
from grader.report.views import student_view
from tests.report import report_samples as samples
from tests.report.conftest import Snapshot
from tests.report.hostile_pages import HOSTILE
from tests.report.page_reader import PageReader, active_parts, piece

DUE = datetime(2026, 5, 1, 21, 59, 59, tzinfo=UTC)
RIGHT = (
    Finding(question="model", verdict=Verdict.PARTIAL, points=9.0, max_points=12.0),
    Finding(question="conv1", verdict=Verdict.PASSED, points=8.0, max_points=8.0),
)
TITLES = {"model": "Complete the model"}


def late(hours: float, units: int = 2, percent: float = 20.0, **fields: Any) -> Lateness:
    after = timedelta(hours=hours)
    made = Lateness(
        deadline=DUE,
        submitted_at=DUE + after,
        late_by=after,
        units=units,
        percent=percent,
        per=Per.DAY,
        rate=10.0,
        cap=50.0,
        zone="Europe/Rome",
    )
    return replace(made, **fields)


def assessment(made: tuple[Finding, ...] = RIGHT, **fields: Any) -> Assessment:
    return samples.assessment(made=made, **fields)


def told(**fields: Any) -> list[str]:
    """Name, points and reasons of each line, as one text."""
    return [" | ".join([line.name, line.points, *line.why]) for line in mark_breakdown(assessment(**fields), TITLES)]


def page(made: Assessment) -> str:
    return render_student(samples.exercise(), samples.CELLS, made, samples.record())


def test_the_sum_looks_as_agreed(snapshot: Snapshot) -> None:
    waits = (*RIGHT, Finding(question="epochs", verdict=Verdict.NEEDS_HUMAN, points=0.0, max_points=1.0))
    view = student_view(samples.exercise(), assessment(waits, late=late(30)), samples.record())
    snapshot("sum.html", piece("pieces.html", "breakdown(lines)", lines=view.breakdown))


def test_a_decided_card_looks_as_agreed(snapshot: Snapshot) -> None:
    found = Finding(
        question="model",
        verdict=Verdict.PASSED,
        points=6.0,
        max_points=6.0,
        found="7 layers",
        reason="The pooling is missing.",
        hint="Add it.",
        comment="Well argued.",
        decided_by="Dr. Rossi",
        decided_because="The slide leaves it out.",
        machine_points=4.0,
        machine_verdict=Verdict.PARTIAL,
    )
    [card] = student_view(samples.exercise(), assessment((found,)), samples.record()).questions
    snapshot("card-decided.html", piece("question.html", "question(card)", card=card))


def test_plain_points_need_no_sum() -> None:
    assert told() == []
    assert "How the mark was calculated" not in page(assessment())


def test_in_time_needs_no_sum() -> None:
    assert told(late=late(-1, 0, 0.0, late_by=timedelta(0))) == []


def test_lateness_is_shown_with_every_step() -> None:
    assert told(late=late(30)) == [
        "Questions | 17 of 20 points",
        "Lateness | −4 points"
        " | Deadline: 2026-05-01, 23:59:59 (Europe/Rome, UTC+02:00)."
        " | Submitted: 2026-05-03, 05:59:59 (Europe/Rome, UTC+02:00), late by 1 day 6 h."
        " | 2 days or parts of days: 2 × 10 % = 20 %."
        " | 20 % of 20 points: 4 points.",
        "Your mark | 13 of 20 points",
    ]


@pytest.mark.parametrize(
    ("lateness", "points", "said"),
    [
        (late(1, 1, 10.0), "−2 points", "1 day or part of a day: 1 × 10 % = 10 %."),
        (late(3, 3, 30.0, per=Per.HOUR), "−6 points", "3 hours or parts of hours: 3 × 10 % = 30 %."),
        (late(150, 7, 50.0), "−10 points", "7 days or parts of days: 7 × 10 % = 70 %, but at most 50 %."),
        (
            late(0.2, 0, 0.0, grace=timedelta(minutes=15)),
            "no deduction",
            "Up to 15 min after the deadline, no points are deduc",
        ),
        (late(30, 0, 0.0, rate=0.0), "no deduction", "Late submissions lose no points."),
        (late(30, extended=True), "−4 points", "UTC+02:00), extended for you."),
        (late(-1, 0, 0.0, late_by=timedelta(0), extended=True), "no deduction", "UTC+02:00), on time."),
        (
            late(0, 0, 0.0, submitted_at=None),
            "no deduction",
            "The time of submission is not known, so no points are deducted.",
        ),
    ],
)
def test_each_rule_of_lateness_says_why(lateness: Lateness, points: str, said: str) -> None:
    line = told(late=lateness)[1]
    assert line.startswith(f"Lateness | {points} |")
    assert said in line


def test_a_mark_that_would_fall_below_nothing_says_so() -> None:
    poor = (Finding(question="model", verdict=Verdict.PARTIAL, points=1.5, max_points=20.0),)
    assert told(made=poor, late=late(30))[1].endswith(
        "−1.5 points | Deadline: 2026-05-01, 23:59:59 (Europe/Rome, UTC+02:00)."
        " | Submitted: 2026-05-03, 05:59:59 (Europe/Rome, UTC+02:00), late by 1 day 6 h."
        " | 2 days or parts of days: 2 × 10 % = 20 %. | 20 % of 20 points: 4 points. | A mark never falls below 0."
    )


def test_the_mark_of_a_person_stands_instead_of_the_sum() -> None:
    shown = told(late=late(30), decided=18.0, decided_by="Dr. Rossi", decided_because="The upload broke down.")
    assert shown[1].startswith("Lateness | no deduction |")
    assert shown[1].endswith("The deduction does not apply to a mark that an instructor gave.")
    assert shown[2:] == [
        "Override by an instructor | 18 points | By Dr. Rossi: The upload broke down. | This replaces the sum.",
        "Your mark | 18 of 20 points",
    ]


def test_who_is_excused_reads_so_and_no_mark() -> None:
    made = assessment(excused=True, decided_by="Dr. Rossi", decided_because="Ill.")
    assert told(excused=True, decided_by="Dr. Rossi", decided_because="Ill.")[1:] == [
        "Excused | no mark | By Dr. Rossi: Ill.",
        "Your mark | none",
    ]
    text = PageReader(page(made)).text
    assert "Excused" in text
    assert "85 %" not in text
    assert "No mark yet" not in text


def test_an_excuse_leaves_no_word_that_the_mark_is_to_come() -> None:
    broken = (Finding(question="model", verdict=Verdict.CHECK_ERROR, points=0.0, max_points=20.0),)
    assert "not final yet" in PageReader(page(assessment(broken))).text
    assert "not final yet" not in PageReader(page(assessment(broken, excused=True))).text


def test_a_decision_after_our_sandbox_failed_leaves_no_word_that_it_will_run_again() -> None:
    failed = samples.assessment(outcome=Outcome.SANDBOX_FAILED)
    assert "run again" in PageReader(page(failed)).text
    assert "run again" not in PageReader(page(replace(failed, decided=9.0))).text


def test_what_waits_for_a_person_is_named_with_its_points() -> None:
    waits = (*RIGHT, Finding(question="epochs", verdict=Verdict.NEEDS_HUMAN, points=0.0, max_points=1.0))
    assert "Needs manual grading | up to 1 point | epochs: not in the mark yet." in told(made=waits)
    assert "An instructor will look at 1 answer" in PageReader(page(assessment(waits))).text
    assert "An instructor will look at" not in "".join(told(made=waits, decided=3.0))


def test_a_decision_names_points_person_and_reason_and_what_was_there_before() -> None:
    found = replace(RIGHT[0], decided_by="Dr. Rossi", decided_because="Also right.")
    assert override_text(RIGHT[0]) == ""
    before = replace(found, machine_points=2.0, machine_verdict=Verdict.PARTIAL)
    assert override_text(before) == "9 points by Dr. Rossi: Also right.\nBefore that: 2 points."
    first = replace(found, machine_points=0.0, machine_verdict=Verdict.NEEDS_HUMAN)
    assert override_text(first) == "9 points by Dr. Rossi: Also right."


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("2026-05-01T21:59:00Z", "2026-05-01, 23:59 (Europe/Rome, UTC+02:00)"),
        ("2026-01-01T00:00:05Z", "2026-01-01, 01:00:05 (Europe/Rome, UTC+01:00)"),
        # the hour that occurs twice
        ("2026-10-25T00:30:00Z", "2026-10-25, 02:30 (Europe/Rome, UTC+02:00)"),
        ("2026-10-25T01:30:00Z", "2026-10-25, 02:30 (Europe/Rome, UTC+01:00)"),
        ("2026-05-01T21:59:00.700000Z", "2026-05-01, 23:59 (Europe/Rome, UTC+02:00)"),
    ],
)
def test_moments_are_in_the_zone_of_the_course_which_is_named(at: str, text: str) -> None:
    assert moment(datetime.fromisoformat(at), "Europe/Rome") == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (timedelta(seconds=1), "1 s"),
        (timedelta(milliseconds=300), "less than 1 s"),
        (timedelta(days=1, hours=6, minutes=13, seconds=7), "1 day 6 h 13 min 7 s"),
        (timedelta(days=2), "2 days"),
        (timedelta(hours=25), "1 day 1 h"),
    ],
)
def test_spans_of_time_are_told_in_full(time: timedelta, text: str) -> None:
    assert span(time) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_of_a_person_or_a_student_stay_text(text: str) -> None:
    said: dict[str, Any] = {"comment": text, "decided_by": text, "decided_because": text}
    found = replace(RIGHT[0], machine_points=1.0, machine_verdict=Verdict.FAILED, found=text, **said)
    html = page(assessment((found,), decided=3.0, **said))
    assert active_parts(html) == []
    html.encode("utf-8")
