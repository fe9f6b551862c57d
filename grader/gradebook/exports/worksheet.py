"""Putting marks into the rows of a file that an instructor gave."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.gradebook.exports.mark import ExportedMark, distinct, unmarked
from grader.gradebook.matching import match, name_with_id
from grader.model.student import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Which mark goes to which student of the file.

    Attributes:
        marked: Marks that may go out, each with the position of its student in the file.
        excused: Students who are excused, likewise.
        unmarked: Those who have no mark though they should, likewise.
        problems: Whose mark has no place, or who has none; one line each.
        remarks: What else there is to know; one line each.
    """

    marked: tuple[tuple[ExportedMark, int], ...]
    excused: tuple[tuple[ExportedMark, int], ...]
    unmarked: tuple[tuple[ExportedMark, int], ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def place_marks(marks: Sequence[ExportedMark], students: Sequence[Student], place: str) -> Placed:
    """Find the student of each mark in a file.

    Args:
        marks: One for each submission.
        students: The students of the file, in its order.
        place: Name of the file, for messages.
    """
    marks = distinct(marks)
    groups = match([mark.student for mark in marks], students).groups
    known = distinct([member for position, mark in enumerate(marks) for member in _those(mark, position in groups)])
    matches = match([mark.student for mark in known], students)
    pairs = [(known[position], row) for position, row in matches.pairs.items()]
    for position, rows in matches.groups.items():
        pairs += _of_group(known[position], rows, students)
    marked = tuple((mark, row) for mark, row in pairs if not mark.no_mark)
    excused = tuple((mark, row) for mark, row in pairs if mark.excused)
    without_mark = tuple((mark, row) for mark, row in pairs if mark.no_mark and not mark.excused)
    missing = [
        f"{known[position].student.shown}: is not in {place}."
        for position in matches.missing
        if not known[position].no_mark
    ]
    unclear = [f"{known[position].student.shown}: {why} in {place}." for position, why in matches.unclear.items()]
    without = len(matches.left)
    remarks = [f"Students in {place} without a submission: {without} of {len(students)}."] if without else []
    for position, rows in matches.groups.items():
        members = ", ".join(name_with_id(students[row]) for row in rows)
        remarks.append(f"{known[position].student.shown}: is a group in {place}, with one mark for all: {members}.")
    return Placed(
        marked=marked,
        excused=excused,
        unmarked=without_mark,
        problems=(*missing, *unclear, *unmarked(marks)),
        remarks=tuple(remarks),
    )


def _those(mark: ExportedMark, in_file: bool) -> Sequence[ExportedMark]:
    """Who is looked for in the file: the members of a group that it does not know itself."""
    return mark.members if mark.members and not in_file else (mark,)


def _of_group(
    mark: ExportedMark, rows: Sequence[int], students: Sequence[Student]
) -> Iterator[tuple[ExportedMark, int]]:
    """The mark for each row of a group; a member with a mark of their own, such as an excuse, has that."""
    matched = match([member.student for member in mark.members], [students[row] for row in rows]).pairs
    members = {rows[place]: mark.members[position] for position, place in matched.items()}
    yield from ((replace(members.get(row, mark), student=students[row]), row) for row in rows)


def parsed(text: str) -> float | None:
    """Read a number as a platform writes it, with `.` or `,` before its decimals; None for any other text.

    Example:
        >>> parsed("1.234,5")
        1234.5
    """
    text = text.strip()
    if not re.fullmatch(r"\d+(?:[.,]\d+)*", text):
        return None
    *whole, last = re.split(r"[.,]", text)
    return float(f"{''.join(whole)}.{last}" if whole else last)
