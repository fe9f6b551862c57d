"""Several that write at the same time wait for each other, never in a circle, and lose nothing."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from grader.gradebook.database import Database
from grader.gradebook.store import Gradebook
from tests.gradebook import book_samples as samples

ROUNDS, CLASS = 6, 40


def at_once(address: str, *works: Callable[[Database, random.Random], None]) -> None:
    """Do several things at the same time, each with connections and chance of its own."""

    def work(number: int) -> None:
        database = Database(address)
        works[number](database, random.Random(number))
        database.close()

    Database(address).close()
    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(work, range(len(works))))


def names(round_number: int, chance: random.Random) -> list[str]:
    """A class in any order; a new one each round."""
    made = [f"student-{round_number}-{number}" for number in range(CLASS)]
    chance.shuffle(made)
    return made


def save(book: Gradebook, students: list[str], points: float) -> None:
    """Mark the attempts of some students together."""
    attempts = book.attempts()
    version = book.version("1" * 64, "A tiny CNN", 4.0, samples.AT)
    marked = [samples.assessed(attempts[name][-1], points) for name in students]
    book.save(version, students, marked, samples.counting, samples.AT)


def grade(slug: str, points: float) -> Callable[[Database, random.Random], None]:
    """Takes in and marks class after class."""

    def work(database: Database, chance: random.Random) -> None:
        book = samples.gradebook(database, slug=slug)
        for number in range(ROUNDS):
            students = names(number, chance)
            samples.keep(book, *map(samples.attempt, students))
            chance.shuffle(students)
            save(book, students, points)

    return work


def decide(database: Database, chance: random.Random) -> None:
    """Gives points to whoever is there, one decision after the other."""
    book = samples.gradebook(database)
    for _ in range(60):
        if there := list(book.attempts()):
            book.adjust([samples.adjustment(chance.choice(there))])


def test_two_exercises_of_one_course_are_taken_in_and_marked_at_once(address: str) -> None:
    at_once(address, grade("one", 1.0), grade("two", 2.0))
    for slug, points in (("one", 1.0), ("two", 2.0)):
        standings = samples.gradebook(Database(address), slug=slug).marks()
        assert [each.assessment.points for each in standings] == [points] * (ROUNDS * CLASS)


def test_two_graders_of_one_exercise_and_a_person_lose_nothing(address: str) -> None:
    at_once(address, grade(samples.SLUG, 1.0), grade(samples.SLUG, 1.0), decide)
    book = samples.gradebook(Database(address))
    tries, decisions = book.attempts(), book.adjustments()
    assert {len(each) for each in tries.values()} == {1}
    assert len(tries) == ROUNDS * CLASS
    assert {len(book.marks_over_time(name)) for name in list(tries)[::20]} == {1}
    save(book, list(tries), 1.0)
    for each in book.marks():
        assert each.assessment.points == (4.0 if each.student in decisions else 1.0)
