"""A student practises in headless Chromium: with the keyboard, on a phone and a laptop; axe finds nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.model.portal import Role
from grader.pipeline.course_site import CourseSite
from grader.portal.application import application
from tests.portal.served import served
from tests.portal.test_checks_in_browser import LAPTOP, PHONE
from tests.portal.test_checks_in_browser import enter as open_page
from tests.portal.test_practice_in_portal import draw_all, practised

__all__ = ["practised"]

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def address(site: CourseSite) -> Iterator[str]:
    """The address of a portal without a grader."""
    with served(application(site, hosts=["127.0.0.1"])) as place:
        yield place


def test_a_student_practises_with_the_keyboard_on_a_phone_and_a_laptop(
    practised: CourseSite,
    address: str,
    browser: Any,
    violations: Callable[[Any], list[str]],
) -> None:
    def look(page: Any) -> None:
        for size in (PHONE, LAPTOP):
            page.set_viewport_size(size)
            assert violations(page) == [], page.url
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    ada = open_page(practised, browser, address, "ada", Role.STUDENT)
    ada.get_by_role("link", name="Practice").press("Enter")
    ada.get_by_text("Questions are being prepared.").wait_for()
    look(ada)
    draw_all(practised)
    ada.get_by_role("link", name="Next question").wait_for()  # without loading the page again
    look(ada)
    ada.get_by_role("link", name="Next question").press("Enter")
    ada.get_by_label("Your answer").focus()
    look(ada)
    ada.keyboard.type("0 + 0")
    ada.keyboard.press("Enter")
    ada.get_by_role("heading", name="Not right yet").wait_for()
    look(ada)
    ada.get_by_role("link", name="Next question", exact=True).press("Enter")
    ada.get_by_label("Your answer").wait_for()
    roe = open_page(practised, browser, address, "roe", Role.INSTRUCTOR)
    roe.get_by_role("link", name="Practice of the class").press("Enter")
    roe.get_by_role("cell", name="1", exact=True).first.wait_for()
    look(roe)
