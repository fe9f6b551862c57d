"""What staff do in the portal: tasks that a grader carries out, and questions of students about their marks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grader.model.adjustment import Adjustment
from grader.model.assessment import Verdict
from grader.model.portal import JobState
from grader.model.rubric import ItemChange
from grader.text.messages import Text


class TaskKind(StrEnum):
    """What a grader does for a person of the staff."""

    DECIDE = "decide"
    RERUN = "rerun"
    PREVIEW_REGRADE = "preview regrade"
    REGRADE = "regrade"
    PREVIEW_ITEM = "preview rubric item"
    CHANGE_ITEM = "change rubric item"
    IMPORT_GROUPS = "import groups"
    IMPORT_TIMES = "import times"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """The answer of a student to a question, in the mark that counts.

    Attributes:
        student: Name of the student.
        verdict: Its verdict.
        points: Its points.
        waits: Whether it needs manual grading.
        digest: The same for the same answer with the same verdict and points.
        written: The answer as the report shows it; empty if there is none.
        comment: Comment to the student; empty if there is none.
        is_decided: Whether a person gave the points.
    """

    student: str
    verdict: Verdict
    points: float
    waits: bool
    digest: str
    written: Text
    comment: Text
    is_decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest:
    """What a task needs.

    Attributes:
        decisions: DECIDE: the decisions, which are stored together.
        students: RERUN: the students whose notebooks run again.
        item: CHANGE_ITEM and its preview: how a rubric item changes; None for the other kinds.
        file: IMPORT_GROUPS and IMPORT_TIMES: name under which the imported file is stored; empty for the other kinds.
    """

    decisions: tuple[Adjustment, ...] = ()
    students: tuple[str, ...] = ()
    item: ItemChange | None = None
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """What a task did, or would do, to the mark of one student.

    Attributes:
        student: Name of the student.
        before: The mark before; None if there was none.
        after: The mark after; None if there is none that may be published.
        because: One sentence for each difference.
        is_kept: Whether nothing differs for the student; then the sentence says why.
    """

    student: str
    before: float | None
    after: float | None
    because: tuple[str, ...] = ()
    is_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that a person of the staff asked a grader to do.

    Attributes:
        id: Its number.
        exercise: Slug of the exercise.
        who: Login of the person.
        kind: What it is.
        request: What it needs.
        state: How far it is.
        tries: How often a grader has claimed it.
        problem: Why it failed; empty otherwise.
        lines: What came of it, one line for each change.
        queued_at: When the person asked.
        ended_at: When it was done or failed; None before.
    """

    id: int
    exercise: str
    who: str
    kind: TaskKind
    request: TaskRequest
    state: JobState
    tries: int = 0
    problem: str = ""
    lines: tuple[TaskLine, ...] = ()
    queued_at: datetime
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether a grader has not finished it yet."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMessage:
    """A message in a thread.

    Attributes:
        account: Number of the account of the person who wrote it.
        name: Name of this person.
        by_staff: Whether this person is of the staff.
        text: The message.
        is_decision: Whether it decides the question.
        at: When it was written.
    """

    account: int
    name: str
    by_staff: bool
    text: str
    is_decision: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What a student asked about the mark of a question, and the answers.

    Attributes:
        id: Its number.
        exercise: Slug of the exercise.
        student: Name of the student in the gradebook.
        question: Id of the question.
        opened_at: When the student asked.
        decided_at: When the staff decided; None if they have not, or the student wrote again since.
        messages: The messages, in order; the first one is the student's reason.
    """

    id: int
    exercise: str
    student: str
    question: str
    opened_at: datetime
    decided_at: datetime | None
    messages: tuple[ThreadMessage, ...] = ()
