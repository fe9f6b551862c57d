"""Names for a leaderboard: two words, one student each, and no way back without the secret."""

import re

from grader.course.pseudonyms import Pseudonyms

CLASS = [f"student-{number}" for number in range(1000)]


def test_names_are_two_words_and_follow_from_secret_and_student() -> None:
    names = [Pseudonyms(lambda: b"secret", {}).of(student) for student in ("ada", "bo", "Zoë", "\udcff")]
    assert all(re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+", name) for name in names)
    assert names == [Pseudonyms(lambda: b"secret", {}).of(student) for student in ("ada", "bo", "Zoë", "\udcff")]
    assert Pseudonyms(lambda: b"another", {}).of("ada") != names[0]


def test_no_two_of_a_thousand_students_share_a_name() -> None:
    names = Pseudonyms(lambda: b"secret", {})
    assert len({names.of(student) for student in CLASS}) == 1000


def test_whoever_has_a_name_keeps_it_when_others_come_first() -> None:
    before = Pseudonyms(lambda: b"secret", {})
    given = {student: before.of(student) for student in CLASS[500:]}
    after = Pseudonyms(lambda: b"secret", before.all)
    for student in CLASS[:500]:
        after.of(student)
    assert {student: after.of(student) for student in CLASS[500:]} == given
    assert len(set(after.all.values())) == 1000


def test_who_has_a_name_needs_no_secret() -> None:
    def no_secret() -> bytes:
        raise AssertionError("the secret was asked for")

    assert Pseudonyms(no_secret, {"ada": "Brisk Heron"}).of("ada") == "Brisk Heron"


def test_a_class_larger_than_all_pairs_of_words_still_has_a_name_for_each() -> None:
    names = Pseudonyms(lambda: b"secret", {})
    names._used = set(map(str, range(3))) | {
        names._draw("late", attempt) for attempt in range(60_000)
    }  # nearly every pair of words is taken
    made = {names.of("late"), names.of("later")}
    assert len(made) == 2
