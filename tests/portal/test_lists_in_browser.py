"""Long lists, operations, exports and imports in headless Chromium, on a phone and a laptop."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import uvicorn

from grader.model.portal import Enrolment, Role
from grader.model.record import Isolation
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest, new_secret
from grader.portal.application import application
from grader.portal.security import COOKIE
from tests.conftest import wait_until
from tests.gradebook import crowd
from tests.portal.people import SLUG

pytestmark = [pytest.mark.slow, pytest.mark.browser]
ADDRESSES = (
    f"/class/{SLUG}",
    f"/class/{SLUG}?page=2&show=attention",
    f"/class/{SLUG}?q=no-such-student",
    f"/class/{SLUG}/files",
    "/roster?page=2",
    "/questions",
    "/operations",
)


@pytest.fixture
def address(site: CourseSite) -> Iterator[tuple[str, str]]:
    """The address of a portal with 130 students, and the session of an instructor."""
    people = crowd.crowd(130)
    crowd.write_portal(site.database, people, SLUG, site.name)
    crowd.write_marks(site.results(SLUG).database, people, SLUG, site.name)
    site.graders.begin("a-machine-with-a-long-name.example.org:12345", Isolation.DEGRADED, 2, now(), now())
    site.graders.note_problem("a-machine-with-a-long-name.example.org:12345", "tiny: the disk is full", now())
    (roe,) = site.accounts.enrol([Enrolment(login="roe", name="Roe", role=Role.INSTRUCTOR)], None, now())
    secret = new_secret()
    site.accounts.begin_session(roe.account, digest(secret), now(), now() + timedelta(hours=1))
    config = uvicorn.Config(application(site, hosts=["127.0.0.1"]), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert wait_until(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", secret
    server.should_exit = True
    thread.join()


def test_lists_work_on_a_phone_and_a_laptop_without_a_script(
    address: tuple[str, str], browser: Any, violations: Callable[[Any], list[str]]
) -> None:
    start, secret = address
    context = browser.new_context(bypass_csp=True)
    context.add_cookies([{"name": COOKIE, "value": secret, "url": start}])
    page = context.new_page()
    for path in ADDRESSES:
        page.goto(start + path)
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            assert violations(page) == [], (path, width)
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies([{"name": COOKIE, "value": secret, "url": start}])
    page = plain.new_page()
    page.goto(f"{start}/class/{SLUG}")
    page.get_by_label("Name or login").fill("x1")
    page.locator("select[name=show]").select_option("attention")
    page.get_by_role("button", name="Search").click()
    assert page.url.endswith("?q=x1&show=attention")
    page.goto(f"{start}/class/{SLUG}")
    page.get_by_role("link", name="Next page").click()
    assert page.url.endswith("?page=2")
