"""What lies in a folder or an archive, before it is known whose it is."""

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
    """A file is not read; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file.

    Attributes:
        parts: Its path from the folder or archive that was named; an archive inside counts as a
            folder. The last part is empty for a folder that holds nothing.
        content: The bytes of a notebook, or of a note that a platform laid beside; empty for anything else.
        held: What a file holds that the exercise may take beside the notebook, or where that lies; None for others.
        size: The size of such a file, in bytes; where that is more than may be taken, it was not read.
        modified: When it was last changed, where that is known: tells which of a student's files is newer, and never
            when it was handed in, since any copy changes it.
        written: What the archive of a class says of the time: a moment with a time zone, or what a clock showed without
            one; None elsewhere, and inside the archive of a student that of this archive.
        problem: Why it was refused or cannot be read; empty if nothing is wrong.
        within: How many of the last parts are names that the student chose, in an archive of their own.
            They never tell whose it is.
        renamed: Whether it holds a notebook though its name ends otherwise.
        packed: Whether it lies in the archive of a student.
    """

    parts: tuple[str, ...]
    content: bytes = b""
    modified: datetime | None = None
    problem: Text = ""
    held: bytes | Path | None = None
    size: int = 0
    within: int = 0
    written: datetime | None = None
    renamed: bool = False
    packed: bool = False

    @property
    def given(self) -> tuple[str, ...]:
        """The first parts, which the student did not choose: those that tell whose it is."""
        return self.parts[: len(self.parts) - self.within]

    @property
    def path(self) -> str:
        """The path with `/`."""
        return "/".join(self.parts)

    @property
    def counts(self) -> bool:
        """Whether it can be a submission, or says why one cannot be read."""
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
    """Whether the first bytes of a file are those of a notebook, as far as `HEAD_BYTES` tell."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and any(key in start for key in (b'"cells"', b'"nbformat"', b'"worksheets"'))


def is_archive(name: str) -> bool:
    """Whether a file name is that of a zip archive."""
    return name.lower().endswith(ARCHIVE)


def is_ignored(parts: Sequence[str]) -> bool:
    """Whether a path is hidden, a checkpoint or left by a system: nobody handed that in.

    A file of which nothing but `.ipynb` is left is a notebook whose name got lost.
    """
    hidden = (part.startswith(".") and part.strip(".").lower() not in ("", NOTEBOOK.strip(".")) for part in parts)
    return any(hidden) or not IGNORED.isdisjoint(parts)


def without_filled_folders(entries: Sequence[Entry]) -> list[Entry]:
    """Leave out the entries of folders that hold something."""
    filled = {entry.parts[:count] for entry in entries if entry.parts[-1] for count in range(len(entry.parts))}
    return [entry for entry in entries if entry.parts[-1] or entry.parts[:-1] not in filled]
