"""Opening a portal: the first links, the demo class, and what a backup of it contains."""

import shutil
from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.gradebook.backup import back_up, restore
from grader.model.portal import JobState, Role
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_opening import open_portal
from grader.pipeline.portal_people import digest, enrol_roster
from tests.conftest import ROOT
from tests.portal.people import roster


def test_the_first_administrator_gets_a_link_until_there_is_a_password(small: Course, tmp_path: Path) -> None:
    opened = open_portal(small, tmp_path / "results", None, with_demo=False)
    ((who, secret),) = opened.links
    assert who == "Administrator"
    member = opened.site.accounts.of_link(digest(secret), now())
    assert member is not None
    assert member.role is Role.ADMINISTRATOR
    opened.site.accounts.set_password(member.account, "a hash", now())
    opened.site.close()
    again = open_portal(small, tmp_path / "results", None, with_demo=False)
    assert again.links == ()
    again.site.close()


@pytest.mark.slow
def test_the_demo_class_is_there_once_and_waits_for_the_grader(tmp_path: Path) -> None:
    for name in ("exercises", "solutions", "reference_models"):
        (tmp_path / name).mkdir()
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name / "hand-convolution", tmp_path / name / "hand-convolution")
    for _ in range(2):
        opened = open_portal(Course(tmp_path), tmp_path / "results", None, with_demo=True)
        waiting = opened.site.queue.counts()[JobState.WAITING]
        students = opened.site.accounts.members(Role.STUDENT)
        assert [who for who, _ in opened.links] == ["Administrator", "Instructor", "Student"]
        assert 5 < waiting < len(students)
        assert {queued.number for queued in opened.site.queue.of_state(JobState.WAITING)} == {1}
        opened.site.close()


def test_a_backup_has_the_people_and_the_queue(site: CourseSite, tmp_path: Path) -> None:
    enrol_roster(site, roster("ada", "bob"), "class.csv", None)
    site.close()
    back_up(site.folder, None, tmp_path / "backup.zip", now())
    restore(tmp_path / "backup.zip", tmp_path / "restored", None)
    restored = CourseSite(site.course, tmp_path / "restored")
    assert [member.login for member in restored.accounts.members()] == ["ada@x.org", "bob@x.org"]
    restored.close()
