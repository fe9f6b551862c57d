"""Every page keeps to `docs/contributing/style.md`."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs.pages import PAGES, name
from tests.docs.prose import PATTERNS, faults, prose, sentences

FOLDERS = (".github", "benchmarks", "exercises", "solutions")
EVERY_PAGE = [
    *PAGES,
    *sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md")),
]
LONGEST = 50  # words of a sentence
SEMICOLONS = 6  # for each 1,000 words; as many are fine on any page
COLUMNS = 120
GUIDE = "docs/contributing/style.md"

# Page -> patterns that it may have, with the reason.
EXCEPTIONS = {GUIDE: (set(PATTERNS), "it shows the patterns that are to be avoided")}

# A line that ends like this was broken in the middle of a clause.
OPEN_ENDED = re.compile(r"(?:^|\s)(?:a|an|the|of|is|are|was|were|to|and|or|that|which|with|for|in|on|by)$")


@pytest.mark.parametrize("page", EVERY_PAGE, ids=name)
def test_sentences_avoid_the_patterns_that_the_guide_names(page: Path) -> None:
    allowed, _ = EXCEPTIONS.get(name(page), (set(), ""))
    assert [fault for fault in faults(page.read_text()) if fault.pattern not in allowed] == []


@pytest.mark.parametrize("page", EVERY_PAGE, ids=name)
def test_sentences_are_not_too_long(page: Path) -> None:
    assert [text for text in sentences(prose(page.read_text())) if len(text.split()) > LONGEST] == []


@pytest.mark.parametrize("page", EVERY_PAGE, ids=name)
def test_semicolons_are_few(page: Path) -> None:
    text = prose(page.read_text())
    assert text.count(";") <= max(SEMICOLONS, SEMICOLONS * len(text.split()) / 1000)


@pytest.mark.parametrize("page", EVERY_PAGE, ids=name)
def test_lines_end_with_a_clause_and_fit(page: Path) -> None:
    lines = prose(page.read_text()).splitlines()
    assert [line for line in lines if OPEN_ENDED.search(line)] == []
    assert [line for line in lines if len(line) > COLUMNS and " " in line.strip(" *-")] == []


def test_the_guide_has_an_example_of_nearly_every_pattern() -> None:
    shown = {fault.pattern for fault in faults((ROOT / GUIDE).read_text())}
    assert shown == set(PATTERNS)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("What a notebook prints is not marked.", "a relative clause as subject"),
        ("It is read. Whoever handed in late is named\nin the table.", "a relative clause as subject"),
        ("| A cell. | Who has no number keeps the name. |", "a relative clause as subject"),
        ("* There is a sandbox, if one is\n  to be had.", "to be had"),
        ("Where points stand, they count.", "stands"),
        ("It is run where nobody else is harmed.", "nobody or nothing as subject"),
        ("The text is no number.", "is no ..."),
        ("Its files are read, too.", ", too"),
        ("See how a mark comes about.", "come about"),
        ("The reason is told there.", "told"),
        ("Each has a folder of its own.", "of its own"),
        ("An error is mended soon.", "another word"),
    ],
)
def test_a_pattern_is_found_across_lines_items_and_cells(text: str, pattern: str) -> None:
    assert [fault.pattern for fault in faults(text)] == [pattern]


@pytest.mark.parametrize(
    "text",
    [
        "```sh\nWhat is right is not told here.\n```",
        "## What a notebook prints is not marked.",
        "What does a notebook print?",
        "What to read again, unless a question says otherwise.",
        "The section “How the mark comes about” shows it.",
        "`nobody is told`",
        "There is no sandbox, and it is no longer needed.",
        "The command changes nothing.",
    ],
)
def test_code_headings_questions_and_quotations_are_left_alone(text: str) -> None:
    assert faults(text) == []
