"""What students get before they hand anything in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from grader.assess.kinds import needs_of_kinds
from grader.course.layout import Course
from grader.course.release import release, release_class
from grader.course.specification import read_exercise
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.intake.names import folder_name
from grader.intake.roster import read_roster
from grader.model.student import Student
from grader.pipeline.own_work import release_own_work


def hand_out(
    course: Course,
    slug: str,
    roster: Path | None,
    out: Path,
    own_work: Results | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write what students get: one notebook for all, or one for each student of a roster.

    Args:
        course: The course.
        slug: The exercise.
        roster: CSV file of the students; None for one notebook for all.
        out: The folder in which the exercise's folder is created.
        own_work: The results of the exercise, to write questions about students' own work instead; None otherwise.
        note: Is told whose work no question can be asked about.

    Returns:
        The files written.
    """
    if own_work is not None:
        return release_own_work(course, slug, own_work, out, note)
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
