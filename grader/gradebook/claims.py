"""Who is grading which answer by hand: a claim keeps two assistants from grading the same one, and ends by itself."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select

from grader.gradebook.database import Database
from grader.gradebook.places import course_in, exercise_number
from grader.gradebook.portal_schema import accounts, claims
from grader.gradebook.rows import pairs
from grader.gradebook.schema import exercises


class Claims:
    """The claims of staff on answers of one course.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
    """

    def __init__(self, database: Database, course: str) -> None:
        self._database = database
        self._course = course

    def first_free(
        self, slug: str, question: str, students: Iterable[str], account: int, at: datetime, until: datetime
    ) -> str | None:
        """Claim the first answer that no other person has claimed.

        A person has one claim at a time for a question; the earlier one ends.

        Args:
            slug: The exercise.
            question: Id of the question.
            students: Those whose answers wait, in their order.
            account: Number of the account of the person who grades.
            at: Now; claims that ended before no longer count.
            until: When the claim ends.

        Returns:
            The student whose answer is claimed; None if others have claimed all of them.
        """
        with self._database.writing() as connection:
            exercise = exercise_number(connection, self._course, slug)
            # PostgreSQL lets two people look at once, unless the first locks the exercise.
            connection.execute(select(exercises.c.id).where(exercises.c.id == exercise).with_for_update())
            here = (claims.c.exercise_id == exercise) & (claims.c.question == question)
            connection.execute(delete(claims).where(here, (claims.c.until <= at) | (claims.c.account_id == account)))
            of_others = set(connection.execute(select(claims.c.student).where(here)).scalars())
            student = next((name for name in students if name not in of_others), None)
            if student is not None:
                row = {"exercise_id": exercise, "question": question, "student": student, "account_id": account}
                connection.execute(insert(claims).values(row | {"until": until}))
            return student

    def of_person(self, slug: str, question: str, account: int, at: datetime) -> tuple[str, str] | None:
        """The claim of a person on a question, and the student; None if the person has none, or it has ended.

        The text that names the claim differs for each student and each time, and does not reveal the student.
        """
        query = (
            select(claims.c.id, claims.c.student, claims.c.until)
            .join(exercises, exercises.c.id == claims.c.exercise_id)
            .where(exercises.c.course_id == course_in(self._course), exercises.c.slug == slug)
            .where(claims.c.question == question, claims.c.account_id == account, claims.c.until > at)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        # SQLite gives the number of a deleted row to the next one, so the number alone does not name a claim.
        identity = f"{row.id} {row.until.isoformat()} {row.student}"
        return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32], row.student

    def release(self, slug: str, question: str, account: int) -> None:
        """End the claim of a person on a question."""
        with self._database.writing() as connection:
            exercise = exercise_number(connection, self._course, slug)
            mine = (claims.c.exercise_id == exercise) & (claims.c.question == question)
            connection.execute(delete(claims).where(mine, claims.c.account_id == account))

    def of_question(self, slug: str, question: str, at: datetime) -> dict[str, str]:
        """Student -> name of the person who has claimed the answer."""
        query = (
            select(claims.c.student, accounts.c.name)
            .join(accounts, accounts.c.id == claims.c.account_id)
            .join(exercises, exercises.c.id == claims.c.exercise_id)
            .where(exercises.c.course_id == course_in(self._course), exercises.c.slug == slug)
            .where(claims.c.question == question, claims.c.until > at)
        )
        with self._database.reading() as connection:
            return pairs(connection, query)
