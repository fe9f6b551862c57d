"""A question before it is asked: its correct answer, and the wrong ones that known mistakes lead to."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from grader.model.mistakes import Method, Wrong
from grader.model.own_work import Choice, Concept, OwnQuestion
from grader.text.messages import Numeral, Text, english, number

MOST_CHOICES, FEWEST_CHOICES = 4, 3
_LIKELIEST = 8  # wrong answers of the first mistakes, from which the choices are drawn
_LARGEST = 10**15

Write = Callable[[Any], Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question that could be asked.

    Attributes:
        id: The same for the same question about equal work.
        concept: Its subject.
        text: The question.
        right: The correct answer as plain data.
        wrongs: Wrong answers with the mistakes that lead to them, the likeliest first.
        write: Writes an answer for the student.
        step: How to find the correct answer.
    """

    id: str
    concept: Concept
    text: Text
    right: Any
    wrongs: tuple[Wrong, ...]
    write: Write
    step: Text

    @property
    def distractors(self) -> list[Wrong]:
        """The wrong answers that may be offered: different from the correct one and from each other as written."""
        seen = {english(self.write(self.right))}
        distractors = []
        for wrong in self.wrongs:
            written = english(self.write(wrong.value))
            if written not in seen:
                seen.add(written)
                distractors.append(wrong)
        return distractors

    @property
    def is_askable(self) -> bool:
        """Whether there are enough wrong answers."""
        return len(self.distractors) >= FEWEST_CHOICES - 1

    def asked(self, random: Random) -> OwnQuestion:
        """The question with its choices in a random order."""
        likeliest = self.distractors[:_LIKELIEST]
        wrongs = random.sample(likeliest, min(len(likeliest), MOST_CHOICES - 1))
        choices = [Choice(text=self.write(self.right))]
        choices += [Choice(text=self.write(wrong.value), mistake=wrong.reason) for wrong in wrongs]
        random.shuffle(choices)
        return OwnQuestion(id=self.id, concept=self.concept, text=self.text, choices=tuple(choices), step=self.step)


def by_method(work: Callable[..., Any], is_answer: Callable[[Any], bool]) -> tuple[Any, tuple[Wrong, ...]]:
    """The correct answer of a method, and the wrong ones that a student could write.

    Args:
        work: Computes the answer with the mistakes that it is told to make.
        is_answer: Whether a value is a possible answer, for example a positive whole number.
    """
    method = Method(work)
    return method.right(), tuple(wrong for wrong in method.once if is_answer(wrong.value))


def is_count(value: Any) -> bool:
    """Whether a value is a positive whole number of a realistic size."""
    return isinstance(value, int) and 0 < value < _LARGEST


def is_shape(value: Any) -> bool:
    """Whether a value is a list of positive whole numbers."""
    return isinstance(value, list) and bool(value) and all(map(is_count, value))


def is_share(value: Any) -> bool:
    """Whether a value is from 0 to 1."""
    return isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 1


def write_count(value: int) -> Text:
    """A whole number."""
    return number(value)


def write_shape(value: Sequence[int]) -> Text:
    """A shape without the batch axis, as Keras writes it."""
    return "(" + ", ".join(map(str, value)) + ("," if len(value) == 1 else "") + ")"


def write_percent(value: float) -> Text:
    """A share in whole percent."""
    return Numeral(f"{round(100 * value)} %")


def rounds_clearly(share: float) -> bool:
    """Whether a share in percent is not near the middle between two whole numbers."""
    return abs(100 * share % 1 - 0.5) > 0.1


def askable(candidates: Iterator[Candidate]) -> Iterator[Candidate]:
    """The candidates with enough wrong answers."""
    return (candidate for candidate in candidates if candidate.is_askable)
