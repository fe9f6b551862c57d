"""Rubric items that several people add at once, on each kind of database."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

from grader.gradebook.database import Database
from grader.model.rubric import RubricItem
from tests.gradebook import book_samples as samples


def item(text: str) -> RubricItem:
    return RubricItem(number=0, version=0, place="why", points=1.0, text=text, author="roe", at=samples.AT)


def test_items_that_are_added_at_once_get_their_own_numbers_and_the_same_one_is_added_once(
    database: Database, address: str
) -> None:
    samples.gradebook(database)

    def add(person: int) -> None:
        with contextlib.closing(Database(address)) as own:
            book = samples.gradebook(own)
            for number in range(6):
                book.rubrics.add(item(f"{person} {number}"))
                book.rubrics.add(item(f"of all {number}"))

    with ThreadPoolExecutor(max_workers=4) as people:
        list(people.map(add, range(4)))
    items = samples.gradebook(database).rubrics.read().items
    assert sorted(items) == list(range(1, 31))
    assert len({one.text for one in items.values()}) == 30
