"""Practice: one variant of a question, which anybody can answer and nobody gets marks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
