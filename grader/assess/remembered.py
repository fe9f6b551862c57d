"""What follows from the values of an exercise or of a key, worked out once for a whole class."""

import functools
from collections.abc import Callable
from typing import TypeVar

_MOST = 2000

Value = TypeVar("Value")
Result = TypeVar("Result")


def remembered(function: Callable[[Value], Result]) -> Callable[[Value], Result]:
    """A function of one value that finds again what it gave for the very same object.

    Only for values that nobody changes, such as those of an exercise or of a key. They are known by their identity,
    and kept, so that no other object can be taken for one of them. What raises is not kept.
    """
    known: dict[int, tuple[Value, Result]] = {}

    @functools.wraps(function)
    def found(value: Value) -> Result:
        kept = known.get(id(value))
        if kept is not None:
            return kept[1]
        result = function(value)
        if len(known) >= _MOST:  # students with numbers of their own: each has a key
            known.clear()
        known[id(value)] = (value, result)
        return result

    return found
