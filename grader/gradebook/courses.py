"""Which course of a gradebook is meant, whatever it is called today."""

import re
from dataclasses import dataclass

from sqlalchemy import select, update

from grader.errors import GradebookError, InputError
from grader.gradebook.database import Database
from grader.gradebook.schema import courses
from grader.model.course_settings import CourseSettings

FILE = "exercises/course.toml"
_LIKE_AN_ID = re.compile(r"[a-z0-9]+([-_.][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class KnownCourse:
    """A course as a gradebook knows it.

    Attributes:
        name: Its name there: its `id`, or the title that it had when it began.
        remark: What an instructor has to know; empty if nothing.
    """

    name: str
    remark: str = ""


def known_as(database: Database, settings: CourseSettings, in_results: bool, begins: bool) -> KnownCourse:
    """The name under which a gradebook has a course, also after its title has changed.

    Args:
        database: The gradebook.
        settings: The course.
        in_results: Whether the gradebook lies in the results, so that no other course shares it.
        begins: Whether the course may be a new one there.

    Raises:
        InputError: It cannot be told which of its courses this is; the message says what to write.
    """
    name = settings.id or settings.title
    held = _names(database) if database.exists else []
    if not held or name in held:
        return KnownCourse(name)
    if settings.id and settings.title in held:
        return KnownCourse(_renamed(database, settings.title, name))
    if in_results and len(held) == 1:
        return _only(database, held[0], settings)
    if settings.id and begins:
        remark = f"{database.place}: the grader adds '{settings.id}' there as a new course, next to {_listed(held)}."
        return KnownCourse(name, f"{remark} If it is one of these under another name, {_remedy(held[0])}.")
    raise InputError(
        f"{database.place}: contains {_listed(held)}, but not '{name}'. If it is the same course under another title, "
        f"{_remedy(held[0])}. If it is a different course, give it a separate `id` there."
    )


def _only(database: Database, held: str, settings: CourseSettings) -> KnownCourse:
    """The only course of a gradebook that no other course shares."""
    if settings.id and _LIKE_AN_ID.fullmatch(held):
        raise InputError(
            f"{database.place}: contains the course '{held}', but {FILE} has id = \"{settings.id}\". If it is the "
            f"same course, {_remedy(held)}. If it is a different one, name another folder with --results."
        )
    remark = f"{database.place}: its only course is '{held}', so the grader uses it for '{settings.title}'"
    if settings.id:
        return KnownCourse(
            _renamed(database, held, settings.id),
            f"{remark}. From now on, the gradebook calls this course '{settings.id}'.",
        )
    return KnownCourse(held, f"{remark}. To keep it if the title changes, {_remedy(held)}.")


def _names(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(connection.execute(select(courses.c.name)).scalars())


def _renamed(database: Database, old: str, new: str) -> str:
    """The new name of a course; the old one where the gradebook may not be written."""
    try:
        with database.writing() as connection:
            connection.execute(update(courses).where(courses.c.name == old).values(name=new))
    except GradebookError:
        return old
    return new


def _listed(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _remedy(name: str) -> str:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'write id = "{quoted}" into {FILE}'
