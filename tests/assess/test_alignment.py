"""Alignment: what happened to each layer, at the lowest cost."""

import pytest
from hypothesis import given, settings, strategies
from hypothesis import strategies as st

from grader.assess.alignment import Step, align

letters = strategies.text("abcd", max_size=8)


def by_letter(expected: str, found: str) -> float:
    return 0.0 if expected == found else 0.5 if expected.lower() == found.lower() else 1.0


def cost(expected: str, found: str) -> float:
    return sum(pair.cost for pair in align(expected, found, by_letter))


def steps(expected: str, found: str) -> list[Step]:
    return [pair.step for pair in align(expected, found, by_letter)]


def test_each_kind_of_step_is_named() -> None:
    assert steps("abcd", "abcd") == [Step.EQUAL] * 4
    assert steps("abcd", "abd") == [Step.EQUAL, Step.EQUAL, Step.MISSING, Step.EQUAL]
    assert steps("abd", "abcd") == [Step.EQUAL, Step.EQUAL, Step.EXTRA, Step.EQUAL]
    assert steps("abc", "aBc") == [Step.EQUAL, Step.ALTERED, Step.EQUAL]
    assert steps("abc", "adc") == [Step.EQUAL, Step.REPLACED, Step.EQUAL]
    assert steps("abcd", "acbd") == [Step.EQUAL, Step.SWAPPED, Step.SWAPPED, Step.EQUAL]


def test_an_early_error_does_not_spoil_what_follows() -> None:
    assert cost("abcdabcd", "bcdabcd") == 1


def test_the_first_of_two_equal_layers_is_kept() -> None:
    assert steps("aa", "a") == [Step.EQUAL, Step.MISSING]
    assert steps("a", "aa") == [Step.EQUAL, Step.EXTRA]


def test_an_empty_list_has_everything_missing() -> None:
    assert steps("abc", "") == [Step.MISSING] * 3


@given(letters)
def test_equal_lists_cost_nothing(text: str) -> None:
    assert cost(text, text) == 0


@given(letters, letters)
def test_only_equal_lists_cost_nothing(one: str, other: str) -> None:
    assert (cost(one, other) == 0) == (one == other)


@given(letters, letters)
def test_the_cost_is_the_same_in_both_directions(one: str, other: str) -> None:
    assert cost(one, other) == cost(other, one)


@given(letters, letters)
def test_every_layer_is_in_exactly_one_step(one: str, other: str) -> None:
    pairs = align(one, other, by_letter)
    assert [pair.expected for pair in pairs if pair.expected is not None] == list(range(len(one)))
    assert [pair.actual for pair in pairs if pair.actual is not None] == list(range(len(other)))


@pytest.mark.parametrize(("one", "other"), [("bcaaa", "cabaaa"), ("cabaaa", "bcaaa"), ("ab", "bccca"), ("bccca", "ab")])
def test_what_comes_between_two_that_changed_places_costs_itself_only(one: str, other: str) -> None:
    pairs = align(one, other, by_letter)
    assert sum(pair.cost for pair in pairs) == 1 + abs(len(one) - len(other))
    assert [pair.step for pair in pairs].count(Step.SWAPPED) == 2


@given(letters, letters, strategies.data())
def test_one_edit_changes_the_cost_by_at_most_one(one: str, other: str, data: st.DataObject) -> None:
    place = data.draw(strategies.integers(0, len(other)))
    longer = other[:place] + data.draw(strategies.sampled_from("abcd")) + other[place:]
    assert abs(cost(one, longer) - cost(one, other)) <= 1


@given(letters, strategies.data())
def test_leaving_out_more_never_costs_less(text: str, data: st.DataObject) -> None:
    kept = [letter for letter in text if data.draw(strategies.booleans())]
    fewer = [letter for letter in kept if data.draw(strategies.booleans())]
    assert cost(text, "".join(fewer)) >= cost(text, "".join(kept))


@given(letters, letters)
@settings(max_examples=30)
def test_the_same_lists_always_align_alike(one: str, other: str) -> None:
    assert align(one, other, by_letter) == align(one, other, by_letter)
