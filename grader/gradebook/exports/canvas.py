"""The gradebook of Canvas: one column of the instructor's own export is filled, all else stays as it is.

    Student, ID, SIS User ID, SIS Login ID, Section, <Title> (<id>), ...
        Points Possible, , , , , 10, ...
    Doe, Jane, 1234, s123, jane, Lab 1, EX, ...

Canvas takes an empty cell for a grade to be removed, so a cell without a mark of ours keeps what it has.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.errors import InputError
from grader.gradebook.exports.mark import ExportedMark, ExportFile, excused_questions, number, under_another_name
from grader.gradebook.exports.worksheet import Placed, parsed, place_marks
from grader.gradebook.matching import folded, match
from grader.model.exercise import Exercise
from grader.model.student import Student
from grader.storage.csv_table import CsvTable, read_table
from grader.text.values import first_few

_ASSIGNMENT = re.compile(r"(?P<title>.*\S)\s*\((?P<id>\d+)\)", re.DOTALL)
_TOTAL = re.compile(r"(?:Current|Final|Override) (?:Score|Points|Grade|Status)$")
_STUDENTS = {
    "Student": "name",
    "LastName": "last_name",
    "FirstName": "first_name",
    "ID": "canvas_id",
    "SIS User ID": "sis_id",
    "SIS Login ID": "login",
    "Section": "section",
}
_NOT_ASSIGNED = "N/A"
_EXCUSED = "EX"


@dataclass(frozen=True, slots=True)
class _CanvasBook:
    """An export of Canvas, read.

    Attributes:
        table: The file.
        columns: Attribute of a student -> its column.
        points: The row of the points possible; None if there is none.
        rows: The rows of students.
    """

    table: CsvTable
    columns: Mapping[str, int]
    points: int | None
    rows: tuple[int, ...]

    def possible(self, column: int) -> str:
        """What the row of the points possible says of a column."""
        return "" if self.points is None else self.table.text(self.points, column).strip()

    def student(self, row: int) -> Student:
        """Who a row is about."""
        return Student(**{name: self.table.text(row, column) for name, column in self.columns.items()})


def fill(
    content: bytes,
    place: str,
    exercise: Exercise,
    marks: Sequence[ExportedMark],
    column: str = "",
    scale: bool = False,
    excused: Sequence[Student] = (),
) -> ExportFile:
    """Fill the column of one assignment.

    Args:
        content: The file that the instructor exported from Canvas.
        place: Its name, for messages.
        exercise: What was asked; tells the column where `column` is empty.
        marks: One for each submission.
        column: The heading of the assignment, `Title (123)`, its title or its number.
        scale: Whether the points are brought to those of the assignment.
        excused: Students who are excused and handed nothing in.

    Returns:
        The file with that column filled; whoever is excused gets `EX`. Cells of students who are excused there
        or not assigned (`N/A`), of whom nothing was handed in, and of whom there is no mark, stay as they are.

    Raises:
        InputError: It is not a gradebook of Canvas, or it cannot be told which column is meant.
    """
    book = _read(content, place)
    index = _column(book, place, exercise, column)
    heading = book.table.text(0, index)
    most = parsed(book.possible(index))
    if scale and most is None:
        raise InputError(f"{place}: '{heading}' does not state its points possible. Leave out --scale.")
    people = [book.student(row) for row in book.rows]
    placed = place_marks(marks, people, place)
    leave = _on_leave(excused, people, placed, place)
    problems, remarks = [*placed.problems, *leave.problems], [*placed.remarks, *leave.remarks]
    remarks += () if scale else excused_questions([mark for mark, _ in placed.marked])
    entries = [(mark.student, row, _text(mark, most if scale else None, book.table)) for mark, row in placed.marked]
    entries += [(mark.student, row, _EXCUSED) for mark, row in placed.excused]
    entries += [(student, row, _EXCUSED) for student, row in leave.rows]
    texts: dict[tuple[int, int], str] = {}
    for student, position, text in entries:
        cell = book.rows[position], index
        there = book.table.text(*cell).strip().upper()
        if there == _EXCUSED:
            remarks.append(f"{student.shown}: is excused in {place}, so the row stays as it is.")
        elif there == _NOT_ASSIGNED:
            problems.append(
                f"{student.shown}: '{heading}' is not assigned to them in {place}, so the row stays as it is."
            )
        else:
            texts[cell] = text
            remarks += [f"{student.shown}: is excused and gets {_EXCUSED}."] if text == _EXCUSED else []
    worth = max((mark.assessment.max_points for mark in marks), default=exercise.max_points)
    if most is not None and most != worth and not scale:
        remarks.append(_other_points(heading, most, worth))
    count = sum(text != _EXCUSED for text in texts.values())
    return ExportFile(book.table.with_texts(texts).encoded(), count, tuple(problems), tuple(remarks))


@dataclass(frozen=True, slots=True)
class _OnLeave:
    """Who is excused and handed nothing in, with the position in the file; and what there is to say of the others."""

    rows: tuple[tuple[Student, int], ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def _on_leave(excused: Sequence[Student], people: Sequence[Student], placed: Placed, place: str) -> _OnLeave:
    matches = match(excused, people)
    handed_in = {row: mark.student for mark, row in (*placed.marked, *placed.excused)}
    problems = [f"{excused[number].shown}: {why} in {place}." for number, why in matches.unclear.items()]
    problems += [
        under_another_name(excused[number], handed_in[row]) for number, row in matches.pairs.items() if row in handed_in
    ]
    rows = tuple((excused[number], row) for number, row in matches.pairs.items() if row not in handed_in)
    remarks = tuple(f"{excused[number].shown}: is excused, but is not in {place}." for number in matches.missing)
    return _OnLeave(rows, tuple(problems), remarks)


def _other_points(heading: str, most: float, worth: float) -> str:
    """What to say where Canvas and the exercise have other full points."""
    return (
        f"'{heading}' has {number(most)} points in Canvas, but the exercise has {number(worth)}. The file contains "
        "unconverted points (--scale converts them)."
    )


def _text(mark: ExportedMark, most: float | None, table: CsvTable) -> str:
    """A mark as the file writes numbers, brought to other points where these are given."""
    text = number(mark.points_of_all if most is None else mark.scaled(most))
    return text.replace(".", ",") if table.delimiter == ";" else text


def _read(content: bytes, place: str) -> _CanvasBook:
    try:
        table = read_table(content)
    except ValueError as error:
        raise InputError(f"{place}: {error}.") from error
    header = [name.strip() for name in table.header()]
    columns = {attribute: header.index(name) for name, attribute in _STUDENTS.items() if name in header}
    lacking = [name for name in ("ID", "Section") if name not in header]
    if not {"name", "last_name"} & columns.keys():
        lacking = ["Student", *lacking]
    if lacking:
        names = ", ".join(f"'{name}'" for name in lacking)
        raise InputError(
            f"{place}: is not a gradebook of Canvas: its first row lacks {names}. Use the one from Grades > Export."
        )
    first = columns.get("name", columns.get("last_name", 0))
    about = [row for row in range(1, len(table.rows)) if "Points Possible" in table.text(row, first)]
    points = next((row for row in about if not table.text(row, columns["canvas_id"]).strip()), None)
    rows = tuple(row for row in range(1, len(table.rows)) if row != points and _has_student(table, row, columns))
    return _CanvasBook(table, columns, points, rows)


def _has_student(table: CsvTable, row: int, columns: Mapping[str, int]) -> bool:
    """Whether a row is about a student: not one on how grades are posted, and not an empty one."""
    return any(table.text(row, column).strip() for column in columns.values())


def _column(book: _CanvasBook, place: str, exercise: Exercise, name: str) -> int:
    """The column to fill.

    Raises:
        InputError: None or several fit; the message names the assignments that there are.
    """
    assignments: dict[int, tuple[str, str, str]] = {}
    for column, heading in enumerate(book.table.header()):
        assignment = _ASSIGNMENT.fullmatch(heading.strip())
        read_only = "read only" in book.possible(column) or _TOTAL.search(assignment["title"] if assignment else "")
        if assignment and not read_only and column > max(book.columns.values()):
            assignments[column] = heading.strip(), assignment["title"], assignment["id"]
    titles = {folded(name)} if name else {folded(exercise.title), folded(exercise.slug)}
    exact = [column for column, names in assignments.items() if name.strip() in names] if name else []
    columns = exact or [column for column, (_, title, _) in assignments.items() if folded(title) in titles]
    if len(columns) == 1:
        return columns[0]
    listed = [f"'{heading}'" for heading, _, _ in assignments.values()]
    headings = first_few(listed, 20) or "none"
    what = f"'{name}'" if name else f"'{exercise.title}'"
    several = f"{len(columns)} columns are called {what}" if columns else f"no column is called {what}"
    raise InputError(f"{place}: {several}. Name one with --column. The assignments in it: {headings}.")
