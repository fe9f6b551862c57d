"""Why an answer is wrong: the mistake that gives just this answer, where one is known.

First come the slips of the key, which its author has written down; then the methods of the key with one mistake, then
what holds for any question (the answer of another question, the right answer transposed or in percent), and at last two
mistakes at once. A diagnosis is a true statement about the answer: where several mistakes give the same, all are
told, and where an answer is such that it may easily agree by chance, nothing is told that rests on agreement alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from grader.assess import relations
from grader.assess.answer_forms import UnreadableError
from grader.assess.chance import Numbers, chance, matches_as_written, numbers_of
from grader.assess.evidence import right_as_answer
from grader.assess.reasons import say_the_same, share_a_word, together
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.mistakes import Wrong
from grader.text.language import marked
from grader.text.messages import Message, Text, joined, message, shortened

EXACTLY = 1e-7
"""Relative difference that rounding can cause if floats are computed in another order."""

SURE = 0.05
"""If the chance of a coincidental match is at most this, the report states the mistake as a fact."""

_POSSIBLE = 1.0  # up to this chance, a mistake that no author wrote down is stated as a possibility
_EXPECTED = 0.25  # a mistake that the author expects in this question is more likely than any other
_FAR_FETCHED = 4.0  # two mistakes at once are rarer than one
_HARDLY_SURE = 5.0  # how much rarer a match must be if the mistake is not one of this question
_MIXED_UP = marked("This is the answer to another question, `{name}`: did you mix up the two?")
_BY_CHANCE = marked("It may be chance, but this would explain it: {reason}")
_FEW_DIGITS = 4
_MOST_RELATED = 60
_ARRAY = 4  # numbers of an answer that two different mistakes hardly both give
_MOST_BY_CHANCE = 3  # mistakes that give an answer which agrees by chance; of more, none is likely


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why an answer is wrong.

    Attributes:
        reason: What was probably done.
        remedy: The right step, where the author of the key has written one; else empty.
        by_author: Whether it is one of the slips of the key.
    """

    reason: Text
    remedy: Text = ""
    by_author: bool = False


class ComparableAnswer(Protocol):
    """A wrong answer as its kind of question compares it."""

    def equals(self, value: Any, exactly: bool) -> bool:
        """Whether the answer is this value: but for the rounding of floats, or within the tolerance of the question.

        Raises:
            UnreadableError: The value has no form of such an answer.
        """
        ...

    def related(self, value: Any, closely: bool) -> Text:
        """How the answer is related to a value, in a sentence; empty where nothing is known.

        Args:
            value: The right answer, or a known wrong one.
            closely: Whether only to tell what hardly comes about by chance.
        """
        ...

    def mistyped(self, value: Any) -> Text:
        """Whether it is the value with digits that changed places or are missing, in a sentence; else empty."""
        ...

    @property
    def numbers(self) -> Numbers:
        """The numbers of the answer in row-major order; none of choices."""
        ...

    @property
    def telling(self) -> bool:
        """Whether such an answer hardly agrees with another value by chance."""
        ...

    @property
    def bears_two(self) -> bool:
        """Whether it is long or large enough to tell two mistakes at once from it."""
        ...


def diagnosis(answer: ComparableAnswer, question: Question, key: AnswerKey) -> Diagnosis | None:
    """Why a wrong answer is wrong; None where it is not known.

    Args:
        answer: The answer.
        question: What was asked.
        key: What is right, and what is known of mistakes.
    """
    if not key.reasons:
        return None
    search = _Search(answer, question, key)
    found = next((found for step in _STEPS if (found := step(search))), None)
    return replace(found, reason=_as_sure(found.reason, _POSSIBLE)) if found and search.is_blank else found


def method_problems(right: ComparableAnswer, question: Question, key: AnswerKey) -> list[str]:
    """What is wrong with the method of a question: without a mistake it has to give the right answer.

    Args:
        right: The right answer, as an answer is compared.
        question: What was asked.
        key: What is right, and the method.
    """
    method = key.methods.get(question.id)
    if method is None:
        return []
    value = right_as_answer(method.right())
    try:
        same = right.equals(value, exactly=False)
    except UnreadableError:
        same = False
    return [] if same else [f"its method in methods() gives {shortened(str(value))} without a mistake; correct one."]


class _Search:
    def __init__(self, answer: ComparableAnswer, question: Question, key: AnswerKey) -> None:
        self.answer, self.question, self.key = answer, question, key
        self.slips = key.slips.get(question.id, ())
        self.method = key.methods.get(question.id)

    def equals(self, value: Any, exactly: bool) -> bool:
        """Whether the answer is this value, exactly or rounded to the digits that the student wrote."""
        try:
            plain = right_as_answer(value)
            same = self.answer.equals(plain, exactly)
        except UnreadableError:
            return False
        return same and (
            exactly or not self.answer.numbers or matches_as_written(self.answer.numbers, numbers_of(plain))
        )

    def chance(self, known: Iterable[Any], exactly: bool = True) -> float:
        """The share of similar answers that known mistakes explain: see `chance.chance`."""
        right = numbers_of(right_as_answer(self.key.answers[self.question.id]))
        others = (numbers_of(right_as_answer(value)) for value in known)
        return chance(self.answer.numbers, right, others, exactly)

    def related(self, value: Any, closely: bool = False) -> Text:
        try:
            return self.answer.related(right_as_answer(value), closely)
        except UnreadableError:
            return ""

    @property
    def digits(self) -> int:
        """How many digits the answer has: with few, mistakes that nobody has thought of easily give the same."""
        return sum(sum(map(str.isdigit, f"{number:.15g}")) for number in self.answer.numbers if number is not None)

    @property
    def is_blank(self) -> bool:
        """Whether the answer is an array of zeros, which most mistakes with small numbers can lead to."""
        return len(self.answer.numbers) > 1 and not any(self.answer.numbers)

    def of_slips(self, exactly: bool) -> Diagnosis | None:
        matching = [slip for slip in self.slips if self.equals(slip.value, exactly)]
        if not matching:
            return None
        reasons = list(dict.fromkeys(slip.reason for slip in matching)) if exactly else [matching[0].reason]
        reasons += self._what_else(reasons) if exactly else []
        by_chance = _EXPECTED * self.chance((slip.value for slip in self.slips), exactly)
        return Diagnosis(_as_sure(together(self._or_typed(reasons)), by_chance), matching[0].remedy, by_author=True)

    def _what_else(self, reasons: list[Text]) -> list[Text]:
        """What else gives this answer, by the method of the question, where the author's reasons do not say it.

        The method and the author often tell one mistake in different words. An array that both give is the same work,
        so the author's words are enough. Another answer that hardly agrees by chance gets another reason only if no
        word is the same.
        """
        if self.answer.telling and len(self.answer.numbers) >= _ARRAY:
            return []
        others = self._matching(self.method.once, exactly=True) if self.method else []
        same = share_a_word if self.answer.telling else say_the_same
        return [other for other in others if not any(same(other, reason) for reason in reasons)]

    def of_method(self, exactly: bool) -> Diagnosis | None:
        listed = self.method.once if self.method else ()
        reasons = self._matching(listed, exactly)
        if len(reasons) > _MOST_BY_CHANCE and not self.answer.telling:
            return None
        if reasons and exactly and (relation := self.related(self.key.answers[self.question.id], closely=True)):
            reasons += [] if any(say_the_same(relation, reason) for reason in reasons) else [relation]
        if not reasons or not (exactly or len(reasons) == 1):
            return None
        by_chance = self.chance((wrong.value for wrong in listed), exactly)
        return Diagnosis(_as_sure(together(self._or_typed(reasons)), by_chance))

    def of_two(self) -> Diagnosis | None:
        if not self.method or not self.answer.bears_two:
            return None
        reasons = self._matching(self.method.twice, exactly=True)
        if not reasons:
            return None
        sentence = together([typed, *reasons] if (typed := self._typed()) else reasons)  # what is simpler comes first
        by_chance = _FAR_FETCHED * self.chance(wrong.value for wrong in self.method.twice)
        return Diagnosis(_as_sure(sentence, _HARDLY_SURE * by_chance)) if by_chance <= _POSSIBLE else None

    def _typed(self) -> Text:
        """A sentence if the answer is the correct one with a typing error, else empty."""
        return self.answer.mistyped(right_as_answer(self.key.answers[self.question.id]))

    def _or_typed(self, reasons: list[Text]) -> list[Text]:
        """The reasons, and a typing error if it gives the same answer."""
        return [*reasons, typed] if (typed := self._typed()) else reasons

    def _matching(self, listed: Iterable[Wrong], exactly: bool) -> list[Text]:
        return list(dict.fromkeys(wrong.reason for wrong in listed if self.equals(wrong.value, exactly)))

    def of_others(self) -> Diagnosis | None:
        """The answer for other numbers, to another question, or of a network of the lectures."""
        if not self.answer.telling:
            return None
        common = self.key.common.get(self.question.id)
        others = [value for name, value in self.key.answers.items() if name != self.question.id]
        reason = self._of_others(common)
        by_chance = self.chance([common, *others])
        if not reason or by_chance > SURE:
            return None
        sentence = together(self._or_typed([reason]))
        sure = by_chance <= SURE / _HARDLY_SURE and self.digits > _FEW_DIGITS
        return Diagnosis(sentence if sure or _has(sentence, _MIXED_UP) else _as_sure(sentence, _POSSIBLE))

    def _of_others(self, common: Any) -> Text:
        if common is not None and self.equals(common, exactly=True):
            return message(
                "This is right for the numbers in the notebook that all can see; yours are others. Use your own."
            )
        for name, value in self.key.answers.items():
            if name != self.question.id and self.equals(value, exactly=True):
                return message(_MIXED_UP, name=name)
        model = next((model for model, count in _networks(self.key) if self.equals(count, exactly=True)), "")
        if not model:
            return ""
        return message(
            "This is the number of parameters of a network of the lectures, {model}; here it is another.", model=model
        )

    def of_relation(self, closely: bool) -> Diagnosis | None:
        right = self.key.answers[self.question.id]
        reason = self.related(right, closely)
        if not reason:
            return None
        return (
            Diagnosis(reason)
            if closely
            else _likely(reason, self.chance(relations.values(numbers_of(right_as_answer(right)))))
        )

    def of_typing(self) -> Diagnosis | None:
        reason = self._typed() if self.answer.telling else ""
        return Diagnosis(_as_sure(reason, 0.0 if self.digits > _FEW_DIGITS else _POSSIBLE)) if reason else None

    def of_relation_to_mistake(self) -> Diagnosis | None:
        if not self.answer.telling:
            return None
        once = self.method.once if self.method else ()
        known = [*((slip.value, slip.reason) for slip in self.slips), *((wrong.value, wrong.reason) for wrong in once)]
        pairs = ((reason, self.related(value, closely=True)) for value, reason in known[:_MOST_RELATED])
        first = next(((reason, relation) for reason, relation in pairs if relation), None)
        if first is None:
            return None
        return Diagnosis(_as_sure(message("Two mistakes came together. {both}", both=joined(*first)), _POSSIBLE))


_STEPS: tuple[Callable[[_Search], Diagnosis | None], ...] = (
    lambda search: search.of_slips(exactly=True),
    lambda search: search.of_method(exactly=True),
    lambda search: search.of_relation(closely=True),
    _Search.of_others,
    lambda search: search.of_relation(closely=False),
    lambda search: search.of_slips(exactly=False),
    lambda search: search.of_method(exactly=False),
    _Search.of_two,
    _Search.of_relation_to_mistake,
    _Search.of_typing,
)


def _likely(reason: Text, by_chance: float) -> Diagnosis | None:
    """A reason, stated as a fact or as a possibility; None if most similar answers would get one."""
    return Diagnosis(_as_sure(reason, by_chance)) if by_chance <= _POSSIBLE else None


def _has(text: Text, template: str) -> bool:
    return isinstance(text, Message) and text.template == template


def _as_sure(reason: Text, by_chance: float) -> Text:
    if by_chance <= SURE or _has(reason, _BY_CHANCE):
        return reason
    return message(_BY_CHANCE, reason=reason)


def _networks(key: AnswerKey) -> Iterator[tuple[str, int]]:
    """The networks of the lectures that the exercise is about, and their parameters."""
    for model in key.answers.values():
        if isinstance(model, str) and model in key.references:
            yield model, sum(layer.parameters for layer in key.references[model].layers)
