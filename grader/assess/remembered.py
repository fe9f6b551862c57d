"""What follows from the values of an exercise, of a key or of an answer, worked out once for a whole class."""

import functools
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from pydantic_core import to_json

from grader.model.language import spoken

_MOST = 2000
_LONGEST = 20_000

Value = TypeVar("Value")
Result = TypeVar("Result")


def remembered(function: Callable[[Value], Result]) -> Callable[[Value], Result]:
    """A function of one value that finds again what it gave for the very same object, in the language that is spoken.

    Only for values that nobody changes, such as those of an exercise or of a key. They are known by their identity,
    and kept, so that no other object can be taken for one of them. What raises is not kept.
    """
    memory: _Memory[Result] = _Memory()

    @functools.wraps(function)
    def found(value: Value) -> Result:
        return memory.find((id(value), spoken()), value, lambda: function(value))

    return found


def remembered_alike(function: Callable[..., Result]) -> Callable[..., Result]:
    """A function that finds again what it gave for an equal claim and the very same other values.

    In a class many give the same answer. The claim, the first value, is known by what it says: data as the sandbox
    hands it back. The others are known by their identity, as in `remembered`. A claim that is long is worked out each
    time, and so is one that cannot be written down: with half of a character, or nested too deep.
    """
    memory: _Memory[Result] = _Memory()

    @functools.wraps(function)
    def found(claim: Any, *others: Any) -> Result:
        try:
            said = to_json(claim, inf_nan_mode="constants")
        except ValueError:
            said = b""
        if not 0 < len(said) <= _LONGEST:
            return function(claim, *others)
        return memory.find((said, spoken(), *map(id, others)), others, lambda: function(claim, *others))

    return found


class _Memory(Generic[Result]):
    """Results by what they were worked out from; forgotten all at once where there are too many.

    So it is with students who have numbers of their own: each has a key.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], tuple[Any, Result]] = {}

    def find(self, place: tuple[Any, ...], alive: Any, work_out: Callable[[], Result]) -> Result:
        """The result of a place; `alive` is what has to be kept so that the place means the same."""
        kept = self._known.get(place)
        if kept is None:
            kept = alive, work_out()
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[place] = kept
        return kept[1]
