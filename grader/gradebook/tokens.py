"""Tokens with which programs act for a person. The database has only their digests, so a copy of it lets nobody in."""

from datetime import datetime

from sqlalchemy import delete, func, select

from grader.gradebook.database import Database
from grader.gradebook.events import note_event
from grader.gradebook.places import course_in, course_number
from grader.gradebook.portal_schema import accounts, tokens
from grader.gradebook.rows import inserted
from grader.model.portal import Token

MOST_TOKENS = 20
"""No person has more of them in a course."""


class Tokens:
    """The tokens of one course. A token is of no use in another course of the database.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
    """

    def __init__(self, database: Database, course: str) -> None:
        self._database = database
        self._course = course

    def add(self, account: int, name: str, digest: str, at: datetime, ends_at: datetime) -> bool:
        """Store a new token; returns False if the person has too many already.

        Args:
            account: Number of the account.
            name: What the person calls it.
            digest: SHA-256 of the token, in hexadecimal.
            at: Now.
            ends_at: When it expires.
        """
        with self._database.writing() as connection:
            course = course_number(connection, self._course)
            # PostgreSQL lets two forms of one account be written at once, unless the first locks the account.
            connection.execute(select(accounts.c.id).where(accounts.c.id == account).with_for_update())
            mine = (tokens.c.account_id == account) & (tokens.c.course_id == course)
            connection.execute(delete(tokens).where(mine, tokens.c.ends_at <= at))
            count = connection.execute(select(func.count()).select_from(tokens).where(mine)).scalar_one()
            if count >= MOST_TOKENS:
                return False
            row = {"account_id": account, "course_id": course, "name": name, "digest": digest}
            inserted(connection, tokens, row | {"made_at": at, "ends_at": ends_at})
            note_event(connection, course, account, "make token", name, at)
            return True

    def of_account(self, account: int, at: datetime) -> list[Token]:
        """The tokens of a person that still work, the newest first."""
        query = select(tokens).where(tokens.c.account_id == account, tokens.c.ends_at > at)
        with self._database.reading() as connection:
            here = query.where(tokens.c.course_id == course_in(self._course)).order_by(tokens.c.id.desc())
            return [
                Token(id=row.id, name=row.name, made_at=row.made_at, ends_at=row.ends_at, used_at=row.used_at)
                for row in connection.execute(here)
            ]

    def revoke(self, account: int, number: int, at: datetime) -> None:
        """Delete a token of a person; those of other people stay."""
        with self._database.writing() as connection:
            course = course_number(connection, self._course)
            mine = (tokens.c.id == number) & (tokens.c.account_id == account) & (tokens.c.course_id == course)
            name = connection.execute(delete(tokens).where(mine).returning(tokens.c.name)).scalar()
            if name is not None:
                note_event(connection, course, account, "revoke token", name, at)
