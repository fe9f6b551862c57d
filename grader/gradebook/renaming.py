"""Other names for what a gradebook holds already: nothing is lost, and no decision is changed."""

import hashlib

from sqlalchemy import Connection, delete, func, select, update

from grader.errors import InputError
from grader.gradebook.database import Database
from grader.gradebook.schema import (
    adjustments,
    assessments,
    courses,
    exercises,
    findings,
    standings,
    students,
    submissions,
)


def exercises_of(database: Database, course: str) -> list[str]:
    """The exercises that a course has in a gradebook."""
    chosen = (
        select(exercises.c.slug).join(courses, courses.c.id == exercises.c.course_id).where(courses.c.name == course)
    )
    with database.reading() as connection:
        return sorted(connection.execute(chosen).scalars())


def questions_of(database: Database, course: str, slug: str) -> set[str]:
    """The ids of all questions that an exercise ever had in a gradebook."""
    chosen = (
        select(findings.c.question)
        .join(assessments, assessments.c.id == findings.c.assessment_id)
        .join(submissions, submissions.c.id == assessments.c.submission_id)
        .join(exercises, exercises.c.id == submissions.c.exercise_id)
        .join(courses, courses.c.id == exercises.c.course_id)
        .where(courses.c.name == course, exercises.c.slug == slug)
        .distinct()
    )
    with database.reading() as connection:
        return set(connection.execute(chosen).scalars())


def rename_exercise(database: Database, course: str, old: str, new: str) -> None:
    """Give an exercise another name; all that belongs to it stays with it.

    Raises:
        InputError: There is none of the old name, or one of the new name has been graded.
    """
    held = exercises_of(database, course)
    if old not in held:
        there = ", ".join(f"'{slug}'" for slug in held) or "nothing"
        raise InputError(f"{database.place}: holds no exercise '{old}', but {there}; give one of these.")
    if new in held:
        raise InputError(f"{database.place}: holds '{new}' already, so '{old}' cannot take its name.")
    with database.writing() as connection:
        own = select(courses.c.id).where(courses.c.name == course).scalar_subquery()
        chosen = update(exercises).where(exercises.c.course_id == own, exercises.c.slug == old)
        connection.execute(chosen.values(slug=new))


def rename_student(database: Database, course: str, old: str, new: str) -> None:
    """Give a student another name; what was handed in under the new name meanwhile is added to what was there.

    Raises:
        InputError: There is nobody of the old name; or there are decisions about the new name, too.
    """
    with database.writing() as connection:
        own = select(courses.c.id).where(courses.c.name == course).scalar_subquery()
        chosen = select(students.c.name, students.c.id).where(students.c.course_id == own)
        known = {row.name: row.id for row in connection.execute(chosen)}
        if old not in known:
            raise InputError(f"{database.place}: there is no student '{old}'; name one as the overview does.")
        if new in known:
            _join(connection, database, known[new], known[old], new)
        connection.execute(update(students).where(students.c.id == known[old]).values(name=new))


def _join(connection: Connection, database: Database, taken: int, into: int, name: str) -> None:
    """Move the tries of one row of a student to another one, and take the first away."""
    decided = select(func.count()).select_from(adjustments).where(adjustments.c.student_id == taken)
    if connection.execute(decided).scalar():
        raise InputError(
            f"{database.place}: there are also decisions about '{name}', and none may be lost; make those of the old"
            f" name again for '{name}' with `grader adjust`, as `grader history` shows them."
        )
    tries = select(submissions.c.id, submissions.c.exercise_id, submissions.c.digest).where(
        submissions.c.student_id == taken
    )
    there = select(submissions.c.exercise_id, submissions.c.digest).where(submissions.c.student_id == into)
    before = {tuple(row) for row in connection.execute(there)}
    for number, exercise, digest in connection.execute(tries).all():
        again = hashlib.sha256(f"{digest} {name}".encode()).hexdigest()  # the same, handed in under both names
        kept = again if (exercise, digest) in before else digest
        chosen = update(submissions).where(submissions.c.id == number)
        connection.execute(chosen.values(student_id=into, digest=kept))
    connection.execute(delete(standings).where(standings.c.student_id == taken))  # made again from tries and decisions
    connection.execute(delete(students).where(students.c.id == taken))
