"""Five tabs stay open for an hour of simulated use: each shows what is true, and nothing grows in the server."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.model.portal import Role
from grader.pipeline.course_site import CourseSite
from grader.portal.application import application
from grader.portal.rates import LIMITS, Rates
from grader.portal.views import live
from tests.conftest import wait_until
from tests.portal.people import SLUG, answered, grade_all
from tests.portal.served import served
from tests.portal.test_check_runs import run_checks
from tests.portal.test_checks_in_browser import enter

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.browser]
MINUTES = 60
_SETTLED = 10


@pytest.fixture
def address(site: CourseSite, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a portal in which a minute of a stream lasts half a second."""
    monkeypatch.setattr(live, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(live, "_MOST_SECONDS", 0.5)
    rates = Rates(dict.fromkeys(LIMITS, "99999/second"))
    with served(application(site, hosts=["127.0.0.1"], rates=rates)) as place:
        yield place


def held() -> tuple[int, int]:
    """How many threads and open files this process has, in which the portal runs."""
    return threading.active_count(), len(os.listdir("/proc/self/fd"))


def upload(page: Any, address: str, path: Path, content: bytes) -> None:
    """Submit a notebook in a tab."""
    path.write_bytes(content)
    page.goto(f"{address}/exercises/{SLUG}")
    page.get_by_label("Notebook").set_input_files(path)
    page.get_by_role("button", name="Submit", exact=True).press("Enter")
    page.wait_for_url("**/attempts/*")


def test_five_tabs_for_an_hour(site: CourseSite, address: str, browser: Any, tmp_path: Path) -> None:
    ada = enter(site, browser, address, "ada", Role.STUDENT)
    attempt, check, course = ada, ada.context.new_page(), ada.context.new_page()
    roe = enter(site, browser, address, "roe", Role.INSTRUCTOR)
    klass, operations = roe, roe.context.new_page()
    tabs = (attempt, check, course, klass, operations)
    problems: list[str] = []
    for tab in tabs:
        tab.on("pageerror", lambda error: problems.append(str(error)))
    work = tmp_path / "work.ipynb"
    for address_of, tab in (("course", course), (f"class/{SLUG}", klass), ("operations", operations)):
        tab.goto(f"{address}/{address_of}")

    before, marks = (0, 0), 0
    sizes: dict[Any, int] = {}
    for minute in range(MINUTES):
        if minute % 4 == 0:  # Ada submits, and the tab waits for minutes without being loaded again
            upload(attempt, address, work, answered(site, minute))
            attempt.get_by_text("Your submission is next.").wait_for()
        if minute % 4 == 1:
            work.write_bytes(answered(site, -minute))
            check.goto(f"{address}/exercises/{SLUG}")
            check.get_by_label("Notebook").set_input_files(work)
            check.get_by_role("button", name="Check only").press("Enter")
            check.wait_for_url("**/checks/*")
            run_checks(site)
            check.get_by_text("Your notebook has been checked.").wait_for()
        if minute % 4 == 2:
            assert grade_all(site) == 1
            marks += 1
            attempt.get_by_text("Your submission has been graded.").wait_for()
        if minute % 4 == 3:
            name = "Hide" if klass.get_by_role("button", name="Hide the marks of the class").count() else "Publish"
            klass.get_by_role("button", name=f"{name} the marks of the class").press("Enter")
            klass.get_by_text("Students see" if name == "Publish" else "Students do not see").wait_for()
            course.reload()
            is_visible = "Mark published" in course.locator("main").inner_text()
            assert is_visible == (name == "Publish")
        operations.reload()
        klass.reload()
        assert "ada" in klass.locator("main").inner_text()
        attempt.wait_for_timeout(500)  # in which a stream ends, and the browser connects again
        if minute == _SETTLED:
            before = held()
            sizes = {tab: tab.evaluate("document.getElementsByTagName('*').length") for tab in (operations, klass)}

    assert marks == MINUTES // 4
    assert problems == []
    assert len(site.queue.of_student("ada", SLUG)) == MINUTES // 4
    for tab, size in sizes.items():
        assert tab.evaluate("document.getElementsByTagName('*').length") <= size + 10
    # Streams of tabs that have gone end with their minute; a pool of threads and connections has a fixed size.
    assert wait_until(lambda: all(now <= then + 20 for now, then in zip(held(), before, strict=True))), (before, held())
    assert not list((site.results(SLUG).folder / "checks").rglob("*.ipynb"))
