"""Inviting a class: what the upload of a roster changes, and the links that the page shows once."""

import csv
import html
import io
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from grader.gradebook.accounts import Accounts
from grader.model.portal import Enrolment, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest
from tests.portal.people import ADDRESS, Person, roster

Enter = Callable[..., Person]


def uploaded(person: Person, content: bytes) -> str:
    """The page after the upload of a roster."""
    answer = person.client.post("/roster", files={"roster": ("class.csv", content)})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.text)


def downloaded(page: str) -> list[dict[str, str]]:
    """The lines of the file that a page of links contains."""
    found = re.search(r'<a href="data:text/csv;charset=utf-8,([^"]*)" download="sign-in-links.csv">', page)
    assert found, page
    return list(csv.DictReader(io.StringIO(unquote(found[1]).removeprefix("\N{BYTE ORDER MARK}"))))


def test_the_upload_of_a_roster_says_how_many_students_are_new(enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    assert "2 students were added." in uploaded(roe, roster("ada", "bob"))
    again = uploaded(roe, roster("ada", "bob", "cyd"))
    assert "1 student was added. 2 students already had an account." in again
    assert "0 students were added. 3 students already had an account." in uploaded(roe, roster("ada", "bob", "cyd"))


def test_the_file_of_links_has_the_links_of_the_page_and_each_lets_its_student_in(
    site: CourseSite, enter: Enter
) -> None:
    page = uploaded(enter("roe", Role.INSTRUCTOR), roster("ada", "bob"))
    lines = downloaded(page)
    assert [(line["name"], line["email"], line["login"]) for line in lines] == [
        ("Ada", "ada@x.org", "ada@x.org"),
        ("Bob", "bob@x.org", "bob@x.org"),
    ]
    assert [line["link"] for line in lines] == re.findall(r'<code class="portal-link">([^<]*)</code>', page)
    for line in lines:
        member = site.accounts.of_link(digest(line["link"].removeprefix(f"{ADDRESS}/welcome/")), now())
        assert member is not None
        assert member.login == line["login"]


def test_links_are_on_the_page_of_the_upload_only(enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    assert "/welcome/" in uploaded(roe, roster("ada"))
    page = roe.get("/roster").text
    assert "ada@x.org" in page
    assert "/welcome/" not in page
    assert "data:text/csv" not in page


def test_a_name_in_the_file_of_links_is_no_formula(enter: Enter) -> None:
    content = b"id,name,email\neve,=1+1,eve@x.org\n"
    (line,) = downloaded(uploaded(enter("roe", Role.INSTRUCTOR), content))
    assert line["name"] == "'=1+1"


@pytest.mark.parametrize("role", [Role.STUDENT, Role.ASSISTANT])
def test_people_who_may_not_invite_get_no_links(enter: Enter, role: Role) -> None:
    answer = enter("kim", role).client.post("/roster", files={"roster": ("class.csv", roster("ada"))})
    assert answer.status_code == 404
    assert "/welcome/" not in answer.text


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.ADMINISTRATOR])
def test_a_roster_makes_no_student_of_a_person_of_the_staff(site: CourseSite, enter: Enter, role: Role) -> None:
    kim, roe = enter("kim@x.org", role), enter("roe", Role.INSTRUCTOR)
    answer = roe.client.post("/roster", files={"roster": ("class.csv", roster("ada", "kim"))})
    assert answer.status_code == 400
    assert "class.csv: kim@x.org belongs to the staff of the course." in answer.text
    assert "/welcome/" not in answer.text
    member = site.accounts.of_account(kim.member.account)
    assert member is not None
    assert member.role is role
    assert site.accounts.members(Role.STUDENT) == []


def test_nobody_gets_a_link_for_staff_of_another_course(site: CourseSite, enter: Enter) -> None:
    """Whoever has a link can choose the password of the account, which all courses of a database share."""
    teacher = Enrolment(login="kim@x.org", name="Kim", role=Role.INSTRUCTOR)
    (kim,) = Accounts(site.database, "Another course").enrol([teacher], None, now())
    root = enter("root", Role.ADMINISTRATOR)
    page = uploaded(root, roster("ada", "kim"))
    assert [line["login"] for line in downloaded(page)] == ["ada@x.org"]
    assert root.post(f"/roster/{kim.account}/link").status_code == 404
    ada = next(one for one in site.accounts.members(Role.STUDENT) if one.login == "ada@x.org")
    assert "/welcome/" in root.post(f"/roster/{ada.account}/link").text


def link_of(page: str, login: str) -> str:
    """The address of a person's link in the file of a page."""
    return next(line["link"] for line in downloaded(page) if line["login"] == login)


def test_a_second_upload_makes_links_for_new_students_only_and_sent_links_still_work(
    enter: Enter, stranger: TestClient
) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    sent = link_of(uploaded(roe, roster("ada", "bob")), "ada@x.org")
    page = uploaded(roe, roster("ada", "bob", "cyd"))
    assert [line["login"] for line in downloaded(page)] == ["cyd@x.org"]
    assert stranger.post(sent, data={"password": "password of ada"}).status_code == 303


def test_the_same_roster_again_makes_no_links(enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    uploaded(roe, roster("ada"))
    assert "/welcome/" not in uploaded(roe, roster("ada"))


def test_an_upload_replaces_links_only_where_the_form_asks_for_it(enter: Enter, stranger: TestClient) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    sent = link_of(uploaded(roe, roster("ada")), "ada@x.org")
    enter("bob@x.org")
    files = {"roster": ("class.csv", roster("ada", "bob"))}
    page = roe.client.post("/roster", files=files, data={"replaces_links": "yes"}).text
    assert [line["login"] for line in downloaded(page)] == ["ada@x.org"]
    assert "Earlier links of these people no longer work." in page
    assert stranger.get(sent).status_code == 404
    assert stranger.get(link_of(page, "ada@x.org")).status_code == 200


def test_a_new_link_says_that_the_earlier_one_ends(site: CourseSite, enter: Enter, stranger: TestClient) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    page = uploaded(roe, roster("ada"))
    assert "Earlier links of these people" not in page
    assert "A new link ends the earlier links of the person." in page
    (ada,) = site.accounts.members(Role.STUDENT)
    again = roe.post(f"/roster/{ada.account}/link").text
    assert "Earlier links of these people no longer work." in again
    assert stranger.get(link_of(page, "ada@x.org")).status_code == 404
    assert stranger.get(link_of(again, "ada@x.org")).status_code == 200


def test_staff_who_are_added_again_keep_the_link_that_was_sent(enter: Enter, stranger: TestClient) -> None:
    root = enter("root", Role.ADMINISTRATOR)
    sent = link_of(root.post("/roster/staff", login="kim", role="assistant").text, "kim")
    assert "/welcome/" not in root.post("/roster/staff", login="kim", role="instructor").text
    assert stranger.get(sent).status_code == 200


def test_the_audit_log_has_only_what_an_upload_changed(site: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    uploaded(roe, b"name,email,section\nAda,ada@x.org,A\nBob,bob@x.org,A\n")
    before = len(site.events(1000))
    uploaded(roe, b"name,email,section\nAda,ada@x.org,B\nBob,bob@x.org,A\nCyd,cyd@x.org,A\n")
    events = site.events(1000)
    added = [(event.who, event.what, event.about) for event in reversed(events[: len(events) - before])]
    assert added == [
        ("roe", "set sections", "ada@x.org B"),
        ("roe", "enrol", "cyd@x.org (student)"),
        ("roe", "make link", "cyd@x.org"),
    ]


def test_latest_actions_name_only_the_students_whom_an_upload_added(enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    uploaded(roe, roster("ada", "bob"))
    uploaded(roe, roster("ada", "bob", "cyd"))
    page = roe.get("/course").text
    assert re.search(r"Added\s*<bdi>cyd@x.org \(student\)</bdi>", page), page


def test_a_new_link_is_in_the_audit_log(enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    ada = enter("ada")
    roe.post(f"/roster/{ada.member.account}/link")
    assert re.search(
        r"<bdi>roe</bdi></td>\s*<td>Made a sign-in link for <bdi>ada</bdi>", roe.get("/operations/log/1").text
    )


def test_an_upload_says_what_differs_from_the_course_and_what_happened(site: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    columns = "name,email,section\n"
    uploaded(roe, f"{columns}Ada,ada@x.org,A\nHugo,hugo@x.org,A\nLuca,luca@x.org,A\n".encode())
    page = uploaded(roe, f"{columns}Ada,ada@x.org,B\nHugo Meyer,hugo@x.org,A\nIda,ida@x.org,A\n".encode())
    text = html.unescape(page)
    assert "1 student was added. 2 students already had an account." in text
    assert "New sections: Ada (B)." in text
    assert "These students keep their name, although the file has another: Hugo (in the file: Hugo Meyer)." in text
    assert "These students are not in the file, and stay in the course: Luca." in text
    assert {member.name: member.section for member in site.accounts.members(Role.STUDENT)} == {
        "Ada": "B",
        "Hugo": "A",
        "Ida": "A",
        "Luca": "A",
    }


def test_an_upload_that_agrees_with_the_course_mentions_no_differences(enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    uploaded(roe, b'name,email,section\nAda,ada@x.org,"A, B"\n')
    page = uploaded(roe, b'name,email,section\nAda,ada@x.org,"B, A"\n')
    assert (
        '<div role="status" class="portal-state"><p>0 students were added. 1 student already had an account.</p></div>'
        in page
    )


def test_a_second_address_gives_nobody_the_account_of_a_student(site: CourseSite, enter: Enter) -> None:
    roe = enter("roe", Role.INSTRUCTOR)
    uploaded(roe, b"name,email\nAda,ada@x.org\n")
    page = uploaded(roe, b"name,email\nAda,someone@x.org\n")
    assert "the course has a student of the same name or number: Ada (ada@x.org, in the file: someone@x.org)." in page
    assert "/welcome/" not in page
    assert [member.login for member in site.accounts.members(Role.STUDENT)] == ["ada@x.org"]
