"""A student answers questions about the own work in headless Chromium: with the keyboard, on a phone and a laptop."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.model.portal import Role
from grader.pipeline.course_site import CourseSite
from grader.portal.application import application
from tests.portal.people import SLUG, Person, grade_all
from tests.portal.served import served
from tests.portal.test_checks_in_browser import LAPTOP, PHONE
from tests.portal.test_checks_in_browser import enter as open_page
from tests.portal.test_own_work_in_portal import marked, stored

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def address(site: CourseSite) -> Iterator[str]:
    """The address of a portal without a grader."""
    with served(application(site, hosts=["127.0.0.1"])) as place:
        yield place


def test_a_student_answers_with_the_keyboard_on_a_phone_and_a_laptop(
    site: CourseSite,
    enter: Callable[..., Person],
    address: str,
    browser: Any,
    violations: Callable[[Any], list[str]],
) -> None:
    def look(page: Any) -> None:
        for size in (PHONE, LAPTOP):
            page.set_viewport_size(size)
            assert violations(page) == [], page.url
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    marked(site, enter)
    ada = open_page(site, browser, address, "ada", Role.STUDENT)
    ada.goto(f"{address}/exercises/{SLUG}/report")
    look(ada)
    ada.goto(f"{address}/exercises/{SLUG}")
    ada.get_by_role("link", name="Answer questions about your work").press("Enter")
    ada.wait_for_url("**/own-work")
    look(ada)
    ada.get_by_role("button", name="Start").press("Enter")
    ada.get_by_text("Your questions are being prepared.").wait_for()
    look(ada)
    grade_all(site)
    ada.get_by_role("button", name="Send the answers").wait_for()  # without loading the page again
    look(ada)
    ada.get_by_role("button", name="Send the answers").press("Enter")
    ada.get_by_text("Choose an answer for at least one question.").wait_for()
    look(ada)
    ada.get_by_role("group", name="Question 1").get_by_role("radio").first.focus()
    ada.keyboard.press("Space")
    ada.keyboard.press("ArrowDown")
    ada.keyboard.press("Tab")
    ada.keyboard.press("Space")
    ada.keyboard.press("Enter")
    ada.get_by_text("These points are not part of the mark above.").wait_for()
    look(ada)
    assert [finding.choice for finding in stored(site).findings] == [1, 0, None]
    roe = open_page(site, browser, address, "roe", Role.INSTRUCTOR)
    roe.goto(f"{address}/class/{SLUG}/students/ada")
    look(roe)
