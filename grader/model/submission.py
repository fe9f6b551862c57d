"""What a student handed in."""

import hashlib
import io
import os
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import IO

from grader.model.student import Student
from grader.text.messages import Text

_FLAGS = ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")


class Platform(StrEnum):
    """Where the name of a file comes from; `hand` is a name that people chose, `portal` is our own."""

    HAND = "hand"
    CANVAS = "canvas"
    MOODLE = "moodle"
    NBGRADER = "nbgrader"
    BLACKBOARD = "blackboard"
    BRIGHTSPACE = "brightspace"
    ILIAS = "ilias"
    GRADESCOPE = "gradescope"
    EDX = "edx"
    PORTAL = "portal"


class Who(StrEnum):
    """Whose a submission is: `either` where the platform gives students and groups the same form of name."""

    STUDENT = "student"
    GROUP = "group"
    EITHER = "either"
    NOBODY = "nobody"


class TimeCertainty(StrEnum):
    """How surely it is known when a submission was handed in.

    Stated: an instructor's file gives the moment, which replaces any other. Exact: the platform tells the moment.
    Local: it tells what a clock showed, read in the time zone of the course. Unknown: nothing tells it; a file's own
    time is no evidence, since any copy changes it.
    """

    STATED = "stated"
    EXACT = "exact"
    LOCAL = "local"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a platform says of a submission. Nothing in it comes from a name that the student chose, but `file`.

    Attributes:
        platform: Which one wrote the names.
        who: Whether a student or a group handed it in, or whether the platform does not tell.
        name: What the platform calls the student or the group; the name that was typed where `platform` is `hand`.
        number: The platform's number, empty where it tells none. Canvas: of the user (of one member for a group).
            Moodle: of the participant, or *of the group* for a group; `who` says `either`, since the two look alike:
            match it only together with the name. ILIAS, Brightspace, Gradescope (`sid`): of the user.
        login: The name to log in with, where the platform tells it (Blackboard, ILIAS, nbgrader, Open edX).
        email: Address, where the platform tells it (Gradescope).
        members: Who of a group is named; empty where nobody is.
        anonymous: Whether the platform hides who it is: `name` or `number` then identify only within one assignment.
        place: The first part of the path as the platform wrote it, with its suffix: the folder (Moodle), or the file
            (Canvas, `doejane_LATE_1001_5001_work.zip`). Feedback goes back under it.
        attachment: Canvas' number of the file that counts; empty elsewhere.
        file: The name that the file had when it was handed in, as far as the platform keeps it.
        late: Whether the platform itself calls it late. By how much is only known from `submitted_at`.
        clock: How surely `Submission.submitted_at` is known.
    """

    platform: Platform = Platform.HAND
    who: Who = Who.STUDENT
    name: str = ""
    number: str = ""
    login: str = ""
    email: str = ""
    members: tuple[Student, ...] = ()
    anonymous: bool = False
    place: str = ""
    attachment: str = ""
    file: str = ""
    late: bool = False
    clock: TimeCertainty = TimeCertainty.UNKNOWN


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
        with self.opened() as file:
            return file.read()

    def opened(self) -> IO[bytes]:
        """A stream of its bytes.

        Raises:
            OSError: The file is gone, or has become a link.
        """
        if isinstance(self.source, bytes):
            return io.BytesIO(self.source)
        return os.fdopen(opened_without_following(self.source), "rb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One notebook of one student, and the files that came with it; nothing in it is trusted.

    Attributes:
        student: Who handed it in, as the source of the submission tells.
        exercise: Slug of the exercise.
        origin: File name or path inside the archive, for messages.
        content: The bytes of the notebook; empty where `problem` says why.
        submitted_at: When, with a time zone; None where nothing tells it, which costs nothing and is shown as unknown.
        problem: Why it cannot be read at all (a link, too large, ...); empty if it can.
        remarks: What was noticed while taking it in, for example that an older try was set aside.
        files: What lies beside the notebook when it runs, by name; only what the exercise takes.
        attempt: Which try it is, where a platform hands out several of one student; 0 is the first.
        source: What the platform says of it; None for what was taken in before that was kept.
        submitter: The name under which a group submitted it; empty if it is not shared with a group.
        group: Name of the student's group; empty if there is none.
        numbers_of: The student or group whose individual numbers it has; empty for the student's own.
    """

    student: str
    exercise: str
    origin: str
    content: bytes
    submitted_at: datetime | None = None
    problem: Text = ""
    remarks: tuple[Text, ...] = ()
    files: tuple[HandedIn, ...] = ()
    attempt: int = 0
    source: Source | None = None
    submitter: str = ""
    group: str = ""
    numbers_of: str = ""

    @property
    def owner_of_numbers(self) -> str:
        """The student or group for whom the numbers in it were drawn."""
        return self.numbers_of or self.student

    @property
    def marked_late(self) -> bool:
        """Whether the platform calls it late without saying by how much."""
        return self.source is not None and self.source.late and self.submitted_at is None

    @property
    def has_stated_time(self) -> bool:
        """Whether an instructor's file gives the time of submission."""
        return self.source is not None and self.source.clock is TimeCertainty.STATED


def _digest(source: bytes | Path) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with os.fdopen(opened_without_following(source), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def opened_without_following(path: Path) -> int:
    """A descriptor of a file; a link is not followed, and a pipe or device does not block the grader.

    Windows has neither of these flags. There, callers look at the file before they open it.
    """
    return os.open(path, os.O_RDONLY | sum(getattr(os, name, 0) for name in _FLAGS))
