"""What is new for a person of the portal, and the e-mails that say so."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What is new."""

    PUBLISHED = "marks published"
    MARK = "mark changed"
    ANSWER = "new answer"
    QUESTION = "new question"


class MailState(StrEnum):
    """How far the e-mail of a notice is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something new that a person has not seen yet.

    Attributes:
        exercise: Slug of the exercise.
        kind: What is new.
        question: ANSWER and QUESTION: id of the question; otherwise empty.
        student: Name of the student that it is about, in the gradebook.
        at: When.
    """

    exercise: str
    kind: NoticeKind
    question: str
    student: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An e-mail to one person about all their notices that wait.

    Attributes:
        address: The address.
        language: Code of the person's language; empty for that of the course.
        tries: How often it has been claimed, with this time.
        notices: Numbers of the notices.
    """

    address: str
    language: str
    tries: int
    notices: tuple[int, ...]
