"""Moodle's import of grades: a CSV file whose columns are mapped to fields on its page.

A student whom Moodle does not find ends the whole import there, so whoever lacks the identifier is left out and told.
"""

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from grader.gradebook.exports.mark import Exported, Mark, excuses, number, summary, unmarked
from grader.gradebook.exports.plain import written
from grader.model.exercise import Exercise
from grader.model.student import Student

NO_GRADE = "-"


class Identifier(StrEnum):
    """What Moodle finds a student by."""

    ID = "id"
    IDNUMBER = "idnumber"
    EMAIL = "email"
    USERNAME = "username"


_FIELDS = {
    Identifier.ID: "id",
    Identifier.IDNUMBER: "sis_id",
    Identifier.EMAIL: "email",
    Identifier.USERNAME: "login",
}


def grade_import(exercise: Exercise, marks: Sequence[Mark], identifier: Identifier) -> Exported:
    """Write the marks of a class for Moodle's page "Import grades from CSV file".

    Args:
        exercise: What was asked; its title heads the column of the grades.
        marks: One for each submission; any order.
        identifier: What students are to be found by there.

    Returns:
        UTF-8, commas, lines ended by CR LF: the identifier, the name, the points (`-` where there is no mark) and
        a comment.
    """
    owners = defaultdict(list)
    for mark in sorted(marks, key=lambda each: each.assessment.student):
        owners[identified(mark.student, identifier)].append(mark)
    lacking = [f"{mark.student.shown}: has no {identifier}, and so is not in it." for mark in owners.pop("", [])]
    twice = [
        f"{mark.student.shown}: has the {identifier} of another submission ({value}), and so is not in it."
        for value, found in owners.items()
        if len(found) > 1
        for mark in found
    ]
    rows = [
        [value, found[0].student.shown, number(found[0].points) or NO_GRADE, summary(exercise, found[0])]
        for value, found in owners.items()
        if len(found) == 1
    ]
    content = written([[identifier.value, "name", exercise.title, "feedback"], *rows])
    count = sum(row[2] != NO_GRADE for row in rows)
    return Exported(content, count, (*lacking, *twice, *unmarked(marks)), excuses(marks))


def identified(student: Student, identifier: Identifier) -> str:
    """What identifies a student; empty if it is not known.

    The name of a file or folder counts as whatever is asked for where nothing else is known of the student, if it
    has the form of that.
    """
    value: str = getattr(student, _FIELDS[identifier])
    bare = not (student.sis_id or student.login or student.email)
    fits = ("@" in student.id) == (identifier is Identifier.EMAIL)
    return (value or (student.id if bare and fits else "")).strip()
