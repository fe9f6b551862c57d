"""Questions about a student's own work: what a course sets, what is asked, and how it was answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grader.text.messages import Text


class Concept(StrEnum):
    """The subject of a question."""

    PARAMETERS = "parameters"
    OUTPUT_SIZE = "output-size"
    RECEPTIVE_FIELD = "receptive-field"
    WEIGHTS = "weights"
    TRAINING = "training"
    BATCHES = "batches"
    EVALUATION = "evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWorkRules:
    """How an exercise asks students about their own work.

    Attributes:
        questions: How many questions a student gets, 1 or more.
        points: Points of each question, 0 or more.
        minutes: Time that a student has for all questions together, in minutes.
        concepts: What the questions are about; none: all concepts.
        confusion_matrix: Name of the answer that is a confusion matrix of the student's own data; empty for none.
    """

    questions: int = 3
    points: float = 1.0
    minutes: float = 20.0
    concepts: tuple[Concept, ...] = ()
    confusion_matrix: str = ""

    @property
    def asked_concepts(self) -> tuple[Concept, ...]:
        """The concepts that questions are drawn from."""
        return self.concepts or tuple(Concept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the answers that a question offers.

    Attributes:
        text: The answer.
        mistake: The mistake that leads to it; empty for the correct answer.
    """

    text: Text
    mistake: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnQuestion:
    """One question about a student's own work.

    Attributes:
        id: The same for the same question about equal work.
        concept: Its subject.
        text: The question.
        choices: The answers that it offers, in the order in which the student sees them; exactly one is correct.
        step: How to find the correct answer.
    """

    id: str
    concept: Concept
    text: Text
    choices: tuple[Choice, ...]
    step: Text

    @property
    def right(self) -> int:
        """Position of the correct choice, from 0."""
        return next(place for place, choice in enumerate(self.choices) if not choice.mistake)


LETTERS = "abcdefgh"
"""The letters of the choices, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestions:
    """The questions that a student was asked about one attempt.

    Attributes:
        student: Name of the student in the gradebook.
        record: Key of the record that the questions were drawn from.
        code: Names these questions; the notebook with them contains it.
        questions: The questions, in order.
        points: Points of each question when it was asked.
        minutes: Time that the student had, in minutes.
        asked_at: When they were written for the student, with a time zone.
        opened_at: When the student first opened them in the portal, with a time zone; None if that did not happen.
    """

    student: str
    record: str
    code: str
    questions: tuple[OwnQuestion, ...]
    points: float
    minutes: float
    asked_at: datetime
    opened_at: datetime | None = None

    @property
    def begun_at(self) -> datetime:
        """When the student's time began: with the page of the portal, or else with the notebook."""
        return self.opened_at or self.asked_at


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFinding:
    """How one question was answered.

    Attributes:
        question: Id of the question.
        answer: What the student wrote, shortened; empty if nothing.
        choice: Position of the choice that this means, from 0; None if it means none.
        is_right: Whether it is the correct one.
        points: Earned points.
        reason: The mistake that leads to the choice; empty if it is correct.
    """

    question: str
    answer: str
    choice: int | None
    is_right: bool
    points: float
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWorkResult:
    """The questions of a student with their answers; they are no part of the mark of the exercise.

    Attributes:
        question_set: The questions.
        findings: One for each question, in order; none if the student has not answered yet.
        answered_at: When the answers were submitted, with a time zone; None if that is not known.
    """

    question_set: AskedQuestions
    findings: tuple[OwnFinding, ...] = ()
    answered_at: datetime | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the student has submitted answers."""
        return bool(self.findings)

    @property
    def right(self) -> int:
        """Number of correct answers."""
        return sum(finding.is_right for finding in self.findings)

    @property
    def points(self) -> float:
        """Points of all answers together."""
        return round(sum(finding.points for finding in self.findings), 2)

    @property
    def max_points(self) -> float:
        """Points of all questions together."""
        return round(self.question_set.points * len(self.question_set.questions), 2)

    @property
    def minutes(self) -> float | None:
        """How long the student took, in minutes, 0 or more; None if that is not known."""
        if self.answered_at is None:
            return None
        return max((self.answered_at - self.question_set.begun_at).total_seconds() / 60, 0.0)

    @property
    def minutes_late(self) -> float:
        """How long after the allowed time the answers were submitted, in minutes; 0 if in time or not known."""
        return max((self.minutes or 0.0) - self.question_set.minutes, 0.0)


def letters(choices: Sequence[Choice]) -> str:
    """The letters of some choices, in order."""
    return LETTERS[: len(choices)]
