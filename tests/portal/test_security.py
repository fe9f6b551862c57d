"""Forged forms, sessions, links, limits, headers and logs of the portal."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from grader.model.portal import Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest, new_link
from grader.portal.rates import LIMITS
from grader.portal.routes import ROUTES
from grader.portal.security import COOKIE, REPORT_POLICY, fits, hashed
from tests.conftest import notebook
from tests.fakes import number_question
from tests.portal.people import ADDRESS, SLUG, Person, answered, grade_all

Enter = Callable[..., Person]
FORMS = [route.path for route in ROUTES if "POST" in route.views and not route.for_programs]
ROLES = {route.path: route.roles for route in ROUTES}
EXAMPLES = {
    "{slug}": SLUG,
    "{number:int}": "1",
    "{token}": "x",
    "{token:int}": "1",
    "{job:int}": "1",
    "{account:int}": "1",
    "{student:path}": "ada",
    "{question}": "x",
}


def address_of(path: str) -> str:
    """An address of a route."""
    for name, value in EXAMPLES.items():
        path = path.replace(name, value)
    assert "{" not in path, "add an example of this part"
    return path


FORGED: dict[str, dict[str, str]] = {
    "another site": {"origin": "http://evil.test", "sec-fetch-site": "cross-site"},
    "another site in an old browser": {"origin": "http://evil.test"},
    "a name that begins alike": {"origin": "http://portal.test.evil.test"},
    "another port": {"origin": "http://portal.test:81"},
    "a report, whose origin is null": {"origin": "null"},
    "a neighbour in the domain": {"origin": ADDRESS, "sec-fetch-site": "same-site"},
    "a typed address": {"sec-fetch-site": "none"},
    "a program": {},
}


def test_a_form_that_does_not_come_from_the_portal_is_refused(enter: Enter) -> None:
    people = enter("root", Role.ADMINISTRATOR), enter("ada")
    for person in people:
        del person.client.headers["origin"]
        for kind, headers in FORGED.items():
            for path in FORMS:
                answer = person.client.post(address_of(path), data={"publish": "yes"}, headers=headers)
                may_open = not (roles := ROLES[path]) or person.member.role in roles
                assert (kind, path, answer.status_code) == (kind, path, 403 if may_open else 404)
        assert person.get("/account").status_code == 200  # nothing happened: the session is still there


def test_a_request_that_cannot_be_read_is_not_called_our_fault(enter: Enter) -> None:
    ada = enter("ada")
    kind = {"content-type": "multipart/form-data; boundary=b"}
    for answer in (ada.client.post("/account", content=b"nonsense", headers=kind), ada.client.put("/account")):
        assert answer.status_code in {400, 405}
        assert "cannot read this request" in answer.text


def test_a_page_that_is_not_there_keeps_the_links_and_the_language_of_the_person(enter: Enter) -> None:
    ada = enter("ada")
    ada.post("/account", language="de", zone="")
    hidden, missing = ada.get("/roster").text, ada.get("/no-such-page").text
    assert hidden == missing
    assert 'lang="de"' in hidden
    assert 'href="/account"' in hidden


def test_a_form_of_the_portal_works(enter: Enter) -> None:
    ada = enter("ada")
    headers = {"origin": ADDRESS, "sec-fetch-site": "same-origin"}
    assert ada.client.post("/sign-out", headers=headers).headers["location"] == "/sign-in"
    assert ada.get("/course").headers["location"] == "/sign-in"


def test_every_answer_has_the_headers(stranger: TestClient) -> None:
    for address in ("/sign-in", "/course", "/nowhere", "/static/portal.js", "/exercises/tiny/report"):
        headers = stranger.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_report_has_an_origin_of_its_own_and_no_script(site: CourseSite, enter: Enter) -> None:
    ada, roe = enter("ada"), enter("roe", Role.INSTRUCTOR)
    text = "<script>document.title = 'seen'</script><form action=/sign-out method=post><button>Sign in again</button>"
    ada.submit(notebook(f"{number_question(site.material(SLUG))} = 1", f"print({text!r})"))
    grade_all(site)
    roe.post(f"/class/{SLUG}/publication", publish="yes")
    for person, address in ((ada, f"/exercises/{SLUG}/report/page"), (roe, f"/class/{SLUG}/reports/ada")):
        answer = person.get(address)
        assert answer.headers["content-security-policy"] == REPORT_POLICY
        assert "<script" not in answer.text
        assert "<form" not in answer.text
    assert REPORT_POLICY.startswith("sandbox;")
    assert "allow" not in REPORT_POLICY
    assert re.search(r"<iframe[^>]* sandbox [^>]*>", ada.get(f"/exercises/{SLUG}/report").text)


def test_names_with_markup_are_text(site: CourseSite, enter: Enter) -> None:
    name = "<img src=x onerror=alert(1)>"
    roe, eve = enter("roe", Role.INSTRUCTOR), enter(name)
    eve.submit(answered(site, 1), name=f"{name}.ipynb")
    for person, address in (
        (eve, "/course"), (eve, f"/exercises/{SLUG}/attempts/1"), (roe, f"/class/{SLUG}"), (roe, "/roster"),
        (roe, "/course"),
    ):  # fmt: skip
        assert "<img" not in person.get(address).text


def test_the_cookie_is_for_this_portal_alone(enter: Enter) -> None:
    ada = enter("ada")
    (cookie,) = [cookie for cookie in ada.client.cookies.jar if cookie.name == COOKIE]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert cookie.path == "/"


def test_signing_in_makes_a_new_session_and_ends_the_old_one(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    old = ada.client.cookies[COOKIE]
    assert ada.post("/sign-in", login="ADA ", password="password of ada").status_code == 303
    assert ada.client.cookies[COOKIE] != old
    assert site.accounts.of_session(digest(old), now()) is None
    assert ada.get("/course").status_code == 200


def test_a_session_that_somebody_planted_is_not_used(site: CourseSite, enter: Enter, stranger: TestClient) -> None:
    enter("ada")
    stranger.cookies.set(COOKIE, "planted")
    stranger.post("/sign-in", data={"login": "ada", "password": "password of ada"})
    assert site.accounts.of_session(digest("planted"), now()) is None


def test_a_new_password_ends_all_sessions_and_links(site: CourseSite, enter: Enter, stranger: TestClient) -> None:
    ada = enter("ada")
    stranger.post("/sign-in", data={"login": "ada", "password": "password of ada"})
    assert stranger.get("/course").status_code == 200
    link = new_link(site, ada.member)
    assert ada.post("/account/password", old="wrong", password="another password").status_code == 400
    assert ada.post("/account/password", old="password of ada", password="short").status_code == 400
    assert stranger.get("/course").status_code == 200
    assert ada.post("/account/password", old="password of ada", password="another password").status_code == 303
    assert stranger.get("/course").headers["location"] == "/sign-in"
    assert stranger.get(f"/welcome/{link}").status_code == 404
    assert ada.get("/course").status_code == 200
    assert ada.post("/sign-in", login="ada", password="password of ada").status_code == 403


def test_a_session_ends_by_itself(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    assert site.accounts.of_session(digest(ada.client.cookies[COOKIE]), now() + timedelta(days=15)) is None


def test_a_link_works_once_and_not_for_a_program_that_only_looks(
    site: CourseSite, enter: Enter, stranger: TestClient
) -> None:
    ada = enter("ada")
    first, second = new_link(site, ada.member), new_link(site, ada.member)
    assert stranger.get(f"/welcome/{first}").status_code == 404  # the second replaces it
    for _ in range(3):
        assert stranger.get(f"/welcome/{second}").status_code == 200
    assert stranger.post(f"/welcome/{second}", data={"password": "too short"}).status_code == 400
    assert stranger.post(f"/welcome/{second}", data={"password": "long enough for it"}).status_code == 303
    assert stranger.post(f"/welcome/{second}", data={"password": "long enough for it"}).status_code == 404
    assert site.accounts.use_link(digest(new_link(site, ada.member)), now() + timedelta(days=15)) is None


def test_an_account_that_does_not_exist_gets_the_same_answer(enter: Enter, stranger: TestClient) -> None:
    enter("ada")
    pages = [stranger.post("/sign-in", data={"login": login, "password": "wrong password"}) for login in ("ada", "xyz")]
    assert [page.status_code for page in pages] == [403, 403]
    assert pages[0].text.replace("ada", "xyz") == pages[1].text


def test_an_account_without_a_password_cannot_be_entered() -> None:
    assert not fits("", "")
    assert not fits("anything", "")
    assert fits("correct horse", hashed("correct horse"))
    assert not fits("correct horse" + "!" * 2_000, hashed("correct horse"))


def test_too_many_passwords_are_refused_also_the_right_one(enter: Enter, stranger: TestClient) -> None:
    enter("ada")
    for _ in range(int(LIMITS["sign-in account"].partition("/")[0])):
        assert stranger.post("/sign-in", data={"login": "ada", "password": "guess"}).status_code == 403
    answer = stranger.post("/sign-in", data={"login": "ada", "password": "password of ada"})
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text


def test_too_many_uploads_are_refused(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    for _ in range(int(LIMITS["upload account"].partition("/")[0])):
        assert ada.submit(b"not a notebook", token="x").status_code == 400
    assert ada.submit(answered(site, 1), token="y").status_code == 429
    assert site.queue.of_student("ada") == []


def test_a_body_that_is_too_large_is_refused_before_it_is_read(enter: Enter) -> None:
    admin, ada = enter("root", Role.ADMINISTRATOR), enter("ada")
    for route in ROUTES:
        if "POST" in route.views and not route.for_programs:
            person = admin if route.is_open or Role.ADMINISTRATOR in route.roles else ada
            headers = {"content-length": str(route.most_bytes + 1)}
            answer = person.client.post(address_of(route.path), content=b"", headers=headers)
            assert (route.path, answer.status_code) == (route.path, 413)


def test_an_upload_that_never_ends_is_cut_off(enter: Enter) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 10_000_000:
            sent += 60_000
            yield b"x" * 60_000

    admin = enter("root", Role.ADMINISTRATOR)
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = admin.client.post("/account", content=endless(), headers=form)  # says nothing of its length
    assert answer.status_code in (400, 413)


def test_a_host_name_that_is_not_ours_is_refused(stranger: TestClient) -> None:
    assert stranger.get("/sign-in", headers={"host": "evil.test"}).status_code == 400


def test_neither_the_log_nor_the_database_has_a_secret(
    site: CourseSite, enter: Enter, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    ada = enter("ada")
    link = new_link(site, ada.member)
    monkeypatch.setattr(site.accounts, "of_link", None)  # so that the page of the link fails
    with pytest.raises(TypeError):
        ada.get(f"/welcome/{link}")
    site.close()
    logged = "".join(f"{item.getMessage()} {item.exc_text}" for item in caplog.records if item.name != "httpx")
    assert "failed" in logged
    stored = b"".join(path.read_bytes() for path in site.folder.rglob("*") if path.is_file())
    for secret in ("password of ada", ada.client.cookies[COOKIE], link):
        assert secret not in logged
        assert secret.encode() not in stored
