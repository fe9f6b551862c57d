"""What a student handed in."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """One notebook of one student; nothing in it is trusted.

    Attributes:
        student: Who handed it in, as the source of the submission tells.
        exercise: Slug of the exercise.
        origin: File name or path inside the archive, for messages.
        content: The bytes of the notebook; empty where `problem` says why.
        submitted_at: When, where that is known.
        problem: Why it cannot be read at all (a link, too large, ...); empty if it can.
        remarks: What was noticed while taking it in, for example that an older try was set aside.
    """

    student: str
    exercise: str
    origin: str
    content: bytes
    submitted_at: datetime | None = None
    problem: str = ""
    remarks: tuple[str, ...] = ()
