"""Merged and deleted students in a gradebook of each kind: everything follows, or everything goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from grader.errors import InputError
from grader.gradebook import people
from grader.gradebook.accounts import Accounts
from grader.gradebook.database import Database
from grader.gradebook.people import ChangeKind
from grader.gradebook.publications import Publications
from grader.gradebook.queue import Queue
from grader.gradebook.renaming import rename_student
from grader.gradebook.schema import metadata
from grader.gradebook.sharing import Share
from grader.model.adjustment import AdjustmentKind
from grader.model.student import Student
from grader.model.submission import HandedIn
from tests.gradebook import book_samples as samples
from tests.gradebook.forms.make import fill_portal

ODD = ["Ada", "ada", "<b>ada</b>", "O'Brien; DROP TABLE students", "Zoë 👩‍🔬", " ada", "a" * 300]
COURSE = samples.COURSE


def texts(database: Database) -> Iterator[str]:
    """Every text in every table."""
    with database.reading() as connection:
        for table in metadata.tables.values():
            for row in connection.execute(select(table)):
                yield from (value for value in row if isinstance(value, str))


def merge(database: Database, old: str, new: str) -> None:
    people.merge_student(database, COURSE, old, new, "kim", samples.later(9))


def delete(database: Database, student: str) -> None:
    people.delete_student(database, COURSE, student, "kim", samples.later(9))


@pytest.mark.parametrize("old", ODD)
def test_attempts_decisions_and_identity_follow_a_merge(database: Database, old: str) -> None:
    book, other = samples.gradebook(database), samples.gradebook(database, slug="other")
    for each in (book, other):
        samples.keep(each, samples.attempt(old, "mine"), samples.attempt(old, "same"))
        samples.keep(each, samples.attempt("stays", "same"), samples.attempt("bob", "same"))
        for name in (old, "stays", "bob"):
            samples.mark(each, name)
    book.adjust([samples.adjustment(old, 1.0, at=samples.later(5)), samples.adjustment("stays", 2.0)])
    book.adjust([samples.adjustment(old, None, kind=AdjustmentKind.COMMENT, text="Well done")])
    book.identify({old: Student(name="Ada", email="ada@example.org")})
    merge(database, old, "stays")
    for each in (book, other):
        assert sorted(each.attempts()) == ["bob", "stays"]
        assert len(each.attempts()["stays"]) == 3
        assert [mark.student for mark in each.marks()] == ["bob"]
        assert len(each.marks_over_time("stays")) == 2
    assert [(one.points, one.text) for one in book.adjustments()["stays"]] == [
        (1.0, ""),
        (2.0, ""),
        (None, "Well done"),
    ]
    assert book.identities()["stays"].email == "ada@example.org"
    (entry,) = people.changes(database, COURSE)
    assert (entry.what, entry.old_name, entry.new_name, entry.author) == (ChangeKind.MERGED, old, "stays", "kim")
    assert entry.detail == "4 submissions, 2 decisions"


def test_a_merge_with_a_name_that_is_not_there_changes_nothing(database: Database) -> None:
    book = samples.gradebook(database)
    samples.keep(book, samples.attempt("ada"), samples.attempt("Ada", "two"))
    for old, new in (("eve", "ada"), ("ada", "eve"), ("ADA", "ada")):
        with pytest.raises(InputError, match=r"there is no student '(eve|ADA)'"):
            merge(database, old, new)
    assert sorted(book.attempts()) == ["Ada", "ada"]
    assert people.changes(database, COURSE) == []


def test_another_course_of_the_same_gradebook_is_not_touched(database: Database) -> None:
    book, theirs = samples.gradebook(database), samples.gradebook(database, "Physics")
    for each in (book, theirs):
        samples.keep(each, samples.attempt("ada"), samples.attempt("bob", "two"))
    merge(database, "ada", "bob")
    delete(database, "bob")
    assert book.attempts() == {}
    assert sorted(theirs.attempts()) == ["ada", "bob"]


@pytest.mark.parametrize("student", ODD)
def test_a_deletion_leaves_no_text_about_the_student(database: Database, student: str) -> None:
    book = samples.gradebook(database)
    files = (HandedIn("model.keras", b"only theirs"),)
    unique = f"unique-{abs(hash(student))}"
    samples.keep(book, samples.attempt(student, unique, files=files, remarks=("a private remark",)))
    samples.keep(book, samples.attempt("bob", "two"), samples.attempt("Bob", "two"))
    for name in (student, "bob", "Bob"):
        samples.mark(book, name)
    book.adjust([samples.adjustment(student, 1.0, reason="a private reason"), samples.adjustment("bob", 2.0)])
    rename_student(database, COURSE, student, "secret-name", "kim", samples.later(1))
    found = people.belongings(database, COURSE, "secret-name")
    assert found is not None
    assert (found.submissions, found.decisions, len(found.notebooks), len(found.files)) == (1, 1, 1, 1)
    delete(database, "secret-name")
    left = list(texts(database))
    for private in ("secret-name", "a private remark", "a private reason", found.notebooks[0], found.records[0]):
        assert not [value for value in left if private in value]
    assert sorted(book.attempts()) == ["Bob", "bob"]
    assert [mark.student for mark in book.marks()] == ["Bob", "bob"]
    assert len(book.adjustments()["bob"]) == 1
    assert [(one.what, one.new_name, one.detail) for one in people.changes(database, COURSE)] == [
        (ChangeKind.RENAMED, "", ""),
        (ChangeKind.DELETED, "", "1 submission, 1 decision"),
    ]
    delete(database, "secret-name")
    assert len(people.changes(database, COURSE)) == 2


def test_work_that_others_also_submitted_is_not_only_theirs(database: Database) -> None:
    book = samples.gradebook(database)
    samples.keep(book, samples.attempt("ada", "same"), samples.attempt("bob", "same"), samples.attempt("ada", "mine"))
    found = people.belongings(database, COURSE, "ada")
    assert found is not None
    assert (len(found.notebooks), len(found.records)) == (1, 1)


def test_a_group_keeps_its_submission_when_the_submitter_is_deleted_renamed_or_merged(database: Database) -> None:
    book = samples.gradebook(database)
    samples.keep(book, samples.attempt("ada", "work"))
    plan = {one: Share(group="A", members=("ada", "bob", "cleo")) for one in book.submitted.originals()}
    book.submitted.share(plan, str)
    rename_student(database, COURSE, "ada", "adam", "kim", samples.later(1))
    assert {one.submission.submitter for of_one in book.attempts().values() for one in of_one} == {"adam"}
    samples.keep(book, samples.attempt("adam-2", "other"))
    merge(database, "adam", "adam-2")
    assert {one[0].submission.submitter for name, one in book.attempts().items() if name != "adam-2"} == {"adam-2"}
    delete(database, "adam-2")
    assert sorted(book.attempts()) == ["bob", "cleo"]
    assert {one[0].submission.submitter for one in book.attempts().values()} == {"bob"}
    assert [submitter for submitter, _ in book.submitted.originals()] == ["bob"]


def test_a_merge_that_fails_keeps_both(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    book = samples.gradebook(database)
    samples.keep(book, samples.attempt("ada"), samples.attempt("bob", "two"))

    def broken(*_: object) -> None:
        raise OSError("killed")

    monkeypatch.setattr(people, "add_change", broken)
    with pytest.raises(OSError, match="killed"):
        merge(database, "ada", "bob")
    with pytest.raises(OSError, match="killed"):
        delete(database, "ada")
    assert sorted(book.attempts()) == ["ada", "bob"]


def test_later_names_follow_chains() -> None:
    def change(what: ChangeKind, old: str, new: str) -> people.StudentChange:
        return people.StudentChange(what=what, old_name=old, new_name=new, detail="", author="kim", at=samples.AT)

    history = [change(ChangeKind.RENAMED, "a", "b"), change(ChangeKind.MERGED, "b", "c")]
    assert people.later_names(history) == {"a": "c", "b": "c"}
    assert people.later_names([*history, change(ChangeKind.RENAMED, "c", "a")]) == {"b": "a", "c": "a"}
    assert people.later_names([change(ChangeKind.DELETED, "", "")]) == {}


def test_sqlite_overwrites_what_is_deleted(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("book") / "gradebook.sqlite"
    database = Database(path)
    book = samples.gradebook(database)
    samples.keep(book, samples.attempt("a-very-private-name", "one"), samples.attempt("bob", "two"))
    database.close()
    assert b"a-very-private-name" in path.read_bytes()
    database = Database(path)
    delete(database, "a-very-private-name")
    database.close()
    assert b"a-very-private-name" not in path.read_bytes()
    with Database(path).reading() as connection:
        assert connection.execute(select(func.count()).select_from(text("students"))).scalar() == 1


def test_uploads_memberships_and_publications_of_the_portal_follow(database: Database) -> None:
    book = samples.gradebook(database)
    samples.keep(book, samples.attempt("ada"), samples.attempt("bob", "two"))
    fill_portal(database)
    rename_student(database, COURSE, "ada", "adam", "kim", samples.later(1))
    merge(database, "adam", "bob")
    queue, accounts = Queue(database, COURSE, Path), Accounts(database, COURSE)
    assert [item.upload.student for item in queue.of_exercise(samples.SLUG)] == ["bob"]
    assert [member.student for member in accounts.members() if member.student] == ["bob"]
    assert dict(Publications(database, COURSE).published()[samples.SLUG].students) == {"bob": True}
    found = people.belongings(database, COURSE, "bob")
    assert found is not None
    assert "5" * 64 in found.notebooks
    delete(database, "bob")
    assert queue.of_exercise(samples.SLUG) == []
    assert [member.login for member in accounts.members()] == ["roe"]
    left = list(texts(database))
    for private in ("ada@example.org", "ada's work", "It's right?"):
        assert not [value for value in left if private in value]
    assert "bob" not in left
