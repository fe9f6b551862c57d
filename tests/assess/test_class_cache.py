"""What follows from a key is worked out once, and never taken from another."""

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.assess.class_cache import ClassCache, cached, cached_by_content, using_cache
from grader.text.language import Language, current_language, speaking


@pytest.fixture(autouse=True)
def memory() -> Iterator[None]:
    """The memory of one class."""
    with using_cache(ClassCache()):
        yield


def counting() -> tuple[Callable[[list[int]], int], list[object]]:
    """A cached function that counts what a list holds, and the lists that it has looked at."""
    seen: list[object] = []

    def count(value: list[int]) -> int:
        seen.append(value)
        return len(value)

    return cached(count), seen


def test_it_is_worked_out_once_for_each_object() -> None:
    count, seen = counting()
    one, other = [1, 2], [1, 2]
    assert [count(one), count(one), count(other)] == [2, 2, 2]
    assert len(seen) == 2


def test_no_new_object_is_taken_for_one_that_is_gone() -> None:
    total = cached(sum)
    assert all(total([number, number]) == 2 * number for number in range(5000))


def test_what_fails_fails_again() -> None:
    number = cached(int)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid"):
            number("x")


def test_equal_claims_are_worked_out_once_for_each_of_what_they_are_judged_by() -> None:
    seen: list[object] = []

    def same(claim: object, key: object) -> bool:
        seen.append(claim)
        return claim == key

    judge = cached_by_content(same)
    key, other = [1, 2], [1, 2]
    assert [judge([1, 2], key), judge([1, 2], key), judge([1, 2], other), judge([2], key)] == [True, True, True, False]
    assert len(seen) == 3


@pytest.mark.parametrize(
    "claims",
    [
        (1, 1.0, True, "1", [1], None, "", "null", {"1": 1}),
        (float("nan"), float("inf"), None, "NaN", "nan", "Infinity"),
        (0.0, -0.0, 0, False),
        (2**80, 2**80 + 1, float(2**80)),
        (["a", "b"], ["a,b"], ['a","b']),
        ("\ud800", "\ud801", "?"),
    ],
)
def test_claims_that_python_or_json_might_confuse_are_told_apart(claims: tuple[Any, ...]) -> None:
    text = cached_by_content(repr)
    assert [text(claim) for claim in claims] == [repr(claim) for claim in claims]
    assert [text(claim) for claim in claims] == [repr(claim) for claim in claims]


def test_a_claim_that_cannot_be_written_down_or_is_long_is_worked_out_each_time() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    for claim in (nested, "\ud800", "x" * 30_000):
        seen: list[object] = []

        def seven(claim: object, seen: list[object] = seen) -> int:
            seen.append(claim)
            return 7

        depth = cached_by_content(seven)
        assert (depth(claim), depth(claim), len(seen)) == (7, 7, 2)


def test_what_is_said_of_a_claim_is_in_the_language_that_is_spoken() -> None:
    told = cached_by_content(lambda claim: f"{claim} {current_language().code}")
    assert told(1) == "1 en"
    with speaking(Language(code="de")):
        assert told(1) == "1 de"
    assert told(1) == "1 en"


class Held:
    """A value that can be watched going away."""


@pytest.mark.parametrize("kind", [cached, lambda function: cached_by_content(lambda _claim, held: function(held))])
def test_what_a_class_has_in_common_goes_with_its_memory(kind: Callable[..., Any]) -> None:
    recall = kind(lambda held: [held])
    held = Held()
    arguments = (held,) if kind is cached else (1, held)
    watched = weakref.ref(held)
    with using_cache(ClassCache()):
        assert recall(*arguments) is recall(*arguments)
        del held, arguments
        gc.collect()
        assert watched() is not None
    gc.collect()
    assert watched() is None


def test_without_a_memory_nothing_is_kept_and_all_is_the_same() -> None:
    count, seen = counting()
    value = [1, 2]
    with using_cache(None):
        assert [count(value), count(value)] == [2, 2]
    assert len(seen) == 2


def test_two_classes_do_not_share_a_memory() -> None:
    count, seen = counting()
    value = [1, 2]
    one, other = ClassCache(), ClassCache()
    for memory in (one, other, one, other):
        with using_cache(memory):
            assert count(value) == 2
    assert len(seen) == 2
