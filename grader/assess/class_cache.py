"""A cache for results that depend on an exercise, a key or an answer, so that they are computed once for a class.

This room itself stores nothing. The code that marks the class owns a `ClassCache` and uses it while it marks:
`with using_cache(cache)`. Without a cache, everything is computed each time, with the same result.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, TypeVar

from grader.storage import codec
from grader.text.language import current_language

_MOST_RESULTS = 2000  # of one function
_LONGEST_CLAIM = 20_000  # bytes

Value = TypeVar("Value")
Result = TypeVar("Result")


class ClassCache:
    """Cached results, by function and cache key.

    If a function has too many results, all of them are dropped. Students with individual numbers have many keys.
    """

    def __init__(self) -> None:
        self._results: dict[Callable[..., Any], dict[tuple[Any, ...], tuple[Any, Any]]] = {}

    def find(
        self, function: Callable[..., Any], cache_key: tuple[Any, ...], alive: Any, compute: Callable[[], Result]
    ) -> Result:
        """Return the result of a function for a cache key, and compute it if it is not cached.

        Args:
            function: The function.
            cache_key: Its arguments, as far as they can be compared.
            alive: Objects whose identity is part of the cache key. They are stored with the result: if one of them
                were collected, another object could get the same identity and then the wrong result.
            compute: Computes a result that is not cached. If it raises, nothing is cached.
        """
        results = self._results.setdefault(function, {})
        alive_and_result = results.get(cache_key)
        if alive_and_result is None:
            alive_and_result = alive, compute()
            if len(results) >= _MOST_RESULTS:
                results.clear()
            results[cache_key] = alive_and_result
        result: Result = alive_and_result[1]
        return result


_CACHE: ContextVar[ClassCache | None] = ContextVar("class cache", default=None)


@contextlib.contextmanager
def using_cache(cache: ClassCache | None) -> Iterator[None]:
    """Cache results inside the `with` block. With None, nothing is cached.

    Example:
        >>> total, numbers = cached(sum), [1, 2]
        >>> with using_cache(ClassCache()):
        ...     (total(numbers), numbers.append(3), total(numbers))  # the second result comes from the cache
        (3, None, 3)
        >>> total(numbers)
        6
    """
    token = _CACHE.set(cache)
    try:
        yield
    finally:
        _CACHE.reset(token)


def cached(function: Callable[[Value], Result]) -> Callable[[Value], Result]:
    """Cache a function of one value by the identity of that value and by the current language.

    This is only for values that never change, such as those of an exercise or a key. The cache holds a reference to
    each value, so that no other object can get the same identity.
    """

    @functools.wraps(function)
    def result_of(value: Value) -> Result:
        cache = _CACHE.get()
        if cache is None:
            return function(value)
        return cache.find(function, (id(value), current_language()), value, lambda: function(value))

    return result_of


def cached_by_content(function: Callable[..., Result]) -> Callable[..., Result]:
    """Cache a function by the content of its first value, the claim, and by the identity of the others.

    Many students of a class give the same answer. The claim is plain data that the sandbox returned, and equal claims
    share a result. The other values are identified as in `cached`. Long claims are not cached, and neither are
    claims without an identity in `grader.storage.codec`, such as half of a surrogate pair or data nested too deep.
    """

    @functools.wraps(function)
    def result_of(claim: Any, *others: Any) -> Result:
        cache = _CACHE.get()
        if cache is None:
            return function(claim, *others)
        content = codec.identity(claim)
        if not 0 < len(content) <= _LONGEST_CLAIM:
            return function(claim, *others)
        cache_key = (content, current_language(), *map(id, others))
        return cache.find(function, cache_key, others, lambda: function(claim, *others))

    return result_of
