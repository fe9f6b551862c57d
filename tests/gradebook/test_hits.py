"""Counting requests: a limit holds in any period, for each account, and for several processes together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from grader.gradebook.database import Database
from grader.gradebook.hits import RequestCounts
from grader.gradebook.portal_schema import hits
from tests.gradebook.book_samples import AT, later

PERIOD = timedelta(minutes=15)


def add(counter: RequestCounts, minutes: float = 0, who: str = "ada", kind: str = "sign-in", most: int = 3) -> bool:
    """Count a request that arrives some minutes after the first."""
    return counter.add(kind, who, most, PERIOD, AT + timedelta(minutes=minutes))


def test_a_limit_holds_in_any_period_and_a_refused_request_does_not_count(database: Database) -> None:
    counter = RequestCounts(database)
    assert [add(counter, minutes) for minutes in (0, 5, 10, 11, 14.9, 15, 16, 20, 20.1)] == [
        *(True, True, True),
        *(False, False),
        *(True, False),  # the request of minute 0 is over, and that of minute 15 takes its place
        *(True, False),
    ]


def test_the_oldest_request_says_how_long_to_wait(database: Database) -> None:
    counter = RequestCounts(database)
    for minutes in (0, 5, 10, 11):
        add(counter, minutes)
    for minutes, left in ((11, 4), (15, 5), (24, 1), (30, 0)):
        assert counter.time_left("sign-in", "ada", later(minutes)) == timedelta(minutes=left)
    assert counter.time_left("sign-in", "bob", AT) == timedelta()


def test_each_account_and_each_kind_has_its_own_count(database: Database) -> None:
    counter = RequestCounts(database)
    whos = ["ada", "bob", "", "ada\0", "ad", "👩‍🔬", "\ud800"]
    for kind in ("sign-in", "upload", "sign-i"):
        for who in whos:
            assert [add(counter, who=who, kind=kind) for _ in range(4)] == [True, True, True, False]


def test_what_is_over_takes_no_space_and_no_name_is_stored(database: Database) -> None:
    counter = RequestCounts(database)
    for number in range(20):
        add(counter, who=f"somebody {number}")
    add(counter, minutes=60)
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(hits)).scalar_one() == 1
        row = connection.execute(select(hits)).one()
    assert row.ends_at == later(75)
    assert "ada" not in str(row)


def test_several_processes_share_the_limit(address: str) -> None:
    databases = [Database(address) for _ in range(4)]
    with ThreadPoolExecutor(8) as threads:
        # Each has connections of its own, as processes have.
        counted = threads.map(lambda number: add(RequestCounts(databases[number % 4]), most=10), range(40))
        assert sum(counted) == 10
    for database in databases:
        database.close()
