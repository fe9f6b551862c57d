"""What reports in the portal reveal depends on the attempt; which attempt is the best shows only after the deadline."""

from dataclasses import replace

from grader.model.course_settings import AttemptPolicy, CourseSettings, HeldOutReports, PortalReports, ReportDetail
from grader.model.mark import Mark
from grader.pipeline.student_reports import report_of_attempt, report_of_mark
from tests.marks.test_attempts import AT, attempt
from tests.marks.test_until_deadline import scored
from tests.reading import as_read

BEST = CourseSettings(title="The course", tries=AttemptPolicy.BEST)
ATTEMPTS = [replace(attempt(number, AT), assessment=scored(share)) for number, share in ((1, 0.9), (2, 0.5), (3, 0.6))]
BEST_ATTEMPT = ATTEMPTS[0]


def mark() -> Mark:
    assert BEST_ATTEMPT.assessment is not None
    return Mark(attempt=BEST_ATTEMPT, assessment=BEST_ATTEMPT.assessment)


def test_until_the_deadline_the_report_is_that_of_the_latest_attempt_and_says_so() -> None:
    report = report_of_mark(mark(), ATTEMPTS, BEST, is_over=False)
    assert (report.attempt.id, report.is_of_mark) == (3, False)
    assert "Your best attempt counts" in as_read(report.assessment.remarks[0])


def test_after_the_deadline_it_is_that_of_the_best_with_its_exact_points() -> None:
    report = report_of_mark(mark(), ATTEMPTS, BEST, is_over=True)
    assert (report.attempt.id, report.is_of_mark) == (1, True)
    assert report.assessment == BEST_ATTEMPT.assessment


def test_other_rules_exact_reports_and_single_attempts_show_the_attempt_that_counts() -> None:
    latest = replace(BEST, tries=AttemptPolicy.LATEST)
    exact = replace(BEST, held_out=HeldOutReports(exact=True))
    for settings, attempts in ((latest, ATTEMPTS), (exact, ATTEMPTS), (BEST, ATTEMPTS[:1])):
        assert report_of_mark(mark(), attempts, settings, is_over=False).is_of_mark


def test_a_course_decides_what_the_reports_of_the_first_attempts_show() -> None:
    reports = PortalReports(first_attempts=(ReportDetail.VERDICTS,))
    settings = CourseSettings(title="The course", reports=reports)
    details = {False: [ReportDetail.VERDICTS, ReportDetail.REASONS, ReportDetail.REASONS]}
    details[True] = [ReportDetail.EXPECTED] * 3
    for is_over, wanted in details.items():
        made = [report_of_attempt(one, ATTEMPTS, settings, is_over) for one in ATTEMPTS]
        assert [report.detail for report in made if report] == wanted
