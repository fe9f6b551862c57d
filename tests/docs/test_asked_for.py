"""README compares only what a test here shows, and quotes only tests that exist."""

import re

from tests.conftest import ROOT
from tests.docs.pages import rows, section

README = ROOT / "README.md"
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_each_row_of_the_comparison_names_a_test_that_exists() -> None:
    lines = list(rows(section(README, "## What others are asked for, and what is here")))[1:]
    assert len(lines) >= 5
    assert {cells[2].strip("`") for cells in lines} <= TESTS


def test_the_tests_that_pages_quote_exist() -> None:
    pages = [README, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    quoted = {name for page in pages for name in re.findall(r"`(test_[a-z_0-9]+)`", page.read_text(encoding="utf-8"))}
    assert quoted <= TESTS
