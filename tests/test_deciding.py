"""Decisions of people on the command line: kept for good, in the report at once, and nothing runs."""

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.gradebook.results import Results
from grader.model.job import Job
from grader.model.record import Answer, AnswerState, Record
from tests.test_pipeline import Fake, hand_in, ignore

Command = Callable[..., tuple[int, str, str]]
TEXT = """
[[questions]]
id = "why"
title = "Why it overfits"
kind = "text"
answer = "why"
points = 4
"""


@pytest.fixture
def command(
    small: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command in a folder where Ada and Bob have been graded; gives status, output and messages."""
    monkeypatch.chdir(tmp_path)
    material = pipeline.load(small, "tiny")
    results = Results(tmp_path / "marks")
    pipeline.grade(material, [hand_in(material, name, 1) for name in ("ada", "bob")], results, Fake(), ignore)

    def run(*arguments: str) -> tuple[int, str, str]:
        options = ["--out", "marks", "--course", str(small.root)]
        monkeypatch.setattr(sys, "argv", ["grader", *arguments, *options])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


def marks() -> dict[str, str]:
    """Student -> points in the table of the class."""
    return {row["student"]: row["points"] for row in csv.DictReader(io.StringIO(Path("marks/grades.csv").read_text()))}


def test_points_that_a_person_gave_stand_in_table_report_and_after_marking_again(command: Command) -> None:
    assert command("adjust", "ada", "tiny", "--points", "2", "--reason", "oral exam", "--author", "kim")[0] == 0
    assert marks()["ada"] == "2"
    page = Path("marks/ada/report.html").read_text()
    assert "oral exam" in page
    assert command("regrade", "tiny")[0] == 0
    assert marks()["ada"] == "2"


def test_a_decision_can_be_taken_back_but_stays_in_the_history(command: Command) -> None:
    before = marks()["ada"]
    command("adjust", "ada", "tiny", "--points", "2", "--reason", "oral exam", "--author", "kim")
    command("adjust", "ada", "tiny", "--points", "grader", "--reason", "mixed up", "--author", "lee")
    assert marks()["ada"] == before
    _, out, _ = command("history", "ada", "tiny")
    assert "2 points (oral exam)  [kim]" in out
    assert "points as the grader gave them (mixed up)  [lee]" in out
    assert out.splitlines()[-1].startswith("What counts: try 1")


def test_a_comment_is_in_the_report_as_text(command: Command) -> None:
    assert command("comment", "ada", "tiny", "<b>Well</b> argued")[0] == 0
    page = Path("marks/ada/report.html").read_text()
    assert "&lt;b&gt;Well&lt;/b&gt; argued" in page
    assert "<b>Well</b>" not in page


def test_who_is_excused_has_no_mark(command: Command) -> None:
    command("adjust", "bob", "tiny", "--excused", "--reason", "ill")
    assert marks()["bob"] == ""
    command("adjust", "bob", "tiny", "--not-excused", "--reason", "well again")
    assert marks()["bob"] != ""


def test_an_extension_can_be_given_before_anything_is_handed_in(command: Command) -> None:
    status, _, said = command("adjust", "zoe", "tiny", "--extension", "2026-05-01T23:59", "--reason", "ill")
    assert status == 0
    assert "zoe: has handed in nothing yet" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("adjust", "adda", "tiny", "--points", "1", "--reason", "x"), "did you mean 'ada'?"),
        (("adjust", "ada", "tiny", "--points", "99", "--reason", "x"), "points is 99; it must be from 0 to"),
        (("adjust", "ada", "tiny", "--points", "many", "--reason", "x"), "'many' is no number"),
        (("adjust", "ada", "tiny", "--extension", "soon", "--reason", "x"), "'soon' is no date with a time"),
        (("adjust", "ada", "tiny", "--reason", "x"), "give one of --points"),
        (("adjust", "ada", "tiny", "--points", "1", "--excused", "--reason", "x"), "give one of --points"),
        (
            ("adjust", "ada", "tiny", "--points", "1", "--question", "nope", "--reason", "x"),
            "there is no such question",
        ),
        (("decide", "tiny", "missing.csv"), "missing.csv: cannot be read"),
        (("history", "nobody", "tiny"), "nobody of that name has handed anything in"),
    ],
)
def test_wrong_use_is_one_message_and_changes_nothing(
    command: Command, arguments: tuple[str, ...], message: str
) -> None:
    before = Path("marks/grades.csv").read_bytes()
    status, _, said = command(*arguments)
    assert status == cli.WRONG_USE
    assert message in said.replace("\n", " ")
    assert "Traceback" not in said
    assert Path("marks/grades.csv").read_bytes() == before


def test_answers_that_wait_are_read_in_a_file_and_then_counted(small: Course, command: Command, tmp_path: Path) -> None:
    specification = small.exercises / "tiny" / "exercise.toml"
    specification.write_text(specification.read_text() + TEXT)
    material = pipeline.load(small, "tiny")
    results = Results(tmp_path / "marks")

    class Writer(Fake):
        """Pretends that Ada wrote a text."""

        def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
            for record in super().run(jobs):
                text = Answer(AnswerState.VALUE, "=1+1, too many parameters", "str")
                yield replace(record, answers={**record.answers, "why": text})

    pipeline.grade(material, [hand_in(material, "ada", 1, "\n# again")], results, Writer(), ignore)
    status, out, _ = command("queue", "tiny")
    assert (status, "=1+1, too many parameters" in out) == (0, True)
    command("queue", "tiny", "--file", "waiting.csv")
    rows = list(csv.DictReader(io.StringIO(Path("waiting.csv").read_bytes().decode("utf-8-sig"))))
    assert rows[0]["answer"] == "'=1+1, too many parameters"
    lines = Path("waiting.csv").read_bytes().decode("utf-8-sig").splitlines()
    filled = [lines[0], lines[1].replace(",,4,,", ",2.5,4,Half of it.,")]
    Path("waiting.csv").write_text("\n".join(filled))
    before = float(marks()["ada"])
    assert command("decide", "tiny", "waiting.csv", "--author", "kim")[0] == 0
    assert float(marks()["ada"]) == before + 2.5
    assert "Half of it." in Path("marks/ada/report.html").read_text()
    assert command("queue", "tiny")[1].endswith("0 answers to read.\n")


def test_history_gives_back_every_notebook(small: Course, command: Command, tmp_path: Path) -> None:
    material = pipeline.load(small, "tiny")
    second = hand_in(material, "ada", 5)
    pipeline.grade(material, [second], Results(tmp_path / "marks"), Fake(), ignore)
    command("history", "ada", "tiny", "--save", "tries")
    assert Path("tries/try-2/notebook.ipynb").read_bytes() == second.content
    assert Path("tries/try-1/notebook.ipynb").exists()


def test_a_dry_run_says_what_would_change_and_why_and_changes_nothing(small: Course, command: Command) -> None:
    specification = small.exercises / "tiny" / "exercise.toml"
    first = next(line for line in specification.read_text().splitlines() if line.startswith("points"))
    specification.write_text(specification.read_text().replace(first, "points = 7", 1))
    pages = {path: path.read_bytes() for path in Path("marks").rglob("*") if path.suffix in (".html", ".csv", ".json")}
    status, _, said = command("regrade", "tiny", "--dry-run")
    assert status == 0
    assert "worth" in said
    assert "without --dry-run it is" in said
    assert {path: path.read_bytes() for path in pages} == pages
    assert "worth" in command("regrade", "tiny")[2]
    assert command("regrade", "tiny")[2].strip() == "No mark changed."
