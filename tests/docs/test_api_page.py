"""Every command of docs/api.md, given to a portal; and what the page says about limits and answers."""

import contextlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.gradebook.tokens import MOST_TOKENS
from grader.model.api import AttemptResult, CheckedFiles, ClassMarks, CourseState
from grader.model.portal import Enrolment, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import TOKEN_DAYS, new_token
from grader.portal.application import application
from grader.portal.openapi import description
from grader.portal.program_routes import DESCRIBED
from grader.portal.rates import LIMITS
from grader.portal.views.programs import MARKS_AT_ONCE
from grader.storage import codec
from tests.conftest import ROOT
from tests.docs.pages import rows, section
from tests.portal.people import grade_all
from tests.portal.served import served

PAGE = ROOT / "docs" / "api.md"
SLUG = "lenet5"


def commands_of(heading: str) -> list[str]:
    """The shell blocks of a section."""
    return re.findall(r"```sh\n(.*?)```", section(PAGE, heading), re.DOTALL)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[CourseSite]:
    """A course with the exercise of the page."""
    for name in ("exercises", "solutions", "reference_models"):
        (tmp_path / "course" / name).mkdir(parents=True)
    course = Course(tmp_path / "course")
    create_exercise(course, SLUG)
    with contextlib.closing(CourseSite(course, tmp_path / "results")) as opened:
        yield opened


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_commands_of_the_page_work(site: CourseSite, tmp_path: Path) -> None:
    ada = Enrolment(login="ada", name="Ada", student="ada")
    members = site.accounts.enrol([ada, Enrolment(login="roe", name="Roe", role=Role.INSTRUCTOR)], None, now())
    shutil.copy(site.course.exercise_folder(SLUG) / "notebook.ipynb", tmp_path / f"{SLUG}.ipynb")

    def run(command: str, portal: str, token: str) -> str:
        variables = {**os.environ, "PORTAL": portal, "GRADER_TOKEN": token, "no_proxy": "127.0.0.1"}
        done = subprocess.run(
            ["bash", "-ec", command],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert done.stderr == ""
        return done.stdout

    with served(application(site)) as portal:
        (header,) = commands_of("## A token")
        exercises, checks, attempts, attempt, report = commands_of("## For students")
        (marks,) = commands_of("## For instructors")
        student, instructor = (new_token(site, member, "test") or "" for member in members)
        run(header, portal, student)
        assert (tmp_path / "token.txt").stat().st_mode & 0o777 == 0o600
        (listed,) = codec.decode(CourseState, run(exercises, portal, student))["exercises"]
        assert listed["exercise"] == SLUG
        assert codec.decode(CheckedFiles, run(checks, portal, student))["exercise"] == SLUG
        for _ in range(2):
            assert codec.decode(AttemptResult, run(attempts, portal, student))["attempt"]["number"] == 1
        assert len(site.queue.of_student("ada")) == 1
        grade_all(site)
        assert codec.decode(AttemptResult, run(attempt, portal, student))["attempt"]["state"] == "done"
        assert json.loads(run(report, portal, student))["status"] == 404
        site.publications.decide(SLUG, "", True, members[1].account, now())
        assert "<html" in run(report, portal, student)
        assert json.loads(run(marks, portal, student))["status"] == 403
        run(header, portal, instructor)
        (mark,) = codec.decode(ClassMarks, run(marks, portal, instructor))["marks"]
        assert (mark["student"], mark["name"], mark["is_published"]) == ("ada", "Ada", True)


def test_the_page_has_every_status_of_the_description() -> None:
    paths = description(DESCRIBED, "title")["paths"].values()
    described = {int(status) for methods in paths for one in methods.values() for status in one["responses"]}
    on_page = {int(cells[0]) for cells in rows(section(PAGE, "## If a request fails")) if cells[0].isdigit()}
    assert on_page == {status for status in described if status >= 400}


def test_the_numbers_of_the_page_are_those_of_the_portal() -> None:
    text = " ".join(PAGE.read_text().split())
    assert f"works for {TOKEN_DAYS} days" in text
    assert f"up to {MOST_TOKENS} tokens" in text
    assert f"up to {MARKS_AT_ONCE} students at a time" in text
    most, uploads = (LIMITS[action].partition("/") for action in ("program account", "upload account"))
    assert most[2] == uploads[2] == "10 minutes"
    assert f"{most[0]} requests within 10 minutes, of which {uploads[0]} can be uploads" in text
