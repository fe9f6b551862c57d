"""Files on their way to the portal: a connection that is lost, and what the page of an exercise says before."""

import asyncio
import contextlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from grader.model.exercise import Question, SlideReference
from grader.pipeline.course_site import CourseSite
from grader.portal import wording
from grader.portal.application import application
from tests.portal.people import ADDRESS, SLUG, Person, answered, hidden

Enter = Callable[..., Person]
FORM = f"/exercises/{SLUG}/attempts"


def request_of(person: Person, data: dict[str, str], content: bytes) -> Any:
    """The request of a browser that submits a notebook."""
    return person.client.build_request("POST", FORM, data=data, files={"files": ("work.ipynb", content)})


def send_in_part(site: CourseSite, person: Person, request: Any, share: float) -> list[int]:
    """Send a part of a request to the portal, and lose the connection; returns the statuses of answers."""
    body = request.read()
    sent = body[: int(len(body) * share)]
    half = len(sent) // 2
    messages = [
        {"type": "http.request", "body": sent[:half], "more_body": True},
        {"type": "http.request", "body": sent[half:], "more_body": True},
        {"type": "http.disconnect"},
    ]
    cookies = "; ".join(f"{name}={value}" for name, value in person.client.cookies.items())
    headers = {**request.headers, "cookie": cookies, "host": "portal.test", "origin": ADDRESS}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": FORM, "raw_path": FORM.encode(), "query_string": b"", "root_path": "",
        "server": ("portal.test", 80), "client": ("testclient", 1),
        "headers": [(name.lower().encode(), str(value).encode()) for name, value in headers.items()],
    }  # fmt: skip
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def run() -> None:
        # The server sends no answer to a browser that is gone.
        with contextlib.suppress(ClientDisconnect):
            await application(site, hosts=["portal.test"])(scope, receive, send)  # type: ignore[arg-type]

    asyncio.run(run())
    return statuses


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99, 1.0])
def test_a_connection_that_is_lost_meanwhile_stores_nothing_and_the_same_form_can_be_sent_again(
    site: CourseSite, enter: Enter, share: float
) -> None:
    ada = enter("ada")
    content = answered(site, 1) + b" " * 200_000
    data = {"token": hidden(ada.get(f"/exercises/{SLUG}").text, "token")}
    statuses = send_in_part(site, ada, request_of(ada, data, content), share)
    assert 200 not in statuses
    assert 303 not in statuses
    assert site.queue.of_student("ada") == []
    places = {ada.submit(content, token=data["token"]).headers["location"] for _ in range(2)}
    assert places == {f"{FORM}/1"}
    [queued] = site.queue.of_student("ada")
    assert site.results(SLUG).notebook(queued.upload.notebook) == content


def test_the_page_says_what_the_script_needs_in_the_language_of_the_student(site: CourseSite, enter: Enter) -> None:
    ada = enter("ada")
    english = ada.get(f"/exercises/{SLUG}").text
    assert 'data-sending="Sending: PERCENT %"' in english
    assert "press Submit again" in english
    ada.post("/account", language="de", zone="Europe/Rome")
    german = ada.get(f"/exercises/{SLUG}").text
    assert re.search('data-sending="[^"]*PERCENT', german)
    assert "press Submit again" not in german
    assert site.queue.of_student("ada") == []


def test_the_page_of_an_exercise_has_all_that_a_student_must_know(site: CourseSite, enter: Enter) -> None:
    deadline = datetime.now(UTC) + timedelta(days=3, hours=1)
    (site.course.exercises / "course.toml").write_text(
        f'time_zone = "Europe/Rome"\n[late]\npercent = 10\n[deadlines]\n{SLUG} = {deadline:%Y-%m-%dT%H:%M:%SZ}\n'
    )
    ada = enter("ada")
    ada.post("/account", language="en", zone="Asia/Tokyo")
    exercise = site.exercise(SLUG).exercise
    page = ada.get(f"/exercises/{SLUG}").text
    for text in (
        "Not submitted yet",
        "Asia/Tokyo, UTC+09:00",
        "3 days left",
        "Download the notebook, solve it, and submit it here.",
        "You can submit as often as you like. Your latest attempt counts.",
        "A late submission loses 10 % of the full points for each day or part of a day",
        f"{exercise.max_points:g} points in total",
        *(question.title for question in exercise.questions),
    ):
        assert text in page, text
    course = ada.get("/course").text
    for text in ("Not submitted yet", "Asia/Tokyo, UTC+09:00", "3 days left", "Download the notebook, solve it"):
        assert text in course, text


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, ""),
        (
            {"thresholds": [{"accuracy": 0.9, "points": 2.0}]},
            "Points for the score on data that you do not see: 2 points from 90 %.",
        ),
        (
            {"thresholds": [{"f1": 0.5, "points": 1.0}, {"f1": 0.825, "points": 2.5}]},
            "Points for the score on data that you do not see: 1 point from 50 %, 2.5 points from 82.5 %. "
            "In between, they rise in proportion.",
        ),
    ],
)
def test_thresholds_are_one_sentence(options: dict[str, Any], sentence: str) -> None:
    question = Question(
        id="q", title="Q", kind="accuracy", answer="f", points=2, source=SlideReference("a", "b"), options=options
    )
    assert wording.thresholds(question) == sentence
