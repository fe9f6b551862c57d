"""Decisions of people on the command line: kept for good, in the report at once, and nothing runs."""

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.gradebook.results import Results
from grader.model.job import Job
from grader.model.record import Answer, AnswerState, Record
from tests.fakes import Fake, hand_in, ignore
from tests.graded_class import graded, small

__all__ = ["graded", "small"]

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

    def run(*arguments: str) -> tuple[int, str, str]:
        options = ["--results", "marks", "--course", str(small.root)]
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
    assert command("adjust", "tiny", "ada", "--points", "2", "--reason", "oral exam", "--author", "kim")[0] == 0
    assert marks()["ada"] == "2"
    page = Path("marks/ada/report.html").read_text()
    assert "oral exam" in page
    assert command("regrade", "tiny")[0] == 0
    assert marks()["ada"] == "2"


def test_queue_and_history_need_no_key(command: Command, small: Course) -> None:
    (small.solution_folder("tiny") / "key.py").write_text("raise SystemExit('not read')\n")
    assert command("queue", "tiny")[0] == 0
    assert "attempt 1" in command("history", "tiny", "ada")[1]


def test_a_decision_can_be_taken_back_but_stays_in_the_history(command: Command) -> None:
    before = marks()["ada"]
    command("adjust", "tiny", "ada", "--points", "2", "--reason", "oral exam", "--author", "kim")
    command("adjust", "tiny", "ada", "--points", "grader", "--reason", "mixed up", "--author", "lee")
    assert marks()["ada"] == before
    _, out, _ = command("history", "tiny", "ada")
    assert "2 points (oral exam)  [kim]" in out
    assert "automatic points restored (mixed up)  [lee]" in out
    assert out.splitlines()[-1].startswith("What counts: attempt 1")


def test_a_comment_is_in_the_report_as_text(command: Command) -> None:
    assert command("comment", "tiny", "ada", "<b>Well</b> argued")[0] == 0
    page = Path("marks/ada/report.html").read_text()
    assert "&lt;b&gt;Well&lt;/b&gt; argued" in page
    assert "<b>Well</b>" not in page


def test_who_is_excused_has_no_mark(command: Command) -> None:
    command("adjust", "tiny", "bob", "--excused", "--reason", "ill")
    assert marks()["bob"] == ""
    command("adjust", "tiny", "bob", "--not-excused", "--reason", "well again")
    assert marks()["bob"] != ""


AHEAD = (("--extension", "2026-05-01T23:59"), ("--extension", "none"), ("--excused",), ("--not-excused",))


@pytest.mark.parametrize("kind", AHEAD)
def test_before_anything_is_handed_in_a_name_is_confirmed(command: Command, kind: tuple[str, ...]) -> None:
    decision = ("adjust", "tiny", "adda", *kind, "--reason", "ill")
    status, _, said = command(*decision)
    assert status == cli.WRONG_USE
    assert "adda: no student of that name has submitted. Did you mean 'ada'?" in said
    assert "--before-handing-in" in said
    assert Results(Path("marks")).gradebook("The course", "tiny").adjustments() == {}
    status, _, said = command(*decision, "--before-handing-in")
    assert status == 0
    assert "adda: has not submitted yet" in said
    again = command("adjust", "tiny", "Adda", *kind, "--reason", "ill")
    assert again[0] == 0, "who has a decision is known"


@pytest.mark.parametrize("kind", AHEAD)
@pytest.mark.parametrize(
    "roster", ["student\nzoe\n", "Name;E-Mail\nPoe, Zoe;z@x\n", "username,first name,surname\nzoe,Zoë,Poe\n"]
)
def test_before_anything_is_handed_in_a_roster_knows_the_name(
    command: Command, kind: tuple[str, ...], roster: str
) -> None:
    Path("roster.csv").write_text(roster)
    name = "zoe" if "zoe" in roster else "Zoe Poe"
    decision = ("adjust", "tiny", name, *kind, "--reason", "ill")
    assert command(*decision, "--roster", "roster.csv")[0] == 0
    status, _, said = command("adjust", "tiny", "zzoe", *kind, "--reason", "ill", "--roster", "roster.csv")
    assert status == cli.WRONG_USE
    assert "Did you mean" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("adjust", "tiny", "adda", "--points", "1", "--reason", "x"), "Did you mean 'ada'?"),
        (("adjust", "tiny", "ada", "--points", "99", "--reason", "x"), "`points` must be from 0 to"),
        (
            ("adjust", "tiny", "ada", "--points", "many", "--reason", "x"),
            "must be a number, or `grader` to restore the automatic mark. Received: 'many'",
        ),
        (
            ("adjust", "tiny", "ada", "--extension", "soon", "--reason", "x"),
            "must be a date with a time, such as 2026-05-01T23:59, or `none`. Received: 'soon'",
        ),
        (("adjust", "tiny", "ada", "--points", "1,386", "--reason", "x"), "Received: '1,386'"),
        (("adjust", "tiny", "ada", "--extension", "2026-05-01", "--reason", "x"), "must be a date with a time"),
        (("adjust", "tiny", "ada", "--extension", "20260501", "--reason", "x"), "must be a date with a time"),
        (("adjust", "tiny", "ada", "--extension", "2026-W18-5", "--reason", "x"), "must be a date with a time"),
        (("adjust", "tiny", "ada", "--reason", "x"), "give one of --points"),
        (("adjust", "tiny", "ada", "--points", "1", "--excused", "--reason", "x"), "give one of --points"),
        (
            ("adjust", "tiny", "ada", "--points", "1", "--question", "nope", "--reason", "x"),
            "there is no such question. Available: padding, width.",
        ),
        (("decide", "tiny", "missing.csv"), "missing.csv: cannot be read"),
        (("history", "tiny", "nobody"), "no student of that name has submitted"),
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
    command("queue", "tiny", "--out", "waiting.csv")
    rows = list(csv.DictReader(io.StringIO(Path("waiting.csv").read_bytes().decode("utf-8-sig"))))
    assert rows[0]["answer"] == "'=1+1, too many parameters"
    lines = Path("waiting.csv").read_bytes().decode("utf-8-sig").splitlines()
    filled = [lines[0], lines[1].replace(",,4,,", ",2.5,4,Half of it.,")]
    Path("waiting.csv").write_text("\n".join(filled))
    before = float(marks()["ada"])
    assert command("decide", "tiny", "waiting.csv", "--author", "kim")[0] == 0
    assert float(marks()["ada"]) == before + 2.5
    assert "Half of it." in Path("marks/ada/report.html").read_text()
    assert command("queue", "tiny")[1].endswith("0 answers to grade.\n")


RUBRIC = (
    TEXT
    + """
[[questions.criteria]]
id = "idea"
title = "Idea"
points = 3
description = "Names the data."

[[questions.criteria]]
id = "style"
title = "Style"
points = 1
"""
)


class Essayist(Fake):
    """Pretends that everyone wrote the same text."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for record in super().run(jobs):
            yield replace(record, answers={**record.answers, "why": Answer(AnswerState.VALUE, "Too few data.", "str")})


def test_each_criterion_is_graded_on_its_own(small: Course, command: Command, tmp_path: Path) -> None:
    specification = small.exercises / "tiny" / "exercise.toml"
    specification.write_text(specification.read_text() + RUBRIC)
    material = pipeline.load(small, "tiny")
    results = Results(tmp_path / "marks")
    pipeline.grade(material, [hand_in(material, "ada", 1, "\n# again")], results, Essayist(), ignore)
    _, out, _ = command("queue", "tiny")
    assert "ada  why.idea  of 3\n    Names the data.\n    Too few data.\n" in out
    assert out.endswith("1 answer to grade, with 2 criteria.\n")  # `grade` counts answers, too
    before = float(marks()["ada"])
    command("queue", "tiny", "--out", "waiting.csv")
    rows = list(csv.DictReader(io.StringIO(Path("waiting.csv").read_bytes().decode("utf-8-sig"))))
    ours = [row for row in rows if row["student"] == "ada"]
    assert [(row["question"], row["title"], row["max_points"]) for row in ours] == [
        ("why.idea", "Why it overfits: Idea", "3"),
        ("why.style", "Why it overfits: Style", "1"),
    ]
    half = queued("half.csv", "ada,why.idea,2,Name <b>which</b> data.")
    assert command("decide", "tiny", half, "--author", "kim")[0] == 0
    assert float(marks()["ada"]) == before
    assert [line for line in command("queue", "tiny")[1].splitlines() if "ada" in line] == ["ada  why.style  of 1"]
    assert command("adjust", "tiny", "ada", "--question", "why.style", "--points", "1", "--reason", "clear")[0] == 0
    assert float(marks()["ada"]) == before + 3
    page = Path("marks/ada/report.html").read_text()
    assert all(text in page for text in ("Names the data.", "Name &lt;b&gt;which&lt;/b&gt; data.", "Idea", "Style"))
    command("regrade", "tiny")  # the run of Bob does not fit the new question
    assert float(marks()["ada"]) == before + 3
    status, _, problem = command("decide", "tiny", queued("wrong.csv", "ada,why.ida,1,"), "--author", "kim")
    assert (status, "Did you mean 'why.idea'?" in problem.replace("\n", " ")) == (cli.WRONG_USE, True)


POINTS = "student,question,points,comment\n"


def queued(name: str, *rows: str) -> str:
    """A file of decisions."""
    Path(name).write_text(POINTS + "".join(f"{row}\n" for row in rows))
    return name


def test_a_second_marker_does_not_overwrite_in_silence(command: Command) -> None:
    assert command("decide", "tiny", queued("kim.csv", "ada,width,2,Fine"), "--author", "kim")[0] == 0
    for row in ("ada,width,1,", "ADA,width,1,Fine", "ada,width,,Not so fine"):
        status, _, said = command("decide", "tiny", queued("lee.csv", "bob,width,1,", row), "--author", "lee")
        assert status == cli.WRONG_USE, row
        assert "ada, width: " in said
        assert "(lee) instead of" in said
        assert "(kim, " in said
        assert "UTC" in said
        assert "--overrule" in said
    book = Results(Path("marks")).gradebook("The course", "tiny")
    assert {name: [each.author for each in made] for name, made in book.adjustments().items()} == {"ada": ["kim"] * 2}
    status, _, said = command("decide", "tiny", queued("lee.csv", "ada,width,1,"), "--author", "lee", "--overrule")
    assert status == 0
    assert "Replaced: ada, width: 1 point (lee) instead of 2 points (kim, " in said


def test_the_same_decision_of_a_second_marker_is_taken_over(command: Command) -> None:
    command("decide", "tiny", queued("kim.csv", "ada,width,2,Fine"), "--author", "kim")
    status, _, said = command("decide", "tiny", queued("lee.csv", "ada,width,2.0,Fine"), "--author", "lee")
    assert (status, said) == (0, "")


def test_who_corrects_an_own_decision_is_told_what_it_replaces(command: Command) -> None:
    command("decide", "tiny", queued("kim.csv", "ada,width,2,"), "--author", "kim")
    status, _, said = command("decide", "tiny", queued("kim.csv", "ada,width,1,"), "--author", "kim")
    assert status == 0
    assert "Replaced: ada, width: 1 point (kim) instead of 2 points (kim, " in said


def test_a_file_that_contradicts_itself_is_refused(command: Command) -> None:
    file = queued("kim.csv", "ada,width,2,", "bob,width,1,", "Ada,width,1,")
    status, _, said = command("decide", "tiny", file, "--author", "kim")
    assert status == cli.WRONG_USE
    assert "kim.csv: line 4: says '1 point' for Ada, width, but line 2 says '2 points'. Keep one." in said
    assert Results(Path("marks")).gradebook("The course", "tiny").adjustments() == {}


def test_names_that_differ_only_in_case_are_different_students_in_a_file(
    small: Course, command: Command, tmp_path: Path
) -> None:
    material, results = pipeline.load(small, "tiny"), Results(tmp_path / "marks")
    pipeline.grade(material, [hand_in(material, name, 1) for name in ("Ada", "ADA")], results, Fake(), ignore)
    file = queued("kim.csv", "ada,width,2,", "Ada,width,1,", "ADA,width,0,")
    assert command("decide", "tiny", file, "--author", "kim")[0] == 0
    decided = results.gradebook("The course", "tiny").adjustments()
    assert {name: each[-1].points for name, each in decided.items()} == {"ada": 2, "Ada": 1, "ADA": 0}


def test_every_wrong_row_of_a_file_is_named(command: Command) -> None:
    file = queued("kim.csv", "ada,width,two,", "bob,width,1,", "bob,width,2,", "bob,width,ill,")
    status, _, said = command("decide", "tiny", file)
    assert status == cli.WRONG_USE
    assert [f"kim.csv: line {number}:" in said for number in (2, 3, 4, 5)] == [True, False, True, True]
    file = queued("lee.csv", "addda,width,1,", "bob,widht,1,", "bobb,width,1,", "ada,width,99,")
    status, _, said = command("decide", "tiny", file)
    assert status == cli.WRONG_USE
    wrong = [
        "addda: no student of that name",
        "bob, tiny, question 'widht'",
        "bobb: no student of that name",
        "ada, tiny, question 'width': `points` must be from 0 to 2. Received: 99.",
    ]
    assert [text for text in wrong if text not in said] == [], said
    assert Results(Path("marks")).gradebook("The course", "tiny").adjustments() == {}


def test_points_can_have_a_decimal_comma(command: Command) -> None:
    assert command("adjust", "tiny", "ada", "--points", "1,5", "--reason", "x")[:2] == (0, "ada: 1.5 of 3\n")


def test_history_says_of_who_handed_in_nothing_that_a_person_excused_them(command: Command) -> None:
    assert command("adjust", "tiny", "zoe", "--excused", "--reason", "ill", "--before-handing-in")[0] == 0
    assert command("history", "tiny", "zoe")[1].endswith("zoe is excused.\n")


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (("--points", "2"), ("--points", "1"), "1 point (lee) instead of 2 points (kim, "),
        (("--excused",), ("--not-excused",), "no longer excused (lee) instead of excused (kim, "),
        (
            ("--extension", "2026-05-01T23:59"),
            ("--extension", "none"),
            "extension removed (lee) instead of extension until 2026-05-01 23:59 (kim, ",
        ),
    ],
)
def test_what_one_decision_replaces_is_told(
    command: Command, first: tuple[str, ...], second: tuple[str, ...], told: str
) -> None:
    assert "Replaced" not in command("adjust", "tiny", "ada", *first, "--reason", "a", "--author", "kim")[2]
    status, _, said = command("adjust", "tiny", "ada", *second, "--reason", "b", "--author", "lee")
    assert status == 0
    assert f"Replaced: ada: {told}" in said


def test_history_uses_the_time_zone_of_the_course_and_names_it(small: Course, command: Command) -> None:
    (small.exercises / "course.toml").write_text('time_zone = "Asia/Kolkata"\n')
    material = pipeline.load(small, "tiny")
    handed_in = replace(hand_in(material, "ada", 7), submitted_at=datetime(2026, 4, 30, 20, 0, tzinfo=UTC))
    pipeline.grade(material, [handed_in], Results(Path("marks")), Fake(), ignore)
    command("adjust", "tiny", "ada", "--extension", "2026-05-01T23:59", "--reason", "ill")
    _, out, _ = command("history", "tiny", "ada")
    assert out.splitlines()[0] == "Times are in the time zone Asia/Kolkata."
    assert "submitted 2026-05-01 01:30" in out
    assert "extension until 2026-05-01 23:59 (ill)" in out
    assert "UTC" not in out
    told = json.loads(command("history", "tiny", "ada", "--json")[1])
    assert {line["at"][-6:] for line in told} == {"+05:30"}


@pytest.mark.parametrize("name", ["adda", "zoe", "Ada  "])
@pytest.mark.parametrize(
    "arguments",
    [
        ("adjust", "tiny", "NAME", "--points", "1", "--reason", "x"),
        ("adjust", "tiny", "NAME", "--points", "1", "--question", "width", "--reason", "x", "--before-handing-in"),
        ("comment", "tiny", "NAME", "Well done"),
        ("comment", "tiny", "NAME", "Well done", "--question", "width"),
        ("history", "tiny", "NAME"),
        ("decide", "tiny", "FILE"),
    ],
)
def test_every_command_says_that_a_name_is_unknown(command: Command, arguments: tuple[str, ...], name: str) -> None:
    file = queued("kim.csv", f"{name},width,2,")
    status, _, said = command(*(each.replace("NAME", name).replace("FILE", file) for each in arguments))
    assert status == cli.WRONG_USE
    assert f"{name}: no student of that name has submitted" in said
    assert Results(Path("marks")).gradebook("The course", "tiny").adjustments() == {}


def test_marking_again_does_not_say_that_all_is_graded_while_answers_wait(
    small: Course, command: Command, tmp_path: Path
) -> None:
    specification = small.exercises / "tiny" / "exercise.toml"
    specification.write_text(specification.read_text() + TEXT)
    material = pipeline.load(small, "tiny")

    class Writer(Fake):
        """Pretends that everybody wrote a text."""

        def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
            for record in super().run(jobs):
                yield replace(record, answers={**record.answers, "why": Answer(AnswerState.VALUE, "Because.", "str")})

    shutil.rmtree("marks")
    again = [hand_in(material, name, 1) for name in ("ada", "bob")]
    pipeline.grade(material, again, Results(tmp_path / "marks"), Writer(), ignore)
    status, out, _ = command("regrade", "tiny")
    assert status == 0
    first = out.splitlines()[0]
    assert first == "2 submissions, 2 of them need manual grading. `grader queue tiny` lists the 2 answers to grade."
    assert {row["waiting"] for row in csv.DictReader(io.StringIO(Path("marks/grades.csv").read_text()))} == {"1"}
    assert [row["waiting"] for row in json.loads(command("regrade", "tiny", "--json")[1])] == [1, 1]
    command("adjust", "tiny", "ada", "--points", "1", "--reason", "read")
    told = command("regrade", "tiny")[1].splitlines()[0]
    assert told == "2 submissions, 1 of them needs manual grading. `grader queue tiny` lists the 1 answer to grade."
    command("adjust", "tiny", "bob", "--question", "why", "--points", "1", "--reason", "read")
    assert command("regrade", "tiny")[1].splitlines()[0] == "2 submissions, all graded."


def test_marking_again_does_not_say_that_all_is_graded_while_runs_do_not_fit(small: Course, command: Command) -> None:
    specification = small.exercises / "tiny" / "exercise.toml"
    specification.write_text(specification.read_text().replace("seed = 1", "seed = 2"))
    status, out, _ = command("regrade", "tiny")
    assert (status, out.splitlines()[0]) == (cli.SOME_NOT_GRADED, "2 submissions, 2 of them must be run again.")


def test_history_gives_back_every_notebook(small: Course, command: Command, tmp_path: Path) -> None:
    material = pipeline.load(small, "tiny")
    second = hand_in(material, "ada", 5)
    pipeline.grade(material, [second], Results(tmp_path / "marks"), Fake(), ignore)
    command("history", "tiny", "ada", "--out", "tries")
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
    assert "leave out --dry-run" in said
    assert {path: path.read_bytes() for path in pages} == pages
    assert "worth" in command("regrade", "tiny")[2]
    assert command("regrade", "tiny")[2].strip() == "No mark changed."


def test_an_excused_question_is_in_report_tables_and_exports(command: Command) -> None:
    before = int(marks()["ada"])
    question = next(name for name in _table()["ada"] if name.startswith("q_"))
    most = float(_table()["ada"]["max_points"])
    arguments = ("adjust", "tiny", "ada", "--question", question.removeprefix("q_"), "--reason", "<b>ill</b>")
    assert command(*arguments, "--excused")[0] == 0
    row = _table()["ada"]
    assert (row[question], row["overridden"]) == ("", question.removeprefix("q_"))
    assert float(row["max_points"]) < most
    assert float(_table()["bob"]["max_points"]) == most
    page = Path("marks/ada/report.html").read_text()
    assert "Excused" in page
    assert "&lt;b&gt;ill&lt;/b&gt;" in page
    assert "Excused" not in Path("marks/bob/report.html").read_text()
    assert f"{question.removeprefix('q_')}: excused (<b>ill</b>)" in command("history", "tiny", "ada")[1]
    assert command("regrade", "tiny")[0] == 0
    assert _table()["ada"] == row
    for form in ("csv", "csv-findings", "gradescope", "nbgrader", "moodle"):
        command("export", "tiny", "--to", form)
    assert "excused" in Path("marks/exports/tiny-findings.csv").read_text()
    assert command(*arguments, "--not-excused")[0] == 0
    assert int(marks()["ada"]) == before
    assert float(_table()["ada"]["max_points"]) == most


def test_a_platform_gets_the_same_share_of_all_points(command: Command, tmp_path: Path) -> None:
    questions = [name.removeprefix("q_") for name in _table()["ada"] if name.startswith("q_")]
    for name in ("ada", "bob"):
        command("adjust", "tiny", name, "--question", questions[0], "--points", "0.5", "--reason", "r")
    most = float(_table()["ada"]["max_points"])
    command("adjust", "tiny", "ada", "--question", questions[1], "--excused", "--reason", "ill")
    (tmp_path / "canvas.csv").write_text(
        f"Student,ID,Section,tiny (7)\n    Points Possible,,,{most}\nada,1,,\nbob,2,,\n"
    )
    _, _, said = command(
        "export", "tiny", "--to", "canvas", "--from", "canvas.csv", "--column", "7", "--out", "done.csv"
    )
    filled = {row[0]: row[3] for row in csv.reader(io.StringIO(Path("done.csv").read_text()))}
    row = _table()["ada"]
    share = float(row["points"]) / float(row["max_points"])
    assert float(filled["ada"]) == pytest.approx(share * most, abs=0.01)
    assert f"ada: is excused from {questions[1]}" in said
    assert "bob: is excused" not in said


def _table() -> dict[str, dict[str, str]]:
    """Student -> the row of the table of the class."""
    return {row["student"]: row for row in csv.DictReader(io.StringIO(Path("marks/grades.csv").read_text()))}
