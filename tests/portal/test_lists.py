"""Long lists in the portal: pages, a search box, and addresses that hold what a person chose."""

import html
import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from sqlalchemy import event

from grader.gradebook import texts
from grader.model.listing import PAGE_SIZE, ListRequest, ShownStudents
from grader.model.portal import Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.portal import rates
from grader.portal.lists import list_query, list_request
from tests.gradebook import crowd
from tests.portal.people import SLUG, Person

Enter = Callable[..., Person]
CLASS = f"/class/{SLUG}"
ROW = re.compile(r'<th scope="row"><a href="/class/[^"]*/students/([^"]*)"><bdi>')


@pytest.fixture
def people(site: CourseSite) -> list[crowd.Somebody]:
    """130 students in a course."""
    somebody = crowd.crowd(130)
    crowd.write_portal(site.database, somebody, SLUG, site.name)
    crowd.write_marks(site.results(SLUG).database, somebody, SLUG, site.name)
    return somebody


def follow(person: Person, address: str) -> list[str]:
    """The names on a page and on all pages after it, in their order; at least one page has a link to the next."""
    names: list[str] = []
    while address:
        page = person.get(address).text
        names += ROW.findall(page)
        following = re.search(r'<a rel="next" href="([^"]*)"', page)
        address = html.unescape(following[1]) if following else ""
    return names


@pytest.mark.parametrize("query", [{}, {"q": "émile"}, {"show": "attention"}, {"show": "missing", "q": "X"}])
def test_the_pages_of_a_class_have_each_student_once(
    people: list[crowd.Somebody], enter: Enter, query: dict[str, str]
) -> None:
    roe = enter("roe", Role.ASSISTANT)
    request = ListRequest(text=query.get("q", ""), show=ShownStudents(query.get("show", "")))
    assert follow(roe, f"{CLASS}?{urlencode(query)}") == crowd.in_order(people, request)


def test_a_page_decodes_no_mark_and_its_number_of_statements_does_not_grow(
    site: CourseSite, people: list[crowd.Somebody], enter: Enter
) -> None:
    """The texts of all marks are damaged: a page that decoded one would fail."""
    with pytest.raises(ValueError, match="JSON"):
        texts.assessment_of("damaged")
    roe = enter("roe", Role.INSTRUCTOR)
    counts = []
    for address in ("/course", CLASS, f"{CLASS}?page=2", "/roster", "/questions"):
        ran: list[str] = []
        for database in (site.database, site.results(SLUG).database):
            event.listen(database._ready(), "before_cursor_execute", lambda *args, ran=ran: ran.append(args[2]))
        assert roe.get(address).status_code == 200
        counts.append(len(ran))
    assert max(counts) < 40
    assert len(people) > 2 * PAGE_SIZE


@pytest.fixture
def few_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal that allows two searches in a minute."""
    monkeypatch.setitem(rates.LIMITS, "search account", "2/minute")


@pytest.mark.usefixtures("few_searches")
@pytest.mark.parametrize("address", [CLASS, "/roster", "/questions"])
def test_too_many_searches_are_refused(enter: Enter, address: str) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    answers = [roe.get(f"{address}?q=a").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert roe.get(address).status_code == 200


def test_a_decision_leads_back_to_the_same_page_of_the_list(
    site: CourseSite, people: list[crowd.Somebody], enter: Enter
) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    address = f"{CLASS}?page=2&q=x1"
    page = html.unescape(roe.get(f"{CLASS}?page=1&q=x").text)
    assert f'action="{CLASS}/publication?q=x"' in page
    student = next(person.name for person in people if person.status)
    answer = roe.post(f"{CLASS}/publication?page=2&q=x1", publish="yes", student=student)
    assert answer.headers["location"] == address
    assert site.publications.published([student])[SLUG].to(student)


def test_the_roster_and_the_questions_have_pages(people: list[crowd.Somebody], enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    first, last = roe.get("/roster").text, roe.get("/roster?page=99").text
    assert (first.count('/link"'), last.count('/link"') < PAGE_SIZE) == (PAGE_SIZE, True)
    assert 'href="/roster?page=2"' in first
    assert 'rel="next"' not in last
    login = next(person.login for person in people if person.is_member)
    assert roe.get(f"/roster?{urlencode({'q': login})}").text.count("<code>") == 0
    assert login in roe.get(f"/roster?{urlencode({'q': login.upper()})}").text
    asked = next(person.name for person in people if person.is_member)
    assert f"/{asked}" in roe.get(f"/questions?q={asked}").text
    assert "There are no open questions." in roe.get("/questions?q=nobody-has-this-name").text


@pytest.mark.parametrize(
    ("query", "request_"),
    [
        ({}, ListRequest()),
        ({"page": "3", "q": " Ä&?# ", "show": "missing"}, ListRequest(page=3, text="Ä&?#", show=ShownStudents.MISSING)),
        ({"page": "0"}, ListRequest()),
        ({"page": "-1", "show": "all"}, ListRequest()),
        ({"page": "²"}, ListRequest()),
        ({"page": "1" * 5000}, ListRequest()),
        ({"q": "x" * 5000}, ListRequest(text="x" * 200)),
    ],
)
def test_an_address_says_what_is_shown(query: dict[str, str], request_: ListRequest) -> None:
    assert list_request(query) == request_


def test_half_of_a_character_in_a_search_finds_nothing(people: list[crowd.Somebody], enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    for text in ("%ED%A0%80", "%00", "%F0%9F%98%80", "%25%27%22%3Cb%3E"):
        for address in (CLASS, "/roster", "/questions"):
            assert roe.get(f"{address}?q={text}").status_code == 200
    assert people
    assert "<b>" not in roe.get(f"{CLASS}?q=%3Cb%3E").text


def test_a_link_to_a_page_has_everything_that_was_chosen() -> None:
    request = ListRequest(page=3, text="Ä&?#\ud800", show=ShownStudents.ATTENTION)
    assert list_query(request, 4) == "?page=4&q=%C3%84%26%3F%23%3F&show=attention"
    assert list_query(ListRequest()) == ""


def test_students_who_left_the_exercise_alone_are_on_the_list(site: CourseSite, enter: Enter) -> None:
    enter("ada")
    roe = enter("roe", Role.INSTRUCTOR)
    assert follow(roe, CLASS) == ["ada"]
    assert follow(roe, f"{CLASS}?show=missing") == ["ada"]
    assert follow(roe, f"{CLASS}?show=attention") == []
    site.publications.decide(SLUG, "ada", True, roe.member.account, now())
    assert follow(roe, CLASS) == ["ada"]
