"""Moodle's import of grades: a CSV file whose columns are mapped to fields on its page.

Moodle ends the whole import at a student whom it does not find and at a grade above the maximum, and a row without a
grade removes the one that is there. So such rows are left out, and the command names the students.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from grader.gradebook.exports.mark import (
    ExportedMark,
    ExportFile,
    distinct,
    excused_questions,
    excuses,
    number,
    summary,
    unmarked,
)
from grader.gradebook.exports.plain import written
from grader.model.exercise import Exercise
from grader.model.student import Student

_DIGITS = re.compile(r"[0-9]+")
_BEFORE_QUOTE = re.compile(r'\\(?="|\Z)')


class Identifier(StrEnum):
    """What Moodle finds a student by."""

    ID = "id"
    IDNUMBER = "idnumber"
    EMAIL = "email"
    USERNAME = "username"


_FIELDS = {
    Identifier.IDNUMBER: "sis_id",
    Identifier.EMAIL: "email",
    Identifier.USERNAME: "login",
}
_FORMS = {
    Identifier.EMAIL: re.compile(r"[^\s@]+@[^\s@]+"),
    Identifier.USERNAME: re.compile(r"[^\s@A-Z]+"),  # Moodle has no capital letters there
    Identifier.IDNUMBER: re.compile(r"(?=.*[0-9])[^\s@]+"),  # a name alone is no number
}
"""What the name of a file has to look like to be taken for that."""


def grade_import(exercise: Exercise, marks: Sequence[ExportedMark], identifier: Identifier) -> ExportFile:
    """Write the marks of a class for Moodle's page "Import grades from CSV file".

    Args:
        exercise: What was asked; its title heads the column of the grades.
        marks: One for each submission; any order.
        identifier: What students are to be found by there.

    Returns:
        UTF-8, commas, lines ended by CR LF: the identifier, the name, the points and a comment, for each student
        with a mark.
    """
    marks = distinct(marks)
    owners = defaultdict(list)
    over = [mark for mark in marks if mark.points is not None and mark.points > mark.assessment.max_points]
    for mark in sorted(marks, key=lambda mark: mark.assessment.student):
        if mark.points is not None and mark not in over:
            owners[identified(mark.student, identifier, mark.listed_id)].append(mark)
    lacking = [
        f"{mark.student.shown}: has no {identifier}, so the file omits this student. Name a roster that has it with "
        f"--roster." + (" If it is a group, the roster needs a column Groups." if mark.student.group else "")
        for mark in owners.pop("", [])
    ]
    twice = [
        f"{mark.student.shown}: has the same {identifier} as another submission ({value}), so the file omits "
        f"this student."
        for value, sharing in owners.items()
        if len(sharing) > 1
        for mark in sharing
    ]
    too_many = [
        f"{mark.student.shown}: {number(mark.points)} points are more than the {number(mark.assessment.max_points)} of"
        " the exercise. Moodle would reject the whole file, so the file omits this student. Enter this mark by hand."
        for mark in over
    ]
    rows = [
        [value, sharing[0].student.shown, number(sharing[0].points_of_all), summary(exercise, sharing[0])]
        for value, sharing in owners.items()
        if len(sharing) == 1
    ]
    table = [[identifier.value, "name", exercise.title, "feedback"], *rows]
    content = written([[before_quotes(text) for text in row] for row in table])
    maximum = f"Moodle rejects the whole file if its grade item allows fewer than {number(exercise.max_points)} points."
    remarks = (*excuses(marks), *excused_questions(marks), *[maximum][: len(rows)])
    return ExportFile(
        content,
        len(rows),
        (*lacking, *twice, *too_many, *unmarked(marks)),
        remarks,
    )


def before_quotes(text: str) -> str:
    """Text for a cell that PHP reads: a blank parts a backslash from the quotation mark that follows it.

    PHP's `fgetcsv` takes a backslash before a quotation mark for an escape, and with it all rows that follow for one
    cell.
    """
    return _BEFORE_QUOTE.sub(r"\\ ", text)


def identified(student: Student, identifier: Identifier, listed_id: str = "") -> str:
    """What identifies a student; empty if it is not known.

    Where nothing else is known of the student, the name of a file or folder counts as address, login or ID number if it
    has the form of that. It never counts as an `id`, which is Moodle's own number of a user: only a roster tells that.

    Args:
        student: Who.
        identifier: What is asked for.
        listed_id: The `id` of a roster; empty where there is none.
    """
    if identifier is Identifier.ID:
        return listed_id.strip() if _DIGITS.fullmatch(listed_id.strip()) else ""
    value: str = getattr(student, _FIELDS[identifier]).strip()
    bare = not (student.sis_id or student.login or student.email)
    return value or (student.id.strip() if bare and _FORMS[identifier].fullmatch(student.id.strip()) else "")
