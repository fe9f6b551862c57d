"""The command line: what it says, where it says it, and with which exit status it ends."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import cli
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.errors import SandboxError
from grader.execute import isolation
from grader.model.job import Job
from grader.model.record import Isolation, Outcome, Record
from tests.conftest import NO_SANDBOX, ROOT, notebook
from tests.fakes import Fake

RIGHT = notebook("width = 26")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course with one small exercise, as the current folder, and some things to hand in."""
    folder = tmp_path / "course"
    for name in ("exercises", "solutions", "class", "empty"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(ROOT / "reference_models", folder / "reference_models")
    create_exercise(Course(folder), "tiny")
    (folder / "class" / "ada.ipynb").write_bytes(RIGHT)
    (folder / "notes.txt").write_text("notes")
    (folder / "book").mkdir()
    (folder / "book" / "gradebook.sqlite").touch()
    monkeypatch.chdir(folder)
    return Course(folder)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Stands in for the sandbox."""
    executor = Fake()
    monkeypatch.setattr(isolation, "local_executor", lambda *_, **__: executor)
    return executor


@pytest.fixture
def grader(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command as a shell would."""

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["grader", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    return run


WRONG_USE = {
    "no exercise of that name": (["grade", "tinny", "class"], "exercises/tinny: there is no such exercise. Did you"),
    "no such folder": (["grade", "tiny", "nowhere"], "nowhere: does not exist. Name a folder"),
    "an empty folder": (["grade", "tiny", "empty"], "empty: contains no notebook (.ipynb). Name"),
    "a file that is no notebook": (["grade", "tiny", "notes.txt"], "notes.txt: is neither a folder, a zip archive"),
    "no course": (["list", "--course", "/"], "/: neither this folder nor one above it contains 'exercises/'. Change"),
    "no jobs": (["grade", "tiny", "class", "--jobs", "0"], "'--jobs': Input should be greater than or equal to 1"),
    "a misspelt option": (["grade", "tiny", "class", "--jbos", "2"], "No such option: --jbos"),
    "a misspelt command": (["grad"], "No such command 'grad'"),
    "a missing argument": (["grade", "tiny"], "Missing argument 'SUBMISSIONS'"),
    "results in a file": (
        ["grade", "tiny", "class", "--results", "notes.txt"],
        "notes.txt: File exists. Name a",
    ),
    "results below a file": (["grade", "tiny", "class", "--results", "notes.txt/marks"], "Name a folder, not a file"),
    "release into a file": (["release", "tiny", "--out", "notes.txt"], "Name a folder, not a file"),
    "nothing to mark again": (
        ["regrade", "tiny", "--results", "empty"],
        "empty: contains no results of 'tiny'",
    ),
    "no statistics": (
        ["stats", "tiny", "--results", "empty"],
        "empty: contains no results of 'tiny'",
    ),
    "the results by their earlier name": (["regrade", "tiny", "--out", "marks"], "--out is now called --results."),
    "the same, with a sign": (["grade", "tiny", "class", "--out=marks"], "--out is now called --results."),
    "a file by its earlier name": (["export", "tiny", "--to", "csv", "--file", "x.csv"], "--file is now called --out."),
    "a folder by its earlier name": (["history", "tiny", "ada", "--save", "x"], "--save is now called --out."),
    "an export over the results": (["export", "tiny", "--to", "csv", "--out", "book"], "Name it with --results"),
    "a queue over the results": (["queue", "tiny", "--out", "book"], "book is a results folder"),
    "attempts over the results": (["history", "tiny", "ada", "--out", "book"], "book is a results folder"),
    "no notebook to check": (["check", "nowhere.ipynb"], "nowhere.ipynb: there is no such file. Name the notebook"),
    "no notebook in the file": (["check", "notes.txt"], "notes.txt: The file is text, but not a notebook. Open it"),
    "a name that is none": (["new", "Max Pooling"], "'Max Pooling': is not a name for an exercise. Use up to 40"),
    "a name that is taken": (["new", "tiny"], "exercises/tiny: already exists. Choose another name."),
}


@pytest.mark.usefixtures("course", "fake")
@pytest.mark.parametrize(("arguments", "said"), WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use_is_told_in_one_message(grader: Command, arguments: list[str], said: str) -> None:
    ended = grader(*arguments)
    assert ended.status == cli.WRONG_USE
    assert said in ended.err
    assert ended.out == ""


@pytest.mark.usefixtures("fake")
def test_a_misspelt_key_is_named_with_the_right_one(grader: Command, course: Course) -> None:
    specification = course.exercises / "tiny" / "exercise.toml"
    specification.write_text(specification.read_text().replace("points = 2", "points = 2\ntolerence = 1"))
    ended = grader("grade", "tiny", "class")
    assert ended.status == cli.WRONG_USE
    assert ended.err == (
        "exercises/tiny/exercise.toml: question 'width': the key 'tolerence' is not known. Did you mean 'tolerance'?"
        " Available: decimals, digits, picture, relative_tolerance, tolerance, unit.\n"
    )


def test_a_broken_submission_stops_nothing_and_is_told_in_full(grader: Command, course: Course, fake: Fake) -> None:
    (course.root / "class" / "bo.ipynb").write_text('{"cells": [')
    ended = grader("grade", "tiny", "class", "--results", "marks")
    assert ended.status == cli.SOME_NOT_GRADED
    assert len(fake.ran) == 1
    assert "bo: The file is cut off: it was probably not saved or copied completely. Open it in" in ended.err
    assert ended.err.rstrip().endswith("submit the .ipynb file again.")
    assert "2 submissions, 1 of them could not be graded.\nDashboard: " in ended.out


@pytest.mark.usefixtures("course", "fake")
def test_one_submission_is_graded_without_a_plural(grader: Command) -> None:
    ended = grader("grade", "tiny", "class", "--results", "marks")
    assert (ended.status, ended.out.splitlines()[0]) == (cli.DONE, "1 submission, all graded.")


@pytest.mark.usefixtures("course", "fake")
def test_json_is_all_that_goes_to_standard_output(grader: Command) -> None:
    ended = grader("grade", "tiny", "class", "--results", "marks", "--json")
    assert [row["student"] for row in json.loads(ended.out)] == ["ada"]
    assert "[1/1] ada" in ended.err


@pytest.mark.usefixtures("fake")
def test_statistics_are_told_of_what_was_graded(grader: Command, course: Course) -> None:
    (course.root / "class" / "bo.ipynb").write_bytes(notebook("width = 25"))
    (course.root / "class" / "cy.ipynb").write_text("{")
    grader("grade", "tiny", "class", "--results", "marks")
    ended = grader("stats", "tiny", "--results", "marks")
    assert (ended.status, ended.err) == (cli.DONE, "")
    assert "2 students" in ended.out
    assert "Left out: 1 file that could not be read" in ended.out
    assert "1 × width: 25" in ended.out


@pytest.mark.usefixtures("course", "fake")
def test_statistics_as_json_are_all_that_is_printed(grader: Command) -> None:
    grader("grade", "tiny", "class", "--results", "marks")
    told = json.loads(grader("stats", "tiny", "--results", "marks", "--json").out)
    assert (told["students"], told["questions"][0]["difficulty"]) == (1, 1.0)


@pytest.mark.usefixtures("fake")
def test_names_neither_colour_nor_break_the_output(grader: Command, course: Course) -> None:
    for name in ("[red]x[/red]", "a\x1b[31mb", "line\nend"):
        (course.root / "class" / f"{name.replace('/', '_')}.ipynb").write_text("{")
    ended = grader("grade", "tiny", "class", "--results", "marks")
    assert "[red]x[_red]: " in ended.err
    assert "\x1b" not in ended.err
    assert "line\\nend: " in ended.err


@pytest.mark.usefixtures("course", "fake")
@pytest.mark.parametrize(
    ("number", "said", "status"),
    [
        (errno.ENOSPC, "No space left on device. Free some space, or name a folder on another disk.", cli.WRONG_USE),
        (errno.EROFS, "Read-only file system. Change the permissions, or name another folder.", cli.WRONG_USE),
        (errno.EACCES, "Permission denied. Change the permissions, or name another folder.", cli.WRONG_USE),
        (errno.EIO, "Input/output error", cli.OUR_FAULT),
    ],
)
def test_a_disk_that_refuses_is_told_with_the_place(
    grader: Command, monkeypatch: pytest.MonkeyPatch, number: int, said: str, status: int
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    ended = grader("grade", "tiny", "class", "--results", "marks")
    assert ended.status == status
    assert ended.err.startswith("marks/")
    assert ended.err.rstrip().endswith(said)


class Broken(Fake):
    """A sandbox that fails, in the way that is asked for."""

    def __init__(self, error: BaseException, after: int = 0) -> None:
        super().__init__()
        self.error = error
        self.after = after

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for record in super().run(jobs):
            if len(self.ran) > self.after:
                raise self.error
            yield record


@pytest.mark.usefixtures("course")
def test_a_broken_sandbox_is_our_fault(grader: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Broken(SandboxError("the fork server did not start"))
    monkeypatch.setattr(isolation, "local_executor", lambda *_, **__: broken)
    ended = grader("grade", "tiny", "class", "--results", "marks")
    assert ended.status == cli.OUR_FAULT
    assert ended.err == "Error in the grader itself: the fork server did not start\n"


@pytest.mark.usefixtures("course")
def test_a_fault_in_the_grader_is_told_with_its_place(grader: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "local_executor", lambda *_, **__: Broken(RuntimeError("no such thing")))
    ended = grader("grade", "tiny", "class", "--results", "marks")
    assert ended.status == cli.OUR_FAULT
    assert "Error in the grader itself: RuntimeError: no such thing (test_cli.py, line" in ended.err


@pytest.mark.usefixtures("course")
def test_a_run_that_we_broke_gives_no_mark(grader: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "local_executor", lambda *_, **__: Fake(Outcome.SANDBOX_FAILED))
    ended = grader("grade", "tiny", "class", "--results", "marks", "--json")
    assert ended.status == cli.SOME_NOT_GRADED
    assert json.loads(ended.out)[0]["points"] is None
    assert "ada  no mark  sandbox_failed" in ended.err


def test_after_ctrl_c_the_same_command_goes_on(
    grader: Command, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        (course.root / "class" / f"student-{number}.ipynb").write_bytes(notebook(f"width = {number}"))
    stopped, rest = Broken(KeyboardInterrupt(), after=3), Fake()
    monkeypatch.setattr(isolation, "local_executor", lambda *_, **__: stopped)
    ended = grader("grade", "tiny", "class", "--results", "marks")
    assert ended.status == cli.INTERRUPTED
    assert ended.err.endswith("Stopped. Finished work is kept, and the same command continues from there.\n")
    monkeypatch.setattr(isolation, "local_executor", lambda *_, **__: rest)
    assert grader("grade", "tiny", "class", "--results", "marks").status == cli.DONE
    assert len(rest.ran) == 5 - 3


def test_what_is_not_ready_is_explained_below_the_list(grader: Command, course: Course) -> None:
    assert grader("list").status == cli.DONE
    (course.exercises / "tiny" / "notebook.ipynb").write_text("{}")
    ended = grader("list")
    assert ended.status == cli.WRONG_USE
    assert "invalid" in ended.out
    place, remedy = "exercises/tiny/notebook.ipynb", "Run `grader release tiny --out exercises`"
    assert ended.err == f"{place}: differs from the notebook that is generated from the solution. {remedy}.\n"


@pytest.mark.slow
@pytest.mark.long
def test_ctrl_c_on_a_real_class_loses_nothing_that_was_done(course: Course) -> None:
    if isolation.available() is not Isolation.SANDBOX:
        pytest.skip(NO_SANDBOX)
    for number in range(15):
        cells = ("import time; time.sleep(0.5)", f"width = {number}")
        (course.root / "class" / f"student-{number:02}.ipynb").write_bytes(notebook(*cells))
    command = [
        str(Path(sys.executable).with_name("grader")),
        "grade",
        "tiny",
        "class",
        "--results",
        "marks",
        "--jobs",
        "2",
    ]
    first = subprocess.Popen(command, cwd=course.root, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert first.stderr is not None
    assert any("[1/16]" in line for line in first.stderr)  # after the notes about names
    os.killpg(first.pid, signal.SIGINT)
    _, said = first.communicate(timeout=120)
    assert first.returncode == cli.INTERRUPTED
    assert "Stopped. Finished work is kept" in said
    kept = records(course)
    assert 0 < len(kept) < 16
    second = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=False, timeout=600)
    assert (second.returncode, second.stdout.splitlines()[0]) == (cli.DONE, "16 submissions, all graded.")
    assert kept.items() <= records(course).items()
    assert len(records(course)) == 16


def records(course: Course) -> dict[str, int]:
    """Name of each record, and when it was written."""
    return {path.name: path.stat().st_mtime_ns for path in (course.root / "marks" / "records").rglob("*.json.gz")}
