"""What students get before they hand anything in."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.assess.kinds import needs_of_kinds
from grader.course.layout import Course
from grader.course.release import release, release_class
from grader.course.specification import read_exercise
from grader.errors import InputError
from grader.intake.names import folder_name
from grader.intake.roster import read_roster
from grader.model.student import Student


def hand_out(course: Course, slug: str, roster: Path | None, out: Path) -> list[Path]:
    """Write what students get: one notebook for all, or one for each student of a roster.

    Returns:
        The files written.
    """
    exercise = read_exercise(course, slug)
    if roster is None:
        return release(course, exercise, out)
    return release_class(course, exercise, named(read_roster(roster), str(roster)), out, folder_name, needs_of_kinds())


def named(listed: Sequence[Student], roster: str) -> dict[str, Student]:
    """The students of a roster by what their numbers follow from: the column `student` or `id`, else the name.

    Args:
        listed: The lines of the roster.
        roster: Its name, for messages.

    Raises:
        InputError: Two have the same.
    """
    students: dict[str, Student] = {}
    for student in listed:
        name = student.id or replace(student, label="").shown
        if name in students:
            raise InputError(f"{roster}: names {name} twice. Give each student one line, with a separate `id`.")
        students[name] = student
    return students
