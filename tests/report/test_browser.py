"""The pages in a real browser."""

import shutil

import pytest
import report_samples as samples
from test_hostile import HOSTILE, hostile_overview, hostile_page

from grader.report.overview import render_overview
from grader.report.student import render_student

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Open HTML as a file; gives the page, and the requests that left it."""
    contexts = []

    def open_page(html, width=1280, scheme="light"):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        requests = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        return page, [url for url in requests if not url.startswith(("file:", "data:"))]

    yield open_page
    for context in contexts:
        context.close()


def student_page():
    return render_student(samples.exercise(), samples.CELLS, samples.assessment(), samples.record())


def overview_page():
    rows = [
        samples.overview_row(samples.assessment(name), link=f"{name}/report.html", seconds=2.0, origin=f"{name}.ipynb")
        for name in ("ada", "b" * 300)
    ]
    return render_overview(samples.exercise(), rows)


@pytest.mark.parametrize("render", [hostile_page, hostile_overview])
def test_hostile_text_sets_no_global_and_sends_no_request(opened, render):
    page, requests = opened(render("\n\n".join(HOSTILE)))
    page.wait_for_timeout(100)
    assert page.evaluate("window.owned") is None
    assert requests == []


@pytest.mark.parametrize("width", [320, 390, 1280, 3840])
@pytest.mark.parametrize("html", [student_page, overview_page, lambda: hostile_page("x" * 400)])
def test_page_does_not_scroll_sideways(opened, width, html):
    page, requests = opened(html(), width)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
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
    if (!text || parent.closest('svg, style, .unseen, .skip')) continue
    const pair = [luminance(parse(getComputedStyle(parent).color)), luminance(background(parent))]
    if ((Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05) < 4.5) poor.push(text.slice(0, 40))
  }
  return poor
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("html", [student_page, overview_page])
def test_text_has_contrast_in_both_themes(opened, scheme, html):
    page, _ = opened(html(), scheme=scheme)
    assert page.evaluate(CONTRAST) == []


def test_keyboard_reaches_the_content_first(opened):
    page, _ = opened(student_page())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_link_to_a_cell_opens_the_notebook(opened):
    page, _ = opened(student_page())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = false)")
    page.click("a[href='#cell-5']")
    assert page.evaluate("document.querySelector('details.notebook').open")
