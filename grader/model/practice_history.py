"""What students practise in the portal: the cards that are stored, and the answers to them."""

from dataclasses import dataclass
from datetime import datetime

from grader.model.practice import PracticeCard


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
        misconceptions: Ids of the misconceptions behind a wrong answer; see `grader.mistakes.misconceptions`.
        at: When, with a time zone.
    """

    exercise: str
    question: str
    fingerprint: str
    written: str
    is_right: bool
    misconceptions: tuple[str, ...]
    at: datetime
