"""Several web processes of the portal: each has connections of its own, and what one knows, the others know."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from starlette.testclient import TestClient

from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.errors import GradebookError
from grader.gradebook.database import Database
from grader.gradebook.hits import RequestCounts
from grader.gradebook.schema import REVISION
from grader.model.portal import Enrolment, Role
from grader.model.portal_settings import WebSettings
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import new_link
from grader.portal.application import application
from grader.portal.rates import LIMITS
from grader.portal.security import COOKIE
from tests.portal.conftest import cheap_passwords
from tests.portal.people import ADDRESS, SLUG, answered, hidden

__all__ = ["cheap_passwords"]
pytestmark = pytest.mark.usefixtures("cheap_passwords")
SEVERAL = WebSettings(processes=2)
SIGN_INS = int(LIMITS["sign-in account"].partition("/")[0])


@pytest.fixture
def sites(small: Course, tmp_path: Path, address: str) -> Iterator[list[CourseSite]]:
    """The course as two web processes have it, on each kind of database."""
    first = CourseSite(small, tmp_path / "results", address)
    opened = [first, first.opener()()]
    yield opened
    for site in opened:
        site.close()


@pytest.fixture
def browsers(sites: list[CourseSite]) -> list[TestClient]:
    """A browser whose requests go to the first process, and one whose requests go to the second."""
    apps = [application(site, web=SEVERAL, hosts=["portal.test"]) for site in sites]
    return [TestClient(app, base_url=ADDRESS, follow_redirects=False, headers={"origin": ADDRESS}) for app in apps]


def sign_in(site: CourseSite, browsers: list[TestClient]) -> None:
    """Accept the link of a new student at the first process; all browsers then have the session's cookie."""
    (member,) = site.accounts.enrol([Enrolment(login="ada", name="Ada", student="ada")], None, now())
    answer = browsers[0].post(f"/welcome/{new_link(site, member)}", data={"password": "password of ada"})
    assert answer.status_code == 303
    for browser in browsers[1:]:
        browser.cookies.set(COOKIE, browsers[0].cookies[COOKIE])


def test_a_limit_holds_for_all_processes_together(browsers: list[TestClient]) -> None:
    wrong = {"login": "ada", "password": "a guess"}
    statuses = [browsers[number % 2].post("/sign-in", data=wrong).status_code for number in range(SIGN_INS + 2)]
    assert statuses == [403] * SIGN_INS + [429] * 2


def test_what_no_database_stores_gets_an_ordinary_answer(sites: list[CourseSite], browsers: list[TestClient]) -> None:
    """PostgreSQL refuses NUL, and numbers beyond its columns."""
    nul = {"login": "a\0b", "password": "a\0b"}
    assert [browser.post("/sign-in", data=nul).status_code for browser in browsers] == [403, 403]
    sign_in(sites[0], browsers)
    browser = browsers[0]
    assert browser.post("/account/tokens", data={"name": "a\0b"}).status_code == 200
    for address in ("/practice/cards/9999999999", "/exercises/a%00b", f"/exercises/{SLUG}/files/a%00b"):
        assert browser.get(address).status_code == 404
    (roe,) = sites[0].accounts.enrol([Enrolment(login="roe", name="Roe", role=Role.INSTRUCTOR)], None, now())
    browser.post(f"/welcome/{new_link(sites[0], roe)}", data={"password": "password of roe"})
    assert browser.get("/roster?q=a%00b").status_code == 200
    assert browser.get(f"/class/{SLUG}/students/a%00b").status_code == 404
    files = {"roster": ("class.csv", b"id,name\nst1,a\0b\n")}
    assert browser.post("/roster", files=files).status_code in (200, 400)


def test_a_session_is_one_in_all_processes(sites: list[CourseSite], browsers: list[TestClient]) -> None:
    sign_in(sites[0], browsers)
    assert [browser.get("/course").status_code for browser in browsers] == [200, 200]
    assert browsers[1].post("/sign-out").status_code == 303
    browsers[1].cookies.set(COOKIE, browsers[0].cookies[COOKIE])  # both still send it, but it has ended
    assert [browser.get("/course").status_code for browser in browsers] == [303, 303]


def test_an_upload_at_one_process_is_followed_at_the_other(sites: list[CourseSite], browsers: list[TestClient]) -> None:
    sign_in(sites[0], browsers)
    token = hidden(browsers[1].get(f"/exercises/{SLUG}").text, "token")
    for browser in browsers:  # the second time, the form is the same
        files = {"files": ("work.ipynb", answered(sites[0], 1))}
        answer = browser.post(f"/exercises/{SLUG}/attempts", data={"token": token}, files=files)
        assert answer.headers["location"] == f"/exercises/{SLUG}/attempts/1"
    (queued,) = sites[1].queue.claim("grader", now(), now() + timedelta(seconds=10), 5)
    sites[0].queue.finish("grader", [queued.job], now())
    for browser in browsers:
        assert browser.get(f"/exercises/{SLUG}/attempts/1/events").text == "data: done\n\n"


def test_a_limit_outlasts_a_restart(sites: list[CourseSite], browsers: list[TestClient]) -> None:
    wrong = {"login": "ada", "password": "a guess"}
    assert {browsers[0].post("/sign-in", data=wrong).status_code for _ in range(SIGN_INS)} == {403}
    with contextlib.closing(sites[0].opener()()) as site:
        restarted = application(site, web=SEVERAL, hosts=["portal.test"])
        client = TestClient(restarted, base_url=ADDRESS, headers={"origin": ADDRESS})
        assert client.post("/sign-in", data=wrong).status_code == 429


def test_a_refused_address_locks_out_no_account(sites: list[CourseSite], browsers: list[TestClient]) -> None:
    sign_in(sites[0], browsers)
    most, minutes = int(LIMITS["sign-in address"].partition("/")[0]), timedelta(minutes=15)
    counter: RequestCounts = sites[0].hits
    while counter.add("sign-in address", "testclient", most, minutes, now()):
        pass
    for _ in range(SIGN_INS):
        assert browsers[0].post("/sign-in", data={"login": "ada", "password": "a guess"}).status_code == 429
    assert counter.add("sign-in account", "ada", 1, minutes, now())


def test_a_process_has_one_pool_of_connections_for_all_exercises(
    small: Course, tmp_path: Path, new_address: Callable[[str], str]
) -> None:
    for number in range(4):
        create_exercise(small, f"more-{number}")
    address = new_address("postgresql")
    site = CourseSite(small, tmp_path / "results", address)
    for slug in site.slugs:
        book = site.book(slug)
        assert book is not None
        assert book.attempts() == {}
    engine = create_engine(address)
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert connection.execute(query).scalar_one() == 2  # that of the site, and this one
    engine.dispose()
    site.close()


@pytest.mark.usefixtures("in_steps")
def test_threads_that_are_first_find_the_tables_complete(address: str) -> None:
    """A web process that starts serves several requests at once, while nothing has opened the database."""

    database = Database(address)
    with ThreadPoolExecutor(8) as threads:
        minutes = timedelta(minutes=1)
        results = threads.map(
            lambda number: RequestCounts(database).add("page", str(number), 1, minutes, now()), range(8)
        )
        assert list(results) == [True] * 8
    database.close()


def test_a_process_that_runs_outlasts_an_upgrade_and_an_old_one_does_not_start_after_it(
    sites: list[CourseSite], browsers: list[TestClient]
) -> None:
    sign_in(sites[0], browsers)
    with sites[0].database.writing() as connection:  # as a newer version does when it starts
        connection.execute(text("CREATE TABLE newer (id INTEGER)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    token = hidden(browsers[0].get(f"/exercises/{SLUG}").text, "token")
    files = {"files": ("work.ipynb", answered(sites[0], 1))}
    answer = browsers[0].post(f"/exercises/{SLUG}/attempts", data={"token": token}, files=files)
    assert answer.headers["location"] == f"/exercises/{SLUG}/attempts/1"
    with pytest.raises(GradebookError, match=rf"format 9999, but this version knows formats up to {REVISION}"):
        sites[0].opener()()
    assert len(sites[0].queue.of_exercise(SLUG)) == 1
