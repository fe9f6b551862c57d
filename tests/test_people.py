"""`grader merge-student` and `grader delete-student`: gradebook, pages, files, and a command that was killed."""

import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.gradebook import people as stored_people
from grader.gradebook.results import Results
from grader.pipeline import people
from tests.fakes import Fake, hand_in, ignore

Command = Callable[..., tuple[int, str, str]]
PLACE = Path("grading/tiny")


@pytest.fixture
def command(
    small: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command where Ada, ada and Bob have been graded; gives status, output and messages."""
    monkeypatch.chdir(tmp_path)
    grade(small, ("Ada", 1), ("ada", 2), ("bob", 3))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["grader", *arguments, "--course", str(small.root)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return int(ended.value.code or 0), told.out, told.err

    return run


def grade(course: Course, *values: tuple[str, int]) -> None:
    material, results = pipeline.load(course, "tiny"), Results(PLACE)
    pipeline.grade(material, [hand_in(material, name, value) for name, value in values], results, Fake(), ignore)
    results.database.close()


def students() -> list[str]:
    return [row["student"] for row in csv.DictReader(io.StringIO((PLACE / "grades.csv").read_text()))]


def attempts(course: Course) -> dict[str, int]:
    results = Results(PLACE)
    book = results.open(pipeline.load(course, "tiny").settings, "tiny")
    found = {name: len(of_one) for name, of_one in book.attempts().items()}
    results.database.close()
    return found


def pages() -> list[Path]:
    return sorted(PLACE.glob("*/report.html"))


def files_with(text: str) -> list[str]:
    """The files of the results that contain a text, apart from records, whose names are checksums."""
    return [
        str(path)
        for path in sorted(Path("grading").rglob("*"))
        if path.is_file() and text.encode() in path.read_bytes()
    ]


def test_merged_students_have_one_row_one_page_and_all_decisions(small: Course, command: Command) -> None:
    command("adjust", "tiny", "Ada", "--points", "2", "--reason", "oral exam")
    command("adjust", "tiny", "ada", "--points", "1", "--reason", "read again")
    command("comment", "tiny", "Ada", "Well done!")
    status, out, said = command("merge-student", "Ada", "ada", "--author", "kim")
    assert (status, out) == (0, "'Ada' now belongs to 'ada': tiny.\n"), said
    assert students() == ["ada", "bob"]
    assert attempts(small) == {"ada": 2, "bob": 1}
    assert len(pages()) == 2
    page = next(path for path in pages() if path.parent.name != "bob").read_text()
    assert all(text in page for text in ("read again", "Well done!"))
    told = command("history", "tiny", "ada")[1]
    assert "merged with 'Ada': 1 submission, 2 decisions" in told
    assert all(text in told for text in ("oral exam", "read again", "kim"))
    grade(small, ("Ada", 1), ("ada", 2), ("bob", 3))
    assert students() == ["ada", "bob"]
    assert command("merge-student", "Ada", "ada")[0] == 0
    assert students() == ["ada", "bob"]


@pytest.mark.parametrize("step", ["regrade", "merge_student", "_publish_course"])
def test_a_merge_that_was_killed_is_finished_by_the_same_command(
    small: Course, command: Command, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(BaseException):
        pass

    def stop(*_: object, **__: object) -> None:
        raise Killed

    where = stored_people if step == "merge_student" else people
    with monkeypatch.context() as patch:
        patch.setattr(where, step, stop)
        with pytest.raises(Killed):
            people.merge_student(small, Path("grading"), None, "Ada", "ada", "kim")
    assert command("merge-student", "Ada", "ada")[0] == 0
    assert students() == ["ada", "bob"]
    assert attempts(small) == {"ada": 2, "bob": 1}
    assert len(pages()) == 2


@pytest.mark.parametrize(("old", "new"), [("eve", "ada"), ("ada", "eve"), ("ada", "ada"), ("ada", " "), ("ADA", "bob")])
def test_names_that_cannot_be_merged_change_nothing(small: Course, command: Command, old: str, new: str) -> None:
    before = (PLACE / "grades.csv").read_bytes()
    assert command("merge-student", old, new)[0] == cli.WRONG_USE
    assert (PLACE / "grades.csv").read_bytes() == before
    assert attempts(small) == {"Ada": 1, "ada": 1, "bob": 1}


def test_a_student_is_deleted_everywhere_only_when_that_is_confirmed(small: Course, command: Command) -> None:
    command("adjust", "tiny", "bob", "--points", "2", "--reason", "a private reason")
    command("export", "tiny", "--to", "csv")
    command("course")
    (small.solutions / "groups.csv").write_text("group,student\nA,bob\n")
    before = {path: path.stat().st_mtime_ns for path in pages()}
    assert command("delete-student", "bob")[0] == cli.WRONG_USE
    status, out, said = command("delete-student", "bob", "--dry-run")
    assert (status, out.splitlines()[0]) == (0, "Would delete: 1 submission, 1 decision, 5 files.")
    assert "solutions/groups.csv: still names the student." in said
    assert {path: path.stat().st_mtime_ns for path in pages()} == before
    assert attempts(small)["bob"] == 1
    status, out, said = command("delete-student", "bob", "--yes", "--author", "kim")
    assert (status, out) == (0, "Deleted: 1 submission, 1 decision, 5 files.\n"), said
    assert students() == ["Ada", "ada"]
    assert files_with("bob") == files_with("a private reason") == []
    assert not (PLACE / "bob").exists()
    assert command("history", "tiny", "bob")[0] == cli.WRONG_USE
    assert command("delete-student", "bob", "--yes")[0] == 0
    assert students() == ["Ada", "ada"]


@pytest.mark.parametrize("step", ["_remove_empty", "delete_student", "Marker"])
def test_a_deletion_that_was_killed_is_finished_by_the_same_command(
    small: Course, command: Command, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(BaseException):
        pass

    def stop(*_: object, **__: object) -> None:
        raise Killed

    where = stored_people if step == "delete_student" else people
    with monkeypatch.context() as patch:
        patch.setattr(where, step, stop)
        with pytest.raises(Killed):
            people.delete_student(small, Path("grading"), None, "bob", "kim", is_dry_run=False)
    assert command("delete-student", "bob", "--yes")[0] == 0
    assert files_with("bob") == []
    assert attempts(small) == {"Ada": 1, "ada": 1}


def test_the_only_student_of_a_class_can_be_deleted(small: Course, command: Command) -> None:
    for name in ("Ada", "ada", "bob"):
        assert command("delete-student", name, "--yes")[0] == 0
    assert students() == []
    assert attempts(small) == {}


def test_an_unknown_name_is_answered_with_the_nearest(command: Command) -> None:
    status, _, said = command("delete-student", "bobb", "--yes")
    assert (status, "Did you mean 'bob'?" in said) == (cli.WRONG_USE, True)


def test_a_merge_follows_in_the_groups(small: Course, command: Command) -> None:
    (small.solutions / "groups.csv").write_text("group,student\nA,Ada\nA,bob\n")
    grade(small, ("Ada", 1))
    assert attempts(small) == {"Ada": 2, "ada": 1, "bob": 2}
    assert command("merge-student", "Ada", "ada")[0] == 0
    grade(small, ("ada", 5))
    assert attempts(small)["bob"] > 2
    assert students() == ["ada", "bob"]
