"""A cache for results that depend on an exercise, a key or an answer, so that they are computed once for a class.

This room itself stores nothing. The code that marks the class owns a `ClassCache` and uses it while it marks:
`with using_cache(memory)`. Without a memory, everything is computed each time, with the same result.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

from grader.storage import codec
from grader.text.language import spoken

_MOST = 2000
_LONGEST = 20_000

Value = TypeVar("Value")
Result = TypeVar("Result")


class ClassCache:
    """Cached results, by function and cache key.

    If a function has too many results, all of them are dropped. Students with individual numbers have many keys.
    """

    def __init__(self) -> None:
        self._known: dict[Callable[..., Any], dict[tuple[Any, ...], tuple[Any, Any]]] = {}

    def find(
        self, function: Callable[..., Any], place: tuple[Any, ...], alive: Any, work_out: Callable[[], Result]
    ) -> Result:
        """The result of a function for a cache key.

        Args:
            function: The function.
            place: The cache key.
            alive: Objects whose identity is part of the cache key. They are kept, so that the key stays unique.
            work_out: Computes a result that is not cached. If it raises, nothing is cached.
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


_MEMORY: ContextVar[ClassCache | None] = ContextVar("memory", default=None)


@contextlib.contextmanager
def using_cache(memory: ClassCache | None) -> Iterator[None]:
    """Cache results in a memory inside the `with` block. With None, nothing is cached.

    Example:
        >>> with using_cache(ClassCache()):
        ...     assessments = [assess(student) for student in students]
    """
    token = _MEMORY.set(memory)
    try:
        yield
    finally:
        _MEMORY.reset(token)


def cached(function: Callable[[Value], Result]) -> Callable[[Value], Result]:
    """Cache a function of one value by the identity of that value and by the current language.

    This is only for values that never change, such as those of an exercise or a key. The memory keeps a reference to
    each value, so that no other object can get the same identity.
    """

    @functools.wraps(function)
    def found(value: Value) -> Result:
        memory = _MEMORY.get()
        if memory is None:
            return function(value)
        return memory.find(function, (id(value), spoken()), value, lambda: function(value))

    return found


def cached_by_content(function: Callable[..., Result]) -> Callable[..., Result]:
    """Cache a function by the content of its first value, the claim, and by the identity of the others.

    Many students of a class give the same answer. The claim is plain data that the sandbox returned, and equal claims
    share a result. The other values are identified as in `cached`. Long claims are not cached, and neither are
    claims without an identity in `grader.storage.codec`, such as half of a surrogate pair or data nested too deep.
    """

    @functools.wraps(function)
    def found(claim: Any, *others: Any) -> Result:
        memory = _MEMORY.get()
        if memory is None:
            return function(claim, *others)
        content = codec.identity(claim)
        if not 0 < len(content) <= _LONGEST:
            return function(claim, *others)
        place = (content, spoken(), *map(id, others))
        return memory.find(function, place, others, lambda: function(claim, *others))

    return found
