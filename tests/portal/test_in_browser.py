"""From the invitation to the published report in headless Chromium, with the real commands, sandbox included."""

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.course.layout import Course
from grader.execute import isolation
from grader.model.record import Isolation
from tests.conftest import NO_SANDBOX, ROOT, wait_until
from tests.portal.people import SLUG, roster

pytestmark = [pytest.mark.slow, pytest.mark.browser]
WAIT = 90_000
PHONE, LAPTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest.fixture
def portal(small: Course, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a portal that `grader serve` serves, and the link of its administrator."""
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--port", str(port), "--jobs", "1", "--results", str(tmp_path / "results")]
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "grader", *words, "--course", str(small.root)],
            cwd=ROOT,
            stdout=stream,
            stderr=stream,
        )
    try:
        assert wait_until(lambda: "The portal runs at" in log.read_text() or process.poll() is not None), (
            log.read_text()
        )
        found = re.search(r"Administrator: (\S+)", log.read_text())
        assert found, log.read_text()
        yield f"http://127.0.0.1:{port}", found[1]
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def well(violations: Callable[[Any], list[str]]) -> Callable[[Any], None]:
    """A function that checks an open page: axe finds nothing, and nothing is wider than the window."""

    def check(page: Any) -> None:
        assert violations(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    return check


def follow(page: Any, start: str, well: Callable[[Any], None]) -> set[str]:
    """Open every page that links lead to from a page, each kind once, and check it; returns the kinds."""
    kinds: set[str] = set()
    waiting = [start]
    while waiting:
        target = waiting.pop(0)
        kind = re.sub(rf"/{SLUG}\b|/ada$|/bob$|/\d+$|(?<=questions)/[^/]+|(?<=threads)/[^/]+", "", target)
        if kind in kinds or target.endswith("/notebook") or re.search("/files/|/uploads/", target):
            continue
        kinds.add(kind)
        page.goto(target)
        for size in (PHONE, LAPTOP):
            page.set_viewport_size(size)
            well(page)
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href.split('#')[0])")
        # A report has its own tests, and no links of the portal.
        waiting += [
            link
            for link in links
            if link.startswith(start.rsplit("/", 1)[0]) and not re.search("/reports/|page/", link)
        ]
    return kinds


def choose_password(page: Any, link: str, well: Callable[[Any], None]) -> None:
    """Open the link of an invitation, and choose a password with the keyboard alone."""
    page.goto(link)
    well(page)
    page.get_by_label("New password").focus()
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/course")
    well(page)


def test_from_the_invitation_to_the_published_report(
    portal: tuple[str, str], small: Course, browser: Any, tmp_path: Path, well: Callable[[Any], None]
) -> None:
    address, link = portal
    solution = small.solution_notebook(SLUG)
    (tmp_path / "class.csv").write_bytes(roster("ada", "bob"))
    # The policy of the pages would keep axe out.
    staff = browser.new_context(viewport=LAPTOP, bypass_csp=True).new_page()
    choose_password(staff, link, well)
    staff.get_by_role("link", name="People").click()
    staff.get_by_label("Roster").set_input_files(tmp_path / "class.csv")
    staff.get_by_role("button", name="Upload").click()
    well(staff)
    invitation = staff.locator("tr", has_text="Ada").locator(".portal-link").inner_text()

    student = browser.new_context(viewport=PHONE, bypass_csp=True).new_page()
    choose_password(student, invitation, well)
    student.get_by_role("link", name="Tiny").click()
    well(student)
    dropped = student.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'dropped.ipynb')); return data; }"
    )
    student.dispatch_event("main", "drop", {"dataTransfer": dropped})
    student.get_by_text("dropped.ipynb (1 kB)").wait_for()
    student.get_by_label("Notebook").set_input_files(solution)
    # If the connection is lost, the form stays as it is, and can be sent again.
    student.route("**/attempts", lambda route: route.abort())
    student.get_by_role("button", name="Submit").click()
    student.get_by_text("The connection was lost.").wait_for()
    well(student)
    student.unroute("**/attempts")
    student.get_by_role("button", name="Submit").click()
    student.wait_for_url("**/attempts/1")
    well(student)
    # The script brings the page up to date when an event arrives: nobody loads it again.
    student.get_by_text("Your submission has been graded.").wait_for(timeout=WAIT)
    well(student)
    student.goto(f"{address}/exercises/{SLUG}/report")
    assert student.get_by_role("heading", name="There is no such page").count() == 1

    staff.goto(f"{address}/class/{SLUG}")
    well(staff)
    staff.get_by_role("button", name="Publish the marks of the class").click()
    staff.get_by_text("Students see their marks and reports.").wait_for()
    student.goto(f"{address}/course")
    student.get_by_role("link", name="Read your report.").click()
    well(student)
    frame = student.frame_locator("iframe")
    assert "Feedback for ada" in frame.locator("body").inner_text(timeout=WAIT)
    # Neither in the frame nor alone can the report act as the portal: its origin is unlike any other.
    assert student.frames[1].evaluate("self.origin") == "null"
    alone = browser.new_context(storage_state=student.context.storage_state()).new_page()
    alone.goto(f"{address}/exercises/{SLUG}/report/page")
    assert alone.evaluate("self.origin") == "null"

    # The student asks about a question with the keyboard. Then staff look at every page, in German.
    student.locator("summary").focus()
    student.keyboard.press("Enter")
    student.locator("details a").first.focus()
    student.keyboard.press("Enter")
    student.get_by_label("Your reason").focus()
    student.keyboard.type("Please look again.")
    student.keyboard.press("Tab")
    student.keyboard.press("Enter")
    student.get_by_text("Not decided yet").wait_for()
    well(student)
    staff.goto(f"{address}/class/{SLUG}/regrade")
    staff.get_by_role("button", name="Preview the changes").click()
    staff.get_by_text("No marks change.").wait_for(timeout=WAIT)
    staff.goto(f"{address}/account")
    staff.locator("select[name=language]").select_option("de")
    staff.get_by_role("button", name="Save").click()
    kinds = {kind.removeprefix(address) for kind in follow(staff, f"{address}/course", well)}
    assert kinds >= {
        "/course", "/questions", "/roster", "/operations", "/operations/log", "/account", "/class", "/class/regrade",
        "/class/questions", "/class/students", "/class/preview", "/class/threads", "/exercises",
    }  # fmt: skip

    # The same where no events arrive: the script asks from time to time.
    student.route("**/events", lambda route: route.abort())
    student.goto(f"{address}/exercises/{SLUG}")
    (tmp_path / "third.ipynb").write_bytes(solution.read_bytes().replace(b'"outputs"', b'  "outputs"', 1))
    student.get_by_label("Notebook").set_input_files(tmp_path / "third.ipynb")
    student.get_by_role("button", name="Submit").click()
    student.wait_for_url("**/attempts/2")
    student.get_by_text("Your submission has been graded.").wait_for(timeout=WAIT)

    # The same without JavaScript: sign in, submit another attempt, and wait.
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(f"{address}/sign-in")
    plain.get_by_label("E-mail address or login").fill("ada@x.org")
    plain.get_by_label("Password").fill("correct horse battery")
    plain.get_by_role("button", name="Sign in").click()
    plain.goto(f"{address}/exercises/{SLUG}")
    (tmp_path / "second.ipynb").write_bytes(solution.read_bytes().replace(b'"outputs"', b' "outputs"', 1))
    plain.get_by_label("Notebook").set_input_files(tmp_path / "second.ipynb")
    plain.get_by_role("button", name="Submit").click()
    plain.wait_for_url("**/attempts/3")
    plain.get_by_text("Your submission has been graded.").wait_for(timeout=WAIT)
