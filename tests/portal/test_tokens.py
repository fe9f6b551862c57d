"""Tokens for programs: made on a page, shown once, and of use only for the routes of programs."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from grader.gradebook.accounts import Accounts
from grader.gradebook.tokens import MOST_TOKENS, Tokens
from grader.model.portal import Enrolment, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_file import delete_student_in_portal
from grader.pipeline.portal_people import TOKEN_DAYS, TOKEN_START, digest, new_token
from grader.portal.application import application
from grader.portal.program_routes import DESCRIBED
from grader.portal.rates import LIMITS, Rates
from tests.portal.people import ADDRESS, Person

Enter = Callable[..., Person]
ASKS = "/api/exercises"


def make(person: Person, name: str = "laptop") -> str:
    """Make a token on the page; returns it."""
    page = person.post("/account/tokens", name=name).text
    (token,) = re.findall(rf"<code[^>]*>({TOKEN_START}[^<]+)</code>", page)
    return str(token)


def ask(site: CourseSite, token: str, path: str = ASKS, scheme: str = "Bearer", rates: Rates | None = None) -> Any:
    """The answer to a program with a token."""
    client = TestClient(application(site, hosts=["portal.test"], rates=rates), base_url=ADDRESS)
    return client.get(path, headers={"authorization": f"{scheme} {token}"})


def test_a_token_is_shown_once_and_acts_for_its_person(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    token = make(ada, "  my   laptop ")
    assert len(token) > len(TOKEN_START) + 40
    page = ada.get("/account").text
    assert token not in page
    assert "my laptop" in page
    assert page.count("never") == 1
    answer = ask(site, token)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert (answer.json()["name"], answer.json()["role"]) == ("ada", "student")
    assert "never" not in ada.get("/account").text
    assert ask(site, token, scheme="bearer").status_code == 200


WRONG = {"nothing": "", "a guess": f"{TOKEN_START}guess", "signs": "\u00e4\u00f6 \u00fc"}


@pytest.mark.parametrize("token", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("scheme", ["Bearer", "Basic", ""])
def test_what_is_no_token_gets_the_same_answer(site: CourseSite, token: str, scheme: str) -> None:
    answer = ask(site, token.encode("latin-1").decode("latin-1"), scheme=scheme) if token.isascii() else None
    if answer is None:
        client = TestClient(application(site, hosts=["portal.test"]), base_url=ADDRESS)
        answer = client.get(ASKS, headers={b"authorization": f"{scheme} {token}".encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="grader"'
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "title": "Unauthorized",
        "status": 401,
        "detail": "The token is missing, wrong, revoked or expired. Create a new one in the portal, under My account.",
    }


def test_a_revoked_token_no_longer_works_and_those_of_others_cannot_be_revoked(site: CourseSite, enter: Enter) -> None:
    ada, eve = enter("ada"), enter("eve")
    token, other = make(ada), make(ada, "server")
    numbers = {item.name: item.id for item in site.tokens.of_account(ada.member.account, now())}
    assert eve.post(f"/account/tokens/{numbers['laptop']}/revocation").status_code == 303
    assert ask(site, token).status_code == 200
    assert ada.post(f"/account/tokens/{numbers['laptop']}/revocation").headers["location"] == "/account#tokens"
    assert (ask(site, token).status_code, ask(site, other).status_code) == (401, 200)
    log = [(event.who, event.what, event.about) for event in site.events(10)]
    assert log[0] == ("ada", "revoke token", "laptop")
    assert ("ada", "make token", "server") in log


def test_a_new_password_ends_all_tokens_of_its_person(site: CourseSite, enter: Enter) -> None:
    ada, eve = enter("ada"), enter("eve")
    token, of_eve = make(ada), make(eve)
    ada.post("/account/password", old="password of ada", password="another password")
    assert (ask(site, token).status_code, ask(site, of_eve).status_code) == (401, 200)
    assert site.tokens.of_account(ada.member.account, now()) == []


def test_a_token_expires(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    token = digest(make(ada))
    last = now() + timedelta(days=TOKEN_DAYS, seconds=-5)
    assert site.accounts.of_token(token, last) is not None
    assert site.accounts.of_token(token, last + timedelta(seconds=10)) is None
    assert site.tokens.of_account(ada.member.account, last + timedelta(seconds=10)) == []


def test_a_token_has_a_name_and_nobody_has_many(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    for name in ("", "   ", "x" * 61):
        assert ada.post("/account/tokens", name=name).status_code == 400
    for number in range(MOST_TOKENS):
        make(ada, f"number {number}")
    answer = ada.post("/account/tokens", name="one more")
    assert answer.status_code == 400
    assert "Revoke one first" in answer.text
    assert len(site.tokens.of_account(ada.member.account, now())) == MOST_TOKENS


def test_the_name_of_a_token_is_text(enter: Enter) -> None:
    ada = enter("ada")
    make(ada, "<img src=x>")
    assert "<img" not in ada.get("/account").text


def test_a_token_is_of_no_use_in_another_course(site: CourseSite, enter: Enter) -> None:
    token = digest(make(enter("ada")))
    other = Accounts(site.database, "another course")
    other.enrol([Enrolment(login="ada", name="ada", role=Role.INSTRUCTOR)], None, now())
    assert other.of_token(token, now()) is None
    assert Tokens(site.database, "another course").of_account(1, now()) == []


def test_the_last_use_is_noted_to_the_minute(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    token, at = digest(make(ada)), now()
    uses = []
    for seconds in (0, 59, 61):
        site.accounts.of_token(token, at + timedelta(seconds=seconds))
        (item,) = site.tokens.of_account(ada.member.account, at)
        assert item.used_at is not None
        uses.append((item.used_at - at).total_seconds())
    assert uses == [0, 0, 61]


def test_a_deleted_student_leaves_no_token(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    token = make(ada)
    delete_student_in_portal(site.folder, site.settings, "ada")
    assert ask(site, token).status_code == 401


def test_too_many_requests_of_one_person_stop_no_other_person(site: CourseSite, enter: Enter) -> None:
    tokens = [make(enter(name)) for name in ("ada", "eve")]
    rates = Rates(LIMITS | {"program account": "3/10 minutes"})
    assert [ask(site, tokens[0], rates=rates).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = ask(site, tokens[0], rates=rates)
    assert 1 <= int(answer.headers["retry-after"]) <= 600
    assert answer.json()["detail"] == f"Too many requests. Try again in {answer.headers['retry-after']} seconds."
    assert ask(site, tokens[1], rates=rates).status_code == 200


def test_guesses_are_limited_and_stop_no_token_that_works(site: CourseSite, enter: Enter) -> None:
    token, rates = make(enter("ada")), Rates(LIMITS | {"token address": "2/10 minutes"})
    assert [ask(site, "guess", rates=rates).status_code for _ in range(3)] == [401, 401, 429]
    assert ask(site, token, rates=rates).status_code == 200


def test_messages_have_the_language_of_the_person(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    ada.post("/account", language="de", zone="")
    token = new_token(site, ada.member, "laptop") or ""
    assert ask(site, token, "/api/nothing").json()["detail"].startswith("Unter dieser Adresse")


def test_neither_the_log_nor_the_database_has_a_token(
    site: CourseSite, enter: Enter, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    token = make(enter("ada"))
    monkeypatch.setattr(site, "exercise", None)  # so that the route fails
    with pytest.raises(TypeError):
        ask(site, token)
    client = TestClient(application(site, hosts=["portal.test"]), base_url=ADDRESS, raise_server_exceptions=False)
    answer = client.get(ASKS, headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["title"]) == (500, "Internal Server Error")
    assert "TypeError" not in answer.text
    site.close()
    logged = "".join(f"{item.getMessage()} {item.exc_text}" for item in caplog.records)
    assert "GET failed: TypeError" in logged
    stored = b"".join(path.read_bytes() for path in site.folder.rglob("*") if path.is_file())
    assert token not in logged
    assert token.encode() not in stored


def test_a_request_that_is_too_large_is_refused_before_it_is_read(site: CourseSite, enter: Enter) -> None:
    token = make(enter("ada"))
    client = TestClient(application(site, hosts=["portal.test"]), base_url=ADDRESS)
    routes = [route for route, _ in DESCRIBED if "POST" in route.views]
    assert routes
    for route in routes:
        headers = {"authorization": f"Bearer {token}", "content-length": str(route.most_bytes + 1)}
        answer = client.post(route.path, content=b"", headers=headers)
        assert (answer.status_code, answer.json()["detail"]) == (413, "The request is too large.")
        del headers["authorization"]
        assert client.post(route.path, content=b"", headers=headers).status_code == 401
