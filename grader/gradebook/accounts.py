"""People of the portal: accounts, their roles in a course, and the sessions, links and tokens that let them in.

The database has only digests of sessions, links and tokens, so a copy of it lets nobody in.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from grader.gradebook.database import Database
from grader.gradebook.events import note_event
from grader.gradebook.list_pages import contains, list_page
from grader.gradebook.places import course_in, course_number
from grader.gradebook.portal_schema import accounts, links, memberships, sessions, tokens
from grader.gradebook.rows import VALUES_AT_ONCE, batches, inserted, pairs, upsert
from grader.model.listing import ListPage, ListRequest
from grader.model.portal import Enrolment, Member, Role, sections_of

_USE_IS_NOTED_EVERY = timedelta(minutes=1)
"""A program may ask every second, and not each of its requests is worth a transaction that writes."""


class Accounts:
    """The people of one course.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
    """

    def __init__(self, database: Database, course: str) -> None:
        self._database = database
        self._course = course

    def enrol(self, people: Sequence[Enrolment], by: int | None, at: datetime) -> list[Member]:
        """Give people an account and a role in the course.

        An account that exists keeps its name, its password and, in this course, the name of its student.
        The audit log gets a line for each change, and none for a person who stays as they are.

        Args:
            people: The people.
            by: Number of the account of the person who enrols them; None for the machine's own user.
            at: When.
        """
        with self._database.writing() as connection:
            course = course_number(connection, self._course)
            for person in people:
                blank = {"password": "", "language": "", "zone": "", "made_at": at}
                account = {"login": person.login, "name": person.name, "email": person.email, **blank}
                upsert(connection, accounts, [account], key=("login",), changed=())
                number = connection.execute(select(accounts.c.id).where(accounts.c.login == person.login)).scalar_one()
                here = (memberships.c.account_id == number) & (memberships.c.course_id == course)
                before = connection.execute(select(memberships.c.role, memberships.c.section).where(here)).first()
                member = {"account_id": number, "course_id": course, "role": person.role.value}
                upsert(
                    connection,
                    memberships,
                    [{**member, "student": person.student, "section": person.section}],
                    key=("account_id", "course_id"),
                    # A roster without sections leaves those that staff have set.
                    changed=("role", "section") if person.section else ("role",),
                )
                for what, about in _changes(person, before):
                    note_event(connection, course, by, what, about, at)
            logins = [person.login for person in people]
            rows = connection.execute(self._members.where(accounts.c.login.in_(logins))).all()
        of_login = {row.login: _member(row) for row in rows}
        return [of_login[login] for login in logins]

    def members(self, role: Role | None = None) -> list[Member]:
        """The people of the course, by name; those with one role, or all."""
        query = self._members.order_by(accounts.c.name, accounts.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query if role is None else query.where(memberships.c.role == role.value))
            return [_member(row) for row in rows]

    def page(self, request: ListRequest) -> ListPage[Member]:
        """A page of the people of the course, by name; a search looks at names, logins and names of students."""
        matches = contains(request.text, accounts.c.name, accounts.c.login, memberships.c.student)
        query = self._members.where(matches).order_by(func.lower(accounts.c.name), accounts.c.name, accounts.c.id)
        with self._database.reading() as connection:
            return list_page(connection, query, request, _member)

    def sections(self) -> dict[str, str]:
        """Student of the gradebook -> sections, for all students of the course who have an account."""
        query = select(memberships.c.student, memberships.c.section).where(
            memberships.c.course_id == course_in(self._course), memberships.c.role == Role.STUDENT.value
        )
        with self._database.reading() as connection:
            return pairs(connection, query.where(memberships.c.student != ""))

    def set_sections(self, account: int, sections: str, by: int, at: datetime) -> None:
        """Store the sections of a person, separated by commas; empty for none.

        Args:
            account: Number of the person's account.
            sections: The sections.
            by: Number of the account of the person who decides.
            at: When.
        """
        with self._database.writing() as connection:
            course = course_number(connection, self._course)
            here = (memberships.c.account_id == account) & (memberships.c.course_id == course)
            connection.execute(update(memberships).where(here).values(section=sections))
            login = connection.execute(select(accounts.c.login).where(accounts.c.id == account)).scalar_one()
            note_event(connection, course, by, "set sections", f"{login} {sections}".strip(), at)

    def of_account(self, number: int) -> Member | None:
        """The person with an account; None if it has no role in the course."""
        with self._database.reading() as connection:
            row = connection.execute(self._members.where(accounts.c.id == number)).first()
        return _member(row) if row else None

    def staff_elsewhere(self, numbers: Sequence[int]) -> set[int]:
        """Those of some accounts that belong to the staff of another course in the same database."""
        query = select(memberships.c.account_id).where(
            memberships.c.course_id != course_in(self._course),
            memberships.c.role != Role.STUDENT.value,
        )
        with self._database.reading() as connection:
            return {
                account
                for some in batches(numbers, VALUES_AT_ONCE)
                for account in connection.execute(query.where(memberships.c.account_id.in_(some))).scalars()
            }

    def of_students(self, names: Sequence[str]) -> dict[str, Member]:
        """Student of the gradebook -> the account, for those of some students who have one."""
        query = self._members.where(memberships.c.student.in_(names), memberships.c.role == Role.STUDENT.value)
        with self._database.reading() as connection:
            return {row.student: _member(row) for row in connection.execute(query.order_by(accounts.c.id.desc()))}

    def of_student(self, student: str) -> Member | None:
        """The account of a student of the gradebook; None if the student has none."""
        query = self._members.where(memberships.c.student == student, memberships.c.role == Role.STUDENT.value)
        with self._database.reading() as connection:
            row = connection.execute(query.order_by(accounts.c.id)).first()
        return _member(row) if row and student else None

    def password(self, login: str) -> tuple[Member, str] | None:
        """The person with a login and the hash of the password, which is empty if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(self._members.where(accounts.c.login == login)).first()
        return (_member(row), row.password) if row else None

    def set_password(self, account: int, password: str, at: datetime) -> None:
        """Store the hash of a new password, and end all sessions, links and tokens of the account."""
        with self._database.writing() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account).values(password=password))
            connection.execute(delete(sessions).where(sessions.c.account_id == account))
            connection.execute(delete(tokens).where(tokens.c.account_id == account))
            unused = (links.c.account_id == account) & links.c.used_at.is_(None)
            connection.execute(update(links).where(unused).values(used_at=at))
            note_event(connection, course_number(connection, self._course), account, "password", "", at)

    def set_preferences(self, account: int, language: str, zone: str, wants_mail: bool = True) -> None:
        """Store the language and the time zone of a person's pages, empty for those of the course, and about e-mail."""
        values = {"language": language, "zone": zone, "wants_mail": wants_mail}
        with self._database.writing() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account).values(values))

    def begin_session(self, account: int, digest: str, at: datetime, ends_at: datetime, instead_of: str = "") -> None:
        """Store a session; the session that it replaces ends, and so do all that are over.

        Args:
            account: Number of the account.
            digest: SHA-256 of the session's secret, in hexadecimal.
            at: Now.
            ends_at: When it ends.
            instead_of: Digest of the session that ends now; empty if there is none.
        """
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where((sessions.c.digest == instead_of) | (sessions.c.ends_at <= at)))
            row = {"account_id": account, "digest": digest, "made_at": at, "ends_at": ends_at}
            connection.execute(insert(sessions).values(row))
            note_event(connection, course_number(connection, self._course), account, "sign in", "", at)

    def of_session(self, digest: str, at: datetime) -> Member | None:
        """The person of a session; None if it has ended, or the person has no role in the course."""
        query = self._members.join(sessions, sessions.c.account_id == accounts.c.id)
        with self._database.reading() as connection:
            row = connection.execute(query.where(sessions.c.digest == digest, sessions.c.ends_at > at)).first()
        return _member(row) if row else None

    def end_session(self, digest: str) -> None:
        """End a session."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest))

    def add_link(self, account: int, digest: str, at: datetime, ends_at: datetime, by: int | None = None) -> None:
        """Store a link that lets a person in once; earlier links of the person no longer work.

        Args:
            account: Number of the person's account.
            digest: SHA-256 of the link's secret, in hexadecimal.
            at: Now.
            ends_at: When the link expires.
            by: Number of the account of the person who makes it; None for the machine's own user.
        """
        with self._database.writing() as connection:
            unused = (links.c.account_id == account) & links.c.used_at.is_(None)
            connection.execute(update(links).where(unused).values(used_at=at))
            inserted(connection, links, {"account_id": account, "digest": digest, "made_at": at, "ends_at": ends_at})
            login = connection.execute(select(accounts.c.login).where(accounts.c.id == account)).scalar_one()
            note_event(connection, course_number(connection, self._course), by, "make link", login, at)

    def of_link(self, digest: str, at: datetime) -> Member | None:
        """The person of a link; None if it has been used, or is too old."""
        with self._database.reading() as connection:
            return self._of_link(connection, digest, at)

    def use_link(self, digest: str, at: datetime) -> Member | None:
        """Use up a link; returns its person, or None as `of_link` does. Of two who try at once, one gets None."""
        with self._database.writing() as connection:
            unused = links.c.used_at.is_(None) & (links.c.ends_at > at)
            member = self._of_link(connection, digest, at)
            used = connection.execute(
                update(links).where(links.c.digest == digest, unused).values(used_at=at).returning(links.c.id)
            ).first()
        return member if used else None

    def of_token(self, digest: str, at: datetime) -> Member | None:
        """The person of a token, whose use is noted; None if no token of this course has the digest, or it is over."""
        query = self._members.add_columns(tokens.c.id.label("token"), tokens.c.used_at)
        query = query.join(tokens, tokens.c.account_id == accounts.c.id).where(tokens.c.digest == digest)
        with self._database.reading() as connection:
            here = (tokens.c.course_id == course_in(self._course)) & (tokens.c.ends_at > at)
            row = connection.execute(query.where(here)).first()
        if row is None:
            return None
        if row.used_at is None or at - row.used_at >= _USE_IS_NOTED_EVERY:
            with self._database.writing() as connection:
                connection.execute(update(tokens).where(tokens.c.id == row.token).values(used_at=at))
        return _member(row)

    def count(self, role: Role) -> int:
        """The number of people with a role."""
        query = select(func.count()).select_from(memberships)
        with self._database.reading() as connection:
            here = query.where(memberships.c.course_id == course_in(self._course), memberships.c.role == role.value)
            return int(connection.execute(here).scalar_one())

    def _of_link(self, connection: Connection, digest: str, at: datetime) -> Member | None:
        query = self._members.join(links, links.c.account_id == accounts.c.id)
        unused = links.c.used_at.is_(None) & (links.c.ends_at > at)
        row = connection.execute(query.where(links.c.digest == digest, unused)).first()
        return _member(row) if row else None

    @cached_property
    def _members(self) -> Select[Any]:
        """All people of the course; built once, because every request needs it."""
        columns: list[Any] = [accounts, memberships.c.role, memberships.c.student, memberships.c.section]
        joined: Select[Any] = select(*columns).join(memberships, memberships.c.account_id == accounts.c.id)
        return joined.where(memberships.c.course_id == course_in(self._course))


def _changes(person: Enrolment, before: Row[Any, Any] | None) -> Iterator[tuple[str, str]]:
    """What an enrolment changes, as the audit log says it: the action, and what it was done to."""
    if before is None:
        yield "enrol", f"{person.login} ({person.role.value})"
        return
    if person.role.value != before.role:
        yield "set role", f"{person.login} ({person.role.value})"
    if person.section and sections_of(person.section) != sections_of(before.section):
        yield "set sections", f"{person.login} {person.section}"


def _member(row: Row[Any]) -> Member:
    return Member(
        account=row.id,
        login=row.login,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        student=row.student,
        section=row.section,
        wants_mail=row.wants_mail,
        language=row.language,
        zone=row.zone,
        has_password=bool(row.password),
    )
