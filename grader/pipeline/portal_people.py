"""People of the portal: accounts from a roster, staff, and the links that let them in."""

import hashlib
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from grader.errors import InputError
from grader.gradebook.tokens import MOST_TOKENS
from grader.intake.roster import read_roster
from grader.model.portal import Enrolment, Member, Role, sections_of
from grader.pipeline.course_site import CourseSite
from grader.pipeline.handing_out import named
from grader.pipeline.marking import now
from grader.pipeline.practice_cards import note_new_numbers

__all__ = [
    "LINK_DAYS",
    "MOST_TOKENS",
    "TOKEN_DAYS",
    "EnrolledRoster",
    "add_staff",
    "digest",
    "enrol_roster",
    "first_administrator",
    "may_have_link",
    "new_link",
    "new_links",
    "new_secret",
    "new_token",
]

LINK_DAYS = 14
TOKEN_DAYS = 365
TOKEN_START = "grader_"
"""Every token starts like this, so people and programs that search for secrets recognise it."""


def new_secret() -> str:
    """A new secret of a session, a link or a form: 256 bits that fit into an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What the database stores of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledRoster:
    """What the upload of a roster changed, and how the roster differs from the course; all in the order of the roster.

    Attributes:
        added: The students who are new in the course.
        present: The students of the roster who already were in the course.
        moved: Those of `present` whose sections the course took over from the roster.
        named_differently: Those of `present` who keep a name that differs from the one of the roster, which follows.
        under_another_login: Logins of the roster that were not added, each with the student of the course who has the
            same name or number in the gradebook, and keeps the account.
        missing: The students of the course who are not on the roster, by name. They stay.
    """

    added: tuple[Member, ...]
    present: tuple[Member, ...]
    moved: tuple[Member, ...]
    named_differently: tuple[tuple[Member, str], ...]
    under_another_login: tuple[tuple[str, Member], ...]
    missing: tuple[Member, ...]


def enrol_roster(site: CourseSite, content: bytes, name: str, by: int | None) -> EnrolledRoster:
    """Give the students of a roster accounts.

    The login is the e-mail address, or the login of the roster, or the student's name in the gradebook.
    Accounts that exist keep their name and password, and their links still work. They get the sections of the
    roster. A student of the gradebook never gets a second account.

    Args:
        site: The course.
        content: The bytes of the roster, in any form that `grader grade --roster` reads.
        name: Name of the file, for messages.
        by: Number of the account of the person who uploads it.

    Raises:
        InputError: It cannot be read, two students have the same name or login, or one has the login of staff.
    """
    people = _people_of(content, name)
    before = {member.login: member for member in site.accounts.members()}
    if staff := sorted(login for login in people if login in before and before[login].role.is_staff):
        raise InputError(f"{name}: {staff[0]} belongs to the staff of the course. Remove this line of the file.")
    of_student = {member.student: member for member in before.values() if member.role is Role.STUDENT}
    elsewhere = {
        login: of_student[person.student]
        for login, person in people.items()
        if login not in before and person.student in of_student
    }
    enrolled = [person for login, person in people.items() if login not in elsewhere]
    members = site.accounts.enrol(enrolled, by, now())
    note_new_numbers(site)  # the new students may have got some before
    present = tuple(member for member in members if member.login in before)
    on_roster = people.keys() | {member.login for member in elsewhere.values()}
    return EnrolledRoster(
        added=tuple(member for member in members if member.login not in before),
        present=present,
        moved=tuple(
            member for member in present if sections_of(member.section) != sections_of(before[member.login].section)
        ),
        named_differently=tuple(_named_differently(present, people)),
        under_another_login=tuple(elsewhere.items()),
        missing=tuple(member for member in of_student.values() if member.login not in on_roster),
    )


def _people_of(content: bytes, name: str) -> dict[str, Enrolment]:
    """Login -> the line of a roster."""
    with tempfile.TemporaryDirectory(prefix="grader-roster-") as folder:
        path = Path(folder) / "roster.csv"
        path.write_bytes(content)
        try:
            students = named(read_roster(path), name)
        except InputError as error:
            raise InputError(str(error).replace(str(path), name)) from error
    people: dict[str, Enrolment] = {}
    for student, line in students.items():
        login = (line.email or line.login or student).strip().lower()
        if login in people:
            raise InputError(f"{name}: has the login {login} twice. Give each student a separate e-mail address.")
        people[login] = Enrolment(
            login=login,
            name=line.full_name or student,
            email=line.email,
            student=student,
            section=line.section,
        )
    return people


def _named_differently(present: Sequence[Member], people: Mapping[str, Enrolment]) -> Iterator[tuple[Member, str]]:
    """The students whose line of the roster has another name; a line that has only a login has no name."""
    for member in present:
        name = people[member.login].name
        if name not in (member.name, member.login, member.student):
            yield member, name


def add_staff(site: CourseSite, login: str, name: str, role: Role, by: int | None, sections: str = "") -> Member:
    """Give a person of the staff an account and a role.

    Args:
        site: The course.
        login: The login.
        name: The name; empty for the login.
        role: The role.
        by: Number of the account of the person who adds them; None for the machine's own user.
        sections: The sections to which an assistant is limited, separated by commas; empty for none.

    Raises:
        InputError: The login is empty, or belongs to a student of the course.
    """
    login = login.strip().lower()
    if not login:
        raise InputError("The login must not be empty. Enter an e-mail address or a name.")
    known = site.accounts.password(login)
    if known is not None and known[0].role is Role.STUDENT:
        raise InputError(f"{login} is a student of this course. Enter another login.")
    section = ", ".join(sorted(sections_of(sections)))
    person = Enrolment(login=login, name=name.strip() or login, role=role, section=section)
    (member,) = site.accounts.enrol([person], by, now())
    return member


def may_have_link(site: CourseSite, members: Sequence[Member]) -> list[Member]:
    """Those of some people whom the staff of this course may give a link.

    Whoever has a link can choose the password, and an account may also belong to the staff of another course.
    """
    elsewhere = site.accounts.staff_elsewhere([member.account for member in members])
    return [member for member in members if member.account not in elsewhere]


def new_link(site: CourseSite, member: Member, by: int | None = None) -> str:
    """Make a link for a person, which works once; returns its secret. Earlier links of the person no longer work."""
    (secret,) = new_links(site, [member], by)
    return secret


def new_links(site: CourseSite, members: Sequence[Member], by: int | None) -> list[str]:
    """Make a link for each of several people, as `new_link` does; returns their secrets.

    Args:
        site: The course.
        members: The people.
        by: Number of the account of the person who makes the links; None for the machine's own user.
    """
    at, secrets_of_links = now(), [new_secret() for _ in members]
    for member, secret in zip(members, secrets_of_links, strict=True):
        site.accounts.add_link(member.account, digest(secret), at, at + timedelta(days=LINK_DAYS), by)
    return secrets_of_links


def first_administrator(site: CourseSite) -> str | None:
    """Make the first administrator and a link for that person; returns the secret of the link.

    Returns:
        The secret; None if an administrator has already chosen a password.
    """
    administrators = site.accounts.members(Role.ADMINISTRATOR)
    if any(member.has_password for member in administrators):
        return None
    member = administrators[0] if administrators else add_staff(site, "admin", "Admin", Role.ADMINISTRATOR, None)
    return new_link(site, member)


def new_token(site: CourseSite, member: Member, name: str) -> str | None:
    """Make a token for programs of a person; returns it, or None if the person has too many already."""
    token, at = f"{TOKEN_START}{new_secret()}", now()
    is_stored = site.tokens.add(member.account, name, digest(token), at, at + timedelta(days=TOKEN_DAYS))
    return token if is_stored else None
