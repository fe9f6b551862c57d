"""Inviting a class: what the upload of a roster changes, and the links that the page shows once."""

import csv
import io
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest

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
