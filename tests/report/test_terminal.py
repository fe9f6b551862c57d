"""Text as a terminal would leave it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.terminal import plain, without_middle


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("plain text\twith tab\n", "plain text\twith tab\n"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("1/3\r2/3\r3/3\n", "3/3\n"),
        ("long line\rshort\n", "shortline\n"),
        ("abc\b\bX", "aXc"),
        ("10%\b\b\b20%", "20%"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("bell\x07 null\x00", "bell null"),
        ("\u202etxt\ud800", "\ufffdtxt\ufffd"),
    ],
)
def test_terminal_text_is_settled(raw: str, seen: str) -> None:
    assert plain(raw) == seen


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_that_acts_is_left(text: str) -> None:
    seen = plain(text)
    seen.encode("utf-8")
    assert not any(character < " " and character not in "\n\t" for character in seen)
    assert plain(seen) == seen


def test_a_long_line_that_is_rewritten_many_times_is_settled() -> None:
    """Copying the line each time would take minutes."""
    assert plain("x" * 500_000 + "\ry" * 500_000) == "y" + "x" * 499_999


def test_short_text_stays_whole() -> None:
    assert without_middle("a\nb", 2, 100) == ("a\nb", 0)


def test_long_text_keeps_its_beginning_and_its_end() -> None:
    text, missing = without_middle("\n".join(str(number) for number in range(1000)), 30, 10_000)
    assert text.startswith("0\n1\n")
    assert text.endswith("\n999")
    assert f"{missing:,} characters left out" in text
