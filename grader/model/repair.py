"""Replacements of a line that staff make in all notebooks that have it, before these run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_NOTHING = "pass"  # so that a block whose only line is removed stays valid


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One replacement.

    Attributes:
        line: The whole line, without the blanks around it.
        replacement: One or several lines in its place, which get its indentation; empty to remove it.
        reason: Why, for the report.
        author: Who made it.
        at: When.
        undone: When it was undone; None while it is in force.
    """

    line: str
    replacement: str
    reason: str
    author: str
    at: datetime
    undone: datetime | None = None

    def apply(self, source: str) -> str:
        """The source of a cell with every such line replaced; all other lines stay as they are."""
        lines = source.split("\n")
        return "\n".join(self._replaced(line) if line.strip() == self.line else line for line in lines)

    def _replaced(self, line: str) -> str:
        indentation = line[: len(line) - len(line.lstrip())]
        return "\n".join(indentation + new for new in (self.replacement or _NOTHING).split("\n"))


@dataclass(frozen=True, slots=True)
class Applied:
    """A repair that changed a notebook, and the numbers of the code cells that it changed, from 1."""

    repair: Repair
    cells: tuple[int, ...]


def repaired(cells: Sequence[str], repairs: Sequence[Repair]) -> tuple[tuple[str, ...], tuple[Applied, ...]]:
    """Apply the repairs that are in force, one after the other.

    Args:
        cells: Source of each code cell.
        repairs: All repairs of the exercise.

    Returns:
        The cells as they run, and the repairs that changed any of them.
    """
    sources, applied = list(cells), []
    for repair in repairs:
        if repair.undone is not None:
            continue
        new = [repair.apply(source) for source in sources]
        pairs = enumerate(zip(sources, new, strict=True), 1)
        if changed := tuple(number for number, (before, after) in pairs if before != after):
            applied.append(Applied(repair, changed))
        sources = new
    return tuple(sources), tuple(applied)
