"""What students ask about the marks of questions, and the answers. Messages are only ever added."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from grader.gradebook.database import Database
from grader.gradebook.events import note_event
from grader.gradebook.list_pages import contains, list_page
from grader.gradebook.notices import notify, notify_students, withdraw
from grader.gradebook.places import course_in, course_number, exercise_number
from grader.gradebook.portal_schema import accounts, memberships, messages, threads
from grader.gradebook.rows import inserted, pairs
from grader.gradebook.schema import exercises
from grader.model.listing import ListPage, ListRequest
from grader.model.notice import NoticeKind
from grader.model.portal import Role, is_reached, sections_of
from grader.model.staff_work import Thread, ThreadMessage


class Threads:
    """The threads of one course.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
    """

    def __init__(self, database: Database, course: str) -> None:
        self._database = database
        self._course = course

    def write(
        self, slug: str, student: str, question: str, account: int, text: str, at: datetime, *, decides: bool = False
    ) -> None:
        """Add a message; the first one of a student opens a thread.

        A message that repeats the last one of the thread is not stored: a form may be sent twice.

        Args:
            slug: The exercise.
            student: Name of the student in the gradebook.
            question: Id of the question.
            account: Number of the account of the person who writes.
            text: The message.
            at: When.
            decides: Whether the message decides; any other message opens the thread again.
        """
        with self._database.writing() as connection:
            exercise = exercise_number(connection, self._course, slug)
            # PostgreSQL lets two forms open the thread at once, unless the first locks the exercise.
            connection.execute(select(exercises.c.id).where(exercises.c.id == exercise).with_for_update())
            key = {"exercise_id": exercise, "student": student, "question": question}
            here = [threads.c[name] == value for name, value in key.items()]
            thread = connection.execute(select(threads.c.id).where(*here)).scalar()
            if thread is None:
                thread = inserted(connection, threads, key | {"opened_at": at})
            last = select(messages).where(messages.c.thread_id == thread).order_by(messages.c.id.desc()).limit(1)
            before = connection.execute(last).first()
            if before is not None and (before.account_id, before.text, before.is_decision) == (account, text, decides):
                return
            row = {"thread_id": thread, "account_id": account, "text": text, "is_decision": decides, "at": at}
            connection.execute(insert(messages).values(row))
            decided_at = at if decides else None
            connection.execute(update(threads).where(threads.c.id == thread).values(decided_at=decided_at))
            course, what = course_number(connection, self._course), "decide a question" if decides else "write"
            note_event(connection, course, account, what, f"{slug} {student} {question}", at)
            self._notify(connection, course, exercise, student, question, account, at)

    def of_student(self, slug: str, student: str) -> dict[str, Thread]:
        """Question -> the thread of a student."""
        query = self._select().where(exercises.c.slug == slug, threads.c.student == student)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            return {thread.question: thread for thread in self._threads(connection, rows)}

    def open_ones(self, request: ListRequest, students: Collection[str] | None = None) -> ListPage[Thread]:
        """A page of the threads that wait for a decision, the oldest first.

        Args:
            request: The page, and what names or logins of students contain.
            students: Whose threads; None for all.
        """
        members = (
            select(memberships.c.student)
            .join(accounts, accounts.c.id == memberships.c.account_id)
            .where(memberships.c.course_id == course_in(self._course), memberships.c.role == Role.STUDENT.value)
            .where(contains(request.text, accounts.c.name, accounts.c.login))
        )
        matches = contains(request.text, threads.c.student) | threads.c.student.in_(members)
        query = self._select().where(threads.c.decided_at.is_(None), matches)
        if students is not None:
            query = query.where(threads.c.student.in_(students))
        with self._database.reading() as connection:
            rows = list_page(connection, query, request, lambda row: row)
            items = tuple(self._threads(connection, rows.items))
            return ListPage(items=items, page=rows.page, total=rows.total, size=rows.size)

    def count_open(self, students: Collection[str] | None = None) -> dict[str, int]:
        """Exercise -> number of threads that wait for a decision, of some students or of all."""
        query = (
            select(exercises.c.slug, func.count())
            .join(threads, threads.c.exercise_id == exercises.c.id)
            .where(exercises.c.course_id == course_in(self._course), threads.c.decided_at.is_(None))
            .group_by(exercises.c.slug)
        )
        if students is not None:
            query = query.where(threads.c.student.in_(students))
        with self._database.reading() as connection:
            return pairs(connection, query)

    def _notify(
        self, connection: Connection, course: int, exercise: int, student: str, question: str, writer: int, at: datetime
    ) -> None:
        """Notify the student of an answer, or the staff who see this student of a question."""
        query = select(memberships).where(memberships.c.course_id == course)
        members = connection.execute(query.where(memberships.c.student.in_([student, ""]))).all()
        sections = next((sections_of(row.section) for row in members if row.student == student), frozenset())
        writers = {row.account_id for row in members if row.student == student}
        if writer not in writers:
            notify_students(connection, course, exercise, NoticeKind.ANSWER, [student], at, question)
            withdraw(connection, exercise, [NoticeKind.QUESTION], [student], at, question)
            return
        staff = [
            (row.account_id, student)
            for row in members
            if Role(row.role).is_staff and is_reached(Role(row.role), sections_of(row.section), sections)
        ]
        notify(connection, exercise, NoticeKind.QUESTION, staff, at, question)

    def _select(self) -> Select[Any]:
        joined: Select[Any] = select(threads, exercises.c.slug).join(exercises, exercises.c.id == threads.c.exercise_id)
        return joined.where(exercises.c.course_id == course_in(self._course)).order_by(threads.c.id)

    def _threads(self, connection: Connection, rows: Sequence[Row[Any]]) -> list[Thread]:
        written = self._messages(connection, [row.id for row in rows])
        return [
            Thread(
                id=row.id,
                exercise=row.slug,
                student=row.student,
                question=row.question,
                opened_at=row.opened_at,
                decided_at=row.decided_at,
                messages=tuple(written[row.id]),
            )
            for row in rows
        ]

    def _messages(self, connection: Connection, numbers: Sequence[int]) -> dict[int, list[ThreadMessage]]:
        query = (
            select(messages, accounts.c.name, memberships.c.role)
            .join(accounts, accounts.c.id == messages.c.account_id)
            .join(memberships, memberships.c.account_id == accounts.c.id, isouter=True)
            .where(messages.c.thread_id.in_(numbers))
            .where((memberships.c.course_id == course_in(self._course)) | memberships.c.course_id.is_(None))
            .order_by(messages.c.id)
        )
        of_thread: dict[int, list[ThreadMessage]] = defaultdict(list)
        for row in connection.execute(query):
            of_thread[row.thread_id].append(
                ThreadMessage(
                    account=row.account_id,
                    name=row.name,
                    by_staff=row.role != Role.STUDENT.value,
                    text=row.text,
                    is_decision=row.is_decision,
                    at=row.at,
                )
            )
        return of_thread
