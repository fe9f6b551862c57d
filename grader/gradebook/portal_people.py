"""What the tables of the portal have about a student: it follows a new name, a merge and a deletion."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, func, select, update

from grader.gradebook.checks import delete_checks
from grader.gradebook.database import Database
from grader.gradebook.places import course_number
from grader.gradebook.portal_schema import (
    accounts,
    checks,
    claims,
    events,
    jobs,
    links,
    memberships,
    messages,
    notices,
    practice_answers,
    practice_owners,
    publications,
    sessions,
    tasks,
    threads,
    tokens,
    uploads,
)
from grader.gradebook.practice import delete_practice
from grader.gradebook.rows import delete_for_good
from grader.gradebook.schema import exercises
from grader.model.staff_work import TaskLine, TaskRequest
from grader.storage import codec

_LINES = tuple[TaskLine, ...]


def rename_account(database: Database, course: str, old: str, new: str) -> None:
    """Give a student of the portal another name. See `rename_in_portal`.

    Args:
        database: The database of the portal, in which the exercises may have no marks.
        course: Name of the course in it.
        old: The present name.
        new: The new name.
    """
    with database.writing() as connection:
        rename_in_portal(connection, course_number(connection, course), old, new)


def delete_account(database: Database, course: str, student: str) -> None:
    """Delete what the portal has about a student. See `delete_from_portal`.

    Args:
        database: The database of the portal, in which the exercises may have no marks.
        course: Name of the course in it.
        student: Name of the student.
    """
    with database.writing() as connection:
        delete_for_good(connection)
        delete_from_portal(connection, course_number(connection, course), student)


def rename_in_portal(connection: Connection, course: int, old: str, new: str) -> None:
    """Give the uploads, memberships and publications of a student another name, which may have some of its own.

    Args:
        connection: A transaction that writes.
        course: Number of the course.
        old: The present name.
        new: The new name.
    """
    of_course = select(exercises.c.id).where(exercises.c.course_id == course)
    statement = update(memberships).where(memberships.c.course_id == course, memberships.c.student == old)
    connection.execute(statement.values(student=new))
    highest = select(uploads.c.exercise_id, func.max(uploads.c.number)).where(uploads.c.student == new)
    numbers = {row[0]: row[1] for row in connection.execute(highest.group_by(uploads.c.exercise_id))}
    query = select(uploads.c.id, uploads.c.exercise_id, uploads.c.number).where(
        uploads.c.student == old, uploads.c.exercise_id.in_(of_course)
    )
    for upload, exercise, number in connection.execute(query.order_by(uploads.c.id)).all():
        moved = update(uploads).where(uploads.c.id == upload)
        connection.execute(moved.values(student=new, number=number + numbers.get(exercise, 0)))
    published = update(publications).where(publications.c.student == old, publications.c.exercise_id.in_(of_course))
    connection.execute(published.values(student=new))
    noted = update(notices).where(notices.c.student == old, notices.c.exercise_id.in_(of_course))
    connection.execute(noted.values(student=new))
    # A claim only says who is grading an answer just now, so nothing is lost without it.
    connection.execute(delete(claims).where(claims.c.student == old, claims.c.exercise_id.in_(of_course)))
    _move_threads(connection, course, old, new)
    _rewrite_tasks(connection, list(connection.execute(of_course).scalars()), old, new)


def _move_threads(connection: Connection, course: int, old: str, new: str) -> None:
    """Give the conversations about a student's marks to another name; two about one question become one."""
    of_course = select(exercises.c.id).where(exercises.c.course_id == course)
    query = select(threads).where(threads.c.student.in_([old, new]), threads.c.exercise_id.in_(of_course))
    rows = connection.execute(query.order_by(threads.c.id)).all()
    present = {(row.exercise_id, row.question): row.id for row in rows if row.student == new}
    for row in rows:
        if row.student == new:
            continue
        target = present.get((row.exercise_id, row.question))
        if target is None:
            connection.execute(update(threads).where(threads.c.id == row.id).values(student=new))
        else:
            connection.execute(update(messages).where(messages.c.thread_id == row.id).values(thread_id=target))
            connection.execute(delete(threads).where(threads.c.id == row.id))


def _rewrite_tasks(connection: Connection, numbers: Sequence[int], old: str, new: str | None) -> None:
    """Change the name of a student in tasks of staff, or leave the student out; a task without students goes.

    Args:
        connection: A transaction that writes.
        numbers: Numbers of the exercises.
        old: The present name.
        new: The new name; None to leave the student out.
    """
    for row in connection.execute(select(tasks).where(tasks.c.exercise_id.in_(numbers))).all():
        request, lines = codec.decode(TaskRequest, row.request), codec.decode(_LINES, row.lines)
        names = {decision.student for decision in request.decisions} | {line.student for line in lines}
        names |= set(request.students)
        if old not in names:
            continue
        after = replace(
            request,
            decisions=tuple(
                replace(one, student=new or old) if one.student == old else one
                for one in request.decisions
                if new is not None or one.student != old
            ),
            students=tuple(new or old if name == old else name for name in request.students if new or name != old),
        )
        others_lines = [
            replace(line, student=new or old) if line.student == old else line
            for line in lines
            if new is not None or line.student != old
        ]
        this = tasks.c.id == row.id
        if request != TaskRequest() and after == TaskRequest():
            connection.execute(delete(tasks).where(this))
        else:
            values = {
                "request": codec.encode_exactly(after).decode(),
                "lines": codec.encode_exactly(others_lines).decode(),
            }
            connection.execute(update(tasks).where(this).values(values))


def delete_from_portal(connection: Connection, course: int, student: str) -> None:
    """Delete what the portal has about a student, and the account if no other course needs it.

    The log of events stays, without the name.

    Args:
        connection: A transaction that writes.
        course: Number of the course.
        student: Name of the student.
    """
    slugs = {row.id: row.slug for row in connection.execute(select(exercises).where(exercises.c.course_id == course))}
    of_student = select(uploads.c.id).where(uploads.c.student == student, uploads.c.exercise_id.in_(slugs))
    numbers = list(connection.execute(of_student).scalars())
    connection.execute(delete(jobs).where(jobs.c.upload_id.in_(numbers)))
    connection.execute(delete(uploads).where(uploads.c.id.in_(numbers)))
    connection.execute(
        delete(publications).where(publications.c.student == student, publications.c.exercise_id.in_(slugs))
    )
    for table in (claims, notices):
        connection.execute(delete(table).where(table.c.student == student, table.c.exercise_id.in_(slugs)))
    of_thread = select(threads.c.id).where(threads.c.student == student, threads.c.exercise_id.in_(slugs))
    conversations = list(connection.execute(of_thread).scalars())
    connection.execute(delete(messages).where(messages.c.thread_id.in_(conversations)))
    connection.execute(delete(threads).where(threads.c.id.in_(conversations)))
    _rewrite_tasks(connection, list(slugs), student, None)
    member = (memberships.c.course_id == course) & (memberships.c.student == student)
    members = list(connection.execute(select(memberships.c.account_id).where(member)).scalars())
    connection.execute(delete(memberships).where(member))
    connection.execute(delete(tokens).where(tokens.c.course_id == course, tokens.c.account_id.in_(members)))
    for slug in slugs.values():
        about = f"{slug} {student}"
        named = (events.c.about == about) | events.c.about.startswith(f"{about}:", autoescape=True)
        connection.execute(update(events).where(events.c.course_id == course, named).values(about=slug))
    for account in members:
        delete_checks(connection, account, list(slugs))
        delete_practice(connection, account, list(slugs))
        _delete_account(connection, account)


def _delete_account(connection: Connection, account: int) -> None:
    """Delete an account that nothing needs any more."""
    needed = (memberships, uploads, checks, practice_answers, practice_owners, publications, tasks, claims, messages)
    for table in needed:
        if connection.execute(select(table.c.id).where(table.c.account_id == account).limit(1)).first():
            return
    for table in (sessions, links, tokens, notices):
        connection.execute(delete(table).where(table.c.account_id == account))
    connection.execute(update(events).where(events.c.account_id == account).values(account_id=None, about=""))
    login = connection.execute(select(accounts.c.login).where(accounts.c.id == account)).scalar_one()
    named = (events.c.about == login) | events.c.about.startswith(f"{login} ", autoescape=True)
    connection.execute(update(events).where(named).values(about=""))
    connection.execute(delete(accounts).where(accounts.c.id == account))
