"""How amounts, names and shares are written: one way for every page, line and table."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.report.class_place import spread
from grader.report.words import number
from grader.storage import codec
from grader.text.language import ENGLISH, Language, speaking
from grader.text.messages import Text, capitalised, joined, shortened
from grader.text.proportions import TENTHS, by_tenths, percent
from grader.text.suggestions import suggestion
from grader.text.values import amount_of, decimal, first_few, lowered, value
from tests.reading import as_read

NAMES = st.lists(st.text("abc", min_size=1, max_size=3), max_size=12)


@given(NAMES, st.integers(1, 15))
def test_all_names_are_written_or_counted(names: Sequence[str], most: int) -> None:
    text = first_few(names, most)
    written, _, more = as_read(text).partition(" and ")
    assert len([name for name in written.split(", ") if name]) + int(more.removesuffix(" more") or 0) == len(names)
    assert len(written.split(", ")) <= most


def test_names_that_are_not_at_hand_are_counted_too() -> None:
    assert as_read(first_few(["ada", "bob"], 5, amount=1026)) == "ada, bob and 1,024 more"
    assert first_few(["ada", "bob"], 5, amount=2) == "ada, bob"


def test_a_remark_with_the_first_names_is_written_in_each_language() -> None:
    german = Language(
        code="de", texts={"{names} and {count} more": "{names} und {count} weitere"}, group=".", decimal=","
    )
    with speaking(german):
        assert str(first_few(["a", "b", "c"], 2, amount=1026)) == "a, b und 1.024 weitere"


@pytest.mark.parametrize(("amount", "text"), [(0, "0 cells"), (1, "1 cell"), (2, "2 cells"), (1024, "1,024 cells")])
def test_an_amount_is_written_with_its_noun(amount: int, text: str) -> None:
    assert amount_of(amount, "cell", "cells") == text


@given(st.floats(-1e6, 1e6))
def test_numbers_for_programs_are_those_on_pages(value: float) -> None:
    assert decimal(value) == number(value).replace(",", "")
    assert float(decimal(value)) == pytest.approx(value, abs=0.005000001)
    assert decimal(-0.0) == "0"


@given(st.floats(0, 1))
def test_only_all_of_it_is_100_percent(share: float) -> None:
    assert (as_read(percent(share)) == "100 %") == (share == 1)


@given(st.lists(st.floats(-0.5, 1.5)))
def test_every_share_is_counted_in_one_tenth(shares: list[float]) -> None:
    counts = by_tenths(shares)
    assert (len(counts), sum(counts)) == (TENTHS, len(shares))


@given(st.integers(0, 1000))
def test_a_mark_is_in_the_same_tenth_on_every_page(thousandths: int) -> None:
    """As a share of points and as a percentage, in the statistics, in the class's list, and on a student's page."""
    [tenth] = [index for index, count in enumerate(by_tenths([thousandths / 1000])) if count]
    assert tenth == min(9, thousandths // 100)
    assert by_tenths([thousandths / 10 / 100]) == by_tenths([thousandths / 1000])
    low, high = 10 * tenth, 10 * tenth + 10
    assert f"{low} to {high} %: 1" in spread([thousandths / 10], 50.0, "class")


@given(st.text(max_size=40), st.integers(1, 40))
def test_a_shortened_text_has_no_more_characters_than_it_may(text: str, longest: int) -> None:
    assert len(str(shortened(text, longest))) <= longest
    assert shortened(text, len(text)) == text


def test_only_the_first_letter_changes() -> None:
    assert (capitalised("the ReLU"), lowered("The ReLU")) == ("The ReLU", "the ReLU")
    assert (capitalised(""), lowered("")) == ("", "")


def test_a_misspelt_name_is_told_with_what_there_is() -> None:
    assert suggestion("lenet", ["lenet5", "vgg"]) == "Did you mean 'lenet5'? Available: lenet5, vgg"
    assert suggestion("x", []) == "There are none yet"
    assert suggestion("zzz", map(str, range(100))).endswith(" and 88 more")


LANGUAGES = (
    ENGLISH,
    Language(code="de", texts={"infinity": "unendlich"}, group=".", decimal=","),
    Language(
        code="zh",
        texts={"infinity": "∞", "a number with dozens of digits": "大", "a {kind}": "{kind}", "NaN": "非"},
        group=",",
        decimal=".",
    ),
)
PLAIN = st.one_of(
    st.integers(-(10**7), 10**7),
    st.just(10**60),
    st.floats(),
    st.booleans(),
    st.none(),
    st.just({}),
    st.text(max_size=250),
    st.text("日本語🙂ä", max_size=20),
    st.just("..."),
)
DATA = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=8) | st.tuples(inner, inner), max_leaves=30)


def written_in_full(thing: object, depth: int = 4) -> Text:
    """A value with all its items, cut only when it has been written."""
    if not isinstance(thing, list | tuple):
        return value(thing)
    inner = joined(*(written_in_full(item, depth - 1) for item in thing), separator=", ") if depth else "…"
    return shortened(joined("[", inner, "]", separator=""))


@settings(deadline=None)
@given(DATA, st.integers(1, 220), st.sampled_from(LANGUAGES))
def test_a_long_list_is_cut_where_a_reader_sees_no_more(thing: object, times: int, language: Language) -> None:
    for data in (thing, [thing] * times, [[thing] * times] * 3, [[[[[thing]]]]] * times):
        with speaking(language):
            text = str(value(data))
            assert text == str(written_in_full(data))
        stored = value(data)  # it may be read in another language than it was written in
        with speaking(language):
            assert str(stored) == text


def test_a_list_of_a_million_numbers_stores_what_a_reader_sees() -> None:
    assert len(codec.encode(value([1] * 1_000_000))) < 10_000
