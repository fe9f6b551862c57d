"""Backups: the database alone is complete after each command; `backup` and `restore` keep everything."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader import cli
from grader.course.layout import Course
from grader.gradebook.database import Database
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from tests.conftest import ROOT
from tests.graded_class import graded, small

__all__ = ["graded", "small"]

Command = Callable[..., tuple[int, str, str]]
POINTS = ("adjust", "tiny", "ada", "--points", "2", "--reason", "oral exam", "--author", "kim")


@pytest.fixture
def command(
    small: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command where Ada and Bob have been graded into `marks`; gives status, output and messages."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        course = [] if arguments[0] in ("backup", "restore") else ["--course", str(small.root)]
        folder = "--out" if arguments[0] == "restore" else "--results"
        out = [] if folder in arguments else [folder, "marks"]
        monkeypatch.setattr(sys, "argv", ["grader", *arguments, *out, *course])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return int(ended.value.code or 0), told.out, told.err

    return run


def alone(path: Path, to: Path) -> Gradebook:
    """The gradebook in a copy of its one file, without what lies beside it."""
    shutil.copyfile(path, to)
    return Gradebook(Database(to), "The course", "tiny", Path("handed-in"))


def everything(folder: Path) -> dict[str, bytes]:
    """Name -> bytes of all files but databases and what SQLite lays beside them."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".sqlite" not in path.name
    }


def rows(path: Path) -> list[str]:
    """All that a database holds, as text."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(
    "arguments",
    [
        POINTS,
        ("comment", "tiny", "ada", "Well done"),
        ("regrade", "tiny"),
        ("history", "tiny", "ada"),
        ("queue", "tiny"),
        ("stats", "tiny"),
        ("export", "tiny", "--to", "csv"),
        ("adjust", "tiny", "nobody", "--points", "2", "--reason", "x"),
        ("adjust", "tiny", "ada", "--points", "99", "--reason", "x"),
        ("export", "tiny", "--to", "canvas"),
    ],
)
def test_after_each_command_the_database_alone_is_complete(
    command: Command, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    command(*POINTS)
    command(*arguments)
    assert list(Path("marks").glob("gradebook.sqlite-*")) == []
    book = alone(Path("marks/gradebook.sqlite"), tmp_path / "copy.sqlite")
    assert [each.student for each in book.marks()] == ["ada", "bob"]
    assert 2 in [each.points for each in book.adjustments()["ada"]]


def test_a_page_of_the_course_leaves_the_database_complete_too(command: Command) -> None:
    Path("all").mkdir()
    Path("marks").rename("all/tiny")
    assert command("course", "--results", "all")[0] == 0
    assert sorted(path.name for path in Path("all/tiny").glob("gradebook.*")) == ["gradebook.sqlite"]


def test_the_database_is_complete_once_the_last_of_two_graders_has_ended(command: Command, tmp_path: Path) -> None:
    other = Results(Path("marks"))
    assert other.gradebook("The course", "tiny").attempts()
    command(*POINTS)
    other.database.close()
    assert list(Path("marks").glob("gradebook.sqlite-*")) == []
    assert alone(Path("marks/gradebook.sqlite"), tmp_path / "copy.sqlite").adjustments()["ada"]


def test_what_a_killed_command_left_in_the_log_is_in_the_file_after_the_next_one(
    command: Command, tmp_path: Path
) -> None:
    code = (
        "import os, sys; from pathlib import Path; from grader.gradebook.results import Results\n"
        "book = Results(Path('marks')).gradebook('The course', 'tiny'); book.begin('grade', __import__('datetime')"
        ".datetime.now().astimezone()); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (Path("marks") / "gradebook.sqlite-wal").stat().st_size > 0
    command("history", "tiny", "ada")
    assert list(Path("marks").glob("gradebook.sqlite-*")) == []
    alone(Path("marks/gradebook.sqlite"), tmp_path / "copy.sqlite")
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (2,)


@pytest.mark.parametrize("other", [False, True])
def test_what_was_kept_comes_back_whole(command: Command, other: bool) -> None:
    command(*POINTS)
    before, held = everything(Path("marks")), rows(Path("marks/gradebook.sqlite"))
    assert command("backup", "kept.zip")[0] == 0
    if other:
        status, out, _ = command("restore", "kept.zip", "--out", "deep/down/again")
        place = Path("deep/down/again")
    else:
        shutil.rmtree("marks")
        status, out, _ = command("restore", "kept.zip")
        place = Path("marks")
    assert status == 0
    assert str(place) in out
    assert everything(place) == before
    assert rows(place / "gradebook.sqlite") == held
    assert [path.name for path in place.parent.iterdir() if "restoring" in path.name] == []
    assert command("regrade", "tiny", "--results", str(place))[2].startswith("No mark changed.")
    assert "oral exam" in command("history", "tiny", "ada", "--results", str(place))[1]


def test_results_of_several_exercises_are_kept_together(command: Command) -> None:
    command(*POINTS)
    shutil.copytree("marks", "all/one")
    shutil.copytree("marks", "all/two")
    command("backup", "kept.zip", "--results", "all")
    command("restore", "kept.zip", "--out", "again")
    assert everything(Path("again")) == everything(Path("all"))
    for name in ("one", "two"):
        assert rows(Path("again") / name / "gradebook.sqlite") == rows(Path("marks/gradebook.sqlite"))


def test_a_gradebook_elsewhere_is_kept_and_goes_where_it_is_told(command: Command) -> None:
    command(*POINTS)
    Path("marks/gradebook.sqlite").rename("elsewhere.sqlite")
    here = ("--gradebook", "sqlite:///elsewhere.sqlite")
    assert command("backup", "kept.zip", *here)[0] == 0
    status, _, said = command("restore", "kept.zip", "--out", "again")
    assert (status, "Name a place for it with --gradebook" in said) == (cli.WRONG_USE, True)
    status, _, said = command("restore", "kept.zip", "--out", "again", *here)
    assert (status, "elsewhere.sqlite: already exists" in said) == (cli.WRONG_USE, True)
    assert not Path("again").exists()
    assert command("restore", "kept.zip", "--out", "again", "--gradebook", "sqlite:///new.sqlite")[0] == 0
    assert rows(Path("new.sqlite")) == rows(Path("elsewhere.sqlite"))
    assert everything(Path("again")) == everything(Path("marks"))


def test_a_backup_is_consistent_while_another_grader_writes(command: Command) -> None:
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        book = Results(Path("marks"))
        while not stop.is_set():
            written.append(book.gradebook("The course", "tiny").begin("x" * 5_000, datetime.now(UTC)))
        book.database.close()

    other = threading.Thread(target=write)
    other.start()
    try:
        for number in range(3):
            assert command("backup", f"kept-{number}.zip")[0] == 0
    finally:
        stop.set()
        other.join()
    assert written
    for number in range(3):
        assert command("restore", f"kept-{number}.zip", "--out", f"again-{number}")[0] == 0
        assert len(Results(Path(f"again-{number}")).gradebook("The course", "tiny").marks()) == 2


def test_a_backup_that_breaks_leaves_nothing(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    status, _, said = command("backup", "kept.zip")
    assert (status, "kept.zip: No space left on device" in said) == (cli.WRONG_USE, True)
    assert [path.name for path in Path().iterdir() if "kept" in path.name] == []


def damaged(change: str) -> Path:
    """A file that is not a whole backup."""
    path = Path("damaged.zip")
    content = bytearray(Path("kept.zip").read_bytes())
    if change == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif change == "text":
        path.write_bytes(b"student,points\n")
    elif change == "flipped":
        with zipfile.ZipFile("kept.zip") as archive:
            place = archive.getinfo("results/gradebook.sqlite").header_offset + 300
        content[place] ^= 255
        path.write_bytes(content)
    else:
        with zipfile.ZipFile("kept.zip") as archive, zipfile.ZipFile(path, "w") as made:
            for name in archive.namelist():
                if change == "without" and name == "backup.json":
                    continue
                text = archive.read(name)
                if change == "newer" and name == "backup.json":
                    text = text.replace(b'"form": 1', b'"form": 2')
                if change == "no database" and name.endswith(".sqlite"):
                    text = b"SQLite format 3\0" + b"x" * 5_000
                made.writestr(name, text)
            if change == "leads out":
                made.writestr("results/../../outside.txt", b"x")
            if change == "absolute":
                made.writestr("/tmp/quokka-restored.txt", b"x")
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("cut", "is not a complete backup"),
        ("text", "is not a complete backup"),
        ("flipped", "is not a complete backup"),
        ("without", "is not a backup of results"),
        ("leads out", "is not a backup of results"),
        ("absolute", "is not a backup of results"),
        ("newer", "a newer version of the grader wrote this file"),
        ("no database", "its gradebook is damaged"),
    ],
)
def test_a_damaged_backup_brings_back_nothing(command: Command, change: str, message: str) -> None:
    command("backup", "kept.zip")
    path = damaged(change)
    before = sorted(Path().iterdir())
    status, _, said = command("restore", str(path), "--out", "again")
    assert (status, message in said) == (cli.WRONG_USE, True), said
    assert sorted(Path().iterdir()) == before
    assert not Path("/tmp/quokka-restored.txt").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("backup", "kept.zip", "--results", "nowhere"), "nowhere: contains no gradebook"),
        (("backup", "marks/grades.csv"), "marks/grades.csv: already exists. Name another file, or remove it."),
        (("restore", "none.zip", "--out", "again"), "none.zip: there is no such file"),
        (("restore", "none.zip"), "marks: already exists. Move it away"),
        (("backup", "kept.zip", "--gradebook", "sqlite:///none.sqlite"), "none.sqlite: there is no such gradebook"),
    ],
)
def test_wrong_use_is_told_and_changes_nothing(command: Command, arguments: tuple[str, ...], message: str) -> None:
    before = everything(Path("marks"))
    status, _, said = command(*arguments)
    assert (status, message in said) == (cli.WRONG_USE, True), said
    assert everything(Path("marks")) == before
    assert not Path("kept.zip").exists()


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_a_gradebook_on_a_server_is_kept_by_the_server(command: Command, name: str) -> None:
    address = "postgresql://kim:secret@localhost/marks"
    folder = "--out" if name == "restore" else "--results"
    status, _, said = command(name, "kept.zip", folder, "again", "--gradebook", address)
    assert status == cli.WRONG_USE
    assert "pg_dump" in said
    assert "pg_restore" in said
    assert "secret" not in said
    assert not Path("kept.zip").exists()


def test_a_backup_may_lie_among_the_results(command: Command) -> None:
    assert command("backup", "marks/kept.zip")[0] == 0
    with zipfile.ZipFile("marks/kept.zip") as archive:
        assert [name for name in archive.namelist() if "kept" in name or ".sqlite-" in name] == []
