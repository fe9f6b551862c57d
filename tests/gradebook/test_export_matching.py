"""Students of one list are found in another, and never guessed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.gradebook.matching import match, with_distinct_labels
from grader.model.student import Student

JANE = Student(name="Doe, Jane", canvas_id="12", sis_id="s1", login="jdoe", email="jane@example.org")
BOB = Student(name="Roe, Bob", canvas_id="13", sis_id="s2", login="broe", email="bob@example.org")


def by_hand(text: str) -> Student:
    return Student(id=text, name=text)


@pytest.mark.parametrize(
    "sought",
    [
        Student(name="Jane M. Doe", canvas_id="12"),
        Student(name="doejanemary", canvas_id="12"),
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
def test_a_student_is_found_by_number_address_or_name(sought: Student) -> None:
    matches = match([sought], [BOB, JANE])
    assert (dict(matches.pairs), matches.missing, matches.unclear, matches.left) == ({0: 1}, (), {}, (0,))


def test_an_id_counts_more_than_an_address_and_that_more_than_a_name() -> None:
    assert match([Student(email="bob@example.org", sis_id="s1")], [JANE, BOB]).pairs == {0: 0}
    other = Student(name="Jane Doe", email="janes@example.org")
    assert match([Student(name="Jane Doe", email="jane@example.org")], [other, JANE]).pairs == {0: 1}


def test_one_of_the_same_name_with_another_number_is_not_taken_for_the_student() -> None:
    for other in (Student(name="Jane Doe", canvas_id="99"), Student(name="Jane Doe", sis_id="x9")):
        assert match([other], [JANE]).missing == (0,)
    assert match([Student(name="Jane Doe", email="other@example.org")], [JANE]).missing == (0,)


def test_a_login_and_the_address_it_stands_in_do_not_contradict() -> None:
    assert match([Student(name="Jane Doe", login="jdoe@uni.example")], [JANE]).pairs == {0: 0}


def test_two_of_the_same_name_are_told_and_neither_is_chosen() -> None:
    other = Student(name="Jane Doe", canvas_id="14")
    matches = match([by_hand("Jane Doe")], [JANE, other, BOB])
    assert (dict(matches.pairs), matches.left) == ({}, (2,))
    assert matches.unclear == {0: "fits 2 students: Doe, Jane (12, jane@example.org), Jane Doe (14)"}


def test_two_submissions_of_one_student_are_told_and_neither_is_chosen() -> None:
    matches = match([by_hand("jdoe"), by_hand("Jane Doe"), by_hand("broe")], [JANE, BOB])
    assert matches.pairs == {2: 1}
    assert list(matches.unclear) == [0, 1]
    assert "is one of several submissions of Doe, Jane (12, jane@example.org) (Jane Doe, jdoe)" in matches.unclear[0]
    assert matches.left == ()


def test_a_number_of_one_kind_is_not_taken_for_another() -> None:
    assert match([Student(canvas_id="12")], [Student(sis_id="12", name="x")]).missing == (0,)
    assert match([Student(participant="12")], [JANE]).missing == (0,)


def test_nobody_is_found_by_what_is_blank() -> None:
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
def test_everyone_is_found_missing_or_unclear_and_nobody_twice(sought: list[Student], listed: list[Student]) -> None:
    matches = match(sought, listed)
    assert sorted([*matches.pairs, *matches.missing, *matches.unclear]) == list(range(len(sought)))
    assert len(set(matches.pairs.values())) == len(matches.pairs)
    assert set(matches.left).isdisjoint(matches.pairs.values())
    for position, row in matches.pairs.items():
        one, other = sought[position], listed[row]
        assert not (one.canvas_id and other.canvas_id and one.canvas_id != other.canvas_id)


def test_an_accent_does_not_part_a_word() -> None:
    assert match([by_hand("neja")], [Student(name="Jäne")]).missing == (0,)


@pytest.mark.parametrize("name", ["someone else", "Group A", "groupone", "Jane Roe", "Team Doe", "eve"])
@pytest.mark.parametrize("number", ["canvas_id", "participant"])
def test_a_name_that_contradicts_a_number_never_matches(name: str, number: str) -> None:
    listed = Student(name="Doe, Jane", **{number: "12"})
    matches = match([Student(name=name, **{number: "12"})], [listed, BOB])
    assert (dict(matches.pairs), matches.missing, list(matches.unclear)) == ({}, (), [0])
    assert "with the number but not the name of Doe, Jane" in matches.unclear[0]


@pytest.mark.parametrize(
    "name", ["Doe, Jane", "jane doe", "doejane", "Jäne Doe", "Doe, Jane Mary", "Group A-Jane Doe", "doejanemary", ""]
)
def test_a_name_that_agrees_with_a_number_matches(name: str) -> None:
    assert match([Student(name=name, participant="12")], [Student(name="Jane Doe", participant="12")]).pairs == {0: 0}
    assert match([Student(name=name, participant="12")], [Student(participant="12")]).pairs == {0: 0}


WORKSHEET = [
    Student(name="Student One", participant="101", section="Group B"),
    Student(name="Student Two", participant="102", section="Group A"),
    Student(name="Student Three", participant="103", section="Group B"),
    Student(name="Student Four", participant="104", section="Group A, Lab 2"),
    Student(name="Student Five", participant="105", section="Default group"),
]


def group(name: str, number: str = "") -> Student:
    return Student(name=name if number else "", participant=number, group=name)


def test_a_group_is_all_its_members_and_its_number_is_no_students() -> None:
    matches = match([group("Group A", "101"), group("Group B", "103"), group("Default group")], WORKSHEET)
    assert matches.groups == {0: (1, 3), 1: (0, 2), 2: (4,)}
    assert (dict(matches.pairs), matches.missing, dict(matches.unclear), matches.left) == ({}, (), {}, ())


def test_a_group_that_the_list_does_not_know_is_told_and_fits_nobody() -> None:
    matches = match([group("Group C", "101"), group("Group D", "999"), group("Group E")], WORKSHEET)
    assert (dict(matches.pairs), dict(matches.groups), matches.missing) == ({}, {}, (1, 2))
    assert "with the number but not the name of Student One" in matches.unclear[0]


def test_who_may_be_a_group_is_a_student_where_the_name_is_one() -> None:
    assert match([group("Student One", "101")], WORKSHEET).pairs == {0: 0}


def test_a_name_typed_by_hand_is_never_a_whole_group() -> None:
    assert match([by_hand("Group A")], WORKSHEET).missing == (0,)


def test_a_student_in_two_groups_that_handed_in_gets_neither_mark() -> None:
    matches = match([group("Group A"), group("Lab 2"), group("Group B")], WORKSHEET)
    assert (dict(matches.groups), list(matches.unclear)) == ({2: (0, 2)}, [0, 1])


@given(st.lists(st.builds(Student, name=NAMES, participant=st.sampled_from("123"), group=NAMES), max_size=5))
def test_with_groups_everyone_is_in_one_place_and_no_row_is_filled_twice(sought: list[Student]) -> None:
    listed = [
        Student(name="Ann Lee", participant="1", section="Ann"),
        Student(name="Bo Lee", participant="2", section="Ann"),
    ]
    matches = match(sought, listed)
    assert sorted([*matches.pairs, *matches.groups, *matches.missing, *matches.unclear]) == list(range(len(sought)))
    filled = [*matches.pairs.values(), *(row for rows in matches.groups.values() for row in rows)]
    assert len(set(filled)) == len(filled)


SIGNS = {"canvas_id": "{n}", "participant": "{n}", "sis_id": "s{n}", "login": "user{n}", "email": "user{n}@example.org"}
PEOPLE = ["Ann Lee", "Bo Zimmer", "Cy Poe", "Dora Roe Fox", "Eve Müller"]


def people(*signs: str, order: Any = (0, 1, 2, 3, 4)) -> list[Student]:
    """Students with these signs, numbered in another order than the names."""
    return [
        Student(name=PEOPLE[place], **{sign: SIGNS[sign].format(n=100 + number) for sign in signs})
        for place, number in enumerate(order)
    ]


@given(st.permutations(range(len(PEOPLE))), st.sets(st.sampled_from(sorted(SIGNS)), min_size=1))
def test_a_list_whose_rows_were_mixed_up_gives_nobody_the_mark_of_another(order: list[int], signs: set[str]) -> None:
    sought, listed = people(*signs), people(*signs, order=order)
    matches = match(sought, listed)
    right = {place: place for place, number in enumerate(order) if place == number}
    assert matches.pairs == right
    assert [*matches.unclear] == [place for place, number in enumerate(order) if place != number]
    assert all("but not the name" in why for why in matches.unclear.values())


@given(st.permutations(range(len(PEOPLE))), st.sets(st.sampled_from(sorted(SIGNS))))
def test_the_order_of_a_list_changes_nothing(order: list[int], signs: set[str]) -> None:
    listed = people(*signs)
    matches = match(listed, [listed[place] for place in order])
    assert matches.pairs == {place: order.index(place) for place in order}


@pytest.mark.parametrize("text", ["s1", "jdoe", "jane@example.org", "12"])
def test_what_is_typed_in_the_place_of_a_name_contradicts_no_name(text: str) -> None:
    assert match([by_hand(text), Student(name="broe", login="broe")], [JANE, BOB]).pairs == {0: 0, 1: 1}


@pytest.mark.parametrize("name", ["groupab", "teamab", "doegroup", "teamdoejane"])
def test_a_group_that_holds_the_letters_of_a_name_is_nobody(name: str) -> None:
    for other in (Student(name="B, A", canvas_id="12"), Student(name="Doe, Jane", canvas_id="12")):
        assert match([Student(name=name, canvas_id="12", group=name)], [other]).pairs == {}


HIDDEN = [
    Student(participant="101", section="Group B", label="Participant 101"),
    Student(participant="102", section="Group A"),
]


def test_without_names_the_number_of_a_group_is_nobodys() -> None:
    matches = match([group("Group A", "101"), group("Group C", "102")], HIDDEN)
    assert (dict(matches.pairs), matches.groups, list(matches.unclear)) == ({}, {0: (1,)}, [1])


def test_hidden_names_are_matched_by_their_numbers() -> None:
    anonymous = [Student(participant="102"), Student(participant="101")]
    assert match(anonymous, HIDDEN).pairs == {0: 1, 1: 0}
    assert match([group("Jane Doe", "101")], [Student(participant="101")]).pairs == {0: 0}


@pytest.mark.parametrize(
    ("group_of", "found"), [("Group A", {0: 0}), ("Lab 1, Group A", {0: 0}), ("", {0: 0}), ("Group B", {})]
)
def test_a_group_before_a_name_may_not_contradict_the_group_of_the_row(group_of: str, found: dict[int, int]) -> None:
    listed = [Student(name="Jane Doe", participant="12", section=group_of)]
    assert match([group("Group A-Jane Doe", "12")], listed).pairs == found


NAMESAKES = [
    [Student(name="Jane Doe", canvas_id="1"), Student(name="Jane Doe", canvas_id="2")],
    [Student(name="Jane Doe", participant="7"), Student(name="Jane Doe", participant="8")],
    [Student(name="Jane Doe", sis_id="s1"), Student(name="Jane Doe", sis_id="s2")],
    [Student(name="Jane Doe", login="a"), Student(name="Jane Doe", login="b")],
    [Student(name="Jane Doe", email="a@x"), Student(name="Jane Doe", email="b@x")],
    [Student(name="Jane Doe", participant="7"), Student(name="Jane Doe", email="b@x")],
    [Student(name="Jane Doe", canvas_id="1"), Student(name="Jane Doe")],
    [Student(name="Jane Doe", sis_id="1", email="a@x"), Student(name="Jane Doe", sis_id="1", email="b@x")],
]


@pytest.mark.parametrize("same", NAMESAKES)
def test_two_of_one_name_are_called_differently(same: list[Student]) -> None:
    shown = [student.shown for student in with_distinct_labels([*same, BOB])]
    assert len(set(shown)) == 3
    assert shown[2] == "Roe, Bob"
    assert all(name.startswith("Jane Doe (") for name in shown[:2])


def test_one_student_who_comes_twice_is_called_the_same() -> None:
    assert with_distinct_labels([JANE, BOB, JANE]) == [JANE, BOB, JANE]
    assert [each.shown for each in with_distinct_labels([JANE, JANE])] == ["Doe, Jane"] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jörg Müller", "Joerg Mueller"),
        ("Müller, Jörg", "Jorg Muller"),
        ("muellerjoerg", "Jörg Müller"),
        ("Søren Ærø", "Soeren Aeroe"),
        ("Łukasz Weiß", "Lukasz Weiss"),
        ("Noël Joel", "Noel Joel"),
        ("Jean-Pierre Dupont", "Jean Dupont"),
        ("Doe, Jane Mary", "Jane Doe"),
    ],
)
def test_another_way_to_write_a_name_contradicts_no_number(one: str, other: str) -> None:
    for sign in SIGNS:
        value = SIGNS[sign].format(n=7)
        assert match([Student(name=one, **{sign: value})], [Student(name=other, **{sign: value})]).pairs == {0: 0}
        assert match([Student(name=other, **{sign: value})], [Student(name=one, **{sign: value})]).pairs == {0: 0}
