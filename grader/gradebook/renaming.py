"""Other names for what a gradebook holds already: nothing is lost, and no decision is changed."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from grader.errors import InputError
from grader.gradebook.database import Database
from grader.gradebook.people import ChangeKind, StudentChange, add_change, complete_identity, rename_submitter
from grader.gradebook.portal_people import rename_in_portal
from grader.gradebook.schema import (
    adjustments,
    assessments,
    courses,
    exercises,
    findings,
    own_work,
    standings,
    students,
    submissions,
)


def exercises_of(database: Database, course: str) -> list[str]:
    """The exercises that a course has in a gradebook."""
    query = (
        select(exercises.c.slug).join(courses, courses.c.id == exercises.c.course_id).where(courses.c.name == course)
    )
    with database.reading() as connection:
        return sorted(connection.execute(query).scalars())


def questions_of(database: Database, course: str, slug: str) -> set[str]:
    """The ids of all questions that an exercise ever had in a gradebook."""
    query = (
        select(findings.c.question)
        .join(assessments, assessments.c.id == findings.c.assessment_id)
        .join(submissions, submissions.c.id == assessments.c.submission_id)
        .join(exercises, exercises.c.id == submissions.c.exercise_id)
        .join(courses, courses.c.id == exercises.c.course_id)
        .where(courses.c.name == course, exercises.c.slug == slug)
        .distinct()
    )
    with database.reading() as connection:
        return set(connection.execute(query).scalars())


def rename_exercise(database: Database, course: str, old: str, new: str) -> None:
    """Give an exercise another name; all that belongs to it stays with it.

    Raises:
        InputError: There is none of the old name, or one of the new name has been graded.
    """
    held = exercises_of(database, course)
    if old not in held:
        there = ", ".join(f"'{slug}'" for slug in held) or "nothing"
        raise InputError(f"{database.place}: contains no exercise '{old}', only {there}. Name one of these.")
    if new in held:
        raise InputError(f"{database.place}: already contains '{new}', so '{old}' cannot get this name.")
    with database.writing() as connection:
        course_id = select(courses.c.id).where(courses.c.name == course).scalar_subquery()
        statement = update(exercises).where(exercises.c.course_id == course_id, exercises.c.slug == old)
        connection.execute(statement.values(slug=new))


def refuse_two_decided(database: Database, course: str, old: str, new: str) -> None:
    """Stop if `rename_student` would, because there are decisions about the new name, too.

    Raises:
        InputError: There are some.
    """
    with database.reading() as connection:
        query = select(students.c.name, students.c.id).join(courses, courses.c.id == students.c.course_id)
        known = {row.name: row.id for row in connection.execute(query.where(courses.c.name == course))}
        if old in known and new in known:
            _refuse_decided(connection, database, known[new], old, new)


def rename_student(database: Database, course: str, old: str, new: str, author: str, at: datetime) -> None:
    """Give a student another name; what was handed in under the new name meanwhile is added to what was there.

    Raises:
        InputError: There is nobody of the old name; or there are decisions about the new name, too.
    """
    with database.writing() as connection:
        course_id = select(courses.c.id).where(courses.c.name == course).scalar_subquery()
        query = select(students.c.name, students.c.id).where(students.c.course_id == course_id)
        known = {row.name: row.id for row in connection.execute(query)}
        if old not in known:
            raise InputError(f"{database.place}: there is no student '{old}'. Use a name from the dashboard.")
        if new in known:
            _join(connection, database, known[new], known[old], old, new)
        connection.execute(update(students).where(students.c.id == known[old]).values(name=new))
        number = connection.execute(select(course_id)).scalar_one()
        rename_submitter(connection, number, old, new)
        rename_in_portal(connection, number, old, new)
        entry = StudentChange(what=ChangeKind.RENAMED, old_name=old, new_name=new, detail="", author=author, at=at)
        add_change(connection, number, entry)


def _join(connection: Connection, database: Database, source: int, target: int, old: str, name: str) -> None:
    """Move the tries of one row of a student to another one, and take the first away."""
    _refuse_decided(connection, database, source, old, name)
    attempts = select(submissions.c.id, submissions.c.exercise_id, submissions.c.digest).where(
        submissions.c.student_id == source
    )
    attempts_there = select(submissions.c.exercise_id, submissions.c.digest).where(submissions.c.student_id == target)
    before = {tuple(row) for row in connection.execute(attempts_there)}
    for number, exercise, digest in connection.execute(attempts).all():
        again = hashlib.sha256(f"{digest} {name}".encode()).hexdigest()  # the same, handed in under both names
        new_digest = again if (exercise, digest) in before else digest
        statement = update(submissions).where(submissions.c.id == number)
        connection.execute(statement.values(student_id=target, digest=new_digest))
    connection.execute(update(own_work).where(own_work.c.student_id == source).values(student_id=target))
    complete_identity(connection, source, target)
    # Marks that count are made again from the attempts and decisions of both.
    connection.execute(delete(standings).where(standings.c.student_id.in_([source, target])))
    connection.execute(delete(students).where(students.c.id == source))


def _refuse_decided(connection: Connection, database: Database, source: int, old: str, name: str) -> None:
    decisions = select(func.count()).select_from(adjustments).where(adjustments.c.student_id == source)
    if connection.execute(decisions).scalar():
        raise InputError(
            f"{database.place}: there are also overrides for '{name}'. If both names belong to one student, run "
            f"`grader merge-student '{old}' '{name}'`, which keeps the decisions of both."
        )
