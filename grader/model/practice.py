"""Practice, which earns no marks: the variant of a question that is asked, and what the answers say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from grader.model.exercise import Question
from grader.model.key import Slip


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeCard:
    """One variant of a question with the answer and the known mistakes, so that marking it needs no key.

    Attributes:
        exercise: The exercise that the question is from.
        exercise_title: Its title.
        question: The question.
        seed: The seed of the numbers, which no student's own numbers have.
        text: What is asked, as Markdown. It may ask several questions; `question.answer` names this one.
        before: The section of the notebook before it, as Markdown; empty if there is none.
        assignments: The numbers and arrays that the question uses and the texts do not print, as Python code.
        earlier_answers: The correct answers to earlier questions that this one builds on, as Python code.
        answer: The correct answer as plain data.
        slips: The wrong answers with a known cause.
        numbers: Name -> value of the numbers of this variant, for pictures.
        fingerprint: A digest of the numbers that the question uses: two cards with the same numbers have the same one.
    """

    exercise: str
    exercise_title: str
    question: Question
    seed: str
    text: str
    before: str = ""
    assignments: str = ""
    earlier_answers: str = ""
    answer: Any = None
    slips: tuple[Slip, ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def name(self) -> str:
        """Exercise and question: `conv-arithmetic/stride_size`."""
        return f"{self.exercise}/{self.question.id}"

    @property
    def is_telling(self) -> bool:
        """Whether a correct answer shows that a mistake was not made: no known mistake gives the correct answer."""
        return bool(self.slips)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedConcept:
    """A concept of the course that questions train.

    Attributes:
        id: Its name in `concepts.toml`.
        title: Its title.
        after: Ids of the concepts that come before it.
        questions: The questions that train it, such as `conv-arithmetic/stride_size`.
    """

    id: str
    title: str
    after: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """One answer of a student to a card.

    Attributes:
        question: The question, such as `conv-arithmetic/stride_size`.
        is_right: Whether the answer was correct.
        exposes: Ids of the misconceptions that give another value than the correct one on this card.
        misconceptions: Ids of the misconceptions that the wrong answer shows.
        at: When, with a time zone.
    """

    question: str
    is_right: bool
    exposes: frozenset[str]
    misconceptions: tuple[str, ...]
    at: datetime


class LearningStage(StrEnum):
    """How far a student is with a concept."""

    NEW = "new"
    LEARNING = "learning"
    MASTERED = "mastered"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the answers of a student say about one concept.

    Attributes:
        concept: Id of the concept.
        stage: How far the student is; a concept that was mastered is `due` after a pause.
        probability: The probability that the student knows it, from 0 to 1.
        answers: Number of answers to its questions.
        repeated: Ids of the misconceptions that the student has not yet overcome, the latest first.
        due: When it should be practised again, with a time zone; None unless it is mastered or due.
    """

    concept: str
    stage: LearningStage
    probability: float
    answers: int
    repeated: tuple[str, ...] = ()
    due: datetime | None = None
