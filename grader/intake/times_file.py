"""Times of submission from a CSV file of an instructor, such as the log of a learning platform."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from grader.errors import InputError
from grader.intake.instructor_files import content_of
from grader.intake.roster import column_names, refuse_repeated, student_columns, student_named_in
from grader.intake.timestamps import in_zone, read_timestamp, read_twelve_hours
from grader.model.student import Student
from grader.storage.csv_table import read_table, restored

_MOST_BYTES = 50_000_000
_FIRST_YEAR, _LAST_YEAR = 1970, 2999
_LONGEST_SHOWN = 40
_FILES = ("file", "filename", "notebook", "path", "datei", "dateiname")
_TIMES = (
    *("time", "submittedat", "submissiontime", "timeofsubmission", "submitted", "timestamp", "submissiondate"),
    *("abgabezeit", "abgabezeitpunkt", "abgegeben", "zeit", "zeitpunkt"),
)
_WITH_ZONE = re.compile(r".*(?:[A-Za-z]|[+-]\d{1,2}(?::?\d\d)?)\)?\s*", re.ASCII | re.DOTALL)
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}),? +(\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTime:
    """One row of the file.

    Attributes:
        line: The line of the file, from 1.
        student: The student; empty fields if the row names only a file.
        file: Name or path of the submitted file; empty if the row names only a student.
        at: The time of submission, in UTC.
    """

    line: int
    student: Student
    file: str
    at: datetime


def read_times(path: Path, zone: tzinfo) -> tuple[StatedTime, ...]:
    """Read a file of times.

    Args:
        path: A CSV file with a column `time`, and a column `file`, or columns that name students as in a roster.
        zone: Time zone of the course, for times without an offset. If clocks were set back, and a time occurs twice,
            the first moment counts.

    Returns:
        One value for each row with a time, in the order of the file. Rows without a time say nothing.

    Raises:
        InputError: The file cannot be read, lacks a column, or has times that cannot be read, one line for each.
    """
    content = content_of(path, "file of times", _MOST_BYTES, "name a CSV file with the columns student and time")
    try:
        table = read_table(content)
    except ValueError as error:
        raise InputError(f"{path}: {error}.") from error
    names = column_names(table)
    students = student_columns(table)
    students.pop("section", None)
    time_column = next((names.index(name) for name in _TIMES if name in names), -1)
    file_column = next((names.index(name) for name in _FILES if name in names), -1)
    if time_column < 0 or (file_column < 0 and not students):
        lacking = "time" if time_column < 0 else "student` or `file"
        columns = ", ".join(f"'{name}'" for name in table.header()[:10]) or "nothing"
        raise InputError(f"{path}: has no column `{lacking}` (columns: {columns}). Add it.")
    refuse_repeated(path, table, (time_column, file_column, *students.values()))
    lines = table.line_numbers()
    times: list[StatedTime] = []
    wrong: list[str] = []
    for row in range(1, len(table.rows)):
        text = restored(table.text(row, time_column)).strip()
        file = restored(table.text(row, file_column)).strip()
        student = student_named_in(table, row, students)
        if not text or not (file or student.shown.strip()):
            continue
        at = _moment(text, zone)
        if at is None:
            wrong.append(
                f"{path}: line {lines[row]}: {text[:_LONGEST_SHOWN]!r} is not a date with a time. "
                "Write one such as 2026-05-01T23:59, and add an offset such as +02:00 if it is not a local time."
            )
        else:
            times.append(StatedTime(line=lines[row], student=student, file=file, at=at))
    if wrong:
        raise InputError("\n".join(wrong))
    return tuple(times)


def _moment(text: str, zone: tzinfo) -> datetime | None:
    """The moment of a date and time; None for a date alone, or a text that could mean several moments."""
    try:
        clock = _clock(text)
        if clock is None:
            # Abbreviations of zones, such as CEST. A time without a zone never gets here: it would be read as UTC.
            moment = read_timestamp(text.encode(), zone) if _WITH_ZONE.fullmatch(text) else None
        else:
            moment = in_zone(clock, zone) if clock.tzinfo is None else clock.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _clock(text: str) -> datetime | None:
    """A time as written, with or without its offset."""
    if german := _GERMAN.fullmatch(text):
        day, month, year, hour, minute, second = (int(part or 0) for part in german.groups())
        return datetime(year, month, day, hour, minute, second)
    try:
        # Without the colon, `fromisoformat` would also accept a date alone, which names no moment.
        return datetime.fromisoformat(text) if ":" in text or re.search(r"T\d{4}", text) else None
    except ValueError:
        return read_twelve_hours(text)


def same_time(times: Sequence[StatedTime]) -> bool:
    """Whether several rows say the same."""
    return len({time.at for time in times}) == 1
