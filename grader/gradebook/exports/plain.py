"""Tables of a class for any program, as CSV and Parquet: a row a student, or a row a finding."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from functools import cache
from operator import attrgetter
from typing import Any

from grader.gradebook.exports.mark import ExportedMark, ExportFile, excuses, number, unmarked
from grader.model.assessment import Finding
from grader.model.exercise import Exercise
from grader.model.student import Student
from grader.storage.csv_table import cell, lines

IDENTITY = ("name", "first_name", "last_name", "id", "canvas_id", "sis_id", "login", "email", "section")
"""Attributes of a student that stand in the tables; a roster is read from them again."""

Columns = Mapping[str, Sequence[Any]]
_TIMES = ("submitted_at",)
_NUMBERS = ("points", "max_points", "percent")


def students(exercise: Exercise, marks: Sequence[ExportedMark], absent: Sequence[Student] = ()) -> Columns:
    """A row for each student.

    Args:
        exercise: What was asked; gives the columns of the questions.
        marks: One for each submission; any order.
        absent: Students who handed nothing in; the columns of their marks are None.

    Returns:
        Name of a column -> its values: `student` as in `grades.csv`, who it is, `exercise`, `points`, `max_points`,
        `percent`, `outcome`, `isolation`, `submitted_at` (UTC) and `q_ID` for each question.
        Without a mark that may go out, points are None; so are those of a question that waits.
    """
    ordered = sorted(marks, key=lambda mark: mark.assessment.student)
    everyone = [mark.student for mark in ordered] + list(absent)
    none: list[Any] = [None] * len(absent)
    columns: dict[str, list[Any]] = {
        "student": [mark.assessment.student for mark in ordered] + [student.shown for student in absent]
    }
    columns |= {name: [getattr(student, name) for student in everyone] for name in IDENTITY}
    columns["exercise"] = [exercise.slug] * len(everyone)
    columns["points"] = [mark.points for mark in ordered] + none
    columns["max_points"] = [mark.assessment.max_points for mark in ordered] + [exercise.max_points] * len(absent)
    columns["percent"] = [None if mark.no_mark else mark.assessment.percent for mark in ordered] + none
    columns["outcome"] = [mark.assessment.outcome.value for mark in ordered] + none
    columns["isolation"] = [mark.assessment.isolation.value for mark in ordered] + none
    columns["submitted_at"] = [_utc(mark) for mark in ordered] + none
    points_of_students = [_points(mark) for mark in ordered]
    for question in exercise.questions:
        columns[f"q_{question.id}"] = [*(points.get(question.id) for points in points_of_students), *none]
    return columns


def findings(exercise: Exercise, marks: Sequence[ExportedMark]) -> Columns:
    """A row for each question of each student.

    Returns:
        Name of a column -> its values: `student`, who it is, `exercise`, `question`, `verdict`, `points`,
        `max_points`, `expected`, `found`, `reason`. Without a mark that may go out, points are None; so are those of
        a question from which the student is excused, whose `verdict` is `excused`.
    """
    ordered = sorted(marks, key=lambda mark: mark.assessment.student)
    every_finding = [finding for mark in ordered for finding in mark.assessment.findings]
    owners = [mark.student for mark in ordered for _ in mark.assessment.findings]
    columns: dict[str, list[Any]] = {
        "student": [mark.assessment.student for mark in ordered for _ in mark.assessment.findings]
    }
    columns |= {name: list(map(attrgetter(name), owners)) for name in IDENTITY}
    columns["exercise"] = [exercise.slug] * len(every_finding)
    columns["question"] = [finding.question for finding in every_finding]
    columns["verdict"] = ["excused" if finding.excused else finding.verdict.value for finding in every_finding]
    columns["points"] = [points for mark in ordered for points in _points(mark).values()]
    columns["max_points"] = [finding.max_points for finding in every_finding]
    columns["expected"] = [str(finding.expected) for finding in every_finding]
    columns["found"] = [str(finding.found) for finding in every_finding]
    columns["reason"] = [str(finding.why) for finding in every_finding]
    return columns


def as_csv(columns: Columns, marks: Sequence[ExportedMark]) -> ExportFile:
    """Write columns as CSV: UTF-8, commas, lines ended by CR LF, text made safe for spreadsheets."""
    written_as = cache(lambda value: cell(_text(value)))  # most cells of a class say the same as others
    rows = zip(*(map(written_as, (name, *values)) for name, values in columns.items()), strict=True)
    content = "".join(",".join(row) + "\r\n" for row in rows).encode()
    return ExportFile(content, _count(marks), unmarked(marks), excuses(marks))


def as_parquet(columns: Columns, marks: Sequence[ExportedMark]) -> ExportFile:
    """Write columns as Parquet: texts, numbers of 64 bits, times in UTC; what is not known is null."""
    import polars

    schema: dict[str, Any] = {name: polars.Float64 if _is_number(name) else polars.String for name in columns}
    schema |= {name: polars.Datetime("us", "UTC") for name in _TIMES if name in columns}
    text = cache(_plain)
    values = {
        name: list(map(text, column)) if schema[name] is polars.String else column for name, column in columns.items()
    }
    stream = io.BytesIO()
    polars.DataFrame(values, schema=schema).write_parquet(stream)
    return ExportFile(stream.getvalue(), _count(marks), unmarked(marks), excuses(marks))


def written(rows: Iterable[Sequence[str]], end: str = "\r\n") -> bytes:
    """Rows as CSV in UTF-8; text that a spreadsheet would execute begins with `'`."""
    return lines(rows, end).encode()


def _count(marks: Sequence[ExportedMark]) -> int:
    return sum(not mark.no_mark for mark in marks)


def _points(mark: ExportedMark) -> Mapping[str, float | None]:
    """Question -> points; None where no mark may go out, or where a person has yet to give any."""
    return {
        finding.question: None if mark.no_mark or _has_none(finding) else finding.points
        for finding in mark.assessment.findings
    }


def _has_none(finding: Finding) -> bool:
    """Whether a question has no points, because it waits for a person, or because the student is excused from it."""
    return finding.excused or (finding.waits and not finding.points)


def _utc(mark: ExportedMark) -> Any:
    at = mark.submitted_at
    return at.astimezone(UTC) if at and at.tzinfo else at.replace(tzinfo=UTC) if at else None


def _is_number(name: str) -> bool:
    return name in _NUMBERS or name.startswith("q_")


def _plain(value: str | None) -> str | None:
    """A text that can be encoded."""
    return None if value is None else value.encode("utf-8", "replace").decode()


def _text(value: Any) -> str:
    """A value as text: numbers with two decimals at most, times as in ISO 8601."""
    if isinstance(value, float | int):
        return number(value)
    return value if isinstance(value, str) else value.isoformat(timespec="seconds") if value else ""
