"""The answers of one student: what the functions of the questions give for their numbers."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from inspect import isgenerator
from typing import Any

from grader.authoring.apart import Apart, too_near
from grader.authoring.entries import Because, Follows
from grader.authoring.parameters import Parameters
from grader.errors import SpecificationError
from grader.model.key import Call, FollowOn, Slip, following, value_of
from grader.model.mistakes import Erring
from grader.storage.answer_data import as_answer
from grader.text.messages import Text

_ENTRIES = (Slip, Call, Because, Follows)


@dataclass(frozen=True, slots=True)
class QuestionFunction:
    """The function of a question.

    Attributes:
        question: Id of the question.
        parameters: The function with its parameters.
        left_out: If slips that are too near to the answer or to an earlier slip are left out: what makes two of them
            differ. None if all stay.
    """

    question: str
    parameters: Parameters
    left_out: Apart | None = None


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


@dataclass(frozen=True, slots=True)
class _Rule:
    """What computes an answer from earlier ones.

    Attributes:
        builds_on: The earlier questions whose answers it uses.
        call: From the student's answers to what follows.
    """

    builds_on: frozenset[str]
    call: Callable[[Mapping[str, Any]], Any]


class Sheet:
    """The answers of all questions for one student's numbers. A function is called when its answer is needed first.

    Args:
        questions: The questions in the order in which they may build on each other.
        numbers: Name -> number.
        derived: Name -> what computes something from the numbers, in order.
    """

    def __init__(
        self, questions: Mapping[str, QuestionFunction], numbers: Mapping[str, Any], derived: Mapping[str, Parameters]
    ) -> None:
        self._questions = questions
        self._numbers = dict(numbers)  # and what is derived from them
        for name, parameters in derived.items():
            if self._numbers.keys() >= set(parameters.names):  # while numbers are drawn, the later ones are missing
                self._numbers[name] = parameters.call(self._numbers)
        self._entries: dict[str, Entries] = {}

    @property
    def answers(self) -> dict[str, Any]:
        """Question id -> correct answer, for the questions that have one."""
        return {name: entries.answer[0] for name in self._questions if (entries := self.of(name)).answer}

    def of(self, question: str) -> Entries:
        """The entries of a question.

        Raises:
            SpecificationError: Its function gives two answers, or builds on a question without an answer.
        """
        if question not in self._entries:
            function = self._questions[question]
            result = self._called(function, Erring())
            self._entries[question] = _sorted(function, result if isgenerator(result) else iter([result]))
        return self._entries[question]

    def _called(self, function: QuestionFunction, erring: Erring) -> Any:
        earlier = {name: self._answer(function, name) for name in self._builds_on(function)}
        return function.parameters.call({**earlier, **self._numbers, "erring": erring})

    def _answer(self, function: QuestionFunction, earlier: str) -> Any:
        if not (answer := self.of(earlier).answer):
            raise SpecificationError(f"question '{function.question}': builds on '{earlier}', which has no answer.")
        return answer[0]

    def _builds_on(self, function: QuestionFunction) -> set[str]:
        return set(function.parameters.names) & set(self._questions) - set(self._numbers)

    def table(self, name: str) -> dict[str, Any]:
        """The same in the form of the functions of a key: `answers`, `slips`, `calls`, `methods` or `choices`."""
        if name == "answers":
            return self.answers
        if name == "methods":
            return {question: partial(self._way, function) for question, function in self._ways()}
        attribute = "reasons" if name == "choices" else name
        listed = ((question, getattr(self.of(question), attribute)) for question in self._questions)
        return {question: value for question, value in listed if value}

    def follow_on(self) -> FollowOn | None:
        """The function from a student's answers to those that follow; None if no question builds on another.

        A rule is called once for correct answers. Most students share them, so its result is stored.
        """
        rules = {question: self._rules(function) for question, function in self._questions.items()}
        if not any(rules.values()):
            return None
        # Nothing builds on most of the answers. Among these are the large arrays, which take long to compare.
        built_on = frozenset[str]().union(*(rule.builds_on for listed in rules.values() for rule in listed))
        correct = {name: as_answer(self.answers[name]) for name in built_on & self.answers.keys()}
        stored: dict[tuple[str, int, frozenset[str]], Any] = {}

        def followed(earlier: Mapping[str, Any]) -> Mapping[str, Any]:
            wrong = {
                name for name in built_on & earlier.keys() if name not in correct or earlier[name] != correct[name]
            }

            def result_of(question: str, number: int) -> Any:
                rule = rules[question][number]
                if rule.builds_on & wrong:
                    return rule.call(earlier)
                # A rule of Follows may give another value than the correct answer, and it may ask what is missing.
                # It is called with the key's values, so its result does not depend on who wrote 2 and who 2.0.
                place = question, number, rule.builds_on.intersection(earlier)
                if place not in stored:
                    stored[place] = value_of(partial(rule.call, {name: correct[name] for name in place[2]}))
                return stored[place]

            return following(
                {
                    question: [partial(result_of, question, number) for number in range(len(listed))]
                    for question, listed in rules.items()
                }
            )

        return followed

    def _ways(self) -> Iterator[tuple[str, QuestionFunction]]:
        for question, function in self._questions.items():
            if "erring" in function.parameters.names:
                yield question, function

    def _way(self, function: QuestionFunction, erring: Erring) -> Any:
        """The answer with the mistakes that are made."""
        return _first(self._called(function, erring))

    def _rules(self, function: QuestionFunction) -> list[_Rule]:
        question, builds_on = function.question, frozenset(self._builds_on(function))
        implied = [_Rule(builds_on, partial(self._after, function))] if builds_on else []
        return [*implied, *(self._rule(question, follows) for follows in self.of(question).follows)]

    def _after(self, function: QuestionFunction, earlier: Mapping[str, Any]) -> Any:
        """The answer if the student's earlier answers are used in place of the correct ones."""
        return _first(function.parameters.call({**earlier, **self._numbers, "erring": Erring()}))

    def _rule(self, question: str, follows: Follows) -> _Rule:
        parameters = Parameters(follows.rule, f"question '{question}': Follows")
        questions = list(self._questions)
        before = questions[: questions.index(question)]
        parameters.check([*before, "earlier"], "not an earlier question")
        builds_on = before if "earlier" in parameters.names else parameters.names
        return _Rule(frozenset(builds_on), lambda earlier: parameters.call({**earlier, "earlier": earlier}))


def _first(result: Any) -> Any:
    """The answer alone: a function is not run beyond it."""
    if not isgenerator(result):
        return result
    with closing(result):
        answer = next(result)
    if isinstance(answer, _ENTRIES):
        raise LookupError
    return answer


def _those_apart(answers: list[Any], slips: list[Slip], apart: Apart) -> list[Slip]:
    """The slips that are apart from the answer and from the slips before them."""
    kept_slips: list[Slip] = []
    for entry in slips:
        others = (*answers, *(earlier.value for earlier in kept_slips))
        if all(too_near([other, entry.value], apart) is None for other in others):
            kept_slips.append(entry)
    return kept_slips


def _sorted(function: QuestionFunction, result: Iterator[Any]) -> Entries:
    entries: dict[type, list[Any]] = {kind: [] for kind in _ENTRIES}
    answers = []
    for entry in result:
        if isinstance(entry, _ENTRIES):
            entries[type(entry)].append(entry)
        else:
            answers.append(entry)
    if len(answers) > 1:
        raise SpecificationError(
            f"question '{function.question}' yields two answers. Yield each wrong one as slip(...)."
        )
    if function.left_out is not None:
        entries[Slip] = _those_apart(answers, entries[Slip], function.left_out)
    return Entries(
        answer=tuple(answers),
        slips=tuple(entries[Slip]),
        calls=tuple(entries[Call]),
        reasons={choice: text for because in entries[Because] for choice, text in because.sentences.items()},
        follows=tuple(entries[Follows]),
    )
