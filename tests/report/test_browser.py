"""The pages in a real browser."""

from collections.abc import Callable

import pytest

from tests.report.conftest import Opened
from tests.report.hostile_pages import HOSTILE, hostile_dashboard, hostile_page
from tests.report.sample_pages import PAGES, dashboard_page, picture_page, student_page

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.mark.parametrize("render", [hostile_page, hostile_dashboard])
def test_hostile_text_sets_no_global_and_sends_no_request(opened: Opened, render: Callable[[str], str]) -> None:
    page, requests = opened(render("\n\n".join(HOSTILE)))
    page.wait_for_timeout(100)
    assert page.evaluate("window.owned") is None
    assert requests == []


def test_a_request_would_be_noticed(opened: Opened) -> None:
    html = (
        student_page().replace("img-src data:", "img-src *").replace("<main", '<img src="https://evil.example/x"><main')
    )
    _, requests = opened(html)
    assert requests == ["https://evil.example/x"]


@pytest.mark.parametrize("html", [*PAGES, lambda: hostile_page("x" * 400)])
def test_page_does_not_scroll_sideways(opened: Opened, html: Callable[[], str]) -> None:
    page, requests = opened(html())
    for width in (320, 390, 1280, 3840):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, width
    assert requests == []


CONTRAST = """() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number)
  const linear = value => value <= 10.3 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
  const background = node => {
    const colour = parse(getComputedStyle(node).backgroundColor)
    return colour[3] === 0 ? background(node.parentElement) : colour
  }
  const poor = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), parent = walker.currentNode.parentElement
    if (!text || parent.closest('svg, style, .text-unseen, .page-skip')) continue
    const pair = [luminance(parse(getComputedStyle(parent).color)), luminance(background(parent))]
    if ((Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05) < 4.5) poor.push(text.slice(0, 40))
  }
  return poor
}"""


@pytest.mark.parametrize("html", PAGES)
def test_text_has_contrast_in_both_themes(opened: Opened, html: Callable[[], str]) -> None:
    page, _ = opened(html())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(CONTRAST) == [], scheme


def test_keyboard_reaches_the_content_first(opened: Opened) -> None:
    page, _ = opened(student_page())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "page-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_link_to_a_cell_opens_the_notebook(opened: Opened) -> None:
    page, _ = opened(student_page())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = false)")
    page.click("a[href='#cell-5']")
    assert page.evaluate("document.querySelector('details.notebook').open")


INSIDE = """() => [...document.querySelectorAll('svg.plot')].flatMap(svg => {
  const frame = svg.getBoundingClientRect()
  return [...svg.querySelectorAll('text')]
    .filter(text => { const box = text.getBoundingClientRect()
      return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1 })
    .map(text => text.textContent)
})"""


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("html", [picture_page, student_page, dashboard_page])
def test_no_text_of_a_picture_is_cut_off(opened: Opened, width: int, html: Callable[[], str]) -> None:
    page, _ = opened(html(), width)
    assert page.evaluate(INSIDE) == []


LETTERS = """() => [...document.querySelectorAll('svg.plot text')].map(text =>
  parseFloat(getComputedStyle(text).fontSize) * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b)
)"""


@pytest.mark.parametrize("html", [picture_page, student_page, dashboard_page])
def test_letters_of_pictures_can_be_read_on_a_phone_and_grow_with_the_page(
    opened: Opened, html: Callable[[], str]
) -> None:
    page, _ = opened(html(), 320)
    assert min(page.evaluate(LETTERS)) >= 9
    page.set_viewport_size({"width": 3840, "height": 2160})
    body = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert min(page.evaluate(LETTERS)) >= 0.6 * body


SCALES = """() => [...document.querySelectorAll('.steps svg.plot')]
  .map(svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""


@pytest.mark.parametrize("width", [320, 1280])
def test_small_pictures_are_not_shrunk_beyond_reading(opened: Opened, width: int) -> None:
    page, _ = opened(picture_page(), width)
    assert min(page.evaluate(SCALES)) > 0.75
