"""The portal's own database, a file beside the folders of results, if the exercises do not share one database.

New names, merges and deletions must reach it, too: accounts, uploads, publications and tasks are only there.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from grader.gradebook import renaming
from grader.gradebook.accounts import Accounts
from grader.gradebook.courses import known_as
from grader.gradebook.database import Database
from grader.gradebook.portal_people import delete_account, rename_account
from grader.gradebook.results import Results
from grader.model.course_settings import CourseSettings
from grader.model.portal import Member, Role


def students_in_portal(folder: Path, settings: CourseSettings) -> dict[str, Member]:
    """Name in the gradebook -> account, for the students of a portal's own database; empty without such a portal.

    Args:
        folder: The folder of the results of all exercises.
        settings: The settings of the course.
    """
    return {
        member.student: member
        for database, course in _portals(folder, settings)
        for member in Accounts(database, course).members(Role.STUDENT)
    }


def rename_student_in_portal(folder: Path, settings: CourseSettings, old: str, new: str) -> None:
    """Give a student of the portal another name, also one that the portal has already.

    Args:
        folder: The folder of the results of all exercises. If it has no portal, nothing changes; likewise below.
        settings: The settings of the course.
        old: The present name.
        new: The new name.
    """
    for database, course in _portals(folder, settings):
        rename_account(database, course, old, new)


def delete_student_in_portal(folder: Path, settings: CourseSettings, student: str) -> None:
    """Delete what the portal has about a student."""
    for database, course in _portals(folder, settings):
        delete_account(database, course, student)


def rename_exercise_in_portal(folder: Path, settings: CourseSettings, old: str, new: str) -> None:
    """Give an exercise of the portal another name, if the portal has something about it.

    Raises:
        InputError: The portal already has something about the new name.
    """
    for database, course in _portals(folder, settings):
        if old in renaming.exercises_of(database, course):
            renaming.rename_exercise(database, course, old, new)


def _portals(folder: Path, settings: CourseSettings) -> Iterator[tuple[Database, str]]:
    """The database of the portal and the name of the course in it, if there is a portal."""
    results = Results(folder)
    if results.database.exists:
        with contextlib.closing(results.database) as database:
            yield database, known_as(database, settings, results.is_own, begins=False).name
