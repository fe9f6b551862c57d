"""Without a shared database the portal has a file of its own: new names, merges and deletions reach it, too."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.portal import Role
from grader.pipeline import people, renaming
from grader.pipeline.course_site import CourseSite
from grader.pipeline.history import history
from grader.pipeline.marking import now
from grader.pipeline.staff_tasks import queue_decisions
from tests.portal.people import SLUG, Person, answered, grade_all

Enter = Callable[..., Person]
ADA = "ada-the-first"  # no text of ours has this name
REPORT = f"/exercises/{SLUG}/report/page"


@pytest.fixture
def graded(site: CourseSite, enter: Enter) -> dict[str, Person]:
    """Ada, Bob and Roe; the marks of Ada and Bob are published before the deadline."""
    deadline = datetime.now(UTC) + timedelta(days=3)
    (site.course.exercises / "course.toml").write_text(f"[deadlines]\n{SLUG} = {deadline:%Y-%m-%dT%H:%M:%SZ}\n")
    persons = {ADA: enter(ADA), "bob": enter("bob"), "roe": enter("roe", Role.INSTRUCTOR)}
    for number, name in enumerate((ADA, "bob")):
        persons[name].submit(answered(site, number, name))
    grade_all(site)
    persons["roe"].post(f"/class/{SLUG}/publication", publish="yes")
    assert persons[ADA].get(REPORT).status_code == 200
    return persons


def files_with(folder: Path, text: str) -> list[str]:
    """The files below a folder whose path or content has a text."""
    return [
        str(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (text in str(path.relative_to(folder)) or text.encode() in path.read_bytes())
    ]


def test_a_renamed_student_keeps_uploads_and_mark_in_the_portal(site: CourseSite, graded: dict[str, Person]) -> None:
    people.rename_student(site.course, SLUG, site.results(SLUG), ADA, "ada-the-second", "kim")
    member = site.accounts.of_student("ada-the-second")
    assert member is not None
    assert member.login == ADA
    assert [queued.upload.student for queued in site.queue.of_exercise(SLUG)] == ["ada-the-second", "bob"]
    assert graded[ADA].get(f"/exercises/{SLUG}/report").status_code == 200


def test_merged_students_are_one_in_the_portal(site: CourseSite, graded: dict[str, Person]) -> None:
    assert people.merge_student(site.course, site.folder, None, ADA, "bob", "kim") == [SLUG]
    assert [queued.upload.student for queued in site.queue.of_exercise(SLUG)] == ["bob", "bob"]
    book = site.book(SLUG)
    assert book is not None
    assert len(book.attempts()["bob"]) == 2
    assert graded["bob"].get(f"/exercises/{SLUG}/report").status_code == 200


def test_a_deleted_student_is_gone_from_the_portal_and_from_all_reports(
    site: CourseSite, graded: dict[str, Person]
) -> None:
    assert files_with(site.folder, ADA)
    assert people.delete_student(site.course, site.folder, None, ADA, "kim", is_dry_run=True).submissions == 1
    assert graded[ADA].get(REPORT).status_code == 200
    people.delete_student(site.course, site.folder, None, ADA, "kim", is_dry_run=False)
    assert site.accounts.of_student(ADA) is None
    assert [queued.upload.student for queued in site.queue.of_exercise(SLUG)] == ["bob"]
    site.close()
    assert not [path for path in files_with(site.folder, ADA) if not path.endswith(".npz")]


def test_a_renamed_exercise_keeps_uploads_publication_and_tasks(site: CourseSite, graded: dict[str, Person]) -> None:
    decision = Adjustment(
        student=ADA, exercise=SLUG, kind=AdjustmentKind.COMMENT, author="", reason="", at=now(), text="Well done!"
    )
    queue_decisions(site, SLUG, graded["roe"].member, [decision])
    (site.course.exercises / "course.toml").unlink()
    for folder in (site.course.exercises, site.course.solutions):
        (folder / SLUG).rename(folder / "small")
    site.close()
    moved = CourseSite(site.course, site.folder)
    results = moved.results("small")
    renaming.usual_folder(site.course, site.folder, SLUG, "small")
    renaming.rename_exercise(site.course, SLUG, "small", results)
    assert [queued.upload.student for queued in moved.queue.of_exercise("small")] == [ADA, "bob"]
    assert moved.publications.published()["small"].to(ADA)
    grade_all(moved)
    book = moved.book("small")
    assert book is not None
    assert [(one.exercise, one.text) for one in book.adjustments()[ADA]] == [("small", "Well done!")]
    moved.close()


def test_the_audit_log_lists_students_who_were_renamed_merged_and_deleted(
    site: CourseSite, graded: dict[str, Person]
) -> None:
    results = site.results(SLUG)
    roe = graded["roe"]
    assert "Renamed, merged and deleted students" not in roe.get("/operations/log/1").text
    people.rename_student(site.course, SLUG, results, "bob", "robert", "kim")
    people.delete_student(site.course, site.folder, None, ADA, "kim", is_dry_run=False)
    page = roe.get("/operations/log/1").text
    assert "Renamed, merged and deleted students" in page
    assert "&#39;bob&#39; renamed to &#39;robert&#39;" in page
    assert "a student deleted: " in page
    assert ADA not in page
    lines = history(site.exercise(SLUG), results, None).lines
    assert [line.by for line in lines] == ["kim", "kim"]
    assert ADA not in "".join(line.what for line in lines)
