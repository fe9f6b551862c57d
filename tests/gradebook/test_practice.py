"""Cards for practice and the answers of students, on each kind of database."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from grader.gradebook.accounts import Accounts
from grader.gradebook.database import Database
from grader.gradebook.people import delete_student
from grader.gradebook.practice import PracticeBook
from grader.model.portal import Enrolment, Role
from tests.gradebook import book_samples as samples
from tests.gradebook.book_samples import SLUG, practice_answer, practice_card

EDITION = "8" * 64


@pytest.fixture
def practice(database: Database) -> PracticeBook:
    """The practice of a course, with two cards of one question and one of another."""
    samples.gradebook(database)
    book = PracticeBook(database, samples.COURSE)
    book.add([practice_card("width", "a"), practice_card("width", "b"), practice_card("depth", "c")], EDITION, {})
    return book


def enrolled(database: Database, login: str, role: Role = Role.STUDENT, course: str = samples.COURSE) -> int:
    person = Enrolment(login=login, name=login, role=role, student=login if role is Role.STUDENT else "")
    (member,) = Accounts(database, course).enrol([person], None, samples.AT)
    return member.account


def test_a_card_comes_back_as_it_was_stored(practice: PracticeBook, database: Database) -> None:
    ada = enrolled(database, "ada")
    stored = practice.card(practice.unanswered(ada)[0].number, ada)
    assert stored is not None
    assert (stored.card, stored.exercise) == (practice_card("width", "a"), SLUG)


def test_a_card_with_the_same_numbers_is_stored_once(practice: PracticeBook) -> None:
    practice.add([practice_card("width", "a"), practice_card("width", "d")], EDITION, {})
    assert practice.stored(SLUG) == {"width": {"a", "b", "d"}, "depth": {"c"}}


def test_a_student_is_not_shown_an_answered_card_again_and_others_are(
    practice: PracticeBook, database: Database
) -> None:
    ada, bob = enrolled(database, "ada"), enrolled(database, "bob")
    assert practice.answer(ada, practice_answer("width", "a"))
    assert [one.question for one in practice.unanswered(ada)] == ["width", "depth"]
    assert [one.question for one in practice.unanswered(bob)] == ["width", "width", "depth"]


def test_only_the_first_answer_to_a_card_counts(practice: PracticeBook, database: Database) -> None:
    ada = enrolled(database, "ada")
    assert practice.answer(ada, practice_answer("width", "a"))
    assert not practice.answer(ada, practice_answer("width", "a", is_right=True, written="24"))
    assert practice.answers(ada) == [practice_answer("width", "a")]


def test_the_most_used_question_says_how_many_cards_are_needed(practice: PracticeBook, database: Database) -> None:
    ada, bob = enrolled(database, "ada"), enrolled(database, "bob")
    for account, fingerprint in ((ada, "a"), (ada, "b"), (bob, "a")):
        practice.answer(account, practice_answer("width", fingerprint))
    practice.answer(bob, practice_answer("width", "of a card that was removed"))
    assert practice.used(SLUG) == {"width": 2}


def shown_to(practice: PracticeBook, account: int) -> list[str]:
    cards = [practice.card(place.number, account) for place in practice.unanswered(account)]
    return [stored.card.fingerprint for stored in cards if stored is not None]


def test_outdated_cards_are_removed(practice: PracticeBook, database: Database) -> None:
    ada = enrolled(database, "ada")
    practice.refresh(SLUG, EDITION, {"width": {"b": [ada]}})
    practice.refresh("another-exercise", "9" * 64, {})
    assert practice.stored(SLUG) == {"width": {"a", "b"}, "depth": {"c"}}
    practice.add([practice_card("width", "d")], "9" * 64, {})
    practice.refresh(SLUG, "9" * 64, {})
    assert practice.stored(SLUG) == {"width": {"d"}}


def test_a_student_never_gets_a_card_with_their_own_numbers_and_the_others_do(
    practice: PracticeBook, database: Database
) -> None:
    ada, bob = enrolled(database, "ada"), enrolled(database, "bob")
    practice.refresh(SLUG, EDITION, {"width": {"b": [ada]}, "depth": {"b": [bob]}})
    assert (shown_to(practice, ada), shown_to(practice, bob)) == (["a", "c"], ["a", "b", "c"])
    (own,) = [place.number for place in practice.unanswered(bob) if place not in practice.unanswered(ada)]
    assert practice.card(own, ada) is None
    practice.add([practice_card("width", "d")], EDITION, {"width": {"d": [ada, bob]}})
    assert (shown_to(practice, ada), shown_to(practice, bob)) == (["a", "c"], ["a", "b", "c"])


def test_numbers_that_changed_hands_are_noted_again(practice: PracticeBook, database: Database) -> None:
    ada, bob = enrolled(database, "ada"), enrolled(database, "bob")
    practice.refresh(SLUG, EDITION, {"width": {"a": [ada]}})
    practice.refresh(SLUG, EDITION, {"width": {"a": [bob], "b": [ada]}})
    assert (shown_to(practice, ada), shown_to(practice, bob)) == (["a", "c"], ["b", "c"])
    practice.refresh(SLUG, EDITION, {})
    assert shown_to(practice, ada) == ["a", "b", "c"]


def test_a_student_with_numbers_of_their_own_can_be_deleted(practice: PracticeBook, database: Database) -> None:
    samples.keep(samples.gradebook(database), samples.attempt("ada"))
    ada = enrolled(database, "ada")
    practice.refresh(SLUG, EDITION, {"width": {"a": [ada]}})
    delete_student(database, samples.COURSE, "ada", "kim", samples.AT)
    assert Accounts(database, samples.COURSE).of_account(ada) is None
    assert practice.stored(SLUG) == {"width": {"a", "b"}, "depth": {"c"}}


def test_courses_of_one_database_practise_apart(practice: PracticeBook, database: Database) -> None:
    ada = enrolled(database, "ada")
    enrolled(database, "ada", course="Another course")
    another = PracticeBook(database, "Another course")
    number = practice.unanswered(ada)[0].number
    assert (another.unanswered(ada), another.card(number, ada), another.stored(SLUG)) == ([], None, {})
    practice.answer(ada, practice_answer())
    assert (another.answers(ada), another.answers_of_students()) == ([], {})


def test_the_class_is_its_students(practice: PracticeBook, database: Database) -> None:
    ada, roe = enrolled(database, "ada"), enrolled(database, "roe", Role.INSTRUCTOR)
    for account in (ada, roe):
        practice.answer(account, practice_answer())
    assert practice.answers_of_students() == {ada: [practice_answer()]}


def test_a_deleted_student_leaves_no_answers(practice: PracticeBook, database: Database) -> None:
    samples.keep(samples.gradebook(database), samples.attempt("ada"))
    ada = enrolled(database, "ada")
    practice.answer(ada, practice_answer())
    delete_student(database, samples.COURSE, "ada", "kim", samples.AT)
    assert practice.answers(ada) == []


def test_each_card_belongs_to_its_exercise(practice: PracticeBook, database: Database) -> None:
    practice.add([replace(practice_card("height", "h"), exercise="other")], EDITION, {})
    assert practice.stored("other") == {"height": {"h"}}
    ada = enrolled(database, "ada")
    (place,) = [one for one in practice.unanswered(ada) if one.question == "height"]
    assert place.exercise == "other"


def test_two_graders_with_different_files_of_an_exercise_break_nothing(
    practice: PracticeBook, database: Database, address: str
) -> None:
    """As while a course is updated: one grader removes the cards that the other one adds, and notes their owners."""
    students = [enrolled(database, f"st{number}") for number in range(4)]
    cards = [practice_card("width", str(number)) for number in range(8)]
    owners = {"width": {card.fingerprint: students for card in cards}}

    def work(edition: str) -> None:
        with contextlib.closing(Database(address)) as own:
            book = PracticeBook(own, samples.COURSE)
            for _ in range(12):
                book.refresh(SLUG, edition, owners)
                book.add(cards, edition, owners)

    with ThreadPoolExecutor() as graders:
        list(graders.map(work, ("1" * 64, "2" * 64)))
    practice.refresh(SLUG, EDITION, owners)
    assert practice.stored(SLUG) == {}
