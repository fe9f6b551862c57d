"""The audit log of the portal: who did what, and when. Rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from grader.gradebook.database import Database
from grader.gradebook.places import course_in
from grader.gradebook.portal_schema import accounts, events


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of the audit log.

    Attributes:
        who: Login of the person; empty for the user of the machine.
        what: What the person did, in a few words.
        about: What it was done to; never a secret.
        at: When.
    """

    who: str
    what: str
    about: str
    at: datetime


def note_event(connection: Connection, course: int, account: int | None, what: str, about: str, at: datetime) -> None:
    """Add a line, in the transaction that does what the line says."""
    row = {"course_id": course, "account_id": account, "what": what, "about": about, "at": at}
    connection.execute(insert(events).values(row))


def last_events(database: Database, course: str, most: int, start: int = 0) -> list[Event]:
    """The last lines of a course, the newest first, without the first `start` of them."""
    query = (
        select(events.c.what, events.c.about, events.c.at, accounts.c.login)
        .join(accounts, accounts.c.id == events.c.account_id, isouter=True)
        .where(events.c.course_id == course_in(course))
        .order_by(events.c.id.desc())
        .limit(most)
        .offset(start)
    )
    with database.reading() as connection:
        return [
            Event(who=row.login or "", what=row.what, about=row.about, at=row.at) for row in connection.execute(query)
        ]
