"""Students of one list are found in another, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.gradebook.matching import match
from grader.model.student import Student

JANE = Student(name="Doe, Jane", canvas_id="12", sis_id="s1", login="jdoe", email="jane@example.org")
BOB = Student(name="Roe, Bob", canvas_id="13", sis_id="s2", login="broe", email="bob@example.org")


def by_hand(text):
    return Student(id=text, name=text)


@pytest.mark.parametrize(
    "sought",
    [
        Student(name="someone else", canvas_id="12"),
        Student(sis_id="s1"),
        Student(login="jdoe"),
        Student(email="JANE@example.org "),
        Student(name="Jane Doe"),
        Student(first_name="Jane", last_name="Doe"),
        Student(name="doejane", canvas_id="12"),
        *map(
            by_hand,
            ["12", "s1", "jdoe", "Jane@Example.org", "jane doe", "Doe, Jane", "JANE-DOE", "doejane", "Jäne Doé"],
        ),
    ],
    ids=lambda student: "-".join(filter(None, (student.id, student.name, student.canvas_id))) or student.shown,
)
def test_a_student_is_found_by_number_address_or_name(sought):
    matches = match([sought], [BOB, JANE])
    assert (dict(matches.found), matches.missing, matches.unclear, matches.left) == ({0: 1}, (), {}, (0,))


def test_an_id_counts_more_than_an_address_and_that_more_than_a_name():
    assert match([Student(name="Bob Roe", email="bob@example.org", sis_id="s1")], [JANE, BOB]).found == {0: 0}
    assert match([Student(name="Bob Roe", email="jane@example.org")], [JANE, BOB]).found == {0: 0}


def test_one_of_the_same_name_with_another_number_is_not_taken_for_the_student():
    for other in (Student(name="Jane Doe", canvas_id="99"), Student(name="Jane Doe", sis_id="x9")):
        assert match([other], [JANE]).missing == (0,)
    assert match([Student(name="Jane Doe", email="other@example.org")], [JANE]).missing == (0,)


def test_a_login_and_the_address_it_stands_in_do_not_contradict():
    assert match([Student(name="Jane Doe", login="jdoe@uni.example")], [JANE]).found == {0: 0}


def test_two_of_the_same_name_are_told_and_neither_is_chosen():
    other = Student(name="Jane Doe", canvas_id="14")
    matches = match([by_hand("Jane Doe")], [JANE, other, BOB])
    assert (dict(matches.found), matches.left) == ({}, (2,))
    assert matches.unclear == {0: "fits 2 students: Doe, Jane (12, jane@example.org), Jane Doe (14)"}


def test_two_submissions_of_one_student_are_told_and_neither_is_chosen():
    matches = match([by_hand("jdoe"), by_hand("Jane Doe"), by_hand("broe")], [JANE, BOB])
    assert matches.found == {2: 1}
    assert list(matches.unclear) == [0, 1]
    assert "is Doe, Jane (12, jane@example.org), and so is another submission (Jane Doe, jdoe)" in matches.unclear[0]
    assert matches.left == ()


def test_a_number_of_one_kind_is_not_taken_for_another():
    assert match([Student(canvas_id="12")], [Student(sis_id="12", name="x")]).missing == (0,)
    assert match([Student(participant="12")], [JANE]).missing == (0,)


def test_nobody_is_found_by_what_is_blank():
    assert match([Student(), Student(name=" - ")], [Student(name="?"), Student(section="A"), JANE]).missing == (0, 1)


NAMES = st.sampled_from(["Ann Lee", "Lee, Ann", "annlee", "Bo Lee", "Lee Ann", "Ann", "", "Anna Lee"])
STUDENTS = st.builds(
    Student,
    name=NAMES,
    canvas_id=st.sampled_from(["", "", "1", "2"]),
    sis_id=st.sampled_from(["", "", "1", "2"]),
    email=st.sampled_from(["", "", "a@x", "b@x"]),
)


@given(st.lists(STUDENTS, max_size=5), st.lists(STUDENTS, max_size=5))
def test_everyone_is_found_missing_or_unclear_and_nobody_twice(sought, listed):
    matches = match(sought, listed)
    assert sorted([*matches.found, *matches.missing, *matches.unclear]) == list(range(len(sought)))
    assert len(set(matches.found.values())) == len(matches.found)
    assert set(matches.left).isdisjoint(matches.found.values())
    for position, row in matches.found.items():
        one, other = sought[position], listed[row]
        assert not (one.canvas_id and other.canvas_id and one.canvas_id != other.canvas_id)


def test_an_accent_does_not_part_a_word():
    assert match([by_hand("neja")], [Student(name="Jäne")]).missing == (0,)
