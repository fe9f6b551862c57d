"""The page of operations and the audit log."""

import html
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import pytest

from grader.gradebook.graders import note_alive
from grader.model.job import Job
from grader.model.portal import Enrolment, Role
from grader.model.record import Isolation, Record
from grader.model.staff_work import TaskKind
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.queued_grading import work
from grader.pipeline.staff_tasks import perform_next
from grader.portal import wording
from tests.fakes import Fake
from tests.portal.people import SLUG, Person, answered, grade_all

Enter = Callable[..., Person]


def test_a_quiet_portal_has_no_problem(enter: Enter) -> None:
    page = enter("roe", Role.INSTRUCTOR).get("/operations").text
    assert "There are no problems." in page
    assert "No grader is working on an upload now." in page


def test_what_failed_is_there_with_the_reason(site: CourseSite, enter: Enter) -> None:
    enter("ada").submit(answered(site, -1))
    roe = enter("roe", Role.INSTRUCTOR)
    roe.post(f"/class/{SLUG}/reruns/ada", reason="too early")
    assert perform_next(site, Fake(), "test")
    (task,) = site.tasks.of_exercise(SLUG, 1)
    page = roe.get("/operations").text
    assert "There are no problems." not in page
    assert task.problem
    assert task.problem.split("'")[0][:20] in page


def test_a_grader_is_listed_while_it_works(site: CourseSite, enter: Enter) -> None:
    enter("ada").submit(answered(site, -1))
    roe = enter("roe", Role.INSTRUCTOR)
    site.queue.claim("host:1", now(), now(), 1)
    assert "<bdi>host:1</bdi>" in roe.get("/operations").text
    grade_all(site)
    assert "<bdi>host:1</bdi>" not in roe.get("/operations").text


def test_a_full_disk_is_said(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    monkeypatch.setattr("grader.pipeline.operations._LITTLE_SPACE", 0.0)
    assert "Less than a tenth" not in roe.get("/operations").text
    monkeypatch.setattr("grader.pipeline.operations._LITTLE_SPACE", 2.0)
    assert "Less than a tenth of the disk is free." in roe.get("/operations").text


def test_the_audit_log_has_pages(site: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    people = [Enrolment(login=f"s{number}", name="S", student=f"s{number}") for number in range(60)]
    site.accounts.enrol(people, None, now())
    first, second = roe.get("/operations/log/1").text, roe.get("/operations/log/2").text
    assert "s59 (student)" in first
    assert "s0 (student)" in second
    assert "s0 (student)" not in first
    assert 'href="/operations/log/2"' in first
    assert 'href="/operations/log/1"' in second
    assert roe.get("/operations/log/0").status_code == 404
    assert roe.get("/operations/log/99999999999999999999").status_code == 404


@pytest.mark.parametrize(
    ("isolation", "words"),
    [
        (Isolation.SANDBOX, "Full sandbox"),
        (Isolation.DEGRADED, "Reduced isolation"),
        (Isolation.NONE, "No isolation"),
    ],
)
def test_the_isolation_of_each_grader_is_said(site: CourseSite, enter: Enter, isolation: Isolation, words: str) -> None:
    site.graders.begin("host:7", isolation, 2, now(), now() - timedelta(days=1))
    page = enter("roe", Role.INSTRUCTOR).get("/operations").text
    assert "<bdi>host:7</bdi>" in page
    assert words in page
    assert "idle" in page


def test_a_grader_that_is_gone_is_not_listed_but_its_problem_is(site: CourseSite, enter: Enter) -> None:
    long_ago, forget = now() - timedelta(minutes=5), now() - timedelta(days=1)
    for name in ("host:1", "host:2"):
        site.graders.begin(name, Isolation.SANDBOX, 2, long_ago, forget)
    site.graders.note_problem("host:2", "tiny: the disk is full", long_ago)
    roe = enter("roe", Role.INSTRUCTOR)
    page = roe.get("/operations").text
    assert "host:1" not in page
    assert "tiny: the disk is full" in page
    note_alive(site.database, "host:1", now())
    assert "<bdi>host:1</bdi>" in roe.get("/operations").text
    site.graders.begin("host:3", Isolation.SANDBOX, 2, now(), now() - timedelta(minutes=1))
    assert "the disk is full" not in roe.get("/operations").text


def test_a_grader_notes_its_isolation_and_its_problem(site: CourseSite, enter: Enter) -> None:
    """What a grader tells the person who runs it, staff read on the page."""
    enter("ada").submit(answered(site, -1))
    fake, problems = Fake(), list[str]()
    seen = []

    class Failing(Fake):
        def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
            del jobs
            seen.extend(site.graders.all())
            raise OSError("the disk is full")

    work(site, Failing(), lambda: bool(problems), problems.append)
    assert [one.isolation for one in seen] == [fake.isolation]
    assert "the disk is full" in problems[0]
    assert problems[0] in html.unescape(enter("roe", Role.INSTRUCTOR).get("/operations").text)


def test_the_audit_log_says_in_the_language_of_the_person_what_happened(enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    assert f"Published the marks of <bdi>{SLUG}</bdi>" in roe.get("/operations/log/1").text
    roe.post("/account", language="de", zone="")
    assert f"Punkte veröffentlicht für <bdi>{SLUG}</bdi>" in roe.get("/operations/log/1").text


def test_the_audit_log_has_words_for_each_task_and_shows_others_as_they_are() -> None:
    assert [kind for kind in TaskKind if wording.action(kind.value) == kind.value] == []
    assert wording.action("something new") == "something new"
