import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.intake.names import folder_name, readable

ANY_TEXT = st.text(st.characters(), max_size=320) | st.text("aAbB.-_/ \\=\n'\"", max_size=12)


@given(ANY_TEXT)
@example("")
@example("..")
@example("/etc/passwd")
@example("=HYPERLINK(1)")
@example("-rf")
@example("con")
@example("a.")
@example("\udcff")
@example("💥" * 300)
def test_a_folder_name_is_safe_whatever_the_student_is_called(student: str) -> None:
    name = folder_name(student)
    assert 0 < len(name.encode()) <= 255
    assert all(character.isalnum() or character in "-_" for character in name)
    assert name[0].isalnum()
    assert name not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(ANY_TEXT, ANY_TEXT)
@example("Alice", "alice")
@example("caf\u00e9", "cafe\u0301")
@example("a/b", "a-b")
@example("x" * 300, "x" * 301)
@example("stra\u00dfe", "strasse")
def test_two_students_never_share_a_folder_even_where_case_does_not_count(one: str, other: str) -> None:
    def seen(name: str) -> str:
        return unicodedata.normalize("NFKC", folder_name(name)).casefold()

    assert (seen(one) == seen(other)) == (one == other)


@given(ANY_TEXT)
def test_nobody_can_take_the_folder_of_another_by_its_name(student: str) -> None:
    name = folder_name(student)
    assert name == student or folder_name(name) != name


@pytest.mark.parametrize("student", ["alice", "full-marks", "s123456", "smith_jane"])
def test_a_plain_name_stays_as_it_is(student: str) -> None:
    assert folder_name(student) == student


def test_a_changed_name_stays_readable() -> None:
    assert folder_name("Jane O'Neill").startswith("Jane-O-Neill-")
    assert folder_name("李雷").startswith("李雷-")


def test_what_does_not_print_is_escaped() -> None:
    assert readable("a\nb\x1b[31m\udcff\u202e") == "a\\nb\\x1b[31m\\xff\\u202e"
    assert readable("Zoë 🙂 'x'") == "Zoë 🙂 'x'"


@given(ANY_TEXT)
def test_a_readable_name_prints_and_can_be_written(name: str) -> None:
    assert readable(name).isprintable()
    readable(name).encode("utf-8")
