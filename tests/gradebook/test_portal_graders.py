"""Several graders of the portal, one of which is killed: real processes, on SQLite and on PostgreSQL."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.gradebook.schema import assessments, submissions
from grader.model.portal import Enrolment, JobState
from grader.pipeline.course_site import CourseSite
from grader.pipeline.heartbeat import LEASE_SECONDS
from grader.pipeline.marking import now
from grader.pipeline.uploading import ArrivedFile, submit
from tests.conftest import ROOT, wait_until
from tests.portal import cheap_portal_grader
from tests.portal.people import SLUG, answered

pytestmark = pytest.mark.slow
STUDENTS = 10


def start(folder: Path, gradebook: str) -> subprocess.Popen[bytes]:
    """Start a grader."""
    command = [sys.executable, str(cheap_portal_grader.__file__), str(folder), gradebook, "0.3"]
    return subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"})


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def test_a_killed_grader_costs_seconds_and_no_attempt_is_marked_twice(
    kind: str, tmp_path: Path, new_address: Callable[[str], str]
) -> None:
    gradebook = new_address(kind) if kind == "postgresql" else ""
    for name in ("exercises", "solutions"):
        (tmp_path / "course" / name).mkdir(parents=True)
    shutil.copytree(ROOT / "reference_models", tmp_path / "course" / "reference_models")
    course = Course(tmp_path / "course")
    create_exercise(course, SLUG)
    site = CourseSite(course, tmp_path / "results", gradebook or None)
    names = [f"student-{number}" for number in range(STUDENTS)]
    people = [Enrolment(login=name, name=name, student=name) for name in names]
    for member in site.accounts.enrol(people, None, now()):
        content = answered(site, 1, member.student)
        submit(site, SLUG, member, member.login, ArrivedFile(name="a.ipynb", content=content), [])

    ran = tmp_path / "ran"
    first = start(tmp_path, gradebook)
    assert wait_until(lambda: ran.exists() and len(ran.read_text().split()) >= 2)
    first.kill()
    first.wait()
    killed = time.monotonic()
    others = [start(tmp_path, gradebook) for _ in range(2)]
    # `until_empty` ends them while the claims of the dead one still last.
    assert [grader.wait(120) for grader in others] == [0, 0]
    time.sleep(max(0.0, killed + LEASE_SECONDS + 1 - time.monotonic()))
    assert start(tmp_path, gradebook).wait(120) == 0

    assert site.queue.counts() == {JobState.DONE: STUDENTS}
    book = site.book(SLUG)
    assert book is not None
    assert sorted(mark.student for mark in book.marks()) == sorted(names)
    with site.results(SLUG).database.reading() as connection:
        times = select(func.count()).select_from(assessments).group_by(assessments.c.submission_id)
        assert connection.execute(times).scalars().all() == [1] * STUDENTS
        assert connection.execute(select(func.count()).select_from(submissions)).scalar_one() == STUDENTS
    site.close()
