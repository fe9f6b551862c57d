"""Numbers of courses and exercises, for the tables of the portal."""

from sqlalchemy import Connection, ScalarSelect, select

from grader.gradebook.rows import upsert
from grader.gradebook.schema import courses, exercises


def course_number(connection: Connection, course: str) -> int:
    """The number of a course, which is added if it is missing; the transaction must write."""
    upsert(connection, courses, [{"name": course}], key=("name",), changed=())
    return int(connection.execute(select(courses.c.id).where(courses.c.name == course)).scalar_one())


def exercise_number(connection: Connection, course: str, slug: str) -> int:
    """The number of an exercise, which is added if it is missing; the transaction must write."""
    row = {"course_id": course_number(connection, course), "slug": slug}
    upsert(connection, exercises, [row], key=("course_id", "slug"), changed=())
    query = select(exercises.c.id).where(exercises.c.course_id == row["course_id"], exercises.c.slug == slug)
    return int(connection.execute(query).scalar_one())


def course_in(course: str) -> ScalarSelect[int]:
    """The number of a course inside another query."""
    return select(courses.c.id).where(courses.c.name == course).scalar_subquery()
