"""Counts requests of one kind, for all web processes of the portal together."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, text

from grader.gradebook.database import Database
from grader.gradebook.portal_schema import hits


class RequestCounts:
    """The requests that were counted lately.

    Args:
        database: The database of the portal.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: str, who: str, most: int, period: timedelta, at: datetime) -> bool:
        """Count one request, unless there are too many already.

        Args:
            kind: What the request does.
            who: The account or the address that sends it. The database has only its digest.
            most: The largest number of requests in any period.
            period: The length of a period.
            at: Now.

        Returns:
            Whether the request is within the limit. One that is not is not counted.
        """
        digest = _digest(kind, who)
        with self._database.writing() as connection:
            _lock(connection, digest)
            connection.execute(delete(hits).where(hits.c.ends_at <= at))
            mine = select(func.count()).select_from(hits).where(hits.c.digest == digest)
            if connection.execute(mine).scalar_one() >= most:
                return False
            connection.execute(insert(hits).values(digest=digest, ends_at=at + period))
            return True

    def time_left(self, kind: str, who: str, at: datetime) -> timedelta:
        """How long until the oldest request that counts is over; zero if there is none."""
        oldest = select(func.min(hits.c.ends_at)).where(hits.c.digest == _digest(kind, who), hits.c.ends_at > at)
        with self._database.reading() as connection:
            ends_at = connection.execute(oldest).scalar()
        return ends_at - at if ends_at else timedelta()


def _digest(kind: str, who: str) -> str:
    return hashlib.sha256(f"{kind}\0{who}".encode("utf-8", "backslashreplace")).hexdigest()


def _lock(connection: Connection, digest: str) -> None:
    """Wait for other processes that count the same requests. SQLite has one writer at a time."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(bytes.fromhex(digest[:16]), signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
