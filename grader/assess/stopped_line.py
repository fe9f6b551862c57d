"""The line at which a notebook first stopped with an error."""

from collections.abc import Sequence

from grader.model.assessment import StoppedLine
from grader.model.record import Record
from grader.text.messages import english

_LONGEST = 200


def stopped_line(record: Record, cells: Sequence[str]) -> StoppedLine | None:
    """Find the first line that stopped; None if no cell did, or only because a blank was left in it.

    Args:
        record: The run.
        cells: Source of each code cell.
    """
    for number, (cell, source) in enumerate(zip(record.cells, cells, strict=False), 1):
        if cell.error is None:
            continue
        if cell.error.is_about_blank:
            continue
        error = english(cell.error.exception_text).partition("\n")[0][:_LONGEST]
        lines = source.splitlines()
        line = lines[cell.error.line - 1] if 0 < cell.error.line <= len(lines) else source.strip().partition("\n")[0]
        return StoppedLine(number, line.strip()[:_LONGEST], error)
    return None
