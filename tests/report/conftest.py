"""Snapshots, and pages in a real browser.

`make snapshots` writes snapshots anew; look at the difference before keeping it.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SNAPSHOTS = Path(__file__).parent / "snapshots"
Snapshot = Callable[[str, str], None]  # name of the file, HTML
Opened = Callable[..., tuple[Any, list[str]]]


@pytest.fixture
def snapshot() -> Snapshot:
    """Compare a component with what it looked like when a person last agreed to it."""

    def compare(name: str, html: str) -> None:
        path = SNAPSHOTS / name
        if os.environ.get("UPDATE_SNAPSHOTS"):
            SNAPSHOTS.mkdir(exist_ok=True)
            path.write_text(html, encoding="utf-8")
        assert path.exists(), f"{path} is missing; `make snapshots` writes it"
        assert html == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    """One tab for the tests of a file: to open one takes longer than to load a page."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def opened(tab: Any, tmp_path: Path) -> Iterator[Opened]:
    """Open HTML as a file, with all that is folded open; gives the page, and the requests that left it."""
    path = tmp_path / "page.html"
    requests: list[str] = []  # grows while the page is open

    def notice(request: Any) -> None:
        if not request.url.startswith("data:") and request.url.partition("#")[0] != path.as_uri():
            requests.append(request.url)

    def open_page(html: str, width: int = 1280, scheme: str = "light", unfolded: bool = True) -> tuple[Any, list[str]]:
        path.write_text(html, encoding="utf-8")
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(media="screen", color_scheme=scheme)
        tab.mouse.move(0, 0)
        tab.goto(path.as_uri())
        if unfolded:
            tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        return tab, requests

    tab.on("request", notice)
    yield open_page
    tab.remove_listener("request", notice)
