"""Every kind of page in a real browser: whoever cannot see it, has no mouse, or reads it on paper, gets all of it."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from tests.report import sample_pages as pages
from tests.report.conftest import Opened
from tests.report.hostile_pages import HOSTILE, hostile_dashboard, hostile_page

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def hostile_student_page() -> str:
    return hostile_page("\n\n".join(HOSTILE))


def hostile_dashboard_page() -> str:
    return hostile_dashboard("\n\n".join(HOSTILE))


ALL = (*pages.PAGES, hostile_student_page, hostile_dashboard_page)


@pytest.mark.parametrize("html", ALL)
def test_axe_finds_no_violation_narrow_or_wide_in_light_or_dark(
    opened: Opened, violations: Callable[[Any], list[str]], html: Callable[[], str]
) -> None:
    page, _ = opened(html())
    for width, scheme in product((1280, 320), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], (width, scheme)


@pytest.mark.parametrize("html", ALL)
def test_axe_finds_no_violation_in_what_is_folded_or_without_script(
    opened: Opened, violations: Callable[[Any], list[str]], html: Callable[[], str]
) -> None:
    page, _ = opened(html(), unfolded=False)
    assert violations(page) == []


def test_axe_finds_what_is_wrong(opened: Opened, violations: Callable[[Any], list[str]]) -> None:
    page, _ = opened(pages.student_page().replace('<html lang="en">', "<html>"))
    assert any(line.startswith("html-has-lang") for line in violations(page))


INTERACTIVE = """() => {
  const all = document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')
  const shown = [...all].filter(each => each.checkVisibility({ visibilityProperty: true }))
  shown.forEach((each, number) => each.dataset.number = number)
  return shown.length
}"""
FOCUSED = """() => {
  const each = document.activeElement, style = getComputedStyle(each)
  return [each.dataset?.number ?? null, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1]
}"""


@pytest.mark.parametrize("html", [*pages.PAGES, hostile_student_page])
def test_the_keyboard_reaches_everything_in_its_order_and_shows_where_it_is(
    opened: Opened, html: Callable[[], str]
) -> None:
    page, _ = opened(html())
    count = page.evaluate(INTERACTIVE)
    assert count > 0
    for number in range(count):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == [str(number), True]


UNREACHABLE = """() => [...document.querySelectorAll('body *')]
  .filter(each => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
  .filter(each => ['auto', 'scroll'].includes(getComputedStyle(each).overflowX))
  .filter(each => !(each.tabIndex === 0 && each.role && each.ariaLabel))
  .map(each => each.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("html", ALL)
def test_what_scrolls_sideways_has_a_name_and_takes_the_keyboard(opened: Opened, html: Callable[[], str]) -> None:
    page, _ = opened(html(), 320)
    assert page.evaluate(UNREACHABLE) == []


def test_wide_tables_scroll_in_a_region_of_their_own(opened: Opened) -> None:
    page, _ = opened(pages.course_page(), 320)
    region = page.get_by_role("group", name="Exercises by students")
    region.focus()
    before = region.evaluate("each => each.scrollLeft")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.activeElement.scrollLeft > before", arg=before)


@pytest.mark.parametrize("html", ALL)
def test_no_request_leaves_a_page_however_it_is_shown(opened: Opened, html: Callable[[], str]) -> None:
    page, requests = opened(html(), scheme="dark")
    page.emulate_media(media="print")
    for link in page.locator("a[href^='#']").all()[:5]:
        link.focus()
    assert requests == []


PAPER = 673  # A4 less its margins, in CSS pixels
SHEETS = {
    "student_page": (4, 8),
    "decided_page": (4, 8),
    "picture_page": (5, 9),
    "careless_page": (4, 8),
    "unsettled_page": (1, 3),
    "dashboard_page": (3, 7),
    "course_page": (2, 5),
    "leaderboard_page": (1, 2),
}


@pytest.mark.parametrize("html", pages.PAGES)
def test_printing_gives_the_expected_sheets(opened: Opened, html: Callable[[], str]) -> None:
    page, _ = opened(html(), unfolded=False)
    pdf = page.pdf(prefer_css_page_size=True, format="A4")
    least, most = SHEETS[html.__name__]
    assert least <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= most


@pytest.mark.parametrize("html", [page for page in pages.PAGES if page is not pages.course_page])
def test_nothing_is_cut_off_on_paper(opened: Opened, html: Callable[[], str]) -> None:
    page, _ = opened(html(), PAPER, unfolded=False)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER


def test_a_course_is_printed_across_the_sheet(opened: Opened) -> None:
    page, _ = opened(pages.course_page(24, 12), 1000)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1000
    pdf = page.pdf(prefer_css_page_size=True, format="A4")
    sheets = [[float(side) for side in box.split()[2:]] for box in re.findall(rb"/MediaBox \[([\d. ]+)\]", pdf)]
    assert len(sheets) > 1
    assert all(wide > high for wide, high in sheets)


HEADS = "() => [...document.querySelectorAll('th button')].map(each => getComputedStyle(each).display)"


def test_heads_of_tables_are_plain_text_on_paper_so_that_each_sheet_repeats_them(opened: Opened) -> None:
    page, _ = opened(pages.dashboard_page())
    page.emulate_media(media="print")
    assert set(page.evaluate(HEADS)) == {"contents"}


SPLIT = """() => [...document.querySelectorAll('.card')]
  .filter(card => !card.querySelector('table') && getComputedStyle(card).breakInside !== 'avoid')
  .map(card => card.id)"""


def test_a_short_card_stays_on_one_sheet(opened: Opened) -> None:
    page, _ = opened(pages.student_page(), unfolded=False)
    assert page.evaluate("document.querySelectorAll('.card').length") == 6
    page.emulate_media(media="print")
    assert page.evaluate(SPLIT) == []


VISIBLE = """text => [...document.querySelectorAll('body *')]
  .some(each => each.checkVisibility() && [...each.childNodes].some(node => node.data?.includes(text)))"""


def test_what_is_folded_in_a_question_is_printed_and_the_notebook_only_when_unfolded(opened: Opened) -> None:
    page, _ = opened(pages.student_page(), unfolded=False)
    folded = ("The pooling is missing", "It is not there.", "Labelled correctly (recall)")
    assert [page.evaluate(VISIBLE, text) for text in folded] == [True, False, False]
    page.emulate_media(media="print")
    assert [page.evaluate(VISIBLE, text) for text in folded] == [True, True, True]
    assert not page.evaluate(VISIBLE, "not those saved in the file")
    page.evaluate("document.querySelector('details.notebook').open = true")
    assert page.evaluate(VISIBLE, "not those saved in the file")


def test_what_only_a_screen_can_do_is_not_printed(opened: Opened) -> None:
    page, _ = opened(pages.dashboard_page())
    page.get_by_label("Find").fill("ada")
    page.emulate_media(media="print")
    assert not page.locator(".tools").is_visible()
    assert not page.locator("nav").is_visible()
    assert page.locator("#list tbody tr:visible").count() == 1
    assert page.locator("#list").locator("xpath=..").evaluate("each => getComputedStyle(each).maxHeight") == "none"
