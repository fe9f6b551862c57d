"""Groups of students who submit together, from a CSV file of an instructor."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.errors import InputError
from grader.intake.instructor_files import content_of
from grader.intake.names import composed
from grader.intake.roster import (
    column_names,
    group_columns,
    labelled,
    refuse_repeated,
    student_columns,
    student_named_in,
)
from grader.model.group import Group
from grader.model.student import Student
from grader.storage.csv_table import read_table, restored

_MOST_BYTES = 50_000_000
_NUMBERS = ("numbers", "zahlen")


def read_groups(path: Path) -> tuple[Group, ...]:
    """Read a file of groups.

    Args:
        path: A CSV file with a column `group`, and columns that name students as in a roster, one line for each
            member. A mark in the column `numbers` names the member whose individual numbers the group uses.

    Returns:
        The groups, in the order of the file. Names of groups are the same if they differ only in case, in blanks
        around them, or in how accents are encoded. A line without a group names a student who works alone.

    Raises:
        InputError: The file cannot be read or lacks a column; or a student is in two groups, or two members of a
            group have a mark in the column `numbers`: one line for each.
    """
    content = content_of(path, "file of groups", _MOST_BYTES, "make it a CSV file with the columns group and student")
    try:
        table = read_table(content)
    except ValueError as error:
        raise InputError(f"{path}: {error}.") from error
    columns = student_columns(table)
    columns.pop("section", None)
    names = column_names(table)
    group_column = next(iter(group_columns(table)), -1)
    if group_column < 0 or not columns:
        lacking = "group" if group_column < 0 else "student"
        listed = ", ".join(f"'{name}'" for name in table.header()[:10]) or "nothing"
        raise InputError(f"{path}: has no column `{lacking}` (columns: {listed}). Add it.")
    numbers_column = next((names.index(name) for name in _NUMBERS if name in names), -1)
    refuse_repeated(path, table, (group_column, numbers_column, *columns.values()))
    numbers = table.line_numbers()
    lines: list[_Line] = []
    for row in range(1, len(table.rows)):
        name = " ".join(restored(table.text(row, group_column)).split())
        student = student_named_in(table, row, columns)
        if name and student.shown.strip():
            lines.append((numbers[row], name, student, bool(table.text(row, numbers_column).strip())))
    return _groups(path, lines)


_Line = tuple[int, str, Student, bool]
"""Number of a line, name of the group, member, and whether the group uses the member's numbers."""


def _groups(path: Path, lines: Sequence[_Line]) -> tuple[Group, ...]:
    students = labelled([student for _, _, student, _ in lines])
    groups: dict[str, Group] = {}
    first: dict[Student, tuple[int, str]] = {}
    wrong: list[str] = []
    for (line, name, student, has_numbers), named in zip(lines, students, strict=True):
        key = composed(name).casefold()
        before = first.setdefault(student, (line, key))
        if before[1] != key:
            wrong.append(
                f"{path}: lines {before[0]} and {line} put '{student.shown}' into two groups. Remove one of them."
            )
            continue
        group = groups.get(key, Group(name=name, members=()))
        position = len(group.members) if before[0] == line else group.members.index(named)
        if before[0] == line:
            group = replace(group, members=(*group.members, named))
        if has_numbers and group.numbers not in (None, position):
            wrong.append(
                f"{path}: line {line}: the group '{name}' uses the numbers of two members. Mark one in the column "
                "`numbers`."
            )
        groups[key] = replace(group, numbers=position if has_numbers else group.numbers)
    if wrong:
        raise InputError("\n".join(wrong))
    return tuple(groups.values())
