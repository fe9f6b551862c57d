"""Patterns mean what they mean in Python, and never take long."""

import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.text.patterns import MOST_CHARACTERS, PatternError, compiled

ATOMS = st.sampled_from(
    ["a", "b", "A", ".", r"\d", r"\w", r"\S", r"\D", "[ab]", "[^a]", "[a-c1]", "^", "$", r"\b", r"\B", "ä", r"\."]
)
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("(?:{0[0]}|{0[1]})".format),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{0,}", "*?", "+?"])).map(
            "(?:{0[0]}){0[1]}".format
        ),
        inner.map("({})".format),
        inner.map("(?i:{})".format),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(PATTERNS, st.text("abAB1 ä.\n", max_size=6), st.booleans())
def test_a_pattern_matches_what_it_matches_in_python(pattern: str, text: str, ignore_case: bool) -> None:
    matches = re.fullmatch(pattern, text, re.IGNORECASE if ignore_case else 0) is not None
    assert compiled(pattern, ignore_case).matches(text) is matches


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("(?i)relu", "ReLU", True),
        ("(?s)a.b", "a\nb", True),
        ("a.b", "a\nb", False),
        ("(?m)a$\n^b", "a\nb", True),
        ("conv(olution)?", "convolution", True),
        ("conv(olution)?", "a convolution", False),
        ("", "", True),
        ("a{0}", "", True),
        ("(?:){50}", "", True),
        ("[À-ÿ]+", "é", True),
    ],
)
def test_the_whole_text_is_compared(pattern: str, text: str, matches: bool) -> None:
    assert compiled(pattern).matches(text) is matches


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(a|aa)+c", "a?" * 200 + "a" * 200 + "b", "(.*)*x", r"(\w+\s?)*!"]
)
def test_no_text_takes_long(pattern: str) -> None:
    begin = process_time()
    assert not compiled(pattern).matches("a" * MOST_CHARACTERS)
    assert process_time() - begin < 5


def test_a_text_that_is_too_long_does_not_match() -> None:
    assert not compiled("a*").matches("a" * (MOST_CHARACTERS + 1))


@pytest.mark.parametrize(
    ("pattern", "fact"),
    [
        ("(", "is not a regular expression"),
        (r"(a)\1", "contains a reference to an earlier group"),
        ("(?=a)a", "contains a look-ahead or look-behind"),
        ("(?<!a)b", "contains a look-ahead or look-behind"),
        ("(?>a)b", "contains an atomic group"),
        ("a++", "contains a possessive repeat"),
        ("a{5000}", "has more than 1000 steps"),
        ("((a{30}){30}){30}", "has more than 1000 steps"),
        ("(" * 5000 + ")" * 5000, "is not a regular expression"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_rejected(pattern: str, fact: str) -> None:
    with pytest.raises(PatternError, match=fact):
        compiled(pattern)
