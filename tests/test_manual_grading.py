"""Manual grading without names, and by two markers, on the command line."""

import csv
import hashlib
import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.model.job import Job
from grader.model.record import Answer, AnswerState, Record
from grader.pipeline.anonymous import pseudonyms
from tests.conftest import ROOT
from tests.fakes import Fake, hand_in, ignore

NAMES = ("ada", "bob", "Zoë Poe", "=cmd")
QUESTION = """
[[questions]]
id = "why"
title = "Why it overfits"
kind = "text"
answer = "why"
points = 4
"""
TWO = "[manual_grading]\nmarkers = 2\nmax_difference = 25\n"
ANONYMOUS = "[manual_grading]\nanonymous = true\n"
BOTH = f"{TWO}anonymous = true\n"

Command = Callable[..., tuple[int, str, str]]
Row = dict[str, str]


class Essayist(Fake):
    """Pretends that everyone wrote the same text."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for record in super().run(jobs):
            yield replace(record, answers={**record.answers, "why": Answer(AnswerState.VALUE, "Few data.", "str")})


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a question for manual grading, and a graded class."""
    root = tmp_path_factory.mktemp("graded")
    for name in ("exercises", "solutions"):
        (root / name).mkdir()
    shutil.copytree(ROOT / "reference_models", root / "reference_models")
    course = Course(root)
    create_exercise(course, "tiny")
    specification = course.exercises / "tiny" / "exercise.toml"
    specification.write_text(specification.read_text() + QUESTION)
    material = pipeline.load(course, "tiny")
    results = Results(root / "grading" / "tiny")
    pipeline.grade(material, [hand_in(material, name, 1) for name in NAMES], results, Essayist(), ignore)
    results.database.close()
    return root


@pytest.fixture
def command(
    graded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command in a copy of the course, with the settings of the course as the first argument."""
    folder = tmp_path / "course"
    shutil.copytree(graded, folder)
    monkeypatch.chdir(folder)

    def run(settings: str, *words: str) -> tuple[int, str, str]:
        (folder / "exercises" / "course.toml").write_text(settings)
        monkeypatch.setattr(sys, "argv", ["grader", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def rows_of(path: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(Path(path).read_bytes().decode("utf-8-sig"))))


def fill(path: str, rows: Iterable[Row], points: float, comment: str = "") -> str:
    """Write rows of a queue with points."""
    with Path(path).open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, ["student", "question", "points", "comment"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows({**row, "points": f"{points:g}", "comment": comment} for row in rows)
    return path


def give(command: Command, settings: str, marker: str, points: float, student: str = "ada", comment: str = "") -> None:
    """Mark the answer of a student."""
    path = fill(f"{marker.strip()}.csv", [{"student": student, "question": "why"}], points, comment)
    status, _, err = command(settings, "decide", "tiny", path, "--marker", marker)
    assert status == cli.DONE, err


def points_of(student: str = "ada") -> float:
    """The points for the answer of a student; -1 if it still needs manual grading."""
    assessment = json.loads(Path(f"grading/tiny/{student}/assessment.json").read_text())
    (finding,) = [finding for finding in assessment["findings"] if finding["question"] == "why"]
    return -1 if finding["verdict"] == "needs_human" else float(finding["points"])


def waiting(command: Command, settings: str, marker: str) -> set[str]:
    """The students in the queue of a marker."""
    queue = json.loads(command(settings, "queue", "tiny", "--marker", marker, "--json")[1])
    return {answer["student"] for answer in queue["answers"]}


def test_an_anonymous_list_has_no_name_and_no_order_of_names(command: Command) -> None:
    _, out, err = command(ANONYMOUS, "queue", "tiny")
    command(ANONYMOUS, "queue", "tiny", "--out", "queue.csv")
    document = command(ANONYMOUS, "queue", "tiny", "--json")[1]
    for text in (out, err, document, Path("queue.csv").read_text()):
        assert not re.search(r"\bada\b|\bbob\b|zo|poe|cmd", text.casefold())
    listed = [row["student"] for row in rows_of("queue.csv")]
    assert len(set(listed)) == len(NAMES)
    assert listed == sorted(listed)


def test_pseudonyms_stay_and_lead_back_to_the_students(command: Command) -> None:
    command(ANONYMOUS, "queue", "tiny", "--out", "one.csv")
    command(ANONYMOUS, "queue", "tiny", "--out", "two.csv")
    assert rows_of("one.csv") == rows_of("two.csv")
    ada = pseudonyms(Results(Path("grading/tiny")), "tiny", NAMES)["ada"]
    path = fill("ada.csv", [row for row in rows_of("one.csv") if row["student"] == ada], 3, "Good.")
    status, out, err = command(ANONYMOUS, "decide", "tiny", path, "--marker", "Kim")
    assert status == cli.DONE
    assert out.startswith(f"{ada}: ")
    assert "ada:" not in (out + err).replace(f"{ada}:", "")
    assert (points_of("ada"), points_of("bob")) == (3, -1)
    assert "3 points (read by a person)  [Kim]" in command(ANONYMOUS, "history", "tiny", "ada")[1]


def test_without_the_folder_of_results_a_pseudonym_is_no_function_of_the_name(tmp_path: Path) -> None:
    first, second = (pseudonyms(Results(tmp_path / name), "tiny", ["ada"])["ada"] for name in ("a", "b"))
    assert first != second
    for text in ("ada", "tiny\0ada"):
        digest = hashlib.sha256(text.encode()).hexdigest()
        assert digest[:8] not in first


def test_another_exercise_has_other_pseudonyms(tmp_path: Path) -> None:
    results = Results(tmp_path)
    assert pseudonyms(results, "tiny", ["ada"]) == pseudonyms(results, "tiny", ["ada"])
    assert pseudonyms(results, "tiny", ["ada"]) != pseudonyms(results, "other", ["ada"])


def test_a_damaged_key_is_an_error_and_not_a_new_key(tmp_path: Path) -> None:
    pseudonyms(Results(tmp_path), "tiny", ["ada"])
    (tmp_path / "pseudonyms.key").write_bytes(b"short")
    with pytest.raises(InputError, match=r"pseudonyms\.key: is damaged"):
        pseudonyms(Results(tmp_path), "tiny", ["ada"])
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonyms.key"]


def test_errors_of_an_anonymous_file_name_nobody(command: Command) -> None:
    command(ANONYMOUS, "queue", "tiny", "--out", "queue.csv")
    rows = rows_of("queue.csv")
    for path in (
        fill("unknown.csv", [{"student": "anonymous-aaaaaaaaaa", "question": "why"}], 1),
        fill("high.csv", rows, 99),
        fill("question.csv", [{**row, "question": "nothing"} for row in rows], 1),
    ):
        status, out, err = command(ANONYMOUS, "decide", "tiny", path, "--marker", "Kim")
        assert status == cli.WRONG_USE
        # A pseudonym is random, and may contain part of a name by chance.
        assert not re.search(r"\bada\b|\bbob\b|zo|poe", re.sub(r"anonymous-\w+", "", (out + err).casefold()))
    assert points_of("ada") == -1


def test_a_contradiction_of_another_person_names_nobody(command: Command) -> None:
    command(ANONYMOUS, "queue", "tiny", "--out", "queue.csv")
    command(ANONYMOUS, "decide", "tiny", fill("a.csv", rows_of("queue.csv"), 1), "--marker", "Kim")
    status, out, err = command(ANONYMOUS, "decide", "tiny", fill("b.csv", rows_of("queue.csv"), 2), "--marker", "Lee")
    assert status == cli.WRONG_USE
    assert "Kim" in err
    assert not re.search(r"\bada\b|\bbob\b|zo|poe", re.sub(r"anonymous-\w+", "", (out + err).casefold()))


def test_a_mark_of_one_of_two_counts_for_nothing_and_is_not_shown_to_the_other(command: Command) -> None:
    give(command, TWO, "Kim", 3, comment="Half.")
    assert points_of() == -1
    assert "ada" not in waiting(command, TWO, "Kim")
    assert "ada" in waiting(command, TWO, "Lee")
    _, out, _ = command(TWO, "queue", "tiny", "--marker", "Lee")
    assert "Kim" not in out
    assert "Half." not in Path("grading/tiny/ada/report.html").read_text()
    assert "why: marked with 3 points, comment: Half." in command(TWO, "history", "tiny", "ada")[1]


def test_two_marks_that_agree_count_with_their_mean_and_both_comments(command: Command) -> None:
    give(command, TWO, "Kim", 3, comment="Half.")
    give(command, TWO, "Lee", 4, comment="All of it.")
    assert points_of() == 3.5
    page = Path("grading/tiny/ada/report.html").read_text()
    assert "Half." in page
    assert "All of it." in page
    assert "ada" not in waiting(command, TWO, "Pat")
    _, out, _ = command(TWO, "queue", "tiny", "--marker", "Pat")
    assert "Marked by several people: 1 answer. Agreed: 1. Disagreed: 0. Mean difference: 1 point." in out
    _, out, _ = command(TWO, "history", "tiny", "ada")
    assert "why: marked with 3 points, comment: Half. (read by a person)  [Kim]" in out
    assert "why: marked with 4 points, comment: All of it. (read by a person)  [Lee]" in out
    assert "why: the marks agree (Kim 3, Lee 4), 3.5 points" in out


def test_two_marks_that_differ_count_for_nothing_until_a_third_decides(command: Command) -> None:
    give(command, TWO, "Kim", 0)
    give(command, TWO, "Lee", 4)
    assert points_of() == -1
    assert "why: the marks differ too much (Kim 0, Lee 4)" in command(TWO, "history", "tiny", "ada")[1]
    document = json.loads(command(TWO, "queue", "tiny", "--disagreements", "--json")[1])
    (answer,) = document["answers"]
    assert answer["marks"] == [{"marker": "Kim", "points": 0}, {"marker": "Lee", "points": 4}]
    assert (document["agreed"], document["disagreed"], document["difference"]) == (0, 1, 4)
    assert "ada" in waiting(command, TWO, "Pat")
    give(command, TWO, "Pat", 3.5)
    assert points_of() == 3.5


def test_a_third_mark_far_from_both_leaves_the_answer_to_staff(command: Command) -> None:
    for marker, points in (("Kim", 0), ("Lee", 4), ("Pat", 2)):
        give(command, TWO, marker, points)
    assert points_of() == -1
    words = (
        "adjust",
        "tiny",
        "ada",
        "--question",
        "why",
        "--points",
        "1",
        "--reason",
        "oral exam",
        "--author",
        "Staff",
    )
    assert command(TWO, *words)[0] == cli.DONE
    assert points_of() == 1
    give(command, TWO, "Quin", 4)
    assert points_of() == 1
    assert json.loads(command(TWO, "queue", "tiny", "--disagreements", "--json")[1])["answers"] == []


@pytest.mark.parametrize("again", ["Kim", "kim", "  KIM "])
def test_nobody_is_their_own_second_marker(command: Command, again: str) -> None:
    give(command, TWO, "Kim", 3)
    give(command, TWO, again, 4)
    assert points_of() == -1
    assert "ada" not in waiting(command, TWO, again)


def test_a_marker_corrects_their_own_mark(command: Command) -> None:
    give(command, TWO, "Kim", 0)
    give(command, TWO, "Lee", 4)
    give(command, TWO, "Kim", 4)
    assert points_of() == 4
    assert command(TWO, "history", "tiny", "ada")[1].count("marked with") == 3


def test_a_regrade_and_another_limit_use_the_same_marks(command: Command) -> None:
    give(command, TWO, "Kim", 2)
    give(command, TWO, "Lee", 4)
    assert points_of() == -1
    command(TWO.replace("25", "50"), "regrade", "tiny")
    assert points_of() == 3
    command(TWO, "regrade", "tiny")
    assert points_of() == -1
    command("[manual_grading]\nmarkers = 1\nmax_difference = 50\n", "regrade", "tiny")
    assert points_of() == 3


def test_two_markers_without_names(command: Command) -> None:
    command(BOTH, "queue", "tiny", "--marker", "Kim", "--out", "kim.csv")
    command(BOTH, "decide", "tiny", fill("kim-filled.csv", rows_of("kim.csv"), 3), "--marker", "Kim")
    command(BOTH, "queue", "tiny", "--marker", "Lee", "--out", "lee.csv")
    assert rows_of("kim.csv") == rows_of("lee.csv")
    status, out, err = command(BOTH, "decide", "tiny", fill("lee-filled.csv", rows_of("lee.csv"), 4), "--marker", "Lee")
    assert status == cli.DONE
    assert not re.search(r"\bada\b|\bbob\b|zo|poe", re.sub(r"anonymous-\w+", "", (out + err).casefold()))
    assert {points_of(name) for name in ("ada", "bob")} == {3.5}


def test_the_account_is_the_marker_unless_another_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "account")
    path = fill("a.csv", [{"student": "ada", "question": "why"}], 3)
    command("", "decide", "tiny", path)
    assert "[account]" in command("", "history", "tiny", "ada")[1]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("markers = 3", "`markers` must be 2 or less. Received: 3."),
        ("markers = 0", "`markers` must be 1 or more. Received: 0."),
        ("max_difference = 101", "`max_difference` must be 100 or less. Received: 101."),
        ("max_difference = nan", "max_difference"),
        ("anonymus = true", "Did you mean 'anonymous'?"),
        ('anonymous = "yes"', "anonymous"),
    ],
)
def test_a_wrong_setting_is_an_error_with_its_place(command: Command, line: str, message: str) -> None:
    status, _, err = command(f"[manual_grading]\n{line}\n", "queue", "tiny")
    assert status == cli.WRONG_USE
    assert err.startswith("exercises/course.toml: manual_grading: ")
    assert message in err
