"""The page of operations and the audit log."""

from collections.abc import Callable

import pytest

from grader.model.portal import Enrolment, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.staff_tasks import perform_next
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
    assert "s59 student" in first
    assert "s0 student" in second
    assert "s0 student" not in first
    assert 'href="/operations/log/2"' in first
    assert 'href="/operations/log/1"' in second
    assert roe.get("/operations/log/0").status_code == 404
    assert roe.get("/operations/log/99999999999999999999").status_code == 404
