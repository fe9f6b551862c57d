"""The students of a class: from a roster that people or learning platforms write, and from a submission's owner."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.errors import InputError
from grader.intake.instructor_files import content_of
from grader.intake.names import composed
from grader.intake.platforms import owner_of
from grader.model.student import Student
from grader.model.submission import Platform, Source, Submission, Who
from grader.storage.csv_table import CsvTable, read_table, restored

_MOST_BYTES = 50_000_000
_GROUPS = ("group", "groups", "groupname", "gruppe", "gruppen", "gruppo", "gruppi", "groupe", "groupes")
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "studentid", "userid"),
    "name": ("name", "fullname", "studentname", "vollständigername", "nomecompleto", "nomcomplet"),
    "first_name": ("firstname", "firstnames", "givenname", "givennames", "forename", "vorname", "nome", "prénom"),
    "last_name": ("lastname", "surname", "familyname", "nachname", "familienname", "cognome", "nom"),
    "email": ("email", "emailaddress", "mail", "emailadresse", "mailadresse", "indirizzoemail", "adressedecourriel"),
    "login": ("login", "username", "user", "loginid", "sisloginid", "anmeldename", "benutzername"),
    "sis_id": ("sisid", "sisuserid", "idnumber", "matriculationnumber", "idnummer", "matrikelnummer", "matricola"),
    "canvas_id": ("canvasid", "canvasuserid"),
    "section": ("section", "sections", "class", *_GROUPS),
}
_CANVAS: Mapping[str, tuple[str, ...]] = {**_COLUMNS, "id": (), "canvas_id": ("id",), "name": ("student",)}
"""In the gradebook of Canvas, the column `ID` has Canvas' number."""


def read_roster(path: Path) -> tuple[Student, ...]:
    """Read the students of a course.

    Args:
        path: A CSV file: Canvas' gradebook, Moodle's list of participants or gradebook, nbgrader's or this
            program's table, or one by hand. Its first row names the columns (`student`, `id`, `name`,
            `first name`, `last name`, `email`, `login`, `section` and the like), in any order and any spelling of
            blanks, `_` and `-`; other columns are ignored.

    Returns:
        One student for each row that names one, in the order of the file. Rows that differ only in the section
        are one student.

    Raises:
        InputError: It cannot be read, has no column that names students, or no student.

    Example:
        >>> [student.full_name for student in read_roster(Path("roster.csv"))]  # doctest: +SKIP
        ['Ada Lovelace', 'Alan Turing']
    """
    content = content_of(path, "roster", _MOST_BYTES, "Name a CSV file of the students")
    try:
        table = read_table(content)
    except ValueError as error:
        raise InputError(f"{path}: {error}.") from error
    columns = student_columns(table)
    if not columns.keys() - {"section"}:
        column_names = ", ".join(f"'{name}'" for name in table.header()[:10]) or "nothing"
        raise InputError(
            f"{path}: has no column that names students (columns: {column_names}). Add `student`, `name` or `email`."
        )
    groups = group_columns(table)
    students: dict[Student, Student] = {}
    for row in range(1, len(table.rows)):
        student = student_of_row(table, row, columns)
        sections = [student.section, *(restored(table.text(row, column)).strip() for column in groups)]
        student = replace(student, section=", ".join(dict.fromkeys(filter(None, sections))))
        if student.shown.strip() and not _is_about_points(student, columns):
            _add(students, student)
    if not students:
        raise InputError(f"{path}: contains no students. Add a line for each student.")
    return labelled(list(students.values()))


def labelled(students: Sequence[Student]) -> tuple[Student, ...]:
    """The students, with a label for each of several who have the same name."""
    times = Counter(student.full_name for student in students)

    def label(student: Student) -> str:
        identifiers = (student.email, student.sis_id, student.login, student.canvas_id, student.id)
        identifier = next((value for value in identifiers if value and value != student.full_name), "")
        return (
            f"{student.full_name} ({identifier})"
            if times[student.full_name] > 1 and identifier and student.full_name
            else ""
        )

    return tuple(replace(student, label=label(student)) for student in students)


def claimed_student(submission: Submission) -> Student:
    """Make a student of a submission's owner, with the fields that its platform knows, to look up in lists."""
    source = source_of(submission)
    label = submission.student if submission.student != source.name else ""
    group = source.name if source.who in (Who.GROUP, Who.EITHER) else ""
    if source.who is Who.NOBODY:
        return Student(label=submission.student)
    if source.who is Who.GROUP:
        return Student(group=group, label=submission.student)
    match source.platform:
        case Platform.HAND | Platform.NBGRADER | Platform.PORTAL:
            return Student(id=submission.student, name=submission.student)
        case Platform.MOODLE:
            name = "" if source.anonymous else source.name
            return Student(
                name=name, participant=source.number, group=group, label=label or source.name * source.anonymous
            )
        case Platform.CANVAS if source.anonymous:
            return Student(id=submission.student)
        case Platform.CANVAS:
            return Student(name=source.name, canvas_id=source.number, group=group, label=label)
    if source.anonymous:
        return Student(label=submission.student)
    # In Gradescope, the number is the institution's, unless it is only that of the folder.
    of_institution = source.platform is Platform.GRADESCOPE and source.place != f"submission_{source.number}"
    sis_id = source.number if of_institution else ""
    return Student(name=source.name, login=source.login, email=source.email, sis_id=sis_id, label=label)


def source_of(submission: Submission) -> Source:
    """Give the platform's information about a submission.

    Submissions that an earlier version stored do not have it, so it is read from their paths.
    """
    if submission.source is not None:
        return submission.source
    parts = submission.origin.split("/")
    owner = owner_of(parts)
    return Source(
        platform=owner.platform,
        who=owner.who,
        name=owner.student if owner.known else submission.student,
        number=owner.number,
        login=owner.login,
        anonymous=owner.anonymous,
        place=parts[0],
        attachment=str(owner.attachment or ""),
        file=owner.file or parts[-1],
        late=owner.late,
    )


def student_of_row(table: CsvTable, row: int, columns: Mapping[str, int]) -> Student:
    """The student of a row; what a table of ours escaped for spreadsheets is restored.

    Args:
        table: The table.
        row: Its number, from 1.
        columns: See `student_columns`.
    """
    return Student(**{name: restored(table.text(row, column)) for name, column in columns.items()})


def student_named_in(table: CsvTable, row: int, columns: Mapping[str, int]) -> Student:
    """The student of a row as `student_of_row`, without blanks around names, and with accents encoded in one way."""
    student = student_of_row(table, row, columns)
    return replace(student, **{name: composed(getattr(student, name)).strip() for name in columns})


def group_columns(table: CsvTable) -> list[int]:
    """The columns that name groups, in any of the usual languages."""
    return [column for column, name in enumerate(column_names(table)) if name in _GROUPS]


def column_names(table: CsvTable) -> list[str]:
    """The names of the columns in the form in which they are compared."""
    return ["".join(filter(str.isalnum, name.casefold())) for name in table.header()]


def refuse_repeated(path: Path, table: CsvTable, columns: Iterable[int]) -> None:
    """Refuse a table that has a column twice, because nothing says which of them counts.

    Args:
        path: The file, for the message.
        table: The table.
        columns: The columns that are read; a negative one is in no table.

    Raises:
        InputError: The name of one of the columns is that of another one, too.
    """
    names = column_names(table)
    if repeated := [column for column in columns if column >= 0 and names.count(names[column]) > 1]:
        name = table.header()[min(repeated)].strip()
        raise InputError(f"{path}: has the column `{name}` more than once. Keep one of them.")


def student_columns(table: CsvTable) -> dict[str, int]:
    """Attribute of a student -> its column."""
    header = column_names(table)
    names_of_attribute = _CANVAS if {"id", "sisloginid"} <= set(header) else _COLUMNS
    columns = {
        attribute: next(header.index(name) for name in names if name in header)
        for attribute, names in names_of_attribute.items()
        if any(name in header for name in names)
    }
    if "student" in header and names_of_attribute is _COLUMNS:
        student_column = header.index("student")
        name_columns = columns.keys() & {"name", "first_name", "last_name"}
        columns = {"id": student_column, **({} if name_columns else {"name": student_column}), **columns}
    return columns


def _is_about_points(student: Student, columns: Mapping[str, int]) -> bool:
    """Whether a row is that of Canvas with the points of each assignment, which looks like a student."""
    return "canvas_id" in columns and not student.canvas_id and student.name == "    Points Possible"


def _add(students: dict[Student, Student], student: Student) -> None:
    """Add a student. A second row that differs only in the section adds the section."""
    key = replace(student, section="")
    before = students.get(key)
    if before and student.section not in before.section.split(", "):
        student = replace(student, section=", ".join(filter(None, (before.section, student.section))))
        students[key] = student
    else:
        students.setdefault(key, student)
