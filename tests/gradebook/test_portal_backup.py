"""A backup of a portal in use, restored elsewhere: people, marks and submissions that wait are all there."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.gradebook.backup import back_up, restore
from grader.model.portal import Enrolment, JobState, Member, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.uploading import ArrivedFile, submit
from tests.gradebook import postgres
from tests.portal.people import SLUG, answered, grade_all, right_answer

STUDENTS = ("ada", "bob", "cy", "late")


def submitted(site: CourseSite, member: Member, value: int) -> None:
    """Submit a notebook that differs from all others."""
    content = answered(site, value, f"{member.student} {value}")
    submit(site, SLUG, member, f"{member.student} {value}", ArrivedFile(name="work.ipynb", content=content), [])


def points(site: CourseSite) -> dict[str, float]:
    """Student -> points."""
    book = site.book(SLUG)
    return {mark.student: mark.assessment.points for mark in book.marks()} if book else {}


def dump(address: str, target: Path) -> None:
    """Dump a PostgreSQL database, as the page for administrators says."""
    plain = address.replace("+psycopg", "")
    subprocess.run(
        [postgres.programs() / "pg_dump", "--format=custom", f"--file={target}", plain], check=True, capture_output=True
    )


def undump(source: Path, address: str) -> None:
    """Restore such a dump in an empty database."""
    plain = address.replace("+psycopg", "")
    subprocess.run(
        [postgres.programs() / "pg_restore", "--no-owner", f"--dbname={plain}", source], check=True, capture_output=True
    )


@pytest.mark.usefixtures("in_steps")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_of_a_portal_in_use_is_complete_in_a_new_place(
    kind: str, small: Course, tmp_path: Path, new_address: Callable[[str], str]
) -> None:
    address = new_address(kind) if kind == "postgresql" else None
    site = CourseSite(small, tmp_path / "results", address)
    people = [Enrolment(login=name, name=name, student=name) for name in STUDENTS]
    roe, *members = site.accounts.enrol(
        [Enrolment(login="roe", name="Roe", role=Role.INSTRUCTOR), *people], None, now()
    )
    site.accounts.set_password(members[0].account, "a hash", now())
    site.accounts.begin_session(members[0].account, "5" * 64, now(), now() + timedelta(days=1))
    for member in members[:2]:
        submitted(site, member, right_answer(site.material(SLUG)))
    assert grade_all(site) == 2
    site.publications.decide(SLUG, "", True, roe.account, now())
    site.threads.write(SLUG, "ada", "width", members[0].account, "Why?", now())
    submitted(site, members[1], 5)
    submitted(site, members[2], 7)
    site.queue.claim("a grader that is at work", now(), now() + timedelta(minutes=5), 1)
    before = points(site)
    assert set(before) == {"ada", "bob"}

    if address:
        dump(address, tmp_path / "portal.dump")
        submitted(site, members[3], 9)  # after the dump, before the copy: the students need not wait
        shutil.copytree(site.folder, tmp_path / "restored")
        new = new_address(kind)
        undump(tmp_path / "portal.dump", new)
    else:
        back_up(site.folder, None, tmp_path / "backup.zip", now())
        submitted(site, members[3], 9)
        restore(tmp_path / "backup.zip", tmp_path / "restored", None)
        new = None
    site.close()
    shutil.move(site.folder, tmp_path / "lost")

    again = CourseSite(small, tmp_path / "restored", new)
    assert {member.login for member in again.accounts.members()} == {"roe", *STUDENTS}
    session = again.accounts.of_session("5" * 64, now())
    assert session is not None
    assert session.login == "ada"
    assert again.accounts.password("ada") == (session, "a hash")
    assert points(again) == before
    assert again.publications.published()[SLUG].for_all
    assert [message.text for message in again.threads.of_student(SLUG, "ada")["width"].messages] == ["Why?"]
    assert (again.folder / SLUG / "ada" / "report.html").exists()
    assert again.queue.counts() == {JobState.DONE: 2, JobState.RUNNING: 1, JobState.WAITING: 1}

    # The claim of the grader ends by itself, here at once.
    again.queue.release("a grader that is at work", "restored", now())
    assert grade_all(again) == 2
    assert points(again)["ada"] == before["ada"]
    assert set(points(again)) == {"ada", "bob", "cy"}
    assert again.queue.counts() == {JobState.DONE: 4}
    again.close()
