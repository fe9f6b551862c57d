"""A course with one tiny exercise, its portal in this process, and people who are signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from grader.course.layout import Course
from grader.model.portal import Enrolment, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import new_link
from grader.portal import security
from grader.portal.application import application
from tests.portal.people import ADDRESS, Person


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Argon2 takes long on purpose; here, it takes as little as it can."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(security, "_HASHER", cheap)
        patch.setattr(security, "_NOBODY", cheap.hash("nobody"))
        yield


@pytest.fixture
def site(small: Course, tmp_path: Path) -> Iterator[CourseSite]:
    """The course, without people."""
    opened = CourseSite(small, tmp_path / "results")
    yield opened
    opened.close()


@pytest.fixture
def enter(site: CourseSite) -> Callable[..., Person]:
    """A function that gives a person an account and signs them in; `ada` is a student, `roe` an instructor."""
    app = application(site, hosts=["portal.test"])

    def sign_in(login: str = "ada", role: Role = Role.STUDENT) -> Person:
        student = login if role is Role.STUDENT else ""
        (member,) = site.accounts.enrol([Enrolment(login=login, name=login, role=role, student=student)], None, now())
        client = TestClient(app, base_url=ADDRESS, follow_redirects=False, headers={"origin": ADDRESS})
        answer = client.post(f"/welcome/{new_link(site, member)}", data={"password": f"password of {login}"})
        assert answer.status_code == 303, answer.text
        return Person(client, member)

    return sign_in


@pytest.fixture
def stranger(site: CourseSite) -> TestClient:
    """A browser that is not signed in."""
    app = application(site, hosts=["portal.test"])
    return TestClient(app, base_url=ADDRESS, follow_redirects=False, headers={"origin": ADDRESS})
