"""The kinds of questions: one module each, and this explicit list of them."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from grader.assess.evidence import Evidence
from grader.assess.kinds import accuracy, architecture, array, choice, function, indices, number, text
from grader.model.assessment import Finding
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.record import Answer


class Kind(Protocol):
    """What a module of a kind offers."""

    def check_options(self, question: Question, key: AnswerKey) -> list[str]:
        """What is wrong with the question's options or its expected value, one message each."""
        ...

    def assess(self, question: Question, evidence: Evidence) -> Finding:
        """Mark one answer."""
        ...


KINDS: Mapping[str, Kind] = {
    "number": number,
    "array": array,
    "choice": choice,
    "architecture": architecture,
    "accuracy": accuracy,
    "function": function,
    "indices": indices,
    "text": text,
}

MEANINGS: Mapping[str, Callable[[Question, Answer, Any], Any]] = {
    "number": number.meaning,
    "array": array.meaning,
    "choice": choice.meaning,
}
"""From an answer, as its kind reads it to mark it, to plain data; raises `UnreadableError`. Given: what is expected."""
