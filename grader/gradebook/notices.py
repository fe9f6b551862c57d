"""What is new for a person, on pages and by e-mail. A notice is stored in the transaction that does what it is about.

The same row is the notice and the e-mail that waits, so an e-mail is neither lost nor sent for something undone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from grader.gradebook.database import Database
from grader.gradebook.places import course_in
from grader.gradebook.portal_schema import accounts, memberships, notices
from grader.gradebook.rows import VALUES_AT_ONCE, batches
from grader.gradebook.schema import exercises
from grader.model.notice import Letter, MailState, Notice, NoticeKind
from grader.model.portal import Role

MOST_TRIES = 8
_OLDEST = timedelta(days=2)
"""No e-mail is about anything older, for example after a mail server has been configured for the first time."""


class Notices:
    """The notices of one course.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
    """

    def __init__(self, database: Database, course: str) -> None:
        self._database = database
        self._course = course

    def of_person(self, account: int) -> list[Notice]:
        """What a person has not seen yet, the newest first."""
        query = (
            select(notices, exercises.c.slug)
            .join(exercises, exercises.c.id == notices.c.exercise_id)
            .where(exercises.c.course_id == course_in(self._course))
            .where(notices.c.account_id == account, notices.c.seen_at.is_(None))
            .order_by(notices.c.id.desc())
        )
        with self._database.reading() as connection:
            return [
                Notice(
                    exercise=row.slug,
                    kind=NoticeKind(row.kind),
                    question=row.question,
                    student=row.student,
                    at=row.at,
                )
                for row in connection.execute(query)
            ]

    def see(
        self, account: int, slug: str, at: datetime, *kinds: NoticeKind, question: str = "", student: str = ""
    ) -> None:
        """Note that a person has seen what some notices are about.

        Args:
            account: Number of the account.
            slug: The exercise.
            at: When.
            kinds: The kinds of notices.
            question: Only those about a question; empty for all.
            student: Only those about a student; empty for all.
        """
        here = select(exercises.c.id).where(exercises.c.slug == slug, exercises.c.course_id == course_in(self._course))
        unseen = (
            (notices.c.account_id == account)
            & notices.c.seen_at.is_(None)
            & notices.c.exercise_id.in_(here)
            & notices.c.kind.in_([kind.value for kind in kinds])
        )
        if question:
            unseen &= notices.c.question == question
        if student:
            unseen &= notices.c.student == student
        with self._database.reading() as connection:
            # Most visits find nothing new, and a transaction that writes would wait for graders.
            if connection.execute(select(notices.c.id).where(unseen).limit(1)).first() is None:
                return
        with self._database.writing() as connection:
            connection.execute(update(notices).where(unseen).values(seen_at=at))

    def claim_letters(self, at: datetime, until: datetime, most: int) -> list[Letter]:
        """Claim e-mails that wait, one for each person; of two senders at once, each gets others.

        Args:
            at: Now.
            until: When another sender may try again, if this one dies.
            most: The most people.
        """
        is_due = and_(
            notices.c.mail == MailState.WAITING.value,
            notices.c.seen_at.is_(None),
            notices.c.at > at - _OLDEST,
            notices.c.next_at.is_(None) | (notices.c.next_at <= at),
            accounts.c.wants_mail,
            accounts.c.email != "",
        )
        query = (
            select(notices.c.id, notices.c.tries, accounts.c.id.label("account"), accounts.c.email, accounts.c.language)
            .join(accounts, accounts.c.id == notices.c.account_id)
            .join(exercises, exercises.c.id == notices.c.exercise_id)
            .where(is_due, exercises.c.course_id == course_in(self._course))
            .order_by(notices.c.id)
            .limit(VALUES_AT_ONCE)
        )
        with self._database.reading() as connection:
            if connection.execute(query.limit(1)).first() is None:
                return []
        of_person: dict[int, list[Any]] = defaultdict(list)
        with self._database.writing() as connection:
            for row in connection.execute(query.with_for_update(of=notices, skip_locked=True)):
                of_person[row.account].append(row)
            due = list(of_person.values())[:most]
            claimed = [row.id for rows in due for row in rows]
            values = {"next_at": until, "tries": notices.c.tries + 1}
            connection.execute(update(notices).where(notices.c.id.in_(claimed)).values(values))
        return [
            Letter(
                address=rows[0].email,
                language=rows[0].language,
                tries=max(row.tries for row in rows) + 1,
                notices=tuple(row.id for row in rows),
            )
            for rows in due
        ]

    def note_sent(self, letter: Letter) -> None:
        """Note that an e-mail has been handed to the mail server."""
        self._set(letter.notices, {"mail": MailState.SENT.value, "problem": ""})

    def note_failed(self, letter: Letter, problem: str, again_at: datetime | None) -> None:
        """Note why an e-mail was not sent, and when to try again; None for never, likewise after too many tries."""
        gives_up = again_at is None or letter.tries >= MOST_TRIES
        state = MailState.FAILED if gives_up else MailState.WAITING
        self._set(letter.notices, {"mail": state.value, "problem": problem, "next_at": again_at})

    def problems(self, most: int) -> list[str]:
        """Why the last e-mails were not sent, the newest first; each reason once."""
        query = (
            select(notices.c.problem)
            .join(exercises, exercises.c.id == notices.c.exercise_id)
            .where(notices.c.problem != "", exercises.c.course_id == course_in(self._course))
            .order_by(notices.c.id.desc())
            .limit(VALUES_AT_ONCE)
        )
        with self._database.reading() as connection:
            return list(dict.fromkeys(connection.execute(query).scalars()))[:most]

    def _set(self, numbers: Sequence[int], values: dict[str, Any]) -> None:
        with self._database.writing() as connection:
            connection.execute(update(notices).where(notices.c.id.in_(numbers)).values(values))


def notify_students(
    connection: Connection,
    course: int,
    exercise: int,
    kind: NoticeKind,
    students: Collection[str],
    at: datetime,
    question: str = "",
) -> None:
    """Add a notice for each student of the course who has an account, in the transaction that does what it is about."""
    query = select(memberships.c.account_id, memberships.c.student).where(
        memberships.c.course_id == course, memberships.c.role == Role.STUDENT.value
    )
    for some in batches(sorted(students), VALUES_AT_ONCE):
        people = connection.execute(query.where(memberships.c.student.in_(some))).all()
        notify(connection, exercise, kind, [(row.account_id, row.student) for row in people], at, question)


def notify(
    connection: Connection,
    exercise: int,
    kind: NoticeKind,
    people: Iterable[tuple[int, str]],
    at: datetime,
    question: str = "",
) -> None:
    """Add a notice for people, unless they have not seen the same one yet: so many changes are one e-mail.

    Args:
        connection: A transaction that writes.
        exercise: Number of the exercise.
        kind: What is new.
        people: For each, the number of the account, and the student that it is about.
        at: When.
        question: Id of the question that it is about; empty for none.
    """
    unseen = select(notices.c.account_id, notices.c.student).where(
        notices.c.exercise_id == exercise,
        notices.c.kind == kind.value,
        notices.c.question == question,
        notices.c.seen_at.is_(None),
    )
    for some in batches(people, VALUES_AT_ONCE):
        of_people = unseen.where(notices.c.account_id.in_([account for account, _ in some]))
        present = {(row.account_id, row.student) for row in connection.execute(of_people)}
        rows = [
            {
                "account_id": account,
                "exercise_id": exercise,
                "kind": kind.value,
                "question": question,
                "student": student,
                "at": at,
                "mail": MailState.WAITING.value,
                "tries": 0,
                "problem": "",
            }
            for account, student in some
            if (account, student) not in present
        ]
        if rows:
            connection.execute(insert(notices), rows)


def withdraw(
    connection: Connection,
    exercise: int,
    kinds: Iterable[NoticeKind],
    students: Collection[str],
    at: datetime,
    question: str = "",
) -> None:
    """Take back notices that nobody has seen yet, and their e-mails.

    Args:
        connection: A transaction that writes.
        exercise: Number of the exercise.
        kinds: What they are about.
        students: The students that they are about; empty for all.
        at: When.
        question: Id of the question that they are about; empty for all.
    """
    unseen = (
        (notices.c.exercise_id == exercise)
        & notices.c.seen_at.is_(None)
        & notices.c.kind.in_([kind.value for kind in kinds])
    )
    if question:
        unseen &= notices.c.question == question
    for some in batches(sorted(students), VALUES_AT_ONCE) if students else [None]:
        here = unseen if some is None else unseen & notices.c.student.in_(some)
        connection.execute(update(notices).where(here).values(seen_at=at))
