"""Staff do their work with the keyboard alone, in headless Chromium; axe finds nothing in any state."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.model.portal import Role
from grader.pipeline.course_site import CourseSite
from grader.portal.application import application
from tests.portal.people import SLUG, grade_all
from tests.portal.served import served
from tests.portal.test_checks_in_browser import LAPTOP, PHONE
from tests.portal.test_checks_in_browser import enter as open_page
from tests.portal.test_grading_by_hand import PLAIN, Writer, with_answers

pytestmark = [pytest.mark.slow, pytest.mark.browser]
_MOST_TABS = 150
_FOCUSED = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  return {
    name: (element.labels && element.labels.length ? element.labels[0].innerText : element.innerText || "").trim(),
    kind: element.localName,
    isVisible: style.outlineStyle !== "none" || style.boxShadow !== "none",
    isInside: element.getClientRects().length > 0,
  };
}"""


class Keyboard:
    """A person at a page who has no mouse.

    Args:
        page: The page.
        violations: Gives what axe finds wrong with it.
    """

    def __init__(self, page: Any, violations: Callable[[Any], list[str]]) -> None:
        self.page, self._violations = page, violations

    def reach(self, kind: str, name: str) -> None:
        """Press Tab until an element has the focus, which must be visible at each step."""
        passed = []
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(_FOCUSED)
            if focused["kind"] == "body":
                continue
            assert focused["isVisible"], focused
            assert focused["isInside"], focused
            passed.append(f"{focused['kind']} {focused['name']}")
            if focused["kind"] == kind and focused["name"].startswith(name):
                return
        raise AssertionError(f"{self.page.url}: no {kind} {name!r} among {passed}")

    def follow(self, kind: str, name: str) -> None:
        """Reach a link or a button, and press it, which leads to another page."""
        self.reach(kind, name)
        self.leave_with("Enter")

    def leave_with(self, key: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def unfold(self, name: str) -> None:
        """Reach a part of the page that is folded, and unfold it."""
        self.reach("summary", name)
        self.page.keyboard.press("Enter")

    def write(self, kind: str, name: str, text: str) -> None:
        """Reach a field, and write into it."""
        self.reach(kind, name)
        self.page.keyboard.type(text)

    def look(self, text: str) -> None:
        """Wait for a text, and check the page on a phone and a laptop."""
        self.page.get_by_text(text).first.wait_for()
        for size in (PHONE, LAPTOP):
            self.page.set_viewport_size(size)
            assert self._violations(self.page) == [], self.page.url
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url


@pytest.fixture
def address(site: CourseSite) -> Iterator[str]:
    """The address of a portal."""
    with served(application(site, hosts=["127.0.0.1"])) as place:
        yield place


def test_an_instructor_runs_a_class_with_the_keyboard(
    site: CourseSite,
    enter: Callable[..., Any],
    address: str,
    browser: Any,
    violations: Callable[[Any], list[str]],
) -> None:
    with_answers(site, enter, PLAIN, ada=1, bob=2, cyd=3)
    roe = Keyboard(open_page(site, browser, address, "roe", Role.INSTRUCTOR), violations)
    roe.follow("a", "Tiny")
    roe.look("Students do not see marks or reports yet.")

    # A question: the same points for a group, and then one answer at a time.
    roe.follow("a", "Why it overfits")
    roe.look("Grade the next answer")
    roe.unfold("Give all these answers the same points")
    roe.write("input", "Points", "2")
    roe.write("input", "Reason", "half of it")
    roe.follow("button", "Save for 1 student")
    roe.look("Graded, not stored yet")
    grade_all(site, Writer())
    roe.follow("button", "Grade the next answer")
    roe.look("Keys: Ctrl+Enter saves")
    roe.write("input", "Points (0–4)", "3")
    roe.write("textarea", "Comment to the student", "Nearly.")
    roe.leave_with("Control+Enter")
    roe.look("Waiting: 1")
    roe.unfold("New rubric item for this answer")
    roe.write("input", "Points (negative points are deducted)", "1")
    roe.write("textarea", "Text, which students read", "The cause is missing.")
    roe.leave_with("Control+Enter")
    roe.look("Graded, not stored yet")
    grade_all(site, Writer())

    # The rubric: a change is previewed, and applied.
    roe.page.goto(f"{address}/class/{SLUG}/questions/why")
    roe.follow("a", "Rubric")
    roe.look("The cause is missing.")
    roe.unfold("Change item 1")
    roe.reach("input", "Points")
    roe.page.keyboard.press("Control+A")
    roe.page.keyboard.type("1.5")
    roe.write("input", "Reason", "too strict")
    roe.follow("button", "Preview the changes")
    grade_all(site, Writer())
    roe.look("Marks that would change")
    roe.follow("button", "Apply the change")
    grade_all(site, Writer())
    roe.look("Marks that changed")

    # One student: override, comment, extension and excuse are forms of the same kind.
    roe.page.goto(f"{address}/class/{SLUG}")
    roe.follow("a", "ada")
    roe.look("Override points")
    roe.reach("select", "Question")
    roe.page.keyboard.press("ArrowDown")
    roe.write("input", "Points; leave this empty", "1")
    roe.write("input", "Reason", "found it")
    roe.follow("button", "Save the points")
    roe.look("Decision by roe: waiting for the grader.")
    grade_all(site, Writer())
    roe.page.reload()
    roe.look("found it")
    roe.follow("a", "View as the student")
    roe.look("ada")

    # Regrade, export, publish and hide.
    roe.page.goto(f"{address}/class/{SLUG}")
    roe.follow("a", "Regrade")
    roe.look("first preview how the marks would change")
    roe.follow("button", "Preview the changes")
    grade_all(site, Writer())
    roe.look("Marks that would change")
    roe.page.goto(f"{address}/class/{SLUG}")
    roe.follow("a", "Exports and imports")
    roe.look("Export marks")
    roe.reach("select", "Format")
    roe.page.keyboard.press("ArrowDown")
    roe.follow("button", "Export")
    roe.look("The file is ready")
    roe.reach("a", f"{SLUG}-findings.csv")
    with roe.page.expect_download() as downloading:
        roe.page.keyboard.press("Enter")
    assert downloading.value.suggested_filename == f"{SLUG}-findings.csv"
    roe.page.goto(f"{address}/class/{SLUG}")
    roe.follow("button", "Publish the marks of the class")
    roe.look("Students see their marks and reports.")
    roe.follow("button", "Hide the marks of the class")
    roe.look("Students do not see marks or reports yet.")
