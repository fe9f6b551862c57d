"""Checking before submitting, and the list of uploads, in headless Chromium: on a phone and a laptop."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.model.portal import Enrolment, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import new_link
from grader.portal.application import application
from tests.conftest import notebook
from tests.fakes import number_question
from tests.portal.people import SLUG, answered, grade_all
from tests.portal.served import served
from tests.portal.test_check_runs import run_checks

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PHONE, LAPTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture
def address(site: CourseSite) -> Iterator[str]:
    """The address of a portal without a grader."""
    with served(application(site, hosts=["127.0.0.1"])) as place:
        yield place


def enter(site: CourseSite, browser: Any, address: str, login: str, role: Role) -> Any:
    """A page of a person who is signed in. Axe could not run with the policy of the pages."""
    student = login if role is Role.STUDENT else ""
    (member,) = site.accounts.enrol([Enrolment(login=login, name=login, role=role, student=student)], None, now())
    page = browser.new_context(viewport=LAPTOP, bypass_csp=True).new_page()
    page.goto(f"{address}/welcome/{new_link(site, member)}")
    page.get_by_label("New password").fill("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/course")
    return page


def test_a_check_and_the_uploads_on_a_phone_and_a_laptop(
    site: CourseSite, address: str, browser: Any, tmp_path: Path, violations: Callable[[Any], list[str]]
) -> None:
    def look(page: Any) -> None:
        for size in (PHONE, LAPTOP):
            page.set_viewport_size(size)
            assert violations(page) == [], page.url
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    work, half = tmp_path / "my work.ipynb", tmp_path / "half.ipynb"
    work.write_bytes(answered(site))
    half.write_bytes(notebook(f"{number_question(site.material(SLUG))} = 1", "# the rest is missing"))
    ada = enter(site, browser, address, "ada", Role.STUDENT)
    ada.goto(f"{address}/exercises/{SLUG}")
    ada.get_by_label("Notebook").set_input_files(half)
    ada.get_by_role("button", name="Check files without running").press("Enter")
    ada.get_by_text("You have not submitted these files.").wait_for()
    look(ada)
    ada.get_by_label("Notebook").set_input_files(half)
    ada.get_by_role("button", name="Check only").press("Enter")
    ada.wait_for_url("**/checks/1")
    ada.get_by_text("Your check is next. Submissions go first, so it may take a while.").wait_for()
    look(ada)
    run_checks(site)
    ada.get_by_text("Your notebook has been checked.").wait_for()  # without loading the page again
    ada.get_by_text("Your notebook is not ready yet.").wait_for()
    look(ada)
    ada.get_by_role("link", name="To submit, choose the files again.").press("Enter")
    ada.get_by_label("Notebook").set_input_files(work)
    ada.get_by_role("button", name="Submit", exact=True).press("Enter")
    ada.wait_for_url("**/attempts/1")
    grade_all(site)
    ada.goto(f"{address}/exercises/{SLUG}")
    look(ada)
    roe = enter(site, browser, address, "roe", Role.INSTRUCTOR)
    roe.goto(f"{address}/class/{SLUG}/students/ada")
    look(roe)
    with roe.expect_download() as downloading:
        roe.get_by_role("link", name="my work.ipynb").press("Enter")
    assert Path(downloading.value.path()).read_bytes() == work.read_bytes()
    assert downloading.value.suggested_filename == "my work.ipynb"
