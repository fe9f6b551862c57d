"""The answers of one student: what the functions of the questions give for their numbers."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from inspect import isgenerator
from typing import Any

from grader.authoring.entries import Because, Follows
from grader.authoring.parameters import Parameters
from grader.errors import SpecificationError
from grader.model.key import Call, FollowOn, Slip, following
from grader.model.mistakes import Erring
from grader.text.messages import Text

_ENTRIES = (Slip, Call, Because, Follows)
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its function.

    Attributes:
        question: Its id.
        parameters: The function with its parameters.
    """

    question: str
    parameters: Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What the function of a question gives.

    Attributes:
        answer: In a tuple; empty if it gives none, as for a function that students write.
        slips: Wrong answers with a known cause.
        calls: Calls of the student's function.
        reasons: Choice -> why it is correct or wrong.
        follows: What is correct after a mistake in an earlier question.
    """

    answer: tuple[Any, ...]
    slips: tuple[Slip, ...]
    calls: tuple[Call, ...]
    reasons: Mapping[str, Text]
    follows: tuple[Follows, ...]


class Sheet:
    """The answers of all questions for one student's numbers.

    Args:
        questions: The questions in the order in which they may build on each other.
        numbers: Name -> number.
        derived: Name -> what computes something from the numbers, in order.

    Attributes:
        answers: Question id -> correct answer.

    Raises:
        SpecificationError: A function gives two answers.
    """

    def __init__(
        self, questions: Mapping[str, Asked], numbers: Mapping[str, Any], derived: Mapping[str, Parameters]
    ) -> None:
        self._questions = questions
        self._numbers = dict(numbers)  # and what is derived from them
        for name, parameters in derived.items():
            self._numbers[name] = parameters.call(self._numbers)
        self._entries: dict[str, Entries] = {}
        self.answers: dict[str, Any] = {}
        for question, asked in questions.items():
            result = asked.parameters.call({**self.answers, **self._numbers, "erring": Erring()})
            self._entries[question] = _sorted(question, result if isgenerator(result) else iter([result]))
            if self._entries[question].answer:
                self.answers[question] = self._entries[question].answer[0]

    def of(self, question: str) -> Entries:
        """What a question's function gives."""
        return self._entries[question]

    def table(self, name: str) -> dict[str, Any]:
        """The same in the form of the functions of a key: `answers`, `slips`, `calls`, `methods` or `choices`."""
        if name == "answers":
            return dict(self.answers)
        if name == "methods":
            return {question: partial(self._way, asked) for question, asked in self._ways()}
        attribute = "reasons" if name == "choices" else name
        listed = ((question, getattr(entries, attribute)) for question, entries in self._entries.items())
        return {question: value for question, value in listed if value}

    def follow_on(self) -> FollowOn | None:
        """The function from a student's answers to those that follow; None if no question builds on another."""
        rules = {question: self._rules(asked) for question, asked in self._questions.items()}
        if not any(rules.values()):
            return None

        def followed(earlier: Mapping[str, Any]) -> Mapping[str, Any]:
            return following(
                {question: [partial(rule, earlier) for rule in listed] for question, listed in rules.items()}
            )

        return followed

    def _ways(self) -> Iterator[tuple[str, Asked]]:
        return ((question, asked) for question, asked in self._questions.items() if "erring" in asked.parameters.names)

    def _way(self, asked: Asked, erring: Erring) -> Any:
        """The answer with the mistakes that are made."""
        return _first(asked.parameters.call({**self.answers, **self._numbers, "erring": erring}))

    def _rules(self, asked: Asked) -> list[Callable[[Mapping[str, Any]], Any]]:
        builds_on = set(asked.parameters.names) & set(self._questions) - set(self._numbers)
        implied = [partial(self._after, asked)] if builds_on else []
        return [*implied, *(self._rule(asked.question, follows) for follows in self._entries[asked.question].follows)]

    def _after(self, asked: Asked, earlier: Mapping[str, Any]) -> Any:
        """The answer if the student's earlier answers are used in place of the correct ones."""
        return _first(asked.parameters.call({**earlier, **self._numbers, "erring": Erring()}))

    def _rule(self, question: str, follows: Follows) -> Callable[[Mapping[str, Any]], Any]:
        parameters = Parameters(follows.rule, f"question '{question}': Follows")
        questions = list(self._questions)
        parameters.check([*questions[: questions.index(question)], "earlier"], "not an earlier question")
        return lambda earlier: parameters.call({**earlier, "earlier": earlier})


def _first(result: Any) -> Any:
    """The answer alone: a function is not run beyond it."""
    if not isgenerator(result):
        return result
    with closing(result):
        answer = next(result)
    if isinstance(answer, _ENTRIES):
        raise LookupError
    return answer


def _sorted(question: str, result: Iterator[Any]) -> Entries:
    entries: dict[type, list[Any]] = {kind: [] for kind in _ENTRIES}
    answers = []
    for entry in result:
        if isinstance(entry, _ENTRIES):
            entries[type(entry)].append(entry)
        else:
            answers.append(entry)
    if len(answers) > 1:
        raise SpecificationError(f"question '{question}': gives two answers; yield each wrong one as slip(...).")
    return Entries(
        answer=tuple(answers),
        slips=tuple(entries[Slip]),
        calls=tuple(entries[Call]),
        reasons={choice: text for because in entries[Because] for choice, text in because.sentences.items()},
        follows=tuple(entries[Follows]),
    )
