"""What follows from the values of an exercise, of a key or of an answer, worked out once for a whole class.

Nothing is kept in this room itself. What is worked out is kept in a `Memory`, by the code that marks the class, for as
long as that takes: `with remembering(memory)`. Elsewhere everything is worked out each time, with the same result.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

from pydantic_core import to_json

from grader.model.language import spoken

_MOST = 2000
_LONGEST = 20_000

Value = TypeVar("Value")
Result = TypeVar("Result")


class Memory:
    """Results by what they were worked out from.

    If a function has too many, its results are all forgotten at once. Students with own numbers have many keys.
    """

    def __init__(self) -> None:
        self._known: dict[Callable[..., Any], dict[tuple[Any, ...], tuple[Any, Any]]] = {}

    def find(
        self, function: Callable[..., Any], place: tuple[Any, ...], alive: Any, work_out: Callable[[], Result]
    ) -> Result:
        """The result of a function for a place.

        Args:
            function: The function.
            place: What the result is known by.
            alive: What has to be kept so that the place means the same: objects whose identity is part of it.
            work_out: Gives the result where it is not known. What raises is not kept.
        """
        known = self._known.setdefault(function, {})
        kept = known.get(place)
        if kept is None:
            kept = alive, work_out()
            if len(known) >= _MOST:
                known.clear()
            known[place] = kept
        result: Result = kept[1]
        return result


_MEMORY: ContextVar[Memory | None] = ContextVar("memory", default=None)


@contextlib.contextmanager
def remembering(memory: Memory | None) -> Iterator[None]:
    """Have what is worked out meanwhile kept in a memory, and found there; with None, nothing is kept.

    Example:
        >>> with remembering(Memory()):
        ...     assessments = [assess(student) for student in students]
    """
    token = _MEMORY.set(memory)
    try:
        yield
    finally:
        _MEMORY.reset(token)


def remembered(function: Callable[[Value], Result]) -> Callable[[Value], Result]:
    """A function of one value that finds again what it gave for the very same object, in the language that is spoken.

    Only for values that nobody changes, such as those of an exercise or of a key. They are known by their identity,
    and the memory keeps them, so that no other object can be taken for one of them.
    """

    @functools.wraps(function)
    def found(value: Value) -> Result:
        memory = _MEMORY.get()
        if memory is None:
            return function(value)
        return memory.find(function, (id(value), spoken()), value, lambda: function(value))

    return found


def remembered_alike(function: Callable[..., Result]) -> Callable[..., Result]:
    """A function that finds again what it gave for an equal claim and the very same other values.

    In a class many give the same answer. The claim, the first value, is known by what it says: data as the sandbox
    hands it back. The others are known by their identity, as in `remembered`. A claim that is long is worked out each
    time, and so is one that cannot be written down: with half of a character, or nested too deep.
    """

    @functools.wraps(function)
    def found(claim: Any, *others: Any) -> Result:
        memory = _MEMORY.get()
        if memory is None:
            return function(claim, *others)
        try:
            said = to_json(claim, inf_nan_mode="constants")
        except ValueError:
            said = b""
        if not 0 < len(said) <= _LONGEST:
            return function(claim, *others)
        place = (said, spoken(), *map(id, others))
        return memory.find(function, place, others, lambda: function(claim, *others))

    return found
