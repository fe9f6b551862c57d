"""Exports from end to end: graded, exported with the command, and read again."""

import contextlib
import gzip
import io
import json
import os
import re
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars
import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.course.settings import read_settings
from grader.gradebook.exports.notebooks import beside
from grader.gradebook.exports.research import COLUMNS, answers, pseudonym
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.mark import Mark
from grader.model.record import Isolation, Outcome
from grader.pipeline.exporting import Format
from tests.conftest import ROOT, notebook
from tests.fakes import Fake
from tests.report import report_samples as samples

BOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Tiny (55),Final Score\r\n"
    "    Points Possible,,,,,6,(read only)\r\n"
    '"Doe, Jane",12,s1,jdoe,A,,\r\n'
    '"Roe, Bob",13,s2,broe,A,EX,\r\n'
)
SHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    "Participant 34,Ann Lee,ann@example.org,Submitted,,20.00,Yes,-,-,\n"
    "Participant 35,Zed,zed@example.org,Submitted,,20.00,Yes,-,-,\n"
)
ROSTER = (
    "id,name,email,login,section\n"
    "12,Jane Doe,jane@example.org,jdoe,A\n"
    "14,Cy Poe,cy@example.org,cpoe,A\n"
    "15,Ann Lee,ann@example.org,alee,B\n"
    "16,Bob Roe,bob@example.org,broe,B\n"
)
UNREAD = "zed: has no mark, because the file could not be read as a notebook."
Export = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course where a class from Canvas, from Moodle and by hand was graded into `marks`."""
    home = tmp_path_factory.mktemp("graded") / "course"
    for name in ("exercises", "solutions"):
        (home / name).mkdir(parents=True)
    shutil.copytree(ROOT / "reference_models", home / "reference_models")
    course = Course(home)
    create_exercise(course, "tiny")
    handed_in = {
        "doejane_12_99_lab.ipynb": notebook("width = 26"),
        "roebob_LATE_13_98_lab-1.ipynb": notebook("width = 3"),
        "Ann Lee_34_assignsubmission_file_/lab.ipynb": notebook("width = 26", "a = 1"),
        "zed.ipynb": b"{",
    }
    for name, content in handed_in.items():
        path = home / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name, text in (("book.csv", BOOK), ("sheet.csv", SHEET), ("roster.csv", ROSTER)):
        (home / name).write_bytes(text.encode())
    material = pipeline.load(course, "tiny")
    results = Results(home / "marks")
    pipeline.grade(material, pipeline.take_in(material, home / "class"), results, Fake(), lambda _: None)
    results.database.close()
    return home


@pytest.fixture
def export(graded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Export:
    """`grader export tiny` in a copy of this course."""
    shutil.copytree(graded, tmp_path / "course")
    monkeypatch.chdir(tmp_path / "course")

    def run(*arguments: str) -> tuple[int, str, list[str]]:
        monkeypatch.setattr(sys, "argv", ["grader", "export", "tiny", "--results", "marks", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        assert "Error in the grader itself" not in captured.err, captured.err
        return int(ended.value.code or 0), captured.out, captured.err.splitlines()

    return run


def test_canvas_gets_its_own_file_back_with_one_column_filled(export: Export) -> None:
    status, out, said = export("--to", "canvas", "--from", "book.csv", "--column", "Tiny")
    assert status == cli.SOME_NOT_GRADED
    assert Path("marks/exports/tiny-canvas.csv").read_bytes().decode() == BOOK.replace("jdoe,A,,", "jdoe,A,2,")
    assert Path("book.csv").read_bytes().decode() == BOOK
    assert out == "1 mark, 2 problems.\nmarks/exports/tiny-canvas.csv\n"
    assert said == [
        "Note: roebob: is excused in book.csv, so the row stays as it is.",
        "Note: 'Tiny (55)' has 6 points in Canvas, but the exercise has 3. "
        "The file contains unconverted points (--scale converts them).",
        "Ann Lee: is not in book.csv.",
        UNREAD,
    ]
    export("--to", "canvas", "--from", "book.csv", "--scale")
    assert Path("marks/exports/tiny-canvas.csv").read_bytes().decode() == BOOK.replace("jdoe,A,,", "jdoe,A,4,")


def test_a_moodle_worksheet_is_filled_and_pages_lie_beside_it(export: Export) -> None:
    status, out, said = export("--to", "moodle-worksheet", "--from", "sheet.csv")
    assert (status, said) == (
        cli.SOME_NOT_GRADED,
        ["doejane: is not in sheet.csv.", "roebob: is not in sheet.csv.", UNREAD],
    )
    lines = Path("marks/exports/tiny-moodle-worksheet.csv").read_text().splitlines()
    assert lines[1].startswith(
        "Participant 34,Ann Lee,ann@example.org,Submitted,2,20.00,Yes,-,-,2 of 3 points. Width of"
    )
    assert lines[2] == SHEET.splitlines()[2]
    with zipfile.ZipFile("marks/exports/tiny-moodle-worksheet-feedback.zip") as archive:
        assert archive.namelist() == [
            "Ann Lee_34_assignsubmission_file_/report.html",
            "Zed_35_assignsubmission_file_/report.html",
        ]
    assert "tiny-moodle-worksheet-feedback.zip" in out


@pytest.mark.parametrize("form", ["feedback", "feedback-notebooks"])
def test_a_report_that_is_gone_is_named_and_a_regrade_writes_it_again(
    export: Export, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("marks/doejane/report.html").unlink()
    status, _, said = export("--to", form)
    assert status == cli.WRONG_USE
    assert "marks/doejane/report.html: the report is gone. Run `grader regrade`" in " ".join(said)
    assert not list(Path("marks/exports").glob("*.zip"))
    monkeypatch.setattr(sys, "argv", ["grader", "regrade", "tiny", "--results", "marks"])
    with pytest.raises(SystemExit):
        cli.main()
    assert export("--to", form)[0] == cli.DONE


def test_the_archive_of_feedback_has_the_page_of_each_student(export: Export) -> None:
    status, out, said = export("--to", "feedback")
    assert (status, out.splitlines()[0]) == (cli.DONE, "4 pages, 0 problems.")
    assert said == [
        "Note: zed: came neither from Canvas nor from Moodle. The page is zed/report.html.",
        "Note: If a name from Canvas is that of a group, Canvas shows the page to every member of the group.",
    ]
    with zipfile.ZipFile("marks/exports/tiny-feedback.zip") as archive:
        assert archive.namelist() == [
            "Ann Lee_34_assignsubmission_file_/report.html",
            "doejane_12_99_lab.html",
            "roebob_LATE_13_98_lab-1.html",
            "zed/report.html",
        ]
        assert archive.read("doejane_12_99_lab.html") == Path("marks/doejane/report.html").read_bytes()


def test_a_roster_tells_addresses_and_who_handed_nothing_in(export: Export) -> None:
    status, _, said = export("--to", "moodle", "--roster", "roster.csv")
    assert (status, said) == (
        cli.SOME_NOT_GRADED,
        [
            "Note: Moodle rejects the whole file if its grade item allows fewer than 3 points.",
            "zed: is not in roster.csv.",
            UNREAD,
        ],
    )
    written = Path("marks/exports/tiny-moodle.csv").read_text().replace('"', "")
    rows = [line.split(",")[:3] for line in written.splitlines()]
    assert rows == [
        ["email", "name", "Tiny"],
        ["ann@example.org", "Ann Lee", "2"],
        ["jane@example.org", "Jane Doe", "2"],
        ["bob@example.org", "Bob Roe", "0"],
    ]
    export("--to", "nbgrader", "--roster", "roster.csv")
    absent = [line for line in Path("marks/exports/tiny-nbgrader.csv").read_text().splitlines() if "cy@" in line]
    assert absent == ['"tiny",,,14,"Cy Poe",,"cy@example.org",,,,3.0']


def test_tables_have_every_student_and_every_finding(export: Export) -> None:
    forms = ("csv", "csv-findings", "parquet", "parquet-findings")
    export(*(word for form in forms for word in ("--to", form)), "--roster", "roster.csv")
    table = polars.read_csv("marks/exports/tiny-marks.csv")
    assert table["student"].to_list() == ["Ann Lee", "doejane", "roebob", "zed", "Cy Poe"]
    assert table["points"].to_list() == [2, 2, 0, None, None]
    typed = polars.read_parquet("marks/exports/tiny-marks.parquet")
    assert typed["points"].to_list() == [2.0, 2.0, 0.0, None, None]
    assert typed.columns == table.columns
    findings = polars.read_csv("marks/exports/tiny-findings.csv")
    assert findings.shape[0] == 8
    assert polars.read_parquet("marks/exports/tiny-findings.parquet")["question"].equals(findings["question"])


def test_gradescope_gets_one_file_for_each_submission(export: Export) -> None:
    status, out, _ = export("--to", "gradescope", "--visibility", "visible", "--out", "gs")
    assert (status, out) == (cli.SOME_NOT_GRADED, "3 marks, 1 problem.\ngs\n")
    found = {path.parent.name: json.loads(path.read_text()) for path in Path("gs").glob("*/results.json")}
    assert len(found) == 4
    assert (found["doejane"]["score"], found["doejane"]["execution_time"]) == (2, 0)
    assert "score" not in found["zed"]


WRONG_USE = {
    "no such form": (["--to", "excel"], "is not one of 'csv', 'csv-findings', 'parquet'"),
    "no file to fill": (["--to", "canvas"], "--to canvas: needs --from FILE, the gradebook that Canvas exports."),
    "no worksheet to fill": (["--to", "moodle-worksheet"], "--to moodle-worksheet: needs --from FILE, the offline"),
    "an option of another form": (
        ["--to", "csv", "--scale"],
        "--scale: does not apply to --to csv. It is for --to canvas",
    ),
    "an option of none of the forms": (
        ["--to", "csv", "--to", "moodle", "--visibility", "hidden"],
        "--visibility: does not apply to --to csv --to moodle. It is for --to gradescope.",
    ),
    "one file to fill for two": (
        ["--to", "moodle-worksheet", "--to", "canvas", "--from", "book.csv"],
        "--to canvas and --to moodle-worksheet: each needs a separate file with --from. Export one after the other.",
    ),
    "one place for two": (
        ["--to", "csv", "--to", "moodle", "--out", "both.csv"],
        "--out: is for a single format, not for --to csv --to moodle. Leave it out, or export one after the other.",
    ),
    "several, of which one cannot be": (
        ["--to", "csv", "--to", "canvas", "--from", "sheet.csv"],
        "sheet.csv: is not a gradebook of Canvas",
    ),
    "a file that is not there": (["--to", "canvas", "--from", "none.csv"], "none.csv: cannot be read (No such file or"),
    "a folder for a file": (
        ["--to", "canvas", "--from", "class"],
        "class: cannot be read (Is a directory). Name the file",
    ),
    "another file": (
        ["--to", "canvas", "--from", "sheet.csv"],
        "sheet.csv: is not a gradebook of Canvas: its first row",
    ),
    "another column": (["--to", "canvas", "--from", "book.csv", "--column", "Lab"], "no column is called 'Lab'. Name"),
    "a file to overwrite": (
        ["--to", "csv", "--out", "book.csv"],
        "book.csv: already exists. Name another with --out",
    ),
    "its own source to overwrite": (
        ["--to", "canvas", "--from", "book.csv", "--out", "./book.csv"],
        "book.csv: is the file that you gave with --from, which must not change. Name another with --out.",
    ),
    "a roster that is none": (
        ["--to", "csv", "--roster", "class/zed.ipynb"],
        "class/zed.ipynb: has no column that names",
    ),
    "a folder of Gradescope that is there": (["--to", "gradescope", "--out", "class"], "class: already exists. Name"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use_is_told_in_one_message_and_writes_nothing(export: Export, arguments: list[str], said: str) -> None:
    def files() -> dict[Path, int]:  # reading the gradebook lays a log beside it, and takes it away
        return {path: path.stat().st_mtime_ns if path.is_file() else 0 for path in Path().rglob("*")}

    before = files()
    status, out, message = export(*arguments)
    assert (status, out) == (cli.WRONG_USE, "")
    assert said in " ".join(message)
    assert files() == before


def test_the_instructors_file_is_not_overwritten_under_the_usual_name_either(export: Export) -> None:
    Path("marks/exports").mkdir()
    usual = Path("marks/exports/tiny-canvas.csv")
    Path("book.csv").rename(usual)
    for source in (usual, Path("link.csv")):
        if not source.exists():
            source.symlink_to(usual)
        status, _, said = export("--to", "canvas", "--from", str(source))
        assert status == cli.WRONG_USE
        assert "is the file that you gave with --from, which must not change" in said[0]
    assert usual.read_bytes().decode() == BOOK


def test_several_forms_are_what_each_of_them_is_alone(export: Export) -> None:
    alone = {"csv": (), "moodle": ("--identifier", "id"), "canvas": ("--from", "book.csv"), "gradescope": ()}
    for form, options in alone.items():
        export("--to", form, *options)
    exports = Path("marks/exports")
    before = {path: path.read_bytes() for path in exports.rglob("*") if path.is_file()}
    shutil.rmtree(exports)
    export(*(word for form, options in alone.items() for word in ("--to", form, *options)))
    assert {path: path.read_bytes() for path in exports.rglob("*") if path.is_file()} == before


def test_several_forms_are_told_one_after_the_other_and_no_line_twice(export: Export) -> None:
    status, out, said = export("--to", "csv", "--to", "canvas", "--to", "csv", "--from", "book.csv", "--column", "Tiny")
    assert status == cli.SOME_NOT_GRADED
    assert out.splitlines() == [
        "canvas: 1 mark, 2 problems.",
        "marks/exports/tiny-canvas.csv",
        "csv: 3 marks, 1 problem.",
        "marks/exports/tiny-marks.csv",
    ]
    assert said.count(UNREAD) == 1
    assert len(said) == len(set(said))
    assert "Ann Lee: is not in book.csv." in said


def test_what_was_written_is_told_also_where_a_later_form_fails(export: Export) -> None:
    Path("marks/exports/tiny-moodle.csv").mkdir(parents=True)
    status, out, said = export("--to", "csv", "--to", "moodle", "--to", "nbgrader")
    assert status == cli.WRONG_USE
    assert out.splitlines() == ["csv: 3 marks, 1 problem.", "marks/exports/tiny-marks.csv"]
    assert said[-1] == "marks/exports/tiny-moodle.csv: Is a directory. The path must be a file. Move the folder away."
    assert not Path("marks/exports/tiny-nbgrader.csv").exists()


def test_several_forms_read_the_marks_once(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Gradebook] = []
    standings = Gradebook.marks

    def note(book: Gradebook) -> list[Mark]:
        read.append(book)
        return standings(book)

    monkeypatch.setattr(Gradebook, "marks", note)
    export("--to", "csv", "--to", "moodle", "--to", "nbgrader")
    assert len(read) == 1


@pytest.fixture
def excuse(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`grader adjust tiny STUDENT --excused`."""

    def run(student: str) -> None:
        words = [
            "tiny",
            student,
            "--excused",
            "--reason",
            "Ill.",
            "--author",
            "Dr. Rossi",
            "--results",
            "marks",
            "--before-handing-in",
        ]
        monkeypatch.setattr(sys, "argv", ["grader", "adjust", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code, capsys.readouterr().err

    return run


@pytest.fixture
def ill(export: Export, excuse: Callable[[str], None]) -> Export:
    """The same as `export`, where Cy Poe is excused and handed nothing in."""
    excuse("Cy Poe")
    return export


def test_who_is_excused_without_having_handed_in_gets_ex_in_canvas(ill: Export) -> None:
    book = BOOK + '"Poe, Cy",14,s3,cpoe,A,,\r\n'
    Path("book.csv").write_bytes(book.encode())
    _, _, said = ill("--to", "canvas", "--from", "book.csv", "--column", "Tiny")
    filled = Path("marks/exports/tiny-canvas.csv").read_bytes().decode()
    assert filled == book.replace("jdoe,A,,", "jdoe,A,2,").replace("cpoe,A,,", "cpoe,A,EX,")
    assert "Note: Cy Poe: is excused and gets EX." in said


@pytest.mark.parametrize("roster", [(), ("--roster", "roster.csv")])
def test_who_is_excused_without_having_handed_in_is_in_tables_once(ill: Export, roster: tuple[str, ...]) -> None:
    _, _, said = ill("--to", "csv", "--to", "nbgrader", *roster)
    assert said.count("Note: Cy Poe: is excused, and did not submit.") == 1
    for name in ("marks", "nbgrader"):
        lines = Path(f"marks/exports/tiny-{name}.csv").read_text().splitlines()
        (line,) = [line for line in lines if "Cy Poe" in line]
        assert ("cy@example.org" in line) == bool(roster)


@pytest.mark.parametrize("roster", [(), ("--roster", "roster.csv")])
def test_an_excuse_under_another_name_than_the_one_handed_in_with_overwrites_no_mark(
    export: Export, excuse: Callable[[str], None], roster: tuple[str, ...]
) -> None:
    excuse("Jane Doe")
    excuse("lee, ann")
    status, _, said = export("--to", "canvas", "--from", "book.csv", "--column", "Tiny", *roster)
    assert status == cli.SOME_NOT_GRADED
    assert "jdoe,A,2," in Path("marks/exports/tiny-canvas.csv").read_bytes().decode()
    jane = "Jane Doe" if roster else "doejane"
    assert f"Jane Doe: is excused, but seems to have submitted as {jane}. Excuse that name instead." in said
    assert "lee, ann: is excused, but seems to have submitted as Ann Lee. Excuse that name instead." in said


def test_a_second_export_replaces_the_first(export: Export) -> None:
    export("--to", "csv")
    first = Path("marks/exports/tiny-marks.csv").read_bytes()
    export("--to", "csv")
    assert Path("marks/exports/tiny-marks.csv").read_bytes() == first
    assert [path.name for path in Path("marks/exports").iterdir()] == ["tiny-marks.csv"]


@pytest.mark.parametrize("to", [Format.CSV, Format.FEEDBACK])
def test_a_disk_that_refuses_leaves_the_old_export(export: Export, monkeypatch: pytest.MonkeyPatch, to: Format) -> None:
    export("--to", to)
    (path,) = Path("marks/exports").iterdir()
    before = path.read_bytes()

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    status, _, said = export("--to", to)
    assert status == cli.WRONG_USE
    assert said == [f"{path}: No space left on device. Free some space, or name a folder on another disk."]
    assert path.read_bytes() == before
    assert list(Path("marks/exports").iterdir()) == [path]


def in_gradebook(statement: str) -> None:
    """Change what the gradebook has of Jane Doe."""
    with contextlib.closing(sqlite3.connect("marks/gradebook.sqlite")) as connection, connection:
        (jane,) = connection.execute("SELECT id FROM students WHERE folder = 'doejane'").fetchone()
        connection.execute(statement, (jane,))


def test_what_our_side_broke_has_no_mark_in_any_form(export: Export) -> None:
    in_gradebook("UPDATE standings SET body = replace(body, 'completed', 'sandbox_failed') WHERE student_id = ?")
    said = "doejane: has no mark, because our sandbox failed. Run `grader grade` again."
    for to, more in {
        "canvas": ("--from", "book.csv"),
        "csv": (),
        "moodle": ("--identifier", "id"),
        "nbgrader": (),
    }.items():
        status, _, messages = export("--to", to, *more)
        assert status == cli.SOME_NOT_GRADED
        assert said in messages
    assert Path("marks/exports/tiny-canvas.csv").read_bytes().decode() == BOOK


def test_whoever_was_taken_in_but_not_graded_is_listed(export: Export) -> None:
    in_gradebook("DELETE FROM standings WHERE student_id = ?")
    _, out, said = export("--to", "csv")
    assert out.startswith("2 marks, 2 problems.")
    assert said[0] == "doejane: was collected but not graded. Run `grader grade tiny` again."


def test_titles_have_the_students_own_numbers(export: Export) -> None:
    """The report, Moodle and Gradescope call a question the same."""
    path = Path("exercises/tiny/exercise.toml")
    path.write_text(path.read_text().replace('"Width of the feature map"', '"Width at {{ size }}"'))
    key = Path("solutions/tiny/key.py")
    key.write_text(key.read_text() + "\n\nkey.numbers(size=28)\n")
    export("--to", "gradescope", "--out", "gs")
    tests = json.loads(Path("gs/doejane/results.json").read_text())["tests"]
    assert tests[0]["name"] == "Width at 28"
    export("--to", "moodle-worksheet", "--from", "sheet.csv")
    assert ",2 of 3 points. Width at 28: 2 of 2." in Path("marks/exports/tiny-moodle-worksheet.csv").read_text()
    assert export("--to", "csv")[0] == cli.SOME_NOT_GRADED


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def decide(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    monkeypatch.setattr(sys, "argv", ["grader", *words, "--results", "marks"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.DONE


def test_each_student_gets_their_own_notebook_with_page_and_comments(
    export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Results(Path("marks")).existing(read_settings(Course(Path.cwd())), "tiny")
    jane, ann = (next(name for name in book.attempts() if part in name.casefold()) for part in ("jane", "ann"))
    decide(monkeypatch, "comment", "tiny", ann, "See me \ud800 about <b>width</b>.", "--question", "width")
    decide(monkeypatch, "comment", "tiny", jane, "Well done.")
    status, _, _ = export("--to", "feedback-notebooks")
    archive = Path("marks/exports/tiny-feedback-notebooks.zip")
    assert status == cli.DONE
    files = files_of(archive)
    of_ann = "Ann Lee_34_assignsubmission_file_"
    assert files[f"{of_ann}/notebook.ipynb"] == notebook("width = 26", "a = 1")
    assert files[f"{of_ann}/comments.txt"].decode().endswith("See me \\ud800 about <b>width</b>.\n")
    assert files["doejane_12_99_lab.ipynb"] == notebook("width = 26")
    assert files["doejane_12_99_lab.txt"].decode().endswith("\n\nWell done.\n")
    assert files["roebob_LATE_13_98_lab-1.ipynb"] == notebook("width = 3")
    assert "roebob_LATE_13_98_lab-1.txt" not in files
    assert {name for name in files if "zed" in name} == {"zed/report.html", "zed/notebook.ipynb"}
    assert files["zed/notebook.ipynb"] == b"{"
    assert sorted(files) == list(files)


def test_the_archive_of_notebooks_is_the_same_each_time(export: Export) -> None:
    archive = Path("marks/exports/tiny-feedback-notebooks.zip")
    export("--to", "feedback-notebooks")
    first = archive.read_bytes()
    export("--to", "feedback-notebooks")
    assert archive.read_bytes() == first


def test_a_notebook_that_is_not_the_students_own_is_left_out(export: Export) -> None:
    stored = [path for path in Path("marks").rglob("*") if path.is_file() and path.read_bytes()[:2] == b"\x1f\x8b"]
    contents = {path: gzip.decompress(path.read_bytes()) for path in stored}
    of_jane = next(path for path, content in contents.items() if content == notebook("width = 26"))
    of_bob = next(path for path, content in contents.items() if content == notebook("width = 3"))
    of_bob.write_bytes(of_jane.read_bytes())
    _, _, lines = export("--to", "feedback-notebooks")
    files = files_of(Path("marks/exports/tiny-feedback-notebooks.zip"))
    assert "roebob_LATE_13_98_lab-1.html" in files
    assert "roebob_LATE_13_98_lab-1.ipynb" not in files
    assert any("the stored notebook is missing or damaged" in line for line in lines)


@pytest.mark.parametrize(
    ("page", "paths"),
    [
        ("a_1_22_x.html", ("a_1_22_x.ipynb", "a_1_22_x.txt")),
        ("a/report.html", ("a/notebook.ipynb", "a/comments.txt")),
        ("report.html", ("report.ipynb", "report.txt")),
    ],
)
def test_files_lie_beside_the_page(page: str, paths: tuple[str, str]) -> None:
    assert beside(page) == paths


def test_research_gets_the_answers_of_all_attempts_without_names(export: Export) -> None:
    status, out, _ = export("--to", "research")
    assert (status, out) == (cli.DONE, "4 students, 0 problems.\nmarks/exports/tiny-research.csv\n")
    text = Path("marks/exports/tiny-research.csv").read_text()
    assert not any(name in text for name in ("Ann", "Lee", "jane", "doe", "bob", "roe", "zed", "example.org", "lab"))
    table = polars.read_csv(io.StringIO(text))
    assert table.columns == list(COLUMNS)
    assert table["pseudonym"].n_unique() == 4
    assert table["pseudonym"].to_list() == sorted(table["pseudonym"])
    assert set(table.filter(polars.col("question") == "width")["answer"].to_list()) >= {26, 3}


def test_pseudonyms_depend_on_the_secret_and_are_the_same_in_all_exercises(export: Export) -> None:
    export("--to", "research")
    first = Path("marks/exports/tiny-research.csv").read_bytes()
    export("--to", "research")
    assert Path("marks/exports/tiny-research.csv").read_bytes() == first
    secret = Path("solutions/secret").read_text().strip().encode()
    assert pseudonym("zed", secret) in first.decode()
    assert pseudonym("zed", b"another secret") not in first.decode()


def test_a_text_that_a_student_wrote_does_not_reach_the_research() -> None:
    answer = Finding(question="q", verdict=Verdict.FAILED, points=0.0, max_points=1.0, found='"Ann Lee"', expected="26")
    assessment = Assessment(
        student="ann",
        exercise="tiny",
        record="r",
        outcome=Outcome.COMPLETED,
        isolation=Isolation.SANDBOX,
        findings=(answer,),
    )
    exercise = samples.exercise(slug="tiny")
    table = answers(exercise, {"ann": [assessment]}, b"secret")
    assert (table["answer"], table["expected"]) == ([""], ["26"])


def test_until_the_deadline_exported_pages_have_no_expected_values(export: Export) -> None:
    shows_expected = {}
    for name, days in (("open", 1), ("over", -1)):
        at = datetime.now(UTC) + timedelta(days=days)
        Path("exercises/course.toml").write_text(f"[deadlines]\ntiny = {at:%Y-%m-%dT%H:%M:%SZ}\n")
        export("--to", "feedback", "--out", f"{name}.zip")
        (page,) = (content.decode() for path, content in files_of(Path(f"{name}.zip")).items() if "roebob" in path)
        shows_expected[name] = "Expected" in re.sub(r"<[^>]*>", " ", page.partition("<main")[2])
    assert shows_expected == {"open": False, "over": True}


def test_until_the_deadline_a_file_with_expected_values_is_announced(export: Export) -> None:
    at = datetime.now(UTC) + timedelta(days=1)
    Path("exercises/course.toml").write_text(f"[deadlines]\ntiny = {at:%Y-%m-%dT%H:%M:%SZ}\n")
    for form in ("gradescope", "moodle"):
        _, _, said = export("--to", form)
        assert any("this file contains expected values" in " ".join(said[:number]) for number in range(len(said) + 1))
    _, _, said = export("--to", "csv")
    assert "expected values" not in " ".join(said)
