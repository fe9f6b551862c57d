"""A portal with a public address: cookies, links, forms, host names, sessions and uploads follow from its settings."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from grader.model.portal import Enrolment, Role
from grader.model.portal_settings import WebSettings
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest, new_link
from grader.portal.application import application
from grader.portal.security import COOKIE
from tests.portal.people import SLUG

PUBLIC = "https://grader.example.org"
PASSWORD = {"password": "a long password"}


def browser(site: CourseSite, web: WebSettings, address: str = "http://grader.example.org") -> TestClient:
    """A browser behind a reverse proxy, which speaks HTTP to the portal."""
    return TestClient(application(site, web=web), base_url=address, follow_redirects=False)


def link_of(site: CourseSite, role: Role = Role.ADMINISTRATOR) -> str:
    """The path of a link for a new person."""
    student = "ada" if role is Role.STUDENT else ""
    (member,) = site.accounts.enrol([Enrolment(login="ada", name="Ada", role=role, student=student)], None, now())
    return f"/welcome/{new_link(site, member)}"


@pytest.mark.parametrize(("url", "is_secure"), [(PUBLIC, True), ("http://grader.example.org", False), ("", False)])
def test_the_cookie_is_secure_if_the_public_address_is(site: CourseSite, url: str, is_secure: bool) -> None:
    client = browser(site, WebSettings(url=url, names=("grader.example.org",)))
    headers = {"origin": url or "http://grader.example.org"}
    answer = client.post(link_of(site), data=PASSWORD, headers=headers)
    assert answer.status_code == 303
    assert ("Secure" in answer.headers["set-cookie"]) == is_secure


def test_links_that_staff_send_have_the_public_address(site: CourseSite) -> None:
    client = browser(site, WebSettings(url=PUBLIC), "https://grader.example.org")
    client.post(link_of(site), data=PASSWORD, headers={"origin": PUBLIC})
    answer = client.post("/roster/staff", data={"login": "new", "role": "assistant"}, headers={"origin": PUBLIC})
    assert f"{PUBLIC}/welcome/" in answer.text


@pytest.mark.parametrize(
    "origin",
    [
        "http://grader.example.org",
        "https://grader.example.org:8443",
        "https://grader.example.org.evil.test",
        "https://other.example.org",
        "https://127.0.0.1:8000",
        "null",
    ],
)
def test_only_forms_of_the_public_address_count(site: CourseSite, origin: str) -> None:
    client = browser(site, WebSettings(url=PUBLIC))
    link = link_of(site)
    assert client.post(link, data=PASSWORD, headers={"origin": origin}).status_code == 403
    assert client.post(link, data=PASSWORD, headers={"origin": PUBLIC}).status_code == 303


@pytest.mark.parametrize("url", ["https://grader.example.org:443", "http://grader.example.org:80"])
def test_browsers_leave_out_the_usual_port_of_the_public_address(site: CourseSite, url: str) -> None:
    origin = url.rpartition(":")[0]
    answer = browser(site, WebSettings(url=url)).post(link_of(site), data=PASSWORD, headers={"origin": origin})
    assert answer.status_code == 303


def test_only_the_public_name_and_this_machine_are_host_names(site: CourseSite) -> None:
    client = browser(site, WebSettings(url=PUBLIC))
    for host, status in (
        ("grader.example.org", 200),
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("evil.test", 400),
        ("grader.example.org.evil.test", 400),
    ):
        assert client.get("/health", headers={"host": host}).status_code == status, host


def test_the_session_lasts_as_long_as_the_settings_say(site: CourseSite) -> None:
    client = browser(site, WebSettings(url=PUBLIC, session_days=2), PUBLIC)
    answer = client.post(link_of(site), data=PASSWORD, headers={"origin": PUBLIC})
    assert f"Max-Age={2 * 86_400}" in answer.headers["set-cookie"]
    session = digest(client.cookies[COOKIE])
    assert site.accounts.of_session(session, now() + timedelta(days=1.99)) is not None
    assert site.accounts.of_session(session, now() + timedelta(days=2.01)) is None


def test_an_upload_beyond_the_limit_of_the_settings_is_refused(site: CourseSite) -> None:
    client = browser(site, WebSettings(url=PUBLIC, upload_mb=1), PUBLIC)
    client.post(link_of(site, Role.STUDENT), data=PASSWORD, headers={"origin": PUBLIC})
    for size, status in ((1_000_001, 413), (900_000, 400)):
        files = {"files": ("work.ipynb", b"x" * size)}
        answer = client.post(f"/exercises/{SLUG}/attempts", files=files, headers={"origin": PUBLIC})
        assert answer.status_code == status
