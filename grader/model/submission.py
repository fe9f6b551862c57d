"""What a student handed in."""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file that came with a notebook, such as a model; opened in the sandbox only.

    Attributes:
        name: What it is called beside the notebook; no path.
        source: Its bytes, or where they lie: a class may hand in more than fits into memory.
        sha256: Digest of its bytes, in hexadecimal; made from them where it is not given.
    """

    name: str
    source: bytes | Path = field(repr=False, compare=False)
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.sha256:
            object.__setattr__(self, "sha256", _digest(self.source))

    @property
    def content(self) -> bytes:
        """Its bytes.

        Raises:
            OSError: The file is gone, or has become a link.
        """
        if isinstance(self.source, bytes):
            return self.source
        with os.fdopen(_opened(self.source), "rb") as file:
            return file.read()


@dataclass(frozen=True, slots=True)
class Submission:
    """One notebook of one student, and the files that came with it; nothing in it is trusted.

    Attributes:
        student: Who handed it in, as the source of the submission tells.
        exercise: Slug of the exercise.
        origin: File name or path inside the archive, for messages.
        content: The bytes of the notebook; empty where `problem` says why.
        submitted_at: When, where that is known.
        problem: Why it cannot be read at all (a link, too large, ...); empty if it can.
        remarks: What was noticed while taking it in, for example that an older try was set aside.
        files: What lies beside the notebook when it runs, by name; only what the exercise takes.
        attempt: Which try it is, where a platform counts them; 0 is the first.
    """

    student: str
    exercise: str
    origin: str
    content: bytes
    submitted_at: datetime | None = None
    problem: str = ""
    remarks: tuple[str, ...] = ()
    files: tuple[HandedIn, ...] = ()
    attempt: int = 0


def _digest(source: bytes | Path) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with os.fdopen(_opened(source), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opened(path: Path) -> int:
    """A descriptor of a file; one that was made a link meanwhile is not followed."""
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
