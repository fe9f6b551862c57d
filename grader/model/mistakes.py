"""Ways to an answer on which one may go wrong: each mistake gives a wrong answer of which the cause is known.

A method is a function that works the answer out and asks, at each place where students go wrong, whether to go wrong
here. Without a mistake it gives the right answer. With one it gives the wrong answer of whoever makes this mistake, and
with two that of whoever makes both. So a mistake is written down once, and holds wherever its method is used.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, TypeVar

from grader.text.messages import Text, joined, message

Value = TypeVar("Value")
AnyText = TypeVar("AnyText", bound=Text)
_MOST_PAIRED = 18  # mistakes of one method that are also tried two at a time, the first ones that change something
_MOST_FOLLOWED = 40  # mistakes of which it is noted down what is asked about after them
_MOST_CELLS = 200  # of an answer, above which two mistakes at once would take too long
_WRONG_WAY = (ArithmeticError, LookupError, ValueError)  # a mistake may lead nowhere, such as to a size below 0

_Mistake = tuple[Text, Text]
"""Where a mistake happens, empty if there is one place only, and what is done."""


class Erring:
    """One way through a method, with the mistakes that a student makes on it.

    Args:
        mistakes: The mistakes that are made.
        place: The place of the mistakes that the method asks about next.
        met: The record of all mistakes that the method asks about; None if no record is needed.
    """

    def __init__(
        self, mistakes: frozenset[_Mistake] = frozenset(), place: Text = "", met: dict[_Mistake, None] | None = None
    ) -> None:
        self._mistakes = mistakes
        self._texts = frozenset(text for _, text in mistakes)  # asked first: most texts are of no mistake that is made
        self._place = place
        self._met = met

    def __call__(self, mistake: Text) -> bool:
        """Whether this mistake is made.

        Args:
            mistake: The mistake, in a sentence for the student: `The biases are missing.`
        """
        if self._met is not None:
            self._met[self._place, mistake] = None
        return mistake in self._texts and (self._place, mistake) in self._mistakes

    def pick(self, right: Value, others: Mapping[AnyText, Value]) -> Value:
        """The correct value, or the value of the mistake that is made.

        Args:
            right: The correct value.
            others: Mistake -> the wrong value that it leads to.
        """
        # Each mistake is asked about, also after one that is made, because asking is what notes it down.
        wrong = [value for mistake, value in others.items() if self(mistake)]
        return wrong[0] if wrong else right

    def way(self, right: Callable[[], Value], others: Mapping[AnyText, Callable[[], Value]]) -> Value:
        """Like `pick`, for values that take long to compute: only the value that is picked is computed."""
        return self.pick(right, others)()

    def at(self, place: Text) -> "Erring":
        """The same way, for mistakes at a named place, such as one of several layers.

        Args:
            place: The text in front of each mistake: `First convolution:`
        """
        return Erring(self._mistakes, joined(self._place, place), self._met)

    @property
    def explores(self) -> bool:
        """Whether this is the way without a mistake, on which a method shows all that it asks about."""
        return not self._mistakes


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer, and what was done to get it.

    Attributes:
        value: The answer, as plain data.
        reason: What was done, in a sentence or two for the student.
    """

    value: Any
    reason: Text


class Method:
    """A way to the answer of one question, with the wrong answers that it leads to.

    They are worked out when they are first asked for, and kept.

    Args:
        work: Gives the answer as plain data: right, or wrong by the mistakes that it is told to make.
    """

    def __init__(self, work: Callable[[Erring], Any]) -> None:
        self._work = work

    def right(self) -> Any:
        """The answer without a mistake."""
        return self._work(Erring())

    @cached_property
    def once(self) -> tuple[Wrong, ...]:
        """The answers with one mistake, those that it changes something for; in the order of the mistakes."""
        return tuple(Wrong(value, joined(*mistake)) for mistake, (value, _) in self._alone.items())

    @cached_property
    def twice(self) -> tuple[Wrong, ...]:
        """The answers with two mistakes at once, where both of them change something."""
        return tuple(self._pairs())

    @cached_property
    def _alone(self) -> dict[_Mistake, tuple[Any, tuple[_Mistake, ...]]]:
        """Mistake -> its answer, and the mistakes that are asked about on its way."""
        right, met = self._tried(frozenset())
        answers = {
            mistake: self._tried(frozenset([mistake]), notes=place < _MOST_FOLLOWED)
            for place, mistake in enumerate(met)
        }
        return {mistake: (value, later) for mistake, (value, later) in answers.items() if value not in (right, None)}

    def _pairs(self) -> Iterator[Wrong]:
        right, met_without_mistakes = self._tried(frozenset())
        if _cells(right) > _MOST_CELLS:
            return
        pairs = dict.fromkeys(combinations(list(self._alone)[:_MOST_PAIRED], 2))
        for first, (_, met) in list(self._alone.items())[:_MOST_PAIRED]:
            pairs |= dict.fromkeys((first, later) for later in met if later not in met_without_mistakes)
        for first, second in pairs:
            value, _ = self._tried(frozenset([first, second]), notes=False)
            alone = [self._alone[mistake][0] for mistake in (first, second) if mistake in self._alone]
            if value is not None and value != right and value not in alone:
                both = joined(*first, *second)
                yield Wrong(value, message("There are two mistakes here. {both}", both=both))

    def _tried(self, mistakes: frozenset[_Mistake], notes: bool = True) -> tuple[Any, tuple[_Mistake, ...]]:
        met: dict[_Mistake, None] | None = {} if notes else None
        try:
            return self._work(Erring(mistakes, met=met)), tuple(met or ())
        except _WRONG_WAY:
            return None, tuple(met or ())


def _cells(value: Any) -> int:
    return sum(map(_cells, value)) if isinstance(value, list) else 1
