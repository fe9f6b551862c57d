"""Snapshots, and pages in a real browser.

`make snapshots` writes snapshots anew; look at the difference before keeping it.
"""

import os
from pathlib import Path

import pytest

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture
def snapshot():
    """Compare a component with what it looked like when a person last agreed to it."""

    def compare(name, html):
        path = SNAPSHOTS / name
        if os.environ.get("UPDATE_SNAPSHOTS"):
            SNAPSHOTS.mkdir(exist_ok=True)
            path.write_text(html, encoding="utf-8")
        assert path.exists(), f"{path} is missing; `make snapshots` writes it"
        assert html == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def opened(browser, tmp_path):
    """Open HTML as a file, with all that is folded open; gives the page, and the requests that left it."""
    contexts = []
    path = tmp_path / "page.html"

    def inside(url):
        return url.startswith("data:") or url.partition("#")[0] == path.as_uri()

    def open_page(html, width=1280, scheme="light", unfolded=True, **options):
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        requests = []  # grows while the page is open
        page.on("request", lambda request: None if inside(request.url) else requests.append(request.url))
        page.goto(path.as_uri())
        if unfolded and options.get("java_script_enabled", True):
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        return page, requests

    yield open_page
    for context in contexts:
        context.close()
