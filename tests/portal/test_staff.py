"""What staff do: decide about one student, and see everything about this student."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from grader import pipeline
from grader.gradebook.queue import MOST_TRIES, Queue
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment
from grader.model.portal import JobState, Role
from grader.model.submission import Submission
from grader.pipeline import staff_tasks
from grader.pipeline.course_site import CourseSite
from grader.pipeline.deciding import decide
from grader.pipeline.marking import now
from grader.pipeline.queued_grading import work
from grader.pipeline.staff_tasks import perform_next
from tests.conftest import notebook
from tests.fakes import Fake, ignore
from tests.gradebook.test_portal_queue import upload
from tests.portal.people import SLUG, Person, answered, grade_all, right_answer

Enter = Callable[..., Person]
PAGE = f"/class/{SLUG}/students/ada"
DECISIONS, EXCEPTIONS, RERUNS = (f"/class/{SLUG}/{name}/ada" for name in ("decisions", "exceptions", "reruns"))


@pytest.fixture
def graded(site: CourseSite, enter: Enter) -> CourseSite:
    """A course in which `ada` has submitted a wrong answer."""
    enter("ada").submit(answered(site, -1))
    grade_all(site)
    return site


def mark(site: CourseSite, student: str = "ada") -> Assessment:
    """The mark that counts."""
    book = site.book(SLUG)
    assert book is not None
    (found,) = book.marks(student)
    return found.assessment


def first_question(site: CourseSite) -> str:
    """Id of the question with a number."""
    return next(item.id for item in site.exercise(SLUG).exercise.questions if item.kind == "number")


def test_the_page_of_a_student_has_attempts_questions_and_history(graded: CourseSite, enter: Enter) -> None:
    page = enter("roe", Role.ASSISTANT).get(PAGE).text
    assert "work.ipynb" in page
    assert "(counts)" in page
    assert "attempt 1" in page
    for question in graded.exercise(SLUG).exercise.questions:
        assert question.title in page


@pytest.mark.usefixtures("graded")
def test_a_student_who_is_not_there_has_no_page(enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    assert roe.get(f"/class/{SLUG}/students/nobody").status_code == 404
    assert roe.post(f"/class/{SLUG}/decisions/nobody", kind="comment", text="x").status_code == 404


def test_an_override_gives_the_same_mark_as_on_the_command_line(graded: CourseSite, enter: Enter) -> None:
    roe, question = enter("roe", Role.ASSISTANT), first_question(graded)
    roe.post(DECISIONS, kind="points", question=question, points="0,5", reason="a slip")
    assert "waiting for the grader" in roe.get(PAGE).text
    grade_all(graded)
    in_portal = mark(graded)
    other = pipeline.Results(graded.folder / "other")
    material = graded.material(SLUG)
    submission = Submission(student="ada", exercise=SLUG, origin="work.ipynb", content=answered(graded, -1))
    pipeline.grade(material, [submission], other, Fake(), ignore)
    decision = Adjustment(
        student="ada",
        exercise=SLUG,
        kind=AdjustmentKind.POINTS,
        author="roe",
        reason="a slip",
        at=now(),
        question=question,
        points=0.5,
    )
    (on_command_line,) = decide(material, other, [decision]).marks
    assert in_portal.findings == on_command_line.assessment.findings
    assert in_portal.points == on_command_line.assessment.points
    other.database.close()
    page = roe.get(PAGE).text
    assert "a slip" in page
    assert "waiting for the grader" not in page


def test_an_empty_field_withdraws_an_override_and_the_history_keeps_both(graded: CourseSite, enter: Enter) -> None:
    roe, question, before = enter("roe", Role.ASSISTANT), first_question(graded), mark(graded).points
    for points, reason in (("1", "kind"), ("", "too kind")):
        roe.post(DECISIONS, kind="points", question=question, points=points, reason=reason)
        grade_all(graded)
    assert mark(graded).points == before
    page = roe.get(PAGE).text
    assert "(kind)" in page
    assert "(too kind)" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "points", "points": "1", "reason": " "},
        {"kind": "points", "points": "many", "reason": "x"},
        {"kind": "points", "points": "1000", "reason": "x"},
        {"kind": "points", "points": "-1", "reason": "x"},
        {"kind": "points", "points": "nan", "reason": "x"},
        {"kind": "points", "points": "1", "question": "no-such", "reason": "x"},
    ],
)
def test_what_cannot_be_decided_is_refused_at_once(graded: CourseSite, enter: Enter, fields: dict[str, str]) -> None:
    answer = enter("roe", Role.ASSISTANT).post(DECISIONS, **fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert graded.tasks.count_open() == 0


def test_a_refused_decision_names_the_question_as_the_page_does(graded: CourseSite, enter: Enter) -> None:
    question, roe = first_question(graded), enter("roe", Role.ASSISTANT)
    page = roe.post(DECISIONS, kind="points", question=question, points="1000", reason="x").text
    title = graded.exercise(SLUG).exercise.title_of(question)
    alert = re.sub(r"<[^>]+>", "", html.unescape(page.partition('role="alert"')[2].partition("</div>")[0]))
    assert f"{title}: points must be from 0 to" in alert
    assert f"question '{question}'" not in alert


def test_an_excuse_before_submitting(site: CourseSite, enter: Enter) -> None:
    enter("ada")
    roe = enter("roe", Role.INSTRUCTOR)
    assert roe.post(EXCEPTIONS, kind="excused", excused="yes", reason="ill").status_code == 303
    grade_all(site)
    assert "excused" in roe.get(PAGE).text
    assert "ill" in roe.get(PAGE).text


def test_an_extension_is_in_the_time_zone_of_the_person(graded: CourseSite, enter: Enter) -> None:
    path = graded.course.exercises / "course.toml"
    path.write_text(
        'title = "The course"\ntime_zone = "Europe/Rome"\n[late]\npercent = 50\n'
        f"[deadlines]\n{SLUG} = {now() - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}\n"
    )
    roe = enter("roe", Role.INSTRUCTOR)
    roe.post(EXCEPTIONS, kind="extension", until="2099-07-01T12:00", reason="ill")
    grade_all(graded)
    late = mark(graded).late
    assert late is not None
    assert late.extended
    assert late.deadline.astimezone(ZoneInfo("Europe/Rome")).isoformat() == "2099-07-01T12:00:00+02:00"
    for until in ("tomorrow", "2099-07-01", "0001-01-01T00:00", "9999-12-31T23:59"):
        assert roe.post(EXCEPTIONS, kind="extension", until=until, reason="ill").status_code == 400
    assert perform_next(graded, Fake(), "test") is False, "none of them was queued"


def test_an_extension_with_an_offset_keeps_it(graded: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    roe.post("/account", language="", zone="Europe/Berlin")
    roe.post(EXCEPTIONS, kind="extension", until="2099-07-01T12:00+00:00", reason="ill")
    grade_all(graded)
    book = graded.book(SLUG)
    assert book is not None
    assert book.adjustments("ada")["ada"][-1].until == datetime(2099, 7, 1, 12, tzinfo=UTC)


def test_a_task_that_breaks_the_grader_fails_and_the_grader_goes_on(
    graded: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    roe = enter("roe", Role.ASSISTANT)

    def broken(*_: object) -> None:
        raise OverflowError("date value out of range")

    with monkeypatch.context() as patch:
        patch.setattr(staff_tasks, "decide", broken)
        roe.post(DECISIONS, kind="comment", text="Good.")
        assert perform_next(graded, Fake(), "test")
    assert "OverflowError: date value out of range" in roe.get(PAGE).text
    roe.post(DECISIONS, kind="comment", text="Good.")
    grade_all(graded)
    assert mark(graded).comment == "Good."


def test_a_job_of_another_course_cannot_be_queued_again(graded: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    other = Queue(graded.database, "Another course", lambda _: graded.folder / "elsewhere")
    other.add(upload())
    (claimed,) = other.claim("test", now(), now() + timedelta(minutes=1), 1)
    for _ in range(MOST_TRIES):
        other.release("test", "broken", now())
        other.claim("test", now(), now() + timedelta(minutes=1), 1)
    other.release("test", "broken", now())
    assert other.counts() == {JobState.FAILED: 1}
    assert roe.post(f"/class/{SLUG}/jobs/{claimed.job}/retry").status_code == 404
    assert other.counts() == {JobState.FAILED: 1}


@pytest.mark.usefixtures("graded")
def test_assistants_make_no_exceptions(enter: Enter) -> None:
    assistant = enter("max", Role.ASSISTANT)
    for path in (EXCEPTIONS, RERUNS):
        assert assistant.post(path, kind="excused", reason="x").status_code == 404
        assert f'action="{path}"' not in assistant.get(PAGE).text
    # The other route has no way to make one, either.
    assert assistant.post(DECISIONS, kind="excused", reason="x").status_code == 404


def test_running_again_keeps_the_reason_and_the_mark(graded: CourseSite, enter: Enter) -> None:
    roe, before, executor = enter("roe", Role.INSTRUCTOR), mark(graded).points, Fake()
    assert roe.post(RERUNS, reason="").status_code == 400
    roe.post(RERUNS, reason="the machine was slow")
    work(graded, executor, lambda: False, print, until_empty=True)
    assert executor.ran
    assert mark(graded).points == before
    log = [(event.who, event.what, event.about) for event in graded.events(10)]
    assert ("roe", "rerun", f"{SLUG} ada: the machine was slow") in log


def test_a_task_that_fails_says_why_and_changes_nothing(site: CourseSite, enter: Enter) -> None:
    enter("ada").submit(notebook("x = 1"))
    roe = enter("roe", Role.INSTRUCTOR)
    roe.post(RERUNS, reason="too early")
    assert perform_next(site, Fake(), "test")
    (task,) = site.tasks.of_exercise(SLUG, 10)
    assert task.state is JobState.FAILED
    assert "failed. No changes were made." in roe.get(PAGE).text


def test_right_and_wrong_answers_differ(site: CourseSite) -> None:
    """Otherwise the tests of this module could not fail."""
    assert right_answer(site.material(SLUG)) != -1


def test_the_preview_is_what_the_student_sees_once_the_mark_is_published(graded: CourseSite, enter: Enter) -> None:
    roe, ada = enter("roe", Role.INSTRUCTOR), enter("ada")
    shown = roe.get(f"/class/{SLUG}/preview/ada").text
    assert f'src="/class/{SLUG}/preview-page/ada"' in shown
    preview = roe.get(f"/class/{SLUG}/preview-page/ada")
    assert preview.headers["content-security-policy"].startswith("sandbox;")
    assert ada.get(f"/exercises/{SLUG}/report/page").status_code == 404
    roe.post(f"/class/{SLUG}/publication", publish="yes", student="ada")
    assert ada.get(f"/exercises/{SLUG}/report/page").text == preview.text
    assert mark(graded).has_mark


def test_before_the_deadline_the_preview_hides_what_the_student_does_not_see(site: CourseSite, enter: Enter) -> None:
    path = site.course.exercises / "course.toml"
    path.write_text(f'title = "The course"\n[deadlines]\n{SLUG} = {now() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}\n')
    enter("ada").submit(answered(site, -1))
    grade_all(site)
    roe, ada = enter("roe", Role.INSTRUCTOR), enter("ada")
    preview = roe.get(f"/class/{SLUG}/preview-page/ada")
    roe.post(f"/class/{SLUG}/publication", publish="yes", student="ada")
    own = ada.get(f"/exercises/{SLUG}/report/page")
    assert preview.status_code == 200
    assert preview.text == own.text


def test_pages_of_staff_show_the_deadline_the_rules_and_where_to_change_them(site: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.ASSISTANT)
    addresses = "/course", f"/class/{SLUG}"
    assert all("No deadline" in roe.get(address).text for address in addresses)
    (site.course.exercises / "course.toml").write_text(
        'time_zone = "Europe/Rome"\ntries = "best"\n[late]\ngrace_minutes = 15\npercent = 10\ncap = 50\n'
        f"[deadlines]\n{SLUG} = 2030-07-01T12:00:00\n[portal]\nexercises = []\n"
    )
    for address in addresses:
        page = html.unescape(re.sub(r"<[^>]+>", "", roe.get(address).text))
        for words in (
            "2030-07-01, 12:00",
            "The best attempt of each student counts. A late submission loses 10 % of the full points for each day or "
            "part of a day, up to 50 %. Up to 15 min after the deadline, no points are deducted. "
            "To change this, edit exercises/course.toml.",
            "Not open to students",
        ):
            assert words in page, (address, words)
