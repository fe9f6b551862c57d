"""Names that no known platform wrote: which of them may not be a student's, and what staff are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cohort.guessed_owners import GUESSED, doubts, guessed_name_flags, guessed_name_notes
from tests.reading import as_read

EXERCISE = "conv-arithmetic"


@pytest.mark.parametrize(
    "names",
    [
        ["jane", "bob", "carl"],
        ["Jane Doe", "Bob Roe"],
        ["anna_rossi", "bob_rossi"],
        ["maria rossi", "maria bianchi", "carl"],
        ["1234567", "2345678"],
        ["jane@uni.edu", "bob@uni.edu"],
        ["student1", "student_2", "student 3"],
        ["rossi1", "rossi2"],
        ["Ada", "Dada", "Abba"],
    ],
)
def test_names_of_people_are_not_in_doubt(names: list[str]) -> None:
    assert doubts(names, EXERCISE) == {}


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["jane-notebook", "bob-notebook"], "'notebook'"),
        (["jane-lab1"], "'lab1'"),
        (["Homework 2", "my solution"], "word"),
        (["conv-arithmetic", "Conv_Arithmetic (jane)"], "conv-arithmetic"),
        (["jane-cnn", "bob-cnn", "carl-cnn"], "contain 'cnn'"),
        (["cnn_3_1001_ada", "cnn_3_1002_bob", "cnn_3_1003_carl"], "contain 'cnn'"),
        (["jane_1", "jane_2"], "belong to the same student"),
        (["jane_v1", "jane-v2"], "belong to the same student"),
        (["jane", "jane (2)"], "belong to the same student"),
        (["jane@uni.edu_1_net", "bob@uni.edu_1_net"], "'jane@uni.edu"),
        (["3f786850e387550fdab8", "jane 550e8400-e29b-41d4-a716-446655440000"], "looks like an id"),
        (["jane-2026-04-19", "bob_20260419_233000"], "looks like an id"),
        (["[1] jane", "group #3"], "looks like an id"),
        (["submission_5001", "submission_5002"], "'submission'"),
    ],
)
def test_names_in_the_form_of_a_platform_or_a_title_are_in_doubt(names: list[str], why: str) -> None:
    found = doubts(names, EXERCISE)
    assert set(found) == set(names)
    assert why in as_read(found[names[0]])


def test_staff_are_told_what_was_taken_and_what_to_do() -> None:
    flag = guessed_name_flags(["jane-notebook", "bob"], EXERCISE)["jane-notebook"]
    assert flag.kind == GUESSED
    assert all(part in as_read(flag.text) for part in ("'jane-notebook'", "'notebook'", "grader rename-student"))
    assert guessed_name_flags(["jane", "bob"], EXERCISE) == {}


def test_the_terminal_names_all_that_was_guessed_first() -> None:
    assert guessed_name_notes([], EXERCISE) == guessed_name_notes(["jane"], EXERCISE) == []
    assert guessed_name_notes(["jane-notebook"], EXERCISE)[0].startswith("1 name comes from no known platform")
    (plain,) = guessed_name_notes(["bob", "jane"], EXERCISE)
    assert (
        plain
        == "2 names come from no known platform, so the grader uses each whole name as a student's name: 'bob', 'jane'."
    )
    first, doubtful = guessed_name_notes([f"{name}-notebook" for name in "abcde"], EXERCISE)
    assert "'a-notebook', 'b-notebook', 'c-notebook' and 2 more." in first
    assert doubtful.startswith("5 of them may not be names of students")
    assert "deducts no points" in doubtful


@given(st.lists(st.text(max_size=30), max_size=12), st.text(max_size=12))
def test_any_names_are_told(names: list[str], exercise: str) -> None:
    found = doubts(names, exercise)
    assert set(found) <= set(names)
    assert all(found.values())
    assert bool(guessed_name_notes(set(names), exercise)) == (len(set(names)) > 1 or bool(found))
