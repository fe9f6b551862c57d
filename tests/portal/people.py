"""What people do in the portal, for its tests."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from grader import pipeline
from grader.model.portal import Member
from grader.pipeline.course_site import CourseSite
from grader.pipeline.drawing import draw_requested
from grader.pipeline.queued_grading import QueueGrader
from grader.pipeline.staff_tasks import perform_next
from tests.conftest import notebook
from tests.fakes import Fake, number_question

ADDRESS = "http://portal.test"
SLUG = "tiny"


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in: a browser and an account."""

    client: TestClient
    member: Member

    def get(self, path: str) -> Any:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> Any:
        """Send a form."""
        return self.client.post(path, data=fields)

    def submit(self, content: bytes, token: str = "", name: str = "work.ipynb", slug: str = SLUG) -> Any:
        """Submit a notebook with the form of the page, or with a token."""
        token = token or hidden(self.get(f"/exercises/{slug}").text, "token")
        return self.client.post(f"/exercises/{slug}/attempts", data={"token": token}, files={"files": (name, content)})


def roster(*students: str) -> bytes:
    """A roster with an address for each student."""
    text = io.StringIO()
    csv.writer(text).writerows([["id", "name", "email"], *([name, name.title(), f"{name}@x.org"] for name in students)])
    return text.getvalue().encode()


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def answered(site: CourseSite, value: int = 1, remark: str = "") -> bytes:
    """A notebook that answers the first question with a value."""
    material = site.material(SLUG)
    return notebook(f"{number_question(material)} = {value}", f"# {remark}")


def right_answer(material: pipeline.Material) -> int:
    """The right answer to that question."""
    question = next(item for item in material.exercise.questions if item.kind == "number")
    return int(str(material.key.answers[question.id]))


def grade_all(site: CourseSite, executor: Fake | None = None) -> int:
    """Carry out all tasks and grade all uploads that wait, in this process; returns how many jobs were done."""
    done = 0
    while perform_next(site, executor or Fake(), "test"):
        pass
    with QueueGrader(site, executor or Fake(), "test", print) as grader:
        while (count := grader.grade_next()) is not None:
            done += count
        draw_requested(site, print)
        grader.publish_classes()
    return done
