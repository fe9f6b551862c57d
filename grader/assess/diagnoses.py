"""The diagnosis of a wrong answer: the mistake that gives exactly this answer, if one is known.

First come the slips of the key, which its author has written down. Then come the methods of the key with one mistake,
the relations that hold for any question (the answer of another question, the right answer transposed or in percent),
and two mistakes at once. A diagnosis is a true statement about the answer. If several mistakes give the same answer,
it names all of them. If an answer easily agrees by chance, no diagnosis relies on agreement alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from grader.assess import own_numbers, relations
from grader.assess.answer_forms import UnreadableError
from grader.assess.chance import Numbers, chance, matches_as_written, numbers_of
from grader.assess.evidence import right_as_answer
from grader.assess.reasons import as_possible, say_the_same, share_a_word, together
from grader.mistakes.named_mistakes import BY_CHANCE
from grader.model.exercise import Question
from grader.model.key import AnswerKey, Slip
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
_FEW_DIGITS = 4
_MOST_RELATED = 60
_ARRAY = 4  # numbers of an answer that two different mistakes hardly both give
_MOST_BY_CHANCE = 3  # mistakes that give an answer which agrees by chance; of more, none is likely


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The mistake behind a wrong answer.

    Attributes:
        reason: What was probably done.
        remedy: The right step, if the author of the key has written one; else empty.
        by_author: Whether it is one of the slips of the key.
        calculation: For a reason that nobody wrote, the calculation with the names of the numbers; else empty.
    """

    reason: Text
    remedy: Text = ""
    by_author: bool = False
    calculation: str = ""


class ComparableAnswer(Protocol):
    """A wrong answer as its kind of question compares it."""

    def equals(self, value: Any, exactly: bool) -> bool:
        """Compare the answer with a value.

        Args:
            value: The right answer or a known wrong one, as plain data.
            exactly: Whether only the rounding of floats is allowed, and not the tolerance of the question.

        Raises:
            UnreadableError: If the value does not have the form of such an answer.
        """
        ...

    def related(self, value: Any, closely: bool) -> Text:
        """Describe how the answer is related to a value, in a sentence; empty if no relation is known.

        Args:
            value: The right answer, or a known wrong one.
            closely: Whether only relations count that hardly occur by chance.
        """
        ...

    def typing_error(self, value: Any) -> Text:
        """A sentence if the answer is the value with digits that changed places or are missing; else empty."""
        ...

    @property
    def numbers(self) -> Numbers:
        """The numbers of the answer in row-major order; empty for choices."""
        ...

    @property
    def telling(self) -> bool:
        """Whether such an answer hardly agrees with another value by chance."""
        ...

    @property
    def bears_two(self) -> bool:
        """Whether the answer is long or large enough to show two mistakes at once."""
        ...


def diagnosis(answer: ComparableAnswer, question: Question, key: AnswerKey) -> Diagnosis | None:
    """Find the mistake behind a wrong answer.

    Args:
        answer: The wrong answer.
        question: Its question.
        key: The right answers and the known mistakes.

    Returns:
        The first diagnosis that `_STEPS` give; None if there is none, or if the key turns reasons off.
    """
    if not key.reasons:
        return None
    search = _Search(answer, question, key)
    first = next(filter(None, (step(search) for step in _STEPS)), None)
    if first and search.is_array_of_zeros:
        return replace(first, reason=_as_sure(first.reason, _POSSIBLE))
    return first


def method_problems(right: ComparableAnswer, question: Question, key: AnswerKey) -> list[str]:
    """Check the method of a question: without a mistake it must give the right answer.

    Args:
        right: The right answer, in the form in which answers are compared.
        question: The question.
        key: The right answers and the methods.

    Returns:
        At most one message for the author; empty if the method is correct, or if there is none.
    """
    method = key.methods.get(question.id)
    if method is None:
        return []
    value = right_as_answer(method.right())
    try:
        is_right = right.equals(value, exactly=False)
    except UnreadableError:
        is_right = False
    return (
        []
        if is_right
        else [f"its method in methods() gives {shortened(str(value))} without a mistake. Correct one of the two."]
    )


class _Search:
    """The search for the mistakes behind one answer. Each method whose name begins with `of` is one place to look."""

    def __init__(self, answer: ComparableAnswer, question: Question, key: AnswerKey) -> None:
        self.answer, self.question, self.key = answer, question, key
        self.slips = key.slips.get(question.id, ())
        self.method = key.methods.get(question.id)

    def equals(self, value: Any, exactly: bool) -> bool:
        """Whether the answer is this value, exactly or rounded to the digits that the student wrote."""
        try:
            plain_value = right_as_answer(value)
            is_equal = self.answer.equals(plain_value, exactly)
        except UnreadableError:
            return False
        return is_equal and (
            exactly or not self.answer.numbers or matches_as_written(self.answer.numbers, numbers_of(plain_value))
        )

    def chance(self, known_values: Iterable[Any], exactly: bool = True) -> float:
        """The share of similar answers that known mistakes explain: see `chance.chance`."""
        right = numbers_of(right_as_answer(self.key.answers[self.question.id]))
        known_answers = (numbers_of(right_as_answer(value)) for value in known_values)
        return chance(self.answer.numbers, right, known_answers, exactly)

    def related(self, value: Any, closely: bool = False) -> Text:
        """The relation of the answer to a value of the key; empty if it has another form."""
        try:
            return self.answer.related(right_as_answer(value), closely)
        except UnreadableError:
            return ""

    @property
    def digits(self) -> int:
        """The number of digits of the answer. If there are few, mistakes that are not known easily give the same."""
        return sum(sum(map(str.isdigit, f"{number:.15g}")) for number in self.answer.numbers if number is not None)

    @property
    def is_array_of_zeros(self) -> bool:
        """Whether the answer is an array of zeros; many mistakes with small numbers lead to one."""
        return len(self.answer.numbers) > 1 and not any(self.answer.numbers)

    def of_slips(self, exactly: bool) -> Diagnosis | None:
        """The slips of the key that give this answer, or the first one that gives it when rounded."""
        matching = [slip for slip in self.slips if self.equals(slip.value, exactly)]
        if not matching:
            return None
        reasons = [matching[0].reason]
        if exactly:
            reasons = list(dict.fromkeys(slip.reason for slip in matching))
            reasons += self._reasons_besides(reasons)
        by_chance = _EXPECTED * self.chance((slip.value for slip in self.slips), exactly)
        return Diagnosis(_as_sure(together(self._or_typed(reasons)), by_chance), matching[0].remedy, by_author=True)

    def _reasons_besides(self, reasons: list[Text]) -> list[Text]:
        """Mistakes of the method that give this answer and are not among the author's reasons.

        The method and the author often describe one mistake in different words. For an array, the author's words are
        enough: two different mistakes hardly ever give the same array. Another answer that hardly agrees by chance
        gets another reason only if no word is the same.
        """
        if self.answer.telling and len(self.answer.numbers) >= _ARRAY:
            return []
        others = self._matching(self.method.once, exactly=True) if self.method else []
        are_the_same = share_a_word if self.answer.telling else say_the_same
        return [other for other in others if not any(are_the_same(other, reason) for reason in reasons)]

    def of_method(self, exactly: bool) -> Diagnosis | None:
        """The mistakes in the method that give this answer, or the only one that gives it when rounded."""
        mistakes = self.method.once if self.method else ()
        reasons = self._matching(mistakes, exactly)
        if len(reasons) > _MOST_BY_CHANCE and not self.answer.telling:
            return None
        if reasons and exactly:
            relation = self.related(self.key.answers[self.question.id], closely=True)
            if relation and not any(say_the_same(relation, reason) for reason in reasons):
                reasons.append(relation)
        if not reasons or not (exactly or len(reasons) == 1):
            return None
        by_chance = self.chance((wrong.value for wrong in mistakes), exactly)
        return Diagnosis(_as_sure(together(self._or_typed(reasons)), by_chance))

    def of_two(self) -> Diagnosis | None:
        """Two mistakes of the method at once; only for answers that are long or large enough to show both."""
        if not self.method or not self.answer.bears_two:
            return None
        reasons = self._matching(self.method.twice, exactly=True)
        if not reasons:
            return None
        typed = self._typed()
        sentence = together([typed, *reasons] if typed else reasons)  # a typing error is simpler, so it comes first
        by_chance = _FAR_FETCHED * self.chance(wrong.value for wrong in self.method.twice)
        return Diagnosis(_as_sure(sentence, _HARDLY_SURE * by_chance)) if by_chance <= _POSSIBLE else None

    def _typed(self) -> Text:
        """A sentence if the answer is the correct one with a typing error, else empty."""
        return self.answer.typing_error(right_as_answer(self.key.answers[self.question.id]))

    def _or_typed(self, reasons: list[Text]) -> list[Text]:
        """The reasons, and a typing error if it gives the same answer."""
        return [*reasons, typed] if (typed := self._typed()) else reasons

    def _matching(self, mistakes: Iterable[Wrong], exactly: bool) -> list[Text]:
        """The reasons of the mistakes that give this answer, each once."""
        return list(dict.fromkeys(wrong.reason for wrong in mistakes if self.equals(wrong.value, exactly)))

    def of_others(self) -> Diagnosis | None:
        """The answer for the common numbers, to another question, or for a network of the lectures."""
        if not self.answer.telling:
            return None
        common = self.key.common.get(self.question.id)
        other_answers = [value for name, value in self.key.answers.items() if name != self.question.id]
        reason = self._reason_of_others(common)
        by_chance = self.chance([common, *other_answers])
        if not reason or by_chance > SURE:
            return None
        sentence = together(self._or_typed([reason]))
        sure = by_chance <= SURE / _HARDLY_SURE and self.digits > _FEW_DIGITS
        return Diagnosis(sentence if sure or _has(sentence, _MIXED_UP) else _as_sure(sentence, _POSSIBLE))

    def _reason_of_others(self, common: Any) -> Text:
        if common is not None and self.equals(common, exactly=True):
            return message(
                "This is correct for the numbers in the public notebook. Your notebook has different "
                "numbers: use those."
            )
        for name, value in self.key.answers.items():
            if name != self.question.id and self.equals(value, exactly=True):
                return message(_MIXED_UP, name=name)
        model = next((model for model, count in _networks(self.key) if self.equals(count, exactly=True)), "")
        if not model:
            return ""
        return message(
            (
                "This is the number of parameters of {model}, a network from the lectures. This question "
                "is about a different network."
            ),
            model=model,
        )

    def of_relation(self, closely: bool) -> Diagnosis | None:
        """A general relation to the right answer; with `closely` one that hardly occurs by chance."""
        right = self.key.answers[self.question.id]
        reason = self.related(right, closely)
        if not reason or closely:
            return Diagnosis(reason) if reason else None
        by_chance = self.chance(relations.values(numbers_of(right_as_answer(right))))
        # Above this chance, most similar answers would get a reason.
        return Diagnosis(_as_sure(reason, by_chance)) if by_chance <= _POSSIBLE else None

    def of_typing(self) -> Diagnosis | None:
        """The right answer with a typing error."""
        reason = self._typed() if self.answer.telling else ""
        return Diagnosis(_as_sure(reason, 0.0 if self.digits > _FEW_DIGITS else _POSSIBLE)) if reason else None

    def of_own_numbers(self) -> Diagnosis | None:
        """The only short calculation with the numbers of the question; a reason that nobody wrote."""
        right, numbers = self.key.answers[self.question.id], self.key.given_numbers.get(self.question.id, {})
        is_single = isinstance(right, int | float) and len(self.answer.numbers) == 1
        if not is_single or not numbers or self.answer.numbers[0] is None:
            return None
        calculation = own_numbers.calculation_for(self.answer.numbers[0], float(right), numbers)
        if calculation is None:
            return None
        return Diagnosis(own_numbers.as_question(calculation), calculation=calculation.named)

    def of_relation_to_mistake(self) -> Diagnosis | None:
        """A general relation to a known wrong answer: two mistakes at once."""
        if not self.answer.telling:
            return None
        mistakes: list[Slip | Wrong] = [*self.slips, *(self.method.once if self.method else ())]
        for mistake in mistakes[:_MOST_RELATED]:
            if relation := self.related(mistake.value, closely=True):
                both = message("There are two mistakes here. {both}", both=joined(mistake.reason, relation))
                return Diagnosis(_as_sure(both, _POSSIBLE))
        return None


# The order decides: exact matches before rounded ones, one mistake before two. See docs/design/marking.md.
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
    _Search.of_own_numbers,
)


def _has(text: Text, template: str) -> bool:
    return isinstance(text, Message) and text.template == template


def _as_sure(reason: Text, by_chance: float) -> Text:
    """The reason as a fact if a coincidence is unlikely, else as a possibility, which is said only once."""
    if by_chance <= SURE or _has(reason, BY_CHANCE):
        return reason
    return as_possible(reason) or message(BY_CHANCE, reason=reason)


def _networks(key: AnswerKey) -> Iterator[tuple[str, int]]:
    """The networks of the lectures that the exercise is about, and their parameters."""
    for model in key.answers.values():
        if isinstance(model, str) and model in key.references:
            yield model, sum(layer.parameters for layer in key.references[model].layers)
