"""The stream of an attempt's states."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from grader.model.portal import JobState
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.portal.views import live
from tests.conftest import wait_until
from tests.portal.people import Person, answered

Enter = Callable[..., Person]


def test_each_change_is_an_event_and_the_stream_ends_with_the_marks(
    site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_LOOK_SECONDS", 0.02)
    ada = enter("ada")
    place = ada.submit(answered(site, 1)).headers["location"]
    looked = threading.Event()
    original = site.queue.of_student

    def of_student(*words: str) -> object:
        looked.set()
        return original(*words)

    monkeypatch.setattr(site.queue, "of_student", of_student)

    def grade() -> None:
        looked.wait(60)
        assert wait_until(lambda: not site.queue.of_state(JobState.RUNNING), 0.2)
        (job,) = site.queue.claim("grader", now(), now() + timedelta(seconds=60), 1)
        wait_until(lambda: False, 0.5)
        site.queue.finish("grader", [job.job], now())

    grader = threading.Thread(target=grade)
    grader.start()
    answer = ada.get(f"{place}/events")
    grader.join()
    assert answer.headers["content-type"].startswith("text/event-stream")
    states = [line.removeprefix("data: ") for line in answer.text.splitlines() if line]
    assert states == sorted(set(states), key=["waiting", "running", "done"].index)
    assert states[-1] == "done"
    assert len(states) >= 2


def test_a_stream_does_not_outlast_its_time(site: CourseSite, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser then connects again, and a session that has ended meanwhile ends the stream."""
    monkeypatch.setattr(live, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(live, "_MOST_SECONDS", 0.05)
    ada = enter("ada")
    place = ada.submit(answered(site, 1)).headers["location"]
    assert ada.get(f"{place}/events").text == "data: waiting\n\n"
