"""The place of an exercise in a gradebook: the numbers of its rows, which are added when they are first needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from grader.gradebook.rows import pairs, upsert
from grader.gradebook.schema import courses, exercises, students, submissions


@dataclass(frozen=True, slots=True)
class Place:
    """An exercise of a course.

    Attributes:
        course: Name of the course in the gradebook.
        slug: The exercise.
    """

    course: str
    slug: str

    def known_exercise(self, connection: Connection) -> int | None:
        """The number of the exercise; None if there is none yet."""
        course = select(courses.c.id).where(courses.c.name == self.course).scalar_subquery()
        query = select(exercises.c.id).where(exercises.c.slug == self.slug, exercises.c.course_id == course)
        number: int | None = connection.execute(query).scalar()
        return number

    def exercise(self, connection: Connection) -> int:
        """The number of the exercise, which is added if it is missing; locks its row until the transaction ends.

        Every writer calls this before anything else. If one locked another row first, two could wait for each other.
        """
        course = select(courses.c.id).where(courses.c.name == self.course).scalar_subquery()
        query = select(exercises.c.id).where(exercises.c.slug == self.slug, exercises.c.course_id == course)
        number = connection.execute(query.with_for_update()).scalar()
        if number is None:
            row = {"course_id": self.course_number(connection), "slug": self.slug}
            upsert(connection, exercises, [row], key=("course_id", "slug"), changed=())
            number = connection.execute(query.with_for_update()).scalar_one()
        return int(number)

    def course_number(self, connection: Connection) -> int:
        """The number of the course, which is added if it is missing."""
        upsert(connection, courses, [{"name": self.course}], key=("name",), changed=())
        return int(connection.execute(select(courses.c.id).where(courses.c.name == self.course)).scalar_one())

    def students(self, connection: Connection, folders: Mapping[str, str]) -> Mapping[str, int]:
        """Name -> number of each student; new students are added, with the names of their folders."""
        course = self.course_number(connection)
        query = select(students.c.name, students.c.id).where(students.c.course_id == course)
        known = pairs(connection, query)
        new = sorted((name, folder) for name, folder in folders.items() if name not in known)
        if new:  # sorted by name, so that graders of two exercises cannot wait for each other
            rows = [{"course_id": course, "name": name, "folder": folder} for name, folder in new]
            upsert(connection, students, rows, key=("course_id", "name"), changed=())
            known = pairs(connection, query)
        return known

    def only(self, query: Select[Any], names: Sequence[str] | None) -> Select[Any]:
        """The query, limited to this exercise and course, and to some students if they are named."""
        course = select(courses.c.id).where(courses.c.name == self.course).scalar_subquery()
        here = query.where(exercises.c.slug == self.slug, exercises.c.course_id == course)
        return here if names is None else here.where(students.c.name.in_(names))

    def names(self, connection: Connection) -> list[str]:
        """The names of all students who have submitted."""
        query = (
            select(students.c.name)
            .join(submissions, submissions.c.student_id == students.c.id)
            .join(exercises, exercises.c.id == submissions.c.exercise_id)
        )
        return list(connection.execute(self.only(query.distinct(), None)).scalars())
