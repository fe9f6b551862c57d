"""The site of the documentation: complete, without warnings, and readable without a network."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.cli.commands import COMMANDS
from tests.conftest import ROOT
from tests.docs.pages import PAGES, name

DOCS = ROOT / "docs"
BUILD = DOCS / "site" / "build.py"
IN_SITE = [page for page in PAGES if page.is_relative_to(DOCS)]
# What a browser loads by itself when it opens a page.
LOADED = re.compile(r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc=\"([^\"]+)\"|<link\b([^>]*)>")
STYLED = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
OUTSIDE = re.compile(r"(?:https?:)?//")


def build(site: Path, script: Path = BUILD) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(script), str(site)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """The module that makes tables from the code."""
    found = importlib.util.spec_from_file_location("reference", DOCS / "site" / "reference.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = build(folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def loaded(html: str) -> list[str]:
    """The addresses that a page loads by itself; a link to another page is not one of them."""
    found = []
    for source, attributes in LOADED.findall(html):
        link = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        found += [source or link.get("href", "")]
    return found


def test_the_index_lists_every_page_once() -> None:
    listed = re.findall(r"^\* \[[^\]]*\]\(([^)\s#]+\.md)\)", (DOCS / "index.md").read_text(), re.MULTILINE)
    assert len(listed) == len(set(listed))
    pages = {str(page.relative_to(DOCS)) for page in IN_SITE}
    assert {each for each in listed if not each.startswith("../")} == pages - {"index.md"}


@pytest.mark.slow
def test_every_page_is_on_the_site_and_in_its_navigation(site: Path) -> None:
    tree = (site / "index.html").read_text()
    sidebar = tree[tree.index('<div class="sidebar-tree">') : tree.index("</aside>")]
    linked = set(re.findall(r'href="([^"#]+)"', sidebar))
    pages = {str(page.relative_to(DOCS).with_suffix(".html")) for page in IN_SITE} - {"index.html"}
    assert pages - linked == set()
    assert [link for link in linked if not (site / link).exists()] == []


@pytest.mark.slow
def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    pages, styles = sorted(site.rglob("*.html")), sorted(site.rglob("*.css"))
    assert len(pages) > len(IN_SITE)
    assert styles
    found = {page.name: [each for each in loaded(page.read_text()) if OUTSIDE.match(each)] for page in pages}
    for style in styles:
        text = style.read_text()
        found[style.name] = [each for pair in STYLED.findall(text) for each in pair if OUTSIDE.match(each)]
    assert {file: addresses for file, addresses in found.items() if addresses} == {}


def test_what_a_page_loads_is_found() -> None:
    html = '<script async src="//a.example/x.js"></script><link rel="stylesheet" href="https://b.example/x.css" />'
    assert loaded(html + '<img alt="" src="x.png"><a href="https://c.example">') == [
        "//a.example/x.js",
        "https://b.example/x.css",
        "x.png",
    ]


@pytest.mark.slow
def test_every_picture_is_shown(site: Path) -> None:
    shown = {
        Path(each).name
        for page in site.rglob("*.html")
        for each in re.findall(r'<img[^>]* src="([^"]+)"', page.read_text())
    }
    assert {path.name for path in (DOCS / "pictures").glob("*.png")} <= shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("reference/help.html", [f"grader {command}" for command in COMMANDS if command != "data"]),
        ("reference/exercise-toml.html", ["notebook_seconds", "thresholds", "Pictures of", "show_class"]),
        ("reference/course-toml.html", ["grace_minutes", "scored_attempts", "time_zone"]),
        (
            "reference/key-py.html",
            ["question", "slip", "Follows", "Slip", "Call", "following", "Erring", "grader.mistakes"],
        ),
    ],
)
def test_reference_pages_are_made_from_the_code(site: Path, page: str, words: list[str]) -> None:
    text = re.sub(r"<[^>]+>", "", (site / page).read_text())
    assert [word for word in words if word not in text] == []
    assert "writes the rest of this page" not in text


@pytest.mark.slow
def test_broken_links_and_pages_that_are_not_listed_fail_the_build(tmp_path: Path) -> None:
    """A small documentation, which would be built without these."""
    docs = tmp_path / "docs"
    for folder in ("site", "pictures"):
        shutil.copytree(DOCS / folder, docs / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "grader", tmp_path / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    broken = ["[page](no-such-page.md)", "[heading](students.md#no-such-heading)", "![picture](no-such-picture.png)"]
    pages = {
        "index": "# Pages\n\n## All\n\n* [Errata](errata.md)\n* [Students](students.md)\n",
        "errata": "\n\n".join(["# Errata", "[This page](students.md#a-heading) is there.", *broken]),
        "students": "# Students\n\n## A heading\n",
        "lonely": "# A lonely page\n",
    }
    for page, text in pages.items():
        (docs / f"{page}.md").write_text(text)
    done = build(tmp_path / "out", docs / "site" / "build.py")
    assert done.returncode != 0
    complaints = ("no-such-page.md", "no-such-heading", "no-such-picture.png", "lonely.md")
    warnings = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert sorted("".join(each for each in complaints if each in line) for line in warnings) == sorted(complaints)


@pytest.mark.slow
@pytest.mark.browser
def test_search_finds_a_page_without_a_server(site: Path, browser: Any) -> None:
    page, requests = browser.new_page(), []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{(site / 'search.html').as_uri()}?q=Brightspace")
    page.wait_for_selector("#search-results li a")
    assert "For instructors" in page.inner_text("#search-results")
    assert [each for each in requests if not each.startswith(("file:", "data:"))] == []
    page.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_do_not_scroll_sideways(site: Path, browser: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    for each in ("index", "commands", "how-to/exam-week", "reference/exercise-toml", "reference/help"):
        page.goto((site / f"{each}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, each
    page.close()


@pytest.mark.parametrize("page", [page for page in IN_SITE if "<!-- tables:" in page.read_text()], ids=name)
def test_places_of_tables_have_tables(page: Path, reference: ModuleType) -> None:
    found = re.findall(r"^<!-- tables: (\S+) -->$.*?^<!-- end -->$", page.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    assert set(found) <= set(reference.TABLES)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 1000}, "whole number from 1 to 1,000"),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.9}, "number above 0 and below 0.9"),
        ({"type": "integer", "minimum": 3}, "whole number of 3 or more"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text"),
        ({"anyOf": [{"type": "number"}, {"type": "integer"}, {"type": "string"}]}, "number or text"),
        ({"enum": ["hour", "day"], "type": "string"}, '`"hour"` or `"day"`'),
        ({"type": "array", "items": {"$ref": "#/$defs/File"}}, "list of tables"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "table of key = text"),
    ],
)
def test_values_are_named_in_words(reference: ModuleType, schema: dict[str, Any], words: str) -> None:
    assert reference.words(schema) == words


@pytest.mark.parametrize(
    ("default", "shown"),
    [
        (None, ""),
        ("", ""),
        ("UTC", '`"UTC"`'),
        (False, "`false`"),
        (300.0, "`300`"),
        (0.000001, "`0.000001`"),
        (0, "`0`"),
    ],
)
def test_defaults_are_written_as_in_toml(reference: ModuleType, default: object, shown: str) -> None:
    assert reference.shown(default) == shown


def test_a_setting_without_a_meaning_is_an_error(reference: ModuleType) -> None:
    with pytest.raises(KeyError, match="no_such_key"):
        reference.meaning("authors.md", "### Limits", "no_such_key")
