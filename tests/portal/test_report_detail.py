"""What reports show before and after the deadline, as the course sets it. No file of a student shows more."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader import pipeline
from grader.gradebook import drawing_requests
from grader.gradebook.drawing_requests import DrawingKind, DrawingRequest, DrawingRequests
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import ReportDetail
from grader.model.portal import Role
from grader.pipeline import drawing
from grader.pipeline.course_site import CourseSite
from grader.pipeline.deciding import Expected, decide
from grader.pipeline.drawing import draw_requested
from grader.pipeline.feedback_pages import feedback_pages
from grader.pipeline.marking import now
from grader.pipeline.people import delete_student
from tests.portal.people import SLUG, Person, answered, grade_all, right_answer

Enter = Callable[..., Person]
SOON, PAST = timedelta(days=3), timedelta(days=-1)
REPORT = f"/exercises/{SLUG}/report"


def settings(site: CourseSite, due_in: timedelta | None, before: str = "reasons", after: str = "expected") -> None:
    """Write the settings of the course."""
    lines = ['title = "The course"', "[reports]", f'before_deadline = "{before}"', f'after_deadline = "{after}"']
    if due_in is not None:
        lines += ["[deadlines]", f"{SLUG} = {datetime.now(UTC) + due_in:%Y-%m-%dT%H:%M:%SZ}"]
    (site.course.exercises / "course.toml").write_text("\n".join(lines))


def published(site: CourseSite, enter: Enter, *values: int) -> tuple[Person, Person]:
    """A student with an attempt for each value, whose mark is published, and the instructor."""
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    for value in values or (-1,):
        ada.submit(answered(site, value))
        grade_all(site)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    return ada, roe


def wrong(site: CourseSite) -> Finding:
    """The result of the question that was answered wrong."""
    book = site.book(SLUG)
    assert book is not None
    assessment: Assessment = book.marks("ada")[0].assessment
    return next(finding for finding in assessment.findings if finding.expected and finding.verdict is Verdict.FAILED)


def about_answers(page: str) -> str:
    """The text of a report that is about answers: without style, pictures and details of the run."""
    page = page.partition('<section aria-labelledby="questions">')[2].partition('<section aria-labelledby="run"')[0]
    return re.sub(r"<[^>]*>", " ", page)


def detail_of(page: str, finding: Finding) -> ReportDetail:
    """How much a report shows of a question."""
    text = about_answers(page)
    assert "Not right yet" in text
    if re.search(rf"(?<![\w.]){re.escape(str(finding.expected))}(?![\w.])", text):
        return ReportDetail.EXPECTED
    return ReportDetail.REASONS if "Next step" in text or "Why" in text else ReportDetail.VERDICTS


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("reasons", "expected", "This report shows no expected values until the deadline."),
        ("verdicts", "expected", "This report shows no reasons and no expected values until the deadline."),
        ("verdicts", "reasons", "This report shows no reasons until the deadline."),
        ("reasons", "reasons", "Reports in this course show no expected values."),
        ("verdicts", "verdicts", "Reports in this course show no reasons and no expected values."),
        ("expected", "expected", ""),
    ],
)
def test_a_report_shows_what_the_course_sets_and_says_what_it_leaves_out(
    site: CourseSite, enter: Enter, before: str, after: str, note: str
) -> None:
    settings(site, SOON, before, after)
    ada, roe = published(site, enter)
    page = ada.get(REPORT).text
    assert "<iframe" in page
    assert re.findall(r"<p>((?:This report|Reports in this course)[^<]*)</p>", page) == ([note] if note else [])
    for due_in, detail in ((SOON, before), (PAST, after), (None, after)):
        settings(site, due_in, before, after)
        ada.get(REPORT), ada.get(f"/exercises/{SLUG}/attempts/1")
        draw_requested(site, print)
        finding = wrong(site)
        for address in (f"{REPORT}/page", f"/exercises/{SLUG}/attempts/1/report"):
            assert detail_of(ada.get(address).text, finding) == detail, (due_in, address)
        assert detail_of(roe.get(f"/class/{SLUG}/preview-page/ada").text, finding) == detail
        # Staff always see everything.
        assert detail_of(roe.get(f"/class/{SLUG}/reports/ada").text, finding) == ReportDetail.EXPECTED


LATE = "[late]\ngrace_minutes = 15\npercent = 10\ncap = 30\n"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def extension(until: datetime, question: str = "") -> Adjustment:
    """A deadline of the student."""
    return Adjustment(
        student="ada",
        exercise=SLUG,
        kind=AdjustmentKind.EXTENSION,
        author="roe",
        reason="ill",
        at=now(),
        question=question,
        until=until,
    )


def test_no_expected_value_is_shown_while_a_late_submission_costs_less_than_it_can(
    site: CourseSite, enter: Enter
) -> None:
    def at(due_in: timedelta, late: str = LATE) -> str:
        settings(site, due_in)
        with (site.course.exercises / "course.toml").open("a") as file:
            file.write(f"\n{late}")
        ada.get(REPORT), ada.get(f"/exercises/{SLUG}/attempts/1")
        draw_requested(site, print)
        details = {detail_of(ada.get(place).text, finding) for place in (f"{REPORT}/page", attempt)}
        (detail,) = details
        return detail

    settings(site, SOON)
    ada, _ = published(site, enter)
    attempt, finding = f"/exercises/{SLUG}/attempts/1/report", wrong(site)
    for passed in (-DAY, timedelta(0), 14 * MINUTE, 16 * MINUTE, DAY, 2 * DAY - MINUTE):
        assert at(-passed) == ReportDetail.REASONS, passed
        note = re.findall(r"<p>(This report[^<]*)</p>", ada.get(REPORT).text)
        assert ["because late submissions lose fewer points before." in text for text in note] == [True]
        pages = feedback_pages(site.course, SLUG, site.results(SLUG))
        assert detail_of(pages.read("ada").decode(), finding) == ReportDetail.REASONS
    assert at(-2 * DAY - MINUTE) == ReportDetail.EXPECTED
    assert at(-MINUTE, late="") == ReportDetail.EXPECTED
    assert not feedback_pages(site.course, SLUG, site.results(SLUG)).reports
    question = site.exercise(SLUG).exercise.questions[0].id
    for own in (extension(now() - DAY), extension(now() + DAY, question)):
        decide(site.material(SLUG), site.results(SLUG), [own], Expected(anybody=True))
        assert at(-2 * DAY - MINUTE) == ReportDetail.REASONS
    assert at(-2 * DAY - MINUTE, late="") == ReportDetail.REASONS


def test_each_attempt_has_its_own_report(site: CourseSite, enter: Enter) -> None:
    settings(site, None)
    ada, _ = published(site, enter, -1, right_answer(site.material(SLUG)))
    finding_title = re.escape(site.exercise(SLUG).exercise.questions[0].title)
    pages = []
    for number in (1, 2):
        place = f"/exercises/{SLUG}/attempts/{number}"
        waiting = ada.get(place).text
        assert "Your report is being prepared." in waiting
        assert re.search('<noscript><meta http-equiv="refresh" content="[0-9]+">', waiting)
        assert "data-refresh" in waiting
        assert ada.get(f"{place}/report").headers["location"] == place
        draw_requested(site, print)
        page = ada.get(place).text
        assert f'src="{place}/report"' in page
        assert 'http-equiv="refresh"' not in page
        assert ("Another attempt counts." in page) == (number == 1)
        pages.append(ada.get(f"{place}/report"))
        assert "sandbox" in pages[-1].headers["content-security-policy"]
    verdicts = [re.findall(rf"{finding_title}<span[^>]*>: ([^<]*)<", page.text) for page in pages]
    assert verdicts[0] != verdicts[1]
    assert ada.get(f"/exercises/{SLUG}/attempts/3/report").status_code == 404


def test_the_report_of_an_attempt_does_not_contain_decisions(site: CourseSite, enter: Enter) -> None:
    settings(site, None)
    ada, _ = published(site, enter)
    decision = Adjustment(
        student="ada",
        exercise=SLUG,
        kind=AdjustmentKind.POINTS,
        author="roe",
        reason="read by hand",
        at=now(),
        question=site.exercise(SLUG).exercise.questions[0].id,
        points=0.5,
    )
    decide(site.material(SLUG), site.results(SLUG), [decision], Expected(anybody=True))
    assert "read by hand" in ada.get(f"{REPORT}/page").text
    ada.get(f"/exercises/{SLUG}/attempts/1")
    draw_requested(site, print)
    page = ada.get(f"/exercises/{SLUG}/attempts/1/report")
    assert page.status_code == 200
    assert "read by hand" not in page.text


@pytest.mark.parametrize("is_own", [False, True], ids=["set for all", "extended for one"])
def test_a_deadline_that_comes_after_grading_hides_expected_values_and_leaves_no_hole(
    site: CourseSite, enter: Enter, is_own: bool
) -> None:
    settings(site, PAST if is_own else None)
    ada, _ = published(site, enter)
    assert detail_of(ada.get(f"{REPORT}/page").text, wrong(site)) == ReportDetail.EXPECTED
    if is_own:
        decide(site.material(SLUG), site.results(SLUG), [extension(now() + SOON)], Expected(anybody=True))
    else:
        settings(site, SOON)
    waiting = ada.get(REPORT)
    assert waiting.status_code == 200
    assert "Your report is being prepared." in waiting.text
    assert "<iframe" not in waiting.text
    assert f"/{site.exercise(SLUG).exercise.questions[0].points:g}" in waiting.text
    assert ada.get(f"{REPORT}/page").headers["location"] == REPORT
    assert draw_requested(site, print) == 1
    assert "<iframe" in ada.get(REPORT).text
    assert detail_of(ada.get(f"{REPORT}/page").text, wrong(site)) == ReportDetail.REASONS
    assert draw_requested(site, print) == 0


def test_a_report_that_cannot_be_drawn_says_so_and_is_tried_again_later(
    site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(site, None)
    ada, _ = published(site, enter)
    settings(site, SOON)
    ada.get(REPORT)
    problems: list[str] = []

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(drawing, "draw_report", broken)
        assert draw_requested(site, problems.append) == 1
        assert "the disk is full" in problems[0]
        assert draw_requested(site, problems.append) == 0
    page = ada.get(REPORT).text
    assert "The report could not be prepared." in page
    assert "data-refresh" not in page
    assert draw_requested(site, print) == 0
    monkeypatch.setattr(drawing_requests, "AGAIN_SECONDS", 0.0)
    assert "Your report is being prepared." in ada.get(REPORT).text
    assert draw_requested(site, print) == 1
    assert "<iframe" in ada.get(REPORT).text


def test_a_report_whose_notebook_is_gone_is_not_waited_for(site: CourseSite, enter: Enter) -> None:
    settings(site, None)
    ada, _ = published(site, enter)
    for path in site.results(SLUG).handed_in.rglob("*.ipynb.gz"):
        path.unlink()
    settings(site, SOON)
    ada.get(REPORT)
    problems: list[str] = []
    draw_requested(site, problems.append)
    assert "the notebook or its run is missing" in problems[0]
    assert "The report could not be prepared." in ada.get(REPORT).text


def test_outdated_reports_are_removed(site: CourseSite, enter: Enter) -> None:
    settings(site, SOON)
    ada, _ = published(site, enter)
    path = site.course.exercise_folder(SLUG) / "exercise.toml"
    for points in (7, 8):
        path.write_text(re.sub("points = [0-9.]+", f"points = {points}", path.read_text()))
        pipeline.regrade(site.material(SLUG), site.results(SLUG))
        assert f"/{points}" in ada.get(REPORT).text
        draw_requested(site, print)
        assert f"/{points}" in ada.get(f"{REPORT}/page").text
        assert len(list(site.results(SLUG).folder.glob("portal-reports/*/mark/*/report.html"))) == 1


def test_deleting_a_student_deletes_the_reports_of_the_portal(site: CourseSite, enter: Enter) -> None:
    settings(site, SOON)
    published(site, enter)
    reports = site.results(SLUG).folder / "portal-reports"
    assert list(reports.rglob("report.html"))
    requests = DrawingRequests(site.results(SLUG).folder)
    requests.ask(DrawingRequest(kind=DrawingKind.REPORT, student="ada"))
    delete_student(site.course, site.folder, None, "ada", "roe", is_dry_run=False)
    assert not list(reports.rglob("*"))
    assert not requests.waiting()


def test_a_request_is_made_once_and_survives_a_half_written_file(tmp_path: Path) -> None:
    requests = DrawingRequests(tmp_path)
    assert requests.waiting() == []
    first = DrawingRequest(kind=DrawingKind.REPORT, student="ada")
    others = [
        DrawingRequest(kind=DrawingKind.REPORT, student="ada", attempt=1),
        DrawingRequest(kind=DrawingKind.REPORT, student="zoë/..", attempt=0),
    ]
    for request in (first, first, *others):
        assert requests.ask(request)
    (tmp_path / "to-draw" / "0.json").write_bytes(b"{")
    assert set(requests.waiting()) == {first, *others}
    requests.done(first)
    assert set(requests.waiting()) == set(others)
    requests.fail(others[0])
    assert not requests.ask(others[0])
    assert requests.waiting() == others[1:]
