"""What reports in the portal reveal depends on the attempt; which attempt is the best shows only after the deadline."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grader.model.assessment import Finding, Verdict
from grader.model.course_settings import AttemptPolicy, CourseSettings, HeldOutReports, PortalReports, ReportDetail
from grader.model.mark import Mark
from grader.pipeline.student_reports import report_of_attempt, report_of_mark, without_expected_values
from tests.marks.test_attempts import AT, assessment, attempt
from tests.marks.test_until_deadline import scored
from tests.reading import as_read

BEST = CourseSettings(title="The course", tries=AttemptPolicy.BEST)
ATTEMPTS = [replace(attempt(number, AT), assessment=scored(share)) for number, share in ((1, 0.9), (2, 0.5), (3, 0.6))]
BEST_ATTEMPT = ATTEMPTS[0]


def mark() -> Mark:
    assert BEST_ATTEMPT.assessment is not None
    return Mark(attempt=BEST_ATTEMPT, assessment=BEST_ATTEMPT.assessment)


def test_until_the_deadline_the_report_is_that_of_the_latest_attempt_and_says_so() -> None:
    report = report_of_mark(mark(), ATTEMPTS, BEST, is_settled=False)
    assert (report.attempt.id, report.is_of_mark) == (3, False)
    assert "Your best attempt counts" in as_read(report.assessment.remarks[0])


def test_after_the_deadline_it_is_that_of_the_best_with_its_exact_points() -> None:
    report = report_of_mark(mark(), ATTEMPTS, BEST, is_settled=True)
    assert (report.attempt.id, report.is_of_mark) == (1, True)
    assert report.assessment == BEST_ATTEMPT.assessment


def test_other_rules_exact_reports_and_single_attempts_show_the_attempt_that_counts() -> None:
    latest = replace(BEST, tries=AttemptPolicy.LATEST)
    exact = replace(BEST, held_out=HeldOutReports(exact=True))
    for settings, attempts in ((latest, ATTEMPTS), (exact, ATTEMPTS), (BEST, ATTEMPTS[:1])):
        assert report_of_mark(mark(), attempts, settings, is_settled=False).is_of_mark


def test_a_course_decides_what_the_reports_of_the_first_attempts_show() -> None:
    reports = PortalReports(first_attempts=(ReportDetail.VERDICTS,))
    settings = CourseSettings(title="The course", reports=reports)
    details = {False: [ReportDetail.VERDICTS, ReportDetail.REASONS, ReportDetail.REASONS]}
    details[True] = [ReportDetail.EXPECTED] * 3
    for is_settled, wanted in details.items():
        made = [report_of_attempt(one, ATTEMPTS, settings, is_settled) for one in ATTEMPTS]
        assert [report.detail for report in made if report] == wanted


ANSWER = Finding(
    question="q",
    verdict=Verdict.FAILED,
    points=0.0,
    max_points=1.0,
    expected="a, c",
    found="a, b",
    comparison="Expected a, c. Found a, b.",
    reason="b does not belong to the answer: it is a vector.",
    hint="Choose c.",
    misconceptions=("bias-left-out",),
)
HIDDEN = replace(
    ANSWER, expected="", comparison="", reason="Not all are right.", hint="Read slide 3.", misconceptions=()
)
LATER = datetime(2026, 5, 1, tzinfo=UTC)


def shown(finding: Finding, *hidden: Finding) -> Finding:
    """What a report without expected values shows of a finding; no hidden one: the attempt cannot be assessed."""
    of_attempt = assessment(0, findings=hidden) if hidden else None
    (visible,) = without_expected_values(assessment(0, findings=(finding,)), of_attempt).findings
    return visible


def test_a_report_without_expected_values_has_the_reasons_that_reveal_none() -> None:
    assert shown(ANSWER, HIDDEN) == HIDDEN
    assert shown(replace(ANSWER, extended_until=LATER), HIDDEN) == replace(HIDDEN, extended_until=LATER)


def test_an_answer_of_another_attempt_has_no_reason_that_could_reveal_the_choices() -> None:
    visible = shown(replace(ANSWER, extended_until=LATER), replace(HIDDEN, found="c"))
    assert as_read(visible.reason) == (
        "This answer is from another attempt. The report of that attempt gives the reason."
    )
    assert (visible.found, visible.expected, visible.hint, visible.misconceptions) == ("a, b", "", "", ())


def test_an_attempt_that_cannot_be_assessed_again_has_no_reasons() -> None:
    visible = shown(ANSWER)
    assert (visible.found, visible.points, visible.reason, visible.hint, visible.misconceptions) == (
        "a, b",
        0.0,
        "",
        "",
        (),
    )


@pytest.mark.parametrize("verdict", [Verdict.NOT_ATTEMPTED, Verdict.BLOCKED, Verdict.CHECK_ERROR])
def test_the_reason_for_a_missing_answer_stays(verdict: Verdict) -> None:
    finding = replace(ANSWER, verdict=verdict, reason="Cell 3 stopped.", found="", extended_until=LATER)
    assert shown(finding, HIDDEN).reason == "Cell 3 stopped."
    assert shown(finding).reason == "Cell 3 stopped."
