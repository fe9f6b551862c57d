"""Moodle's offline grading worksheet: two columns of the instructor's own file are filled, all else stays as it is.

    Identifier, Full name, Email address, Status, Grade, Maximum Grade, Grade can be changed,
    Last modified (submission), Last modified (grade), Feedback comments

Moodle skips a row whose grade is empty or above the maximum, and takes comments for HTML.
"""

import html
import re
from collections.abc import Mapping, Sequence

from grader.errors import InputError
from grader.gradebook.exports.mark import ExportedMark, ExportFile, excused_questions, number, summary
from grader.gradebook.exports.worksheet import parsed, place_marks
from grader.gradebook.matching import folded
from grader.model.exercise import Exercise
from grader.model.student import Student
from grader.model.submission import Platform
from grader.storage.csv_table import CsvTable, neutral, read_table

_UNSAFE = re.compile(r'[\x00-\x1f\x7f_/\\:*?"<>|]')
_NEEDED = ("Identifier", "Grade")
_OURS = re.compile(r"'?\d+(?:\.\d+)? of \d+(?:\.\d+)? points\.")


def fill(
    content: bytes, place: str, exercise: Exercise, marks: Sequence[ExportedMark], scale: bool = False
) -> ExportFile:
    """Fill grades and comments.

    Args:
        content: The worksheet that the instructor downloaded.
        place: Its name, for messages.
        exercise: What was asked.
        marks: One for each submission.
        scale: Whether the points are brought to the maximum grade of each row.

    Returns:
        The worksheet. A row without a mark of ours stays as it is, also of a student who is excused: Moodle takes
        no grade away. So does a comment that a person wrote.

    Raises:
        InputError: It is no worksheet of Moodle.
    """
    table, columns = _read(content, place)
    rows = [row for row in range(1, len(table.rows)) if table.text(row, columns["Identifier"]).strip()]
    placed = place_marks(marks, [_student(table, row, columns) for row in rows], place)
    if scale_values := _scale_values(table, rows, columns):
        return ExportFile(content, 0, (*placed.problems, _no_number(place, scale_values)), placed.remarks)
    problems = list(placed.problems)
    remarks = [
        *placed.remarks,
        *(f"{mark.student.shown}: is excused, so the row stays as it is." for mark, _ in placed.excused),
    ]
    texts: dict[tuple[int, int], str] = {}
    for mark, position in placed.marked:
        row = rows[position]
        cells = {name: _text(table, row, columns, name) for name in columns}
        if problem := _obstacle(mark, cells, place, scale):
            problems.append(problem)
            continue
        texts[row, columns["Grade"]] = number(_points(mark, cells, scale))
        comment = cells.get("Feedback comments")
        if comment and not _OURS.match(comment):
            remarks.append(f"{mark.student.shown}: keeps the comment in {place}.")
        elif "Feedback comments" in columns:
            texts[row, columns["Feedback comments"]] = _comment(exercise, mark)
    remarks += () if scale else excused_questions([mark for mark, _ in placed.marked])
    count = sum(column == columns["Grade"] for _, column in texts)
    return ExportFile(table.with_texts(texts).encoded(), count, tuple(problems), tuple(remarks))


def folders(content: bytes, place: str, marks: Sequence[ExportedMark]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The folder of each mark in an archive of feedback, as Moodle names it.

    Args:
        content: The worksheet that the instructor downloaded.
        place: Its name, for messages.
        marks: One for each submission.

    Returns:
        Name of the student's folder in the results -> `<Full Name>_<number>_assignsubmission_file_`, or nothing where
        the submission came from Moodle, whose folder it goes back to; for all who are in the worksheet. And whose page
        has no place, one line each: for group submissions Moodle goes by the numbers of groups, which only the names of
        what it handed out tell.
    """
    table, columns = _read(content, place)
    rows = [row for row in range(1, len(table.rows)) if table.text(row, columns["Identifier"]).strip()]
    placed = place_marks(marks, [_student(table, row, columns) for row in rows], place)
    archive_folders: dict[str, str] = {}
    problems: dict[str, None] = {}
    for mark, position in (*placed.marked, *placed.excused, *placed.unmarked):
        student = _student(table, rows[position], columns)
        if mark.source is not None and mark.source.platform is Platform.MOODLE:
            archive_folders[mark.folder] = ""
        elif student.section:
            problems[
                f"{mark.student.shown}: the archive has no page for them: Moodle needs the number of a group, and "
                "only the folders that you download from Moodle contain it."
            ] = None
        elif student.participant:
            archive_folders[mark.folder] = _folder(student)
    return archive_folders, tuple(problems)


def _obstacle(mark: ExportedMark, cells: Mapping[str, str], place: str, scale: bool) -> str:
    """Say why a mark cannot go into its row; empty where it can.

    Args:
        mark: The mark.
        cells: Name of a column -> the text of the row's cell.
        place: Name of the worksheet.
        scale: Whether the points are brought to the maximum grade of the row.
    """
    if problem := _other_group(mark, cells.get("Group", ""), place):
        return problem
    if cells.get("Grade can be changed", "").casefold() == "no":
        return f"{mark.student.shown}: {place} says that the grade cannot be changed, so the row stays as it is."
    most = _maximum(cells)
    if scale and most is None:
        return f"{mark.student.shown}: {place} gives no maximum grade to scale to, so the row stays as it is."
    points = _points(mark, cells, scale)
    if most is not None and points is not None and points > most:
        return (
            f"{mark.student.shown}: {number(points)} points are above the maximum grade of {number(most)}, and "
            "Moodle would skip them, so the row stays as it is (--scale converts the points)."
        )
    return ""


def _maximum(cells: Mapping[str, str]) -> float | None:
    """The maximum grade of a row; None where it has none."""
    return parsed(cells.get("Maximum Grade", ""))


def _points(mark: ExportedMark, cells: Mapping[str, str], scale: bool) -> float | None:
    most = _maximum(cells)
    return mark.scaled(most) if scale and most is not None else mark.points_of_all


def _other_group(mark: ExportedMark, groups: str, place: str) -> str:
    """What to say of a member of a group whom the worksheet has in another one; empty where it does not."""
    if not mark.group or not groups or folded(mark.group) in map(folded, (groups, *groups.split(","))):
        return ""
    return (
        f"{mark.student.shown}: submitted with {mark.group}, but is in {groups} in {place}, so the row stays as it is."
    )


def _comment(exercise: Exercise, mark: ExportedMark) -> str:
    """What the student reads, as HTML. PHP would take a backslash before a quotation mark for an escape."""
    return neutral(html.escape(summary(exercise, mark), quote=False)).replace("\\", "&#92;")


def _scale_values(table: CsvTable, rows: Sequence[int], columns: Mapping[str, int]) -> list[str]:
    """The values of the scale that an assignment is graded with; empty where it is graded with points."""
    texts = [_text(table, row, columns, name) for row in rows for name in ("Scale", "Maximum Grade")]
    scales = [text for text in texts if text not in ("", "-") and parsed(text) is None]
    return re.split(r"\s*[\r\n]+\s*|\s*,\s+", scales[0]) if scales else []


def _no_number(place: str, values: Sequence[str]) -> str:
    return (
        f"{place}: Moodle grades this assignment with a scale ({', '.join(values[:5])}), which has no points, so "
        "no cell was filled in. Choose the type Point in the assignment's settings, or enter the values in Moodle."
    )


def _folder(student: Student) -> str:
    """The folder that Moodle would give a student; the number follows the first `_`."""
    name = _UNSAFE.sub(" ", student.name).strip() or "Participant"
    return f"{name}_{student.participant}_assignsubmission_file_"


def _read(content: bytes, place: str) -> tuple[CsvTable, dict[str, int]]:
    """The worksheet, and name of a column -> its number."""
    try:
        table = read_table(content)
    except ValueError as error:
        raise InputError(f"{place}: {error}.") from error
    columns = {name.strip(): column for column, name in reversed(list(enumerate(table.header())))}
    lacking = ", ".join(f"'{name}'" for name in _NEEDED if name not in columns)
    if lacking:
        raise InputError(
            f"{place}: is not an offline grading worksheet of Moodle: its first row lacks {lacking}. "
            "Download it with Moodle set to English."
        )
    return table, columns


def _student(table: CsvTable, row: int, columns: Mapping[str, int]) -> Student:
    identifier = table.text(row, columns["Identifier"]).strip()
    digits = re.search(r"(\d+)$", identifier)
    return Student(
        label="" if _text(table, row, columns, "Full name") else identifier,
        name=_text(table, row, columns, "Full name"),
        email=_text(table, row, columns, "Email address"),
        participant=digits[1] if digits else "",
        section=_text(table, row, columns, "Group"),
    )


def _text(table: CsvTable, row: int, columns: Mapping[str, int], name: str) -> str:
    return table.text(row, columns[name]).strip() if name in columns else ""
