"""What a run is worth, and why: findings and their sum."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from grader.model.record import Isolation, Outcome


class Verdict(StrEnum):
    """The outcome of one finding."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    BLOCKED = "blocked"
    NEEDS_HUMAN = "needs_human"
    CHECK_ERROR = "check_error"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a question that is marked on its own.

    Attributes:
        label: What it is, for example `layer 5` or `axis 2`.
        correct: Whether it is right.
        expected: As the student may see it; empty where it is not shown.
        found: What the submission has.
        reason: Why it is wrong; empty if it is right.
    """

    label: str
    correct: bool
    expected: str
    found: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one question.

    Attributes:
        question: Id of the question.
        verdict: Its outcome.
        points: Earned, from 0 to `max_points`.
        max_points: What the question is worth.
        expected: The expected answer as text; empty where it may not be shown.
        found: The answer that was found as text.
        reason: Why the points are what they are, to the student.
        hint: One thing to do next; empty if all is right.
        parts: What was marked on its own.
        evidence: JSON data for pictures: `confusion` (rows: true class), `classes`, `accuracy`,
            `interval`, `thresholds`, ...
    """

    question: str
    verdict: Verdict
    points: float
    max_points: float
    expected: str = ""
    found: str = ""
    reason: str = ""
    hint: str = ""
    parts: tuple[Part, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_marked_here(self) -> bool:
        """Whether this machine has what it takes to mark the question; if not, it is worth nothing."""
        return self.verdict is not Verdict.NEEDS_HUMAN or self.max_points > 0


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a person should look at: never shown to the student, never a change of marks.

    Attributes:
        kind: What it is in a few words, the same for all that it is true of.
        text: What was found, and what it may mean.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """All findings of one submission; the score follows from them.

    Attributes:
        student: Who handed it in.
        exercise: Slug of the exercise.
        record: Key of the run.
        outcome: How the run ended.
        isolation: What stood between the code and this machine.
        findings: One for each question, in order.
        remarks: What there is to know about the submission, also for the student.
        flags: What a person should look at; for the instructor only.
    """

    student: str
    exercise: str
    record: str
    outcome: Outcome
    isolation: Isolation
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def points(self) -> float:
        """Sum of the points earned, to 2 decimals."""
        return round(sum(finding.points for finding in self.findings), 2)

    @property
    def max_points(self) -> float:
        """Sum of the points that could be earned."""
        return sum(finding.max_points for finding in self.findings)

    @property
    def percent(self) -> float:
        """Points earned of 100, to 1 decimal."""
        return round(100 * self.points / self.max_points, 1) if self.max_points else 0.0

    @property
    def publishable(self) -> bool:
        """Whether the mark may go out: nothing of ours went wrong."""
        return self.outcome is not Outcome.SANDBOX_FAILED and not any(
            finding.verdict is Verdict.CHECK_ERROR for finding in self.findings
        )
