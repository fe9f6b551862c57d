"""Lists of a class: a roster as people and learning platforms write it, and what a submission says of its owner."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.errors import InputError
from grader.intake.instructor_files import content_of
from grader.intake.platforms import owner_of
from grader.model.student import Student
from grader.model.submission import Platform, Source, Submission, Who
from grader.storage.csv_table import Table, read_table, restored

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
"""In the gradebook of Canvas `ID` is its own number."""


def read_roster(path: Path) -> tuple[Student, ...]:
    """Read the students of a course.

    Args:
        path: A CSV file: Canvas' gradebook, Moodle's list of participants or gradebook, nbgrader's or this
            program's table, or one by hand. Its first row names the columns (`student`, `id`, `name`,
            `first name`, `last name`, `email`, `login`, `section` and the like), in any order and spelling of
            blanks, `_` and `-`; others are left aside.

    Returns:
        One student for each row that names one, in the order of the file. Who stands there once for each of
        several sections is one student.

    Raises:
        InputError: It cannot be read, has no column that names students, or no student.
    """
    content = content_of(path, "roster", _MOST_BYTES, "name a CSV file of the students")
    try:
        table = read_table(content)
    except ValueError as error:
        raise InputError(f"{path}: {error}.") from error
    columns = _columns(table)
    if not columns.keys() - {"section"}:
        named = ", ".join(f"'{name}'" for name in table.header()[:10]) or "nothing"
        raise InputError(
            f"{path}: has no column that names students, but {named}; give it `student`, `name` or `email`."
        )
    groups = [column for column, name in enumerate(_header(table)) if name in _GROUPS]
    students: dict[Student, Student] = {}
    for row in range(1, len(table.rows)):
        student = Student(**{name: restored(table.text(row, column)) for name, column in columns.items()})
        sections = [student.section, *(restored(table.text(row, column)).strip() for column in groups)]
        student = replace(student, section=", ".join(dict.fromkeys(filter(None, sections))))
        if student.shown.strip() and not _is_about_points(student, columns):
            _add(students, student)
    if not students:
        raise InputError(f"{path}: names no students; give each one a line.")
    return _told_apart(list(students.values()))


def _told_apart(students: Sequence[Student]) -> tuple[Student, ...]:
    """The students, with a label where several have the same name."""
    times = Counter(student.full_name for student in students)

    def label(student: Student) -> str:
        own = (student.email, student.sis_id, student.login, student.canvas_id, student.id)
        apart = next((value for value in own if value and value != student.full_name), "")
        return f"{student.full_name} ({apart})" if times[student.full_name] > 1 and apart and student.full_name else ""

    return tuple(replace(student, label=label(student)) for student in students)


def claimed_student(submission: Submission) -> Student:
    """Who a submission says it is from: the number and the name that a platform gave its file, or only a name."""
    told = source_of(submission)
    label = submission.student if submission.student != told.name else ""
    group = told.name if told.who in (Who.GROUP, Who.EITHER) else ""
    if told.who is Who.NOBODY:
        return Student(label=submission.student)
    if told.who is Who.GROUP:
        return Student(group=group, label=submission.student)
    match told.platform:
        case Platform.HAND | Platform.NBGRADER:
            return Student(id=submission.student, name=submission.student)
        case Platform.MOODLE:
            name = "" if told.anonymous else told.name
            return Student(name=name, participant=told.number, group=group, label=label or told.name * told.anonymous)
        case Platform.CANVAS if told.anonymous:
            return Student(id=submission.student)
        case Platform.CANVAS:
            return Student(name=told.name, canvas_id=told.number, group=group, label=label)
    if told.anonymous:
        return Student(label=submission.student)
    # Gradescope's number is the one that the institution gave, unless it is only that of the folder.
    of_institution = told.platform is Platform.GRADESCOPE and told.place != f"submission_{told.number}"
    sis_id = told.number if of_institution else ""
    return Student(name=told.name, login=told.login, email=told.email, sis_id=sis_id, label=label)


def source_of(submission: Submission) -> Source:
    """What a platform says of a submission; from the path where it was taken in before that was kept."""
    if submission.source is not None:
        return submission.source
    parts = submission.origin.split("/")
    who = owner_of(parts)
    return Source(
        platform=who.platform,
        who=who.who,
        name=who.student if who.known else submission.student,
        number=who.number,
        login=who.login,
        anonymous=who.anonymous,
        place=parts[0],
        attachment=str(who.attachment or ""),
        file=who.file or parts[-1],
        late=who.late,
    )


def _header(table: Table) -> list[str]:
    """The names of the columns, as they are compared."""
    return ["".join(filter(str.isalnum, name.casefold())) for name in table.header()]


def _columns(table: Table) -> dict[str, int]:
    """Attribute of a student -> its column."""
    header = _header(table)
    known = _CANVAS if {"id", "sisloginid"} <= set(header) else _COLUMNS
    columns = {
        attribute: next(header.index(name) for name in names if name in header)
        for attribute, names in known.items()
        if any(name in header for name in names)
    }
    if "student" in header and known is _COLUMNS:
        place = header.index("student")
        named = columns.keys() & {"name", "first_name", "last_name"}
        columns = {"id": place, **({} if named else {"name": place}), **columns}
    return columns


def _is_about_points(student: Student, columns: Mapping[str, int]) -> bool:
    """Whether this is the row of Canvas that gives the points of each assignment."""
    return "canvas_id" in columns and not student.canvas_id and student.name == "    Points Possible"


def _add(students: dict[Student, Student], student: Student) -> None:
    """Take a student in; a second row that differs in the section only adds that."""
    key = replace(student, section="")
    before = students.get(key)
    if before and student.section not in before.section.split(", "):
        student = replace(student, section=", ".join(filter(None, (before.section, student.section))))
        students[key] = student
    else:
        students.setdefault(key, student)
