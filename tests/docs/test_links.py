"""Links between the pages lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.pages import PAGES, anchors, name

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MODULE = re.compile(r"`((?:grader/)?(\w+)/[a-z_/]+\.py)`")
"""A module of the grader, with its room."""


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_relative_links_resolve(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_modules_that_a_page_names_exist(page: Path) -> None:
    grader = ROOT / "grader"
    named = [
        path.removeprefix("grader/") for path, room in MODULE.findall(page.read_text()) if (grader / room).is_dir()
    ]
    assert [path for path in named if not (grader / path).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_code_is_not_broken_over_lines(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert [line for line in text.splitlines() if line.count("`") % 2] == []


def test_pictures_are_small() -> None:
    pictures = [path for page in PAGES for path in (page.parent / "pictures").glob("*.png")]
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > 150_000] == []
