"""Putting marks into the rows of a file that an instructor gave."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.gradebook.exports.mark import Mark, unmarked
from grader.gradebook.matching import match
from grader.model.student import Student


@dataclass(frozen=True, slots=True)
class Placed:
    """Which mark goes to which student of the file.

    Attributes:
        found: Marks that may go out, each with the position of its student in the file.
        excused: Students who are excused, likewise.
        problems: Whose mark has no place, or who has none; one line each.
        remarks: What else there is to know; one line each.
    """

    found: tuple[tuple[Mark, int], ...]
    excused: tuple[tuple[Mark, int], ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def place_marks(marks: Sequence[Mark], students: Sequence[Student], place: str) -> Placed:
    """Find the student of each mark in a file.

    Args:
        marks: One for each submission.
        students: The students of the file, in its order.
        place: Name of the file, for messages.
    """
    matches = match([mark.student for mark in marks], students)
    pairs = [(marks[position], row) for position, row in matches.found.items()]
    pairs += [(marks[position], row) for position, rows in matches.groups.items() for row in rows]
    found = tuple((mark, row) for mark, row in pairs if not mark.no_mark)
    excused = tuple((mark, row) for mark, row in pairs if mark.excused)
    missing = [
        f"{marks[position].student.shown}: is not in {place}."
        for position in matches.missing
        if not marks[position].no_mark
    ]
    unclear = [f"{marks[position].student.shown}: {why} in {place}." for position, why in matches.unclear.items()]
    without = len(matches.left)
    remarks = (f"Students in {place} of whom nothing was handed in: {without} of {len(students)}.",) if without else ()
    return Placed(found, excused, (*missing, *unclear, *unmarked(marks)), remarks)


def parsed(text: str) -> float | None:
    """A number as a platform writes it, with `.` or `,` before its decimals; None if it is none."""
    text = text.strip()
    if not re.fullmatch(r"\d+(?:[.,]\d+)*", text):
        return None
    *whole, last = re.split(r"[.,]", text)
    return float(f"{''.join(whole)}.{last}" if whole else last)
