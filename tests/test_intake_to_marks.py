"""From what a platform hands out to marks, pages and tables: whose they are, and what is said of times."""

import csv
import html
import io
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from grader import cli, pipeline
from grader.cohort.guessed_owners import GUESSED
from grader.course.layout import Course
from grader.execute import places
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.intake.folders import collect
from grader.intake.notebooks import MOST_CODE_BYTES
from grader.model.course_settings import LatePolicy, Per
from grader.model.record import Outcome
from grader.model.submission import Submission
from grader.pipeline import naming
from grader.pipeline.enrolment import enrol
from grader.pipeline.people import rename_student
from tests.conftest import notebook
from tests.fakes import Fake, ignore, number_question
from tests.reading import as_read

DEADLINE = datetime(2026, 4, 19, 21, 59, 59, tzinfo=UTC)
"""23:59:59 in Rome."""
BEFORE, AFTER = (2026, 4, 19, 23, 30, 0), (2026, 4, 21, 8, 0, 0)
Date = tuple[int, int, int, int, int, int]


def packed(members: Mapping[str, bytes], date: Date = AFTER) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, date), content)
    return buffer.getvalue()


def right(material: pipeline.Material) -> bytes:
    question = next(each for each in material.exercise.questions if each.kind == "number")
    return notebook(f"{number_question(material)} = {material.key.answers[question.id]}")


@pytest.fixture
def strict(material: pipeline.Material) -> pipeline.Material:
    """A course in Rome in which a late day costs everything."""
    late = LatePolicy(timedelta(0), 100, Per.DAY, 100)
    settings = replace(material.settings, time_zone="Europe/Rome", deadlines={"tiny": DEADLINE}, late=late)
    return replace(material, settings=settings)


def graded(material: pipeline.Material, path: Path, results: Results) -> dict[str, pipeline.Mark]:
    found = pipeline.grade(material, pipeline.take_in(material, path), results, Fake(), ignore)
    return {each.student: each for each in found}


def rows(results: Results) -> dict[str, dict[str, str]]:

    with (results.folder / "grades.csv").open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_only_the_mark_of_canvas_says_late_and_costs_nothing_since_nobody_knows_by_how_much(
    strict: pipeline.Material, results: Results, tmp_path: Path
) -> None:
    members = {"one_1001_5001_lab.ipynb": right(strict), "two_LATE_1002_5002_lab.ipynb": right(strict)}
    (tmp_path / "class.zip").write_bytes(packed(members))
    found = graded(strict, tmp_path / "class.zip", results)
    assert [each.assessment.deduction for each in found.values()] == [0, 0]
    assert all(each.assessment.points > 0 for each in found.values())
    assert {name: row["late"] for name, row in rows(results).items()} == {"one": "unknown", "two": "late"}
    overview = results.overview.read_text()
    assert "Late, but it is not known by how much." in overview
    assert "The time of submission is not known." in overview
    assert "It is not known by how much" in (results.folder / "two/report.html").read_text()


@pytest.mark.parametrize(("date", "late"), [(BEFORE, False), (AFTER, True)])
def test_moodle_writes_the_time_of_its_server_which_is_that_of_the_course(
    strict: pipeline.Material, results: Results, tmp_path: Path, date: Date, late: bool
) -> None:
    (tmp_path / "class.zip").write_bytes(packed({"A One_101_assignsubmission_file/lab.ipynb": right(strict)}, date))
    (found,) = graded(strict, tmp_path / "class.zip", results).values()
    assert (found.assessment.deduction > 0) == late


def test_a_copy_of_a_folder_makes_nobody_late(strict: pipeline.Material, results: Results, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    for name in ("ada.ipynb", "bob/lab.ipynb", "C C_7_assignsubmission_file/lab.ipynb", "dee_8_5001_lab.ipynb"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(right(strict))  # written now, long after the deadline
    found = graded(strict, folder, results)
    assert len(found) == 4
    assert {each.assessment.deduction for each in found.values()} == {0}
    assert {row["late"] for row in rows(results).values()} == {"unknown"}


def test_the_same_archive_again_and_a_newer_one_give_each_student_one_row(
    material: pipeline.Material, results: Results, tmp_path: Path
) -> None:
    first = {"one_1001_5001_lab.ipynb": notebook("1"), "two_1002_5002_lab.ipynb": notebook("2")}
    (tmp_path / "a.zip").write_bytes(packed(first))
    newer = {"one_LATE_1001_6001_lab-1.ipynb": right(material), "two_1002_5002_lab.ipynb": notebook("2")}
    (tmp_path / "b.zip").write_bytes(packed(newer))
    for name in ("a.zip", "a.zip", "b.zip"):
        graded(material, tmp_path / name, results)
    assert list(rows(results)) == ["one", "two"]
    assert float(rows(results)["one"]["points"]) > 0


def test_a_second_student_of_the_same_name_in_a_later_archive_changes_no_row(
    material: pipeline.Material, results: Results, tmp_path: Path
) -> None:
    def moodle(*numbers: int) -> Path:
        members = {f"Jane Doe_{number}_assignsubmission_file/a.ipynb": notebook(f"{number}") for number in numbers}
        path = tmp_path / f"{numbers}.zip"
        path.write_bytes(packed(members))
        return path

    assert list(graded(material, moodle(77), results)) == ["Jane Doe"]
    assert list(graded(material, moodle(78), results)) == ["Jane Doe (78)"]
    assert sorted(graded(material, moodle(77, 78), results)) == ["Jane Doe", "Jane Doe (78)"]
    assert list(rows(results)) == ["Jane Doe", "Jane Doe (78)"]


def test_attempts_of_blackboard_are_tries_of_one_student(
    material: pipeline.Material, results: Results, tmp_path: Path
) -> None:
    members = {
        "Lab 1_ada_attempt_2026-04-20-10-00-00_lab.ipynb": right(material),
        "Lab 1_ada_attempt_2026-04-18-10-00-00_lab.ipynb": notebook("1"),
    }
    (tmp_path / "class.zip").write_bytes(packed(members))
    (found,) = graded(material, tmp_path / "class.zip", results).values()
    assert found.assessment.points > 0
    assert "You submitted 2 times. Attempt 2 counts" in " ".join(map(str, found.assessment.remarks))


@pytest.fixture
def grade(small: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Path], int]:
    """Runs `grader grade tiny PATH` with an executor that runs nothing."""
    fake = Fake()

    class Kept:
        slots = 1

        def __enter__(self) -> Executor:
            return fake

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(places, "executor", lambda *_: Kept())

    def run(path: Path) -> int:
        words = ["grader", "grade", "tiny", str(path), "--results", str(tmp_path / "out"), "--course", str(small.root)]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return run


def test_what_is_no_notebook_stands_in_overview_table_and_log(
    grade: Callable[[Path], int], results: Results, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "ada.ipynb").write_bytes(notebook("1"))
    (folder / "bob.zip").write_bytes(packed({"essay.pdf": b"%PDF"}))
    (folder / "cleo.zip").write_bytes(packed({}))
    (folder / "dan").mkdir()
    (folder / "dan" / "lab.pdf").write_bytes(b"%PDF")
    (folder / "eve.rar").write_bytes(b"Rar!")
    (folder / "roster.csv").write_text("student\nada\n")
    assert grade(folder) == 1
    said = capsys.readouterr()
    told = said.out + said.err
    assert sorted(rows(results)) == ["ada", "bob", "cleo", "dan", "eve"]
    for name in ("bob", "cleo", "dan", "eve"):
        assert rows(results)[name]["outcome"] == Outcome.INVALID_NOTEBOOK
        assert f"{name}: No notebook was submitted" in told
        assert f">{name}<" in results.overview.read_text()
    for file in ("essay.pdf", "lab.pdf", "eve.rar", "the archive is empty"):
        assert file in results.overview.read_text()
    assert "'roster.csv'" in told


def test_the_log_says_first_why_there_is_no_mark(
    grade: Callable[[Path], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    members = {
        "one_1001_5001_lab.ipynb": notebook("1"),
        "two_LATE_1002_link.html": b"x",
        "three_LATE_7_70_a.ipynb": b"{",
    }
    (tmp_path / "class.zip").write_bytes(packed(members))
    assert grade(tmp_path / "class.zip") == 1
    told = capsys.readouterr().err
    assert "two: You entered text in the platform's form" in told
    assert "three: The file is cut off" in told


def test_a_file_that_two_could_own_is_nobodys_and_named(
    grade: Callable[[Path], int], results: Results, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "Eve Adams_111_assignsubmission_file__222_assignsubmission_file_lab.ipynb"
    (tmp_path / "class.zip").write_bytes(
        packed({name: notebook("1"), "Bob Roe_222_assignsubmission_file_lab.ipynb": notebook("2")})
    )
    assert grade(tmp_path / "class.zip") == 1
    assert sorted(rows(results)) == ["Bob Roe", name]
    assert rows(results)[name]["outcome"] == Outcome.INVALID_NOTEBOOK
    assert "no student gets it" in capsys.readouterr().err.replace("\n", " ")


@pytest.mark.parametrize(
    "text", ["x" * (MOST_CODE_BYTES + 1), "é" * (MOST_CODE_BYTES // 6 + 1)], ids=["ascii", "other"]
)
def test_code_too_large_for_the_sandbox_is_its_own_submissions_fault(
    material: pipeline.Material, results: Results, tmp_path: Path, text: str
) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "big.ipynb").write_bytes(notebook(f"data = '{text}'"))
    (folder / "good.ipynb").write_bytes(right(material))
    fake = Fake()
    found = pipeline.grade(material, collect(folder, "tiny"), results, fake, ignore)
    assert [each.assessment.outcome for each in found] == [Outcome.INVALID_NOTEBOOK, Outcome.COMPLETED]
    assert "MiB long, but the limit is 15 MiB" in as_read(found[0].assessment.remarks[0])
    assert len(fake.ran) == 1


Form = Literal["NFC", "NFD"]
COMPOSED_FIRST: tuple[Form, Form] = ("NFC", "NFD")


@pytest.mark.parametrize("forms", [COMPOSED_FIRST, COMPOSED_FIRST[::-1]])
def test_a_student_is_the_same_next_week_whichever_way_accents_are_written(
    material: pipeline.Material, results: Results, tmp_path: Path, forms: tuple[Form, Form]
) -> None:
    for form in forms:
        (tmp_path / form).mkdir()
        (tmp_path / form / unicodedata.normalize(form, "J\u00fcrgen.ipynb")).write_bytes(right(material))
        assert list(graded(material, tmp_path / form, results)) == ["J\u00fcrgen"]
    assert list(rows(results)) == ["J\u00fcrgen"]
    typed = unicodedata.normalize("NFD", "j\u00fcrgen")
    assert naming.known_name(typed, list(rows(results))) == "J\u00fcrgen"


def test_a_name_that_several_have_is_answered_with_all_of_them() -> None:
    names = ["jane_doe", "Jane Doe (1234)", "Jane Doe (1235)", "Jane Doe (1236)", "Jane Doe (1237)", "jane-doe", "Bob"]
    assert naming.near("Jane Doe", names) == names[1:5]


def test_a_gradebook_that_wrote_accents_apart_keeps_its_student(
    material: pipeline.Material, results: Results, tmp_path: Path
) -> None:
    apart = "Ju\u0308rgen"
    old = Submission(student=apart, exercise="tiny", origin="x.ipynb", content=notebook("width = 1"))
    pipeline.grade(material, [old], results, Fake(), ignore)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "J\u00fcrgen.ipynb").write_bytes(right(material))
    assert list(graded(material, tmp_path / "in", results)) == [apart]


def test_staff_are_told_of_names_that_were_guessed_until_somebody_corrects_them(
    small: Course, material: pipeline.Material, results: Results, tmp_path: Path
) -> None:
    names = ("jane-notebook.ipynb", "bob-notebook.ipynb", "Carl Roe.ipynb")
    (tmp_path / "class.zip").write_bytes(packed(dict.fromkeys(names, right(material))))
    told: list[str] = []
    submissions = pipeline.take_in(material, tmp_path / "class.zip", told.append)
    pipeline.grade(material, submissions, results, Fake(), ignore)

    def flagged() -> dict[str, list[str]]:
        found = results.existing(material.settings, material.exercise.slug).marks()
        return {each.student: [flag.kind for flag in each.assessment.flags] for each in found}

    assert told[0] == (
        "3 names come from no known platform, so the grader uses each whole name as a student's name:"
        " 'Carl Roe', 'bob-notebook', 'jane-notebook'."
    )
    assert told[1].startswith("2 of them may not be names of students")
    assert [name for name, kinds in flagged().items() if GUESSED in kinds] == ["bob-notebook", "jane-notebook"]
    assert "The name 'jane-notebook' does not follow the pattern of any known platform" in html.unescape(
        results.overview.read_text()
    )
    assert GUESSED not in (results.folder / "jane-notebook/report.html").read_text()
    rename_student(small, "tiny", results, "jane-notebook", "jane", "kim")
    assert [name for name, kinds in flagged().items() if GUESSED in kinds] == ["bob-notebook"]
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nbob-notebook,Bob Notebook\n")
    enrol(material, results, roster)
    pipeline.regrade(material, results)
    assert not any(GUESSED in kinds for kinds in flagged().values())


def test_names_that_a_platform_wrote_are_not_guessed(material: pipeline.Material, tmp_path: Path) -> None:
    names = (
        *("one_1001_5001_lab.ipynb", "A_1_assignsubmission_file/lab.ipynb", "[1] - lab-1 - lab.ipynb"),
        "lab 1_lab_attempt_2026-04-19-23-30-00_a.ipynb",
    )
    (tmp_path / "class.zip").write_bytes(packed(dict.fromkeys(names, right(material))))
    told: list[str] = []
    assert len(pipeline.take_in(material, tmp_path / "class.zip", told.append)) == 4
    assert told == []
