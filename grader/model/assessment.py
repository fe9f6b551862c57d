"""What a run is worth, and why: findings and their sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grader.model.figures import Figure
from grader.model.lateness import Deduction, Lateness
from grader.model.record import Isolation, Outcome
from grader.model.score import Score
from grader.text.messages import Text, joined


class Verdict(StrEnum):
    """The outcome of one finding."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    BLOCKED = "blocked"
    NEEDS_HUMAN = "needs_human"
    CHECK_ERROR = "check_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a question that is marked on its own.

    Attributes:
        label: What it is, for example `layer 5` or `axis 2`.
        correct: Whether it is right.
        expected: As the student may see it; empty where it is not shown.
        found: What the submission has.
        reason: Why it is wrong; empty if it is right.
    """

    label: Text
    correct: bool
    expected: Text
    found: Text
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionMark:
    """What a person gave for one criterion of a rubric.

    Attributes:
        criterion: Id of the criterion.
        title: What the report calls it.
        description: What an answer needs for the points.
        max_points: The most that it can earn.
        points: What a person gave; None where none has decided yet.
        comment: What this person says to the student; empty if nothing.
        decided_by: Who decided; empty where none did.
    """

    criterion: str
    title: str
    description: str
    max_points: float
    points: float | None = None
    comment: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
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
        figures: What a report draws of it.
        score: The score on data that the student does not see; None where there is none.
        follows_from: The questions whose wrong answers this one was credited for following from.
        fault: What went wrong in the grader with this question, for staff; empty if nothing. The mark is missing, or
            something that is only added to it.
        comment: What a person says to the student about it; empty if nothing.
        decided_by: Who decided on the points; empty: the machine.
        decided_because: The reason that this person gave.
        machine_points: What the machine had given where a person decided; None where none did.
        machine_verdict: The verdict of the machine, likewise.
        criteria: The criteria by which a person grades the question; empty where there is no rubric.
        excused: Whether a person has excused the student from the question, which is then worth nothing.
        machine_max_points: What the question is worth for others, if the student is excused from it; None otherwise.
        extended_until: The student's own deadline for the question, with a time zone, if the answer was submitted
            after the deadline of the rest and before this one. Then lateness costs nothing here. None otherwise.
        misconceptions: Ids of the misconceptions in `grader.mistakes.misconceptions` that the known mistake behind a
            wrong answer belongs to; empty if no mistake is known.
        guessed_calculation: For a wrong answer without a known mistake, the only short calculation that gives it, with
            the names of the numbers in the key: `kernel * kernel * depth`. Empty if there is none.
    """

    question: str
    verdict: Verdict
    points: float
    max_points: float
    expected: Text = ""
    found: Text = ""
    reason: Text = ""
    hint: Text = ""
    parts: tuple[Part, ...] = ()
    figures: tuple[Figure, ...] = ()
    score: Score | None = None
    follows_from: tuple[str, ...] = ()
    fault: str = ""
    comparison: Text = ""
    comment: Text = ""
    decided_by: str = ""
    decided_because: str = ""
    machine_points: float | None = None
    machine_verdict: Verdict | None = None
    criteria: tuple[CriterionMark, ...] = ()
    excused: bool = False
    machine_max_points: float | None = None
    extended_until: datetime | None = None
    misconceptions: tuple[str, ...] = ()
    guessed_calculation: str = ""

    @property
    def why(self) -> Text:
        """The comparison and the reason, for whoever does not see what was expected and found beside them."""
        return joined(self.comparison, self.reason)

    @property
    def shown_misconceptions(self) -> tuple[str, ...]:
        """The misconceptions that a wrong answer shows; none if a person decided, because the key may not know why."""
        is_wrong = self.verdict in (Verdict.FAILED, Verdict.PARTIAL)
        return self.misconceptions if is_wrong and not self.decided_by else ()

    @property
    def is_consequential(self) -> bool:
        """Whether the answer earns its points because it follows from an earlier one, and is not the expected one."""
        return self.verdict is Verdict.PASSED and bool(self.follows_from) and not self.decided_by

    @property
    def is_marked_here(self) -> bool:
        """Whether the question is marked; if not, it is worth nothing: the machine lacks something, or an excuse."""
        return self.verdict is not Verdict.NEEDS_HUMAN or self.max_points > 0

    @property
    def waits(self) -> bool:
        """Whether it waits for a person."""
        return self.verdict is Verdict.NEEDS_HUMAN and self.is_marked_here


class Status(StrEnum):
    """Where a submission stands; the first that is true of it, from below."""

    MARKED = "marked"
    WAITING = "waiting"
    STOPPED = "stopped"
    UNREADABLE = "unreadable"
    UNSETTLED = "unsettled"
    EXCUSED = "excused"


def may_go_out(outcome: Outcome, findings: Sequence[Finding]) -> bool:
    """Whether findings make a mark that may go out, where no person has decided.

    They make none where something of ours went wrong, nor where a run broke off and left every question to a person: of
    what is not known to be the student's fault nothing is taken off.
    """
    if outcome is Outcome.SANDBOX_FAILED or any(finding.verdict is Verdict.CHECK_ERROR for finding in findings):
        return False
    marked_here = [finding for finding in findings if finding.is_marked_here]
    return outcome is not Outcome.CRASHED or not marked_here or not all(finding.waits for finding in marked_here)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a person should look at: never shown to the student, never a change of marks.

    Attributes:
        kind: What it is in a few words, the same for all that it is true of; a template of the catalogue.
        text: What was found, and what it may mean.
    """

    kind: str
    text: Text


@dataclass(frozen=True, slots=True)
class StoppedLine:
    """The line at which a notebook first stopped with an error, so that notebooks with the same one are found.

    Attributes:
        cell: Number of the code cell, from 1.
        line: Source of the line.
        error: The error, as Python writes it.
    """

    cell: int
    line: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All findings of one submission, and what people decided; the mark follows from them.

    Attributes:
        student: Who handed it in.
        exercise: Slug of the exercise.
        record: Key of the run.
        outcome: How the run ended.
        isolation: What stood between the code and this machine.
        findings: One for each question, in order.
        remarks: What there is to know about the submission, also for the student.
        notice: What the student has to know before all else, as that it is the notebook of another exercise.
        flags: What a person should look at; for the instructor only.
        late: How late it was handed in and what that costs; None where there is no deadline.
        excused: Whether the student is excused: then there is no mark.
        comment: What a person says to the student about the whole; empty if nothing.
        decided: The mark that a person gave; final, nothing is deducted from it. None where nobody did.
        decided_by: Who gave it, or excused the student; empty where nobody did.
        decided_because: The reason that this person gave.
        stopped_at: Where it first stopped with an error; None where it did not.
    """

    student: str
    exercise: str
    record: str
    outcome: Outcome
    isolation: Isolation
    findings: tuple[Finding, ...]
    remarks: tuple[Text, ...] = ()
    notice: Text = ""
    flags: tuple[Flag, ...] = ()
    late: Lateness | None = None
    excused: bool = False
    comment: str = ""
    decided: float | None = None
    decided_by: str = ""
    decided_because: str = ""
    stopped_at: StoppedLine | None = None

    @property
    def earned(self) -> float:
        """Sum of the points earned with the questions, to 2 decimals; nothing is deducted yet."""
        return round(sum(finding.points for finding in self.findings), 2)

    @property
    def deduction(self) -> float:
        """What lateness takes away, to 2 decimals; never more than was earned, and nothing of what a person decided."""
        return self.deduction_steps.points if self.deduction_steps else 0.0

    @property
    def deduction_steps(self) -> Deduction | None:
        """How `deduction` is computed; None if there is no deadline."""
        if self.late is None:
            return None
        at_risk = [finding for finding in self.findings if finding.extended_until is None]
        earned = round(sum(finding.points for finding in at_risk), 2)
        return self.late.deduction(earned, self.points_at_risk, is_overridden=self.decided is not None)

    @property
    def points_at_risk(self) -> float:
        """Full points of the questions to which lateness applies: all but those with an extension of their own."""
        return sum(finding.max_points for finding in self.findings if finding.extended_until is None)

    @property
    def points(self) -> float:
        """The mark, to 2 decimals: what a person decided, or what was earned less what lateness takes away."""
        return round(self.earned - self.deduction if self.decided is None else self.decided, 2)

    @property
    def max_points(self) -> float:
        """Sum of the points that could be earned."""
        return sum(finding.max_points for finding in self.findings)

    @property
    def percent(self) -> float:
        """Points of 100, to 1 decimal."""
        most = self.max_points
        return round(100 * self.points / most, 1) if most else 0.0

    @property
    def decided_by_person(self) -> bool:
        """Whether a person has decided on the mark or on every question, so that the run no longer matters."""
        if self.decided is not None:
            return True
        return bool(self.findings) and all(finding.decided_by for finding in self.findings)

    @property
    def publishable(self) -> bool:
        """Whether the mark may go out: there is one and nothing of ours went wrong, or a person has decided."""
        return self.decided_by_person or may_go_out(self.outcome, self.findings)

    @property
    def readable(self) -> bool:
        """Whether there was a notebook to mark, or a person has decided all the same."""
        return self.outcome is not Outcome.INVALID_NOTEBOOK or self.decided_by_person

    @property
    def has_mark(self) -> bool:
        """Whether there is a mark that may go out: whoever is excused has none."""
        return self.publishable and not self.excused

    @property
    def status(self) -> Status:
        """Where it stands."""
        if self.excused:
            return Status.EXCUSED
        if not self.publishable:
            return Status.UNSETTLED
        if not self.readable:
            return Status.UNREADABLE
        if self.outcome is not Outcome.COMPLETED and not self.decided_by_person:
            return Status.STOPPED
        return Status.WAITING if self.waiting else Status.MARKED

    @property
    def waiting(self) -> int:
        """Number of questions that wait for a person; none where the whole is decided or excused."""
        if self.decided is not None or self.excused:
            return 0
        return sum(finding.waits for finding in self.findings)
