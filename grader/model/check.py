"""A check that a student asks for in the portal before submitting, and its result."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.model.portal import JobState
from grader.model.submission import HandedIn
from grader.text.messages import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCheck:
    """What is to be checked.

    Attributes:
        exercise: Slug of the exercise.
        account: Number of the account.
        token: Token of the form; one form makes one check.
        folder: Where the files are until the check has ended, relative to the results of the exercise.
        origin: Name of the first notebook as the student had it.
        files: The notebooks under their names in the exercise, and the other files that it accepts.
        remarks: What was noticed before anything ran.
    """

    exercise: str
    account: int
    token: str
    folder: Path
    origin: str
    files: tuple[HandedIn, ...]
    remarks: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedCheck:
    """A check in the queue.

    Attributes:
        id: Number of the check.
        number: 1 for the first check of a student for an exercise, and so on.
        request: What is to be checked.
        state: How far it is.
        ahead: Number of submissions and earlier checks that wait, if this one waits; otherwise 0.
        queued_at: When the student asked for it.
        ends_at: When its result is deleted.
        result: Its result as `grader.pipeline.check_runs` stored it; empty until it is done.
    """

    id: int
    number: int
    request: AskedCheck
    state: JobState
    ahead: int
    queued_at: datetime
    ends_at: datetime
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPart:
    """What a check found in one notebook; nothing in it depends on a key or on held-out data.

    Attributes:
        name: File name of the notebook in the exercise.
        errors: Cells that stopped with an error, as (number of the code cell, error).
        answers: Each question of the notebook: its title, and what is wrong with the form of its answer, or nothing.
        remarks: What else the student has to know, for example that a limit was reached.
        notes: What is good to know, and needs no change.
    """

    name: str
    errors: tuple[tuple[int, str], ...] = ()
    answers: tuple[tuple[str, Text], ...] = ()
    remarks: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether the notebook can be submitted as it is."""
        return not (self.errors or self.remarks or any(problem for _, problem in self.answers))
