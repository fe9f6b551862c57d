"""`grader import marks`: marks of another grader count until this one has its own, and are shown as imported."""

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.gradebook.results import Results
from grader.pipeline.course_page import publish_course
from grader.pipeline.history import decision_in_words
from tests.fakes import Fake, hand_in, ignore

NBGRADER = """\
assignment,timestamp,student_id,raw_score,score,max_score
tiny,2030-01-30 15:30:10,ada,6,6,12
tiny,2030-01-30 15:30:10,bob,12,12,12
tiny,,cy,0,0,12
"""


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def grader(small: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in a course with two exercises, in which `tiny` is worth 3 points."""
    create_exercise(small, "other")
    (small.exercises / "course.toml").write_text("[final]\npass_mark = 40\n")
    (small.root / "gradebook.csv").write_text(NBGRADER)
    monkeypatch.chdir(small.root)

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["grader", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    return run


def grade(course: Course, slug: str, answers: dict[str, bool]) -> None:
    material = pipeline.load(course, slug)
    results = Results(course.root / "grading" / slug)
    right = int(material.key.answers["width"])
    submissions = [hand_in(material, student, right if is_right else 1) for student, is_right in answers.items()]
    pipeline.grade(material, submissions, results, Fake(), ignore)
    results.database.close()


def finals(course: Course) -> dict[str, dict[str, str]]:
    publish_course(course, course.root / "grading", None, lambda _: None)
    table = csv.DictReader(io.StringIO((course.root / "grading" / "final.csv").read_text(encoding="utf-8")))
    return {row["student"]: row for row in table}


def test_imported_marks_count_on_the_scale_of_the_exercise(grader: Command, small: Course) -> None:
    ended = grader("import", "marks", "tiny", "gradebook.csv")
    count = "Imported marks: 2. Of these, 2 count, because the students have no mark of this grader.\n"
    missing = "cy: has not submitted to nbgrader, so no mark is imported.\n"
    assert ended == Ended(cli.DONE, count, missing)
    rows = finals(small)
    assert {name: (row["percent"], row["passed"], row["imported"]) for name, row in rows.items()} == {
        "ada": ("50", "yes", "tiny"),
        "bob": ("100", "yes", "tiny"),
    }
    page = (small.root / "grading" / "index.html").read_text(encoding="utf-8")
    assert "Tiny (mark imported from another grader)" in page
    assert page.count("(imported from another grader)") == 2
    assert "A mark with ‡ is imported from another grader and has no report." in " ".join(page.split())


def test_a_mark_of_this_grader_counts_and_stays(grader: Command, small: Course) -> None:
    grade(small, "tiny", {"ada": True, "dee": False})
    before = (small.root / "grading" / "tiny" / "grades.csv").read_text()
    reports = {path: path.read_bytes() for path in (small.root / "grading").rglob("report.html")}
    assert "ada" in before
    ended = grader("import", "marks", "tiny", "gradebook.csv")
    assert "ada: the mark of this grader counts (2 of 3), not the imported one." in ended.out + ended.err
    assert "Imported marks: 2. Of these, 1 count" in ended.out
    assert (small.root / "grading" / "tiny" / "grades.csv").read_text() == before
    assert {path: path.read_bytes() for path in reports} == reports
    rows = finals(small)
    assert {name: row["imported"] for name, row in rows.items()} == {"ada": "", "bob": "tiny", "dee": ""}
    assert rows["ada"]["percent"] == "66.7"


def test_a_later_submission_replaces_the_imported_mark(grader: Command, small: Course) -> None:
    grader("import", "marks", "tiny", "gradebook.csv")
    grade(small, "tiny", {"bob": False})
    rows = finals(small)
    assert (rows["bob"]["percent"], rows["bob"]["imported"]) == ("0", "")
    assert (rows["ada"]["percent"], rows["ada"]["imported"]) == ("50", "tiny")


def test_a_second_import_says_what_it_replaces(grader: Command, small: Course) -> None:
    grader("import", "marks", "tiny", "gradebook.csv", "--author", "kim")
    (small.root / "new.csv").write_text("student,points\nada,3\nbob,9\n")
    refused = grader("import", "marks", "tiny", "new.csv", "--author", "lee")
    assert refused.status == cli.WRONG_USE
    assert "ada: 3 points from another grader (3) (lee) instead of 1.5 points from another grader" in refused.err
    assert finals(small)["ada"]["percent"] == "50"
    ended = grader("import", "marks", "tiny", "new.csv", "--author", "lee", "--overrule")
    assert "Replaced: ada: 3 points from another grader (3) (lee) instead of 1.5 points" in ended.out + ended.err
    assert "bob: has 9 points, but the exercise has at most 3. The import uses this maximum." in ended.out + ended.err
    assert finals(small)["ada"]["percent"] == "100"
    assert (
        "1.5 points from another grader (6 of 12) (imported from gradebook.csv of nbgrader)"
        in grader("history", "tiny", "ada").out
    )


def test_the_document_says_which_marks_count(grader: Command, small: Course) -> None:
    grade(small, "tiny", {"ada": True})
    document = json.loads(grader("import", "marks", "tiny", "gradebook.csv", "--json").out)
    assert document["marks"] == [
        {"student": "ada", "points": 1.5, "max_points": 3.0, "counts": False},
        {"student": "bob", "points": 3.0, "max_points": 3.0, "counts": True},
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("student,points\nada,x\n", "marks.csv: line 2: `points` must be a number, 0 or more. Received: 'x'."),
        ("student,points\n", "marks.csv: has no marks. Give a table with a row for each student."),
        (NBGRADER, "marks.csv: has no assignment 'none'. Name one with --assignment. Available: tiny."),
    ],
)
def test_a_table_that_cannot_be_read_changes_nothing(grader: Command, small: Course, text: str, problem: str) -> None:
    (small.root / "marks.csv").write_text(text)
    ended = grader("import", "marks", "tiny", "marks.csv", *(["--assignment", "none"] if text == NBGRADER else []))
    assert (ended.status, ended.err) == (cli.WRONG_USE, f"{problem}\n")
    assert not (small.root / "grading").exists()


def test_imported_marks_are_in_backups_and_follow_a_new_name(grader: Command, small: Course) -> None:
    grader("import", "marks", "tiny", "gradebook.csv")
    assert grader("backup", "all.zip", "--results", "grading/tiny").status == cli.DONE
    assert grader("restore", "all.zip", "--out", "again").status == cli.DONE
    book = Results(small.root / "again").existing(pipeline.load(small, "tiny").settings, "tiny")
    ((decision,),) = [decisions for student, decisions in book.adjustments().items() if student == "ada"]
    zone = pipeline.load(small, "tiny").settings.zone
    assert decision_in_words(decision, zone) == "1.5 points from another grader (6 of 12)"
