"""Reads the marks that another grader gave: nbgrader's export, otter's `final_grades.csv`, or a table by hand."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from unicodedata import normalize

from grader.storage.csv_table import read_table, restored
from grader.text.suggestions import suggestion

_FULL_POINTS = "points-per-question"  # the first row of otter's table
_OF_OTTER = ("file", "grading_status", "percent_correct", "total_points_earned", "total", "possible")
_STUDENT = ("student", "student_id", "id", "login", "email", "name")
_POINTS = ("points", "score", "mark", "total")
_FULL = ("max_points", "max_score", "full_points", "possible")


class UnreadableMarksError(ValueError):
    """The table cannot be read. Each argument is a clause: place, fact and remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierMark:
    """The mark of one student.

    Attributes:
        student: The student, as the table names them.
        points: The points, 0 or more.
        max_points: The full points; None if the table does not state them.
        line: The line of the table, from 1.
    """

    student: str
    points: float
    max_points: float | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierMarks:
    """The marks of one assignment.

    Attributes:
        origin: `nbgrader` or `otter`; empty for a table by hand.
        marks: One for each student.
        left_out: A sentence for each row without a mark.
    """

    origin: str
    marks: Sequence[EarlierMark]
    left_out: Sequence[str] = ()


def read_marks(content: bytes, assignment: str, is_named: bool) -> EarlierMarks:
    """Read the marks of a class.

    Args:
        content: The bytes of the CSV file.
        assignment: The assignment to read, if the table has several.
        is_named: Whether the user named this assignment; else a table with a single other one is read, too.

    Raises:
        UnreadableMarksError: It is no such table, a number cannot be read, or two rows contradict each other.
    """
    try:
        table = read_table(content)
    except ValueError as error:
        raise UnreadableMarksError(str(error)) from error
    names = [name.strip().casefold().replace(" ", "_") for name in table.header()]
    if repeated := next((name for name in (*_STUDENT, *_POINTS, *_FULL, *_OF_OTTER) if names.count(name) > 1), ""):
        raise UnreadableMarksError(f"has the column `{repeated}` more than once. Keep one of them")
    rows = [
        {name: restored(table.text(number, place)).strip() for place, name in enumerate(names)}
        for number in range(1, len(table.rows))
    ]
    numbered = [(line, row) for line, row in zip(table.line_numbers()[1:], rows, strict=True) if any(row.values())]
    if {"assignment", "student_id", "score"} <= set(names):
        marks = _of_nbgrader(numbered, assignment, is_named)
    elif "file" in names:
        marks = _of_otter(numbered, names)
    else:
        marks = _by_hand(numbered, names)
    if problems := list(_contradictions(marks.marks)):
        raise UnreadableMarksError(*problems)
    return marks


def _of_nbgrader(rows: Sequence[tuple[int, dict[str, str]]], assignment: str, is_named: bool) -> EarlierMarks:
    known = sorted({row["assignment"] for _, row in rows})
    if assignment not in known:
        if is_named or len(known) != 1:
            raise UnreadableMarksError(
                f"has no assignment '{assignment}'. Name one with --assignment. {suggestion(assignment, known)}"
            )
        assignment = known[0]
    marks, left_out = [], []
    for line, row in rows:
        if row["assignment"] != assignment:
            continue
        mark = _mark(line, row, "student_id", "score", "max_score")
        if not mark.points and not row.get("timestamp"):  # nbgrader lists those who submitted nothing with 0 points
            left_out.append(f"{mark.student}: has not submitted to nbgrader, so no mark is imported.")
        else:
            marks.append(mark)
    return EarlierMarks(origin="nbgrader", marks=marks, left_out=left_out)


def _of_otter(rows: Sequence[tuple[int, dict[str, str]]], names: Sequence[str]) -> EarlierMarks:
    """Otter has a column for each question. Versions differ in the columns and rows about all questions."""
    questions = [name for name in names if name and name not in _OF_OTTER]
    full_row = next((row for _, row in rows if row["file"] == _FULL_POINTS), {})
    full = _sum(1, full_row, questions) if full_row else None
    marks, left_out = [], []
    for line, row in rows:
        student = normalize("NFC", PurePosixPath(row["file"].replace("\\", "/")).stem)
        status = row.get("grading_status") or "Completed"
        if row is full_row:
            continue
        if status != "Completed":
            left_out.append(f"{student}: otter could not grade the notebook, so no mark is imported.")
            continue
        stated = next((row[name] for name in ("total_points_earned", "total") if row.get(name)), "")
        points = _number(line, "points", stated) if stated else _sum(line, row, questions)
        possible = _number(line, "possible", row["possible"]) if row.get("possible") else full
        marks.append(EarlierMark(student=student, points=points, max_points=possible, line=line))
    return EarlierMarks(origin="otter", marks=marks, left_out=left_out)


def _by_hand(rows: Sequence[tuple[int, dict[str, str]]], names: Sequence[str]) -> EarlierMarks:
    student, points, full = (
        next((name for name in group if name in names), "") for group in (_STUDENT, _POINTS, _FULL)
    )
    if not student or not points:
        missing = "student" if not student else "points"
        raise UnreadableMarksError(f"has no column `{missing}`. Add it, or give the table of nbgrader or otter")
    marks, left_out = [], []
    for line, row in rows:
        if row[points]:
            marks.append(_mark(line, row, student, points, full))
        else:
            left_out.append(f"{row[student]}: has no points in line {line}, so no mark is imported.")
    return EarlierMarks(origin="", marks=marks, left_out=left_out)


def _mark(line: int, row: dict[str, str], student: str, points: str, full: str) -> EarlierMark:
    if not row[student]:
        raise UnreadableMarksError(f"line {line}: names no student. Name one, or remove the line")
    max_points = _number(line, full, row[full]) if row.get(full) else None
    return EarlierMark(
        student=normalize("NFC", row[student]),
        points=_number(line, points, row[points]),
        max_points=max_points,
        line=line,
    )


def _sum(line: int, row: dict[str, str], questions: Sequence[str]) -> float:
    return math.fsum(_number(line, name, row[name]) for name in questions if row[name])


def _number(line: int, name: str, text: str) -> float:
    try:
        number = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise UnreadableMarksError(f"line {line}: `{name}` must be a number, 0 or more. Received: '{text}'")
    return number


def _contradictions(marks: Sequence[EarlierMark]) -> Iterator[str]:
    first: dict[str, EarlierMark] = {}
    for mark in marks:
        other = first.setdefault(mark.student, mark)
        if (other.points, other.max_points) != (mark.points, mark.max_points):
            yield f"line {mark.line}: {mark.student} has different points in line {other.line}. Keep one"
