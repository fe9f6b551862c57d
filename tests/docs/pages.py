"""Reads the pages of the documentation: links, headings, tables and commands."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def name(page: Path) -> str:
    """How a test names a page."""
    return str(page.relative_to(ROOT))


@dataclass(frozen=True)
class Command:
    """One line of a shell block: its words, without a comment."""

    line: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.line, comments=True)


def blocks(text: str) -> list[list[Command]]:
    """The fenced shell blocks of a text, each with its commands."""
    found = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [[Command(line) for line in block.splitlines() if Command(line).words] for block in found]


def commands(page: Path) -> list[Command]:
    """All commands of a page, in order."""
    return [command for block in blocks(page.read_text()) for command in block]


def section(page: Path, heading: str) -> str:
    """The text below a heading, down to the next one of the same level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    text = page.read_text().split(f"\n{heading}\n", 1)[1]
    return re.split(rf"^#{{1,{level}}} ", text, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> Iterator[list[str]]:
    """The rows of all tables of a text, cell by cell."""
    for line in text.splitlines():
        if line.startswith("|") and not set(line) <= set("|-: "):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]


def code(text: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`\n]+)`", text)


def anchors(page: Path) -> set[str]:
    """The addresses of the headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
