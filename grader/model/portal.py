"""People of the portal, what they upload, and how far its grading is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grader.model.submission import HandedIn
from grader.text.messages import Text


class Role(StrEnum):
    """What a person is in a course."""

    STUDENT = "student"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"
    ADMINISTRATOR = "administrator"

    @property
    def is_staff(self) -> bool:
        """Whether the person may see the work of students."""
        return self is not Role.STUDENT


def sections_of(text: str) -> frozenset[str]:
    """The names of the sections in a column, which are separated by commas, without blanks around them."""
    return frozenset(name for part in text.split(",") if (name := part.strip()))


def is_reached(role: Role, sections: frozenset[str], of_student: frozenset[str]) -> bool:
    """Whether a person sees and grades the work of a student.

    Args:
        role: Role of the person.
        sections: Sections of the person; none for all. They limit assistants only.
        of_student: Sections of the student; a student without any is in no assistant's section.
    """
    if role is not Role.ASSISTANT:
        return role.is_staff
    return not sections or bool(sections & of_student)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person with an account and a role in one course.

    Attributes:
        account: Number of the account.
        login: Name to sign in with, in lower case.
        name: Name on pages for staff, and on the person's own pages.
        email: Address; may be empty.
        role: The role in the course.
        student: Name of the student in the gradebook; empty for staff.
        section: Sections of the roster, separated by commas. An assistant with sections sees only their students.
        wants_mail: Whether to send e-mails about what is new.
        language: Code of the language of pages; empty for that of the course.
        zone: Time zone of dates; empty for that of the course.
        has_password: Whether the person has chosen a password.
    """

    account: int
    login: str
    name: str
    email: str = ""
    role: Role
    student: str = ""
    section: str = ""
    wants_mail: bool = True
    language: str = ""
    zone: str = ""
    has_password: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a program shows to act for a person; the secret itself is stored nowhere.

    Attributes:
        id: Number of the token.
        name: What the person calls it.
        made_at: When it was made.
        ends_at: When it expires.
        used_at: When it was last used, to the minute; None if never.
    """

    id: int
    name: str
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """A person who is to have an account and a role: a line of a roster, or the first administrator.

    Attributes: see `Member`.
    """

    login: str
    name: str
    email: str = ""
    role: Role = Role.STUDENT
    student: str = ""
    section: str = ""


class JobState(StrEnum):
    """How far the grading of an upload is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What a student submitted in the portal; it becomes an attempt of the gradebook when a grader grades it.

    Attributes:
        exercise: Slug of the exercise.
        account: Number of the account.
        student: Name of the student in the gradebook.
        token: Token of the form; one form makes one upload.
        digest: SHA-256 of notebook and files together, as in the attempt.
        notebook: SHA-256 of the notebook, as the results store it.
        files: The files that came with it, as the results store them.
        origin: Name of the file as the student had it.
        remarks: What the quick check noticed.
        submitted_at: When all of it had arrived.
    """

    exercise: str
    account: int
    student: str
    token: str
    digest: str
    notebook: str
    files: tuple[HandedIn, ...] = ()
    origin: str = ""
    remarks: tuple[Text, ...] = ()
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedUpload:
    """An upload with its job.

    Attributes:
        id: Number of the upload.
        job: Number of its job.
        number: 1 for the first upload of a student for an exercise, and so on.
        upload: The upload.
        state: How far its grading is.
        tries: How often a grader has claimed the job.
        ahead: Number of jobs that were queued earlier and wait, if this one waits; otherwise 0.
        problem: Why grading failed; empty otherwise.
        ended_at: When it was done or failed; None before.
    """

    id: int
    job: int
    number: int
    upload: Upload
    state: JobState
    tries: int = 0
    ahead: int = 0
    problem: str = ""
    ended_at: datetime | None = None
