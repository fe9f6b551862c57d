"""Lists of a class are counted, searched, sorted and cut by the database, whatever its size."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.gradebook.accounts import Accounts
from grader.gradebook.class_list import class_names, listed_marks, mark_counts
from grader.gradebook.database import Database
from grader.gradebook.place import Place
from grader.gradebook.queue import Queue
from grader.gradebook.threads import Threads
from grader.model.assessment import Status
from grader.model.listing import ListRequest, ShownStudents
from grader.model.portal import JobState
from tests.gradebook import crowd

TEXTS = ("", "", "x1", "s00", "émile", "ÉMILE", "Özge", "%", "_", "'", "x.org", "no such text", "BOB")
MANY = 20_000


def requests(seed: int, count: int) -> list[ListRequest]:
    """Requests of all sorts, also for pages that a list does not have."""
    draw = random.Random(seed)
    return [
        ListRequest(
            page=draw.choice((1, 2, 3, 7, 10**6)),
            text=draw.choice(TEXTS),
            show=draw.choice(list(ShownStudents)),
            size=draw.choice((1, 13, 50)),
        )
        for _ in range(count)
    ]


@pytest.fixture(scope="module")
def many() -> list[crowd.Somebody]:
    """20,000 students."""
    return crowd.crowd(MANY)


@pytest.fixture(scope="module")
def files(many: list[crowd.Somebody], tmp_path_factory: pytest.TempPathFactory) -> tuple[Database, Database]:
    """The files of a portal and of an exercise with 20,000 students."""
    folder = tmp_path_factory.mktemp("many")
    portal, book = Database(folder / "portal.sqlite"), Database(folder / "book.sqlite")
    crowd.write_portal(portal, many)
    crowd.write_marks(book, many)
    return portal, book


def check(portal: Database, book: Database, people: list[crowd.Somebody], request: ListRequest) -> None:
    """A page has exactly the students that it must have, in their order."""
    names = crowd.in_order(people, request)
    page = class_names(portal, crowd.COURSE, crowd.SLUG, (book, Place(crowd.COURSE, crowd.SLUG)), request)
    assert page.total == len(names)
    assert page.page == min(request.page, max(1, -(-len(names) // request.size)))
    assert list(page.items) == names[(page.page - 1) * request.size :][: request.size]


@pytest.mark.parametrize("seed", range(6))
def test_each_page_has_the_right_students_of_20000(
    files: tuple[Database, Database], many: list[crowd.Somebody], seed: int
) -> None:
    for request in requests(seed, 4):
        check(*files, many, request)


def test_the_pages_together_have_every_student_once(
    files: tuple[Database, Database], many: list[crowd.Somebody]
) -> None:
    request = ListRequest(text="x77", size=50)
    names: list[str] = []
    for number in range(1, 100):
        asked = ListRequest(page=number, text=request.text, size=request.size)
        page = class_names(files[0], crowd.COURSE, crowd.SLUG, (files[1], Place(crowd.COURSE, crowd.SLUG)), asked)
        names += page.items
        if number == page.pages:
            break
    assert names == crowd.in_order(many, request)
    assert len(names) > 50


def test_both_kinds_of_database_give_the_same_pages(new_address: Callable[[str], str]) -> None:
    people = [one for one in crowd.crowd(600) if one.login.isascii()]
    for kind in ("sqlite", "postgresql"):
        database = Database(new_address(kind))
        crowd.write_portal(database, people)
        crowd.write_marks(database, people)
        for request in requests(7, 12):
            check(database, database, people, request)
        database.close()


def test_a_course_without_marks_has_a_list(tmp_path: Path) -> None:
    people, portal = crowd.crowd(60), Database(tmp_path / "portal.sqlite")
    crowd.write_portal(portal, people)
    page = class_names(portal, crowd.COURSE, crowd.SLUG, None, ListRequest(size=1000))
    assert set(page.items) == {person.name for person in people if person.is_member}


def test_the_figures_of_a_mark_are_those_of_its_columns(
    files: tuple[Database, Database], many: list[crowd.Somebody]
) -> None:
    place = Place(crowd.COURSE, crowd.SLUG)
    some = [person for person in many if person.status][:30]
    with files[1].reading() as connection:
        marks = listed_marks(connection, place, [person.name for person in some])
        counts = mark_counts(connection, place)
    assert {name: mark.status for name, mark in marks.items()} == {person.name: person.status for person in some}
    assert counts.marks == sum(person.status is not None for person in many)
    assert counts.waiting == sum(person.waits or person.status is Status.UNSETTLED for person in many)


@pytest.mark.parametrize("text", ["", "émile 1", "ÖZGE", "100%_"])
def test_people_are_searched_by_name_and_login(
    files: tuple[Database, Database], many: list[crowd.Somebody], text: str
) -> None:
    people = Accounts(files[0], crowd.COURSE)
    members = [
        one
        for one in many
        if one.is_member and any(text.lower() in name.lower() for name in (one.full_name, one.login, one.name))
    ]
    page = people.page(ListRequest(text=text, page=2))
    assert page.total == len(members)
    names = [one.full_name for one in sorted(members, key=lambda one: (one.full_name.lower(), one.full_name))]
    assert [member.name for member in page.items] == names[50:100]


def test_uploads_and_threads_have_pages(files: tuple[Database, Database], many: list[crowd.Somebody]) -> None:
    queue = Queue(files[0], crowd.COURSE, Path)
    states = [state for person in many for state in person.uploads]
    page = queue.page([JobState.FAILED], ListRequest(page=3))
    assert page.total == states.count(JobState.FAILED)
    assert [item.state for item in page.items] == [JobState.FAILED] * 50
    numbers = [item.job for item in queue.page([JobState.FAILED], ListRequest(size=10**6)).items]
    assert numbers == sorted(numbers, reverse=True)
    assert [item.job for item in page.items] == numbers[100:150]
    threads = Threads(files[0], crowd.COURSE).open_ones(ListRequest(page=2))
    asked = [person.name for person in many if person.is_member][::10]
    assert (threads.total, [thread.student for thread in threads.items]) == (len(asked), asked[50:100])


def test_of_several_uploads_a_list_has_the_last(files: tuple[Database, Database], many: list[crowd.Somebody]) -> None:
    several = [person for person in many if len(person.uploads) > 1][:20]
    last = Queue(files[0], crowd.COURSE, Path).last_of(crowd.SLUG, [person.name for person in several])
    assert {name: (item.number, item.state) for name, item in last.items()} == {
        person.name: (len(person.uploads), person.uploads[-1]) for person in several
    }
