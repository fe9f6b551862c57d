"""The files in a folder or an archive, before their owners are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.text.messages import MessageError, Text

IGNORED = {"__MACOSX", "__pycache__"}
NOTEBOOK = ".ipynb"
ARCHIVE = ".zip"
HEAD_BYTES = 4_096


class RefusedError(MessageError):
    """The grader refuses to read a file; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file.

    Attributes:
        parts: Its path from the folder or archive that was named; an archive inside counts as a folder.
            The last part is empty for an empty folder.
        content: The bytes of a notebook, or of a note that a platform stored beside it; empty for any other file.
        modified: When it was last changed, if that is known. It only decides which of a student's files is newer.
            It is never the time of submission, because any copy changes it.
        problem: Why it was refused or cannot be read; empty if there is no problem.
        source: The bytes of a file that the exercise may accept beside the notebook, or its path; None for others.
        size: The size of such a file in bytes. A file that is too large for the exercise was not read.
        student_depth: Number of the last parts that are names from the student's own archive.
            They never identify the student.
        archive_time: The time in the archive of the class: a moment with a time zone, or the time that a clock
            showed, without one. None elsewhere. A file in a student's archive has the time of that archive.
        renamed: Whether it holds a notebook although its name ends otherwise.
        packed: Whether it is inside a student's archive.
    """

    parts: tuple[str, ...]
    content: bytes = b""
    modified: datetime | None = None
    problem: Text = ""
    source: bytes | Path | None = None
    size: int = 0
    student_depth: int = 0
    archive_time: datetime | None = None
    renamed: bool = False
    packed: bool = False

    @property
    def owner_parts(self) -> tuple[str, ...]:
        """The first parts, which the student did not choose: they identify the owner."""
        return self.parts[: len(self.parts) - self.student_depth]

    @property
    def path(self) -> str:
        """The path with `/`."""
        return "/".join(self.parts)

    @property
    def counts(self) -> bool:
        """Whether it can be a submission, or has a problem to report in the place of one."""
        return bool(self.problem) or self.is_notebook

    @property
    def is_notebook(self) -> bool:
        """Whether it is a notebook, by its name or by what it holds."""
        return self.renamed or is_notebook(self.parts[-1])


def is_notebook(name: str) -> bool:
    """Whether a file name is that of a notebook."""
    return name.lower().endswith(NOTEBOOK)


def may_be_renamed(name: str) -> bool:
    """Whether a file of this name may be a notebook under another ending, as `lab.ipynb.txt` and `lab.json` are."""
    lower = name.lower()
    return not is_archive(name) and (NOTEBOOK in lower[1:] or lower.endswith((".json", ".txt")) or "." not in lower)


def begins_as_notebook(head: bytes) -> bool:
    """Whether a file begins like a notebook; `head` is its first `HEAD_BYTES` bytes."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and any(key in start for key in (b'"cells"', b'"nbformat"', b'"worksheets"'))


def is_archive(name: str) -> bool:
    """Whether a file name is that of a zip archive."""
    return name.lower().endswith(ARCHIVE)


def is_ignored(parts: Sequence[str]) -> bool:
    """Whether a path is hidden, a checkpoint or left by a system, so that no student handed it in.

    A file that is called only `.ipynb` is not hidden: it is a notebook that lost its name.
    """
    hidden = (part.startswith(".") and part.strip(".").lower() not in ("", NOTEBOOK.strip(".")) for part in parts)
    return any(hidden) or not IGNORED.isdisjoint(parts)


def without_filled_folders(entries: Sequence[Entry]) -> list[Entry]:
    """Leave out the entries of folders that are not empty."""
    filled = {entry.parts[:count] for entry in entries if entry.parts[-1] for count in range(len(entry.parts))}
    return [entry for entry in entries if entry.parts[-1] or entry.parts[:-1] not in filled]
