"""What students practise in the portal: the cards that are stored, and the answers to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.model.practice import PracticeCard, Practised, TrainedConcept


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPlace:
    """Where a stored card belongs.

    Attributes:
        number: Its number, unique in the database.
        exercise: Slug of its exercise.
        question: Id of its question.
    """

    number: int
    exercise: str
    question: str

    @property
    def name(self) -> str:
        """Exercise and question: `conv-arithmetic/stride_size`."""
        return f"{self.exercise}/{self.question}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCard:
    """A card that a grader has drawn.

    Attributes:
        number: Its number, unique in the database.
        exercise: Slug of its exercise now, which may have been renamed since.
        card: The card.
    """

    number: int
    exercise: str
    card: PracticeCard


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeAnswer:
    """The answer of a student to a card. It is no part of any mark.

    Attributes:
        exercise: Slug of the exercise.
        question: Id of the question.
        fingerprint: Fingerprint of the card.
        written: What the student wrote.
        is_right: Whether it is correct.
        exposes: Ids of the misconceptions that give another value than the correct one on this card.
        misconceptions: Ids of the misconceptions behind a wrong answer; see `grader.mistakes.misconceptions`.
        at: When, with a time zone.
    """

    exercise: str
    question: str
    fingerprint: str
    written: str
    is_right: bool
    exposes: tuple[str, ...]
    misconceptions: tuple[str, ...]
    at: datetime

    @property
    def name(self) -> str:
        """Exercise and question: `conv-arithmetic/stride_size`."""
        return f"{self.exercise}/{self.question}"

    @property
    def practised(self) -> Practised:
        """The answer as the model of the learner reads it."""
        return Practised(
            question=self.name,
            is_right=self.is_right,
            exposes=frozenset(self.exposes),
            misconceptions=self.misconceptions,
            at=self.at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeMap:
    """What can be practised in a course.

    Attributes:
        concepts: The concepts, each after those that it builds on.
        exposed: Question, such as `conv-arithmetic/stride_size` -> ids of the misconceptions that its cards expose.
        exhausted: Questions that have no other numbers than those of their stored cards.
    """

    concepts: tuple[TrainedConcept, ...]
    exposed: Mapping[str, frozenset[str]]
    exhausted: frozenset[str] = frozenset()
