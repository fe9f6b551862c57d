"""Rubric items on the command line: applied to answers, and changed for everyone who has them."""

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.gradebook.results import Results
from grader.gradebook.rubrics import items_column, items_of_column
from grader.model.adjustment import AppliedItem
from grader.model.job import Job
from grader.model.record import Answer, AnswerState, Record
from grader.model.rubric import RubricItem, points_of_items, text_of_items
from grader.pipeline.deciding import decide
from grader.pipeline.marker import Marker
from grader.pipeline.marking import now
from tests.conftest import ROOT
from tests.fakes import Fake, hand_in, ignore
from tests.gradebook.book_samples import AT

NAMES = ("ada", "bob", "cyd")
QUESTION = '\n[[questions]]\nid = "why"\ntitle = "Why it overfits"\nkind = "text"\nanswer = "why"\npoints = 4\n'
CRITERIA = (
    '\n[[questions]]\nid = "how"\ntitle = "How"\nkind = "text"\nanswer = "why"\npoints = 4\n'
    '[[questions.criteria]]\nid = "cause"\ntitle = "Cause"\npoints = 3\n'
    '[[questions.criteria]]\nid = "clarity"\ntitle = "Clarity"\npoints = 1\n'
)
HEAD = "student,question,points,comment,items\n"

Command = Callable[..., tuple[int, str, str]]


class Essayist(Fake):
    """Pretends that everyone wrote the same text."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for record in super().run(jobs):
            yield replace(record, answers={**record.answers, "why": Answer(AnswerState.VALUE, "Few data.", "str")})


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with questions for manual grading, and a graded class."""
    root = tmp_path_factory.mktemp("graded")
    for name in ("exercises", "solutions"):
        (root / name).mkdir()
    shutil.copytree(ROOT / "reference_models", root / "reference_models")
    course = Course(root)
    create_exercise(course, "tiny")
    specification = course.exercises / "tiny" / "exercise.toml"
    specification.write_text(specification.read_text() + QUESTION + CRITERIA)
    material = pipeline.load(course, "tiny")
    results = Results(root / "grading" / "tiny")
    pipeline.grade(material, [hand_in(material, name, 1) for name in NAMES], results, Essayist(), ignore)
    results.database.close()
    return root


@pytest.fixture
def command(
    graded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command in a copy of the course; gives status, output and messages."""
    folder = tmp_path / "course"
    shutil.copytree(graded, folder)
    monkeypatch.chdir(folder)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["grader", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def marks() -> dict[str, tuple[float, str]]:
    """Student -> points and comment of the question `why`."""
    findings = {}
    for name in NAMES:
        document = json.loads(Path(f"grading/tiny/{name}/assessment.json").read_text())
        (finding,) = (item for item in document["findings"] if item["question"] == "why")
        findings[name] = (finding["points"], finding.get("comment", ""))
    return findings


def apply(command: Command, *rows: str, marker: str = "kim") -> tuple[int, str, str]:
    """Apply a file with these rows."""
    Path("filled.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))
    return command("decide", "tiny", "filled.csv", "--marker", marker)


@pytest.fixture
def applied(command: Command) -> Command:
    """The same, with two items: Ada has both, Bob has the first one with an addition, and Cyd has none."""
    command("rubric", "tiny", "--add", "why", "--points", "3", "--text", "Names the cause.", "--author", "kim")
    command("rubric", "tiny", "--add", "why", "--points", "-1", "--text", "No example.", "--author", "kim")
    status, _, problem = apply(command, "ada,why,,,1 2", 'bob,why,,"See lecture 3.",1', "cyd,why,1.5,Short.,")
    assert (status, problem) == (0, "")
    return command


def test_points_and_comment_follow_from_the_items(applied: Command) -> None:
    assert marks() == {
        "ada": (2, "Names the cause.\nNo example."),
        "bob": (3, "Names the cause.\nSee lecture 3."),
        "cyd": (1.5, "Short."),
    }
    listed = applied("rubric", "tiny")[1]
    assert listed == "1  why  +3  2 students\n    Names the cause.\n2  why  -1  1 student\n    No example.\n"


def test_an_item_changes_the_marks_of_everyone_who_has_it_and_of_nobody_else(applied: Command) -> None:
    words = ("rubric", "tiny", "--change", "1", "--points", "2", "--reason", "too generous", "--author", "roe")
    status, _, out = applied(*words, "--dry-run")
    assert (status, "ada: " in out, "bob: " in out, "cyd" in out) == (0, True, True, False)
    assert "2 students have this item. Marks that would change: 2." in out
    assert [marks()[name][0] for name in NAMES] == [2, 3, 1.5]
    changed = applied(*words)[2]
    # The preview said what happens.
    assert changed.replace("changed", "would change").splitlines() == out.splitlines()[:-1]
    assert [marks()[name][0] for name in NAMES] == [1, 2, 1.5]
    assert marks()["bob"][1] == "Names the cause.\nSee lecture 3."
    assert "too generous" in applied("history", "tiny", "ada")[1]
    assert "version 2, " in applied("rubric", "tiny")[1]


def test_a_new_text_replaces_the_old_one_and_additions_stay(applied: Command) -> None:
    status, _, out = applied(
        "rubric", "tiny", "--change", "1", "--text", "Right cause.", "--reason", "wording", "--author", "roe"
    )
    assert (status, "Marks that changed: 0." in out) == (0, True)
    assert marks() == {
        "ada": (2, "Right cause.\nNo example."),
        "bob": (3, "Right cause.\nSee lecture 3."),
        "cyd": (1.5, "Short."),
    }


def test_points_that_a_person_gave_later_stay(applied: Command) -> None:
    applied("adjust", "tiny", "ada", "--question", "why", "--points", "4", "--reason", "agreed", "--author", "roe")
    applied("rubric", "tiny", "--change", "1", "--points", "1", "--reason", "strict", "--author", "roe")
    assert [marks()[name][0] for name in NAMES] == [4, 1, 1.5]


def test_an_answer_gets_never_less_than_nothing_nor_more_than_all_points(applied: Command) -> None:
    for points, after in (("-4", [0, 0]), ("4", [3, 4])):
        applied("rubric", "tiny", "--change", "1", "--points", points, "--reason", "test", "--author", "roe")
        assert [marks()[name][0] for name in NAMES[:2]] == after
    applied("rubric", "tiny", "--change", "2", "--points", "4", "--reason", "test", "--author", "roe")
    assert marks()["ada"][0] == 4


def test_an_interrupted_change_is_finished_by_the_same_command(
    applied: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("rubric", "tiny", "--change", "1", "--points", "2", "--reason", "late", "--author", "roe")

    def die(*_: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Marker, "__enter__", die)
        assert applied(*words)[0] != 0
    assert [marks()[name][0] for name in NAMES] == [2, 3, 1.5]
    assert applied(*words)[0] == 0
    assert [marks()[name][0] for name in NAMES] == [1, 2, 1.5]
    status, _, problem = applied(*words)
    assert (status, "already has these values" in problem) == (cli.WRONG_USE, True)


def test_a_mark_by_a_page_with_the_old_item_gets_the_points_of_today(applied: Command) -> None:
    """The item changes between reading the rubric and storing the decision."""
    material = pipeline.load(Course(Path.cwd()), "tiny")
    results = Results(Path("grading/tiny"))
    book = results.existing(material.settings, "tiny")
    ada = [one for one in book.adjustments("ada")["ada"] if one.items]
    applied("rubric", "tiny", "--change", "1", "--points", "2", "--reason", "late", "--author", "roe")
    decide(material, results, [replace(one, student="cyd", at=now()) for one in ada])
    assert marks()["cyd"] == (1, "Names the cause.\nNo example.")


def test_of_two_markers_each_mark_changes_and_keeps_its_marker(command: Command) -> None:
    Path("exercises/course.toml").write_text("[manual_grading]\nmarkers = 2\n")
    command("rubric", "tiny", "--add", "why", "--points", "3", "--text", "Cause.", "--author", "kim")
    for marker in ("kim", "lee"):
        assert apply(command, "ada,why,,,1", marker=marker)[0] == 0
    assert marks()["ada"] == (3, "Cause.")
    command("rubric", "tiny", "--change", "1", "--points", "2", "--reason", "strict", "--author", "roe")
    assert marks()["ada"] == (2, "Cause.")
    history = command("history", "tiny", "ada")[1]
    assert "the marks agree (kim 2, lee 2)" in history


def test_items_of_a_criterion_are_for_this_criterion(command: Command) -> None:
    status, _, problem = command("rubric", "tiny", "--add", "how", "--points", "1", "--text", "x")
    assert (status, "Name one of them, such as how.cause" in problem) == (cli.WRONG_USE, True)
    command("rubric", "tiny", "--add", "how.cause", "--points", "2", "--text", "Cause.", "--author", "kim")
    assert apply(command, "ada,how.cause,,,1", "ada,how.clarity,1,,")[0] == 0
    table = list(csv.DictReader(io.StringIO(Path("grading/tiny/grades.csv").read_text())))
    assert next(row for row in table if row["student"] == "ada")["q_how"] == "3"


def test_a_retired_item_cannot_be_applied_and_those_who_have_it_keep_it(applied: Command) -> None:
    applied("rubric", "tiny", "--change", "1", "--retire", "--reason", "replaced", "--author", "roe")
    assert [marks()[name][0] for name in NAMES] == [2, 3, 1.5]
    assert "(retired)" in applied("rubric", "tiny")[1]
    status, _, problem = apply(applied, "cyd,why,,,1")
    assert (status, "why has no rubric item 1" in problem) == (cli.WRONG_USE, True)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("ada,why,1,,1", "both points and items"),
        ("ada,why,,,one", "numbers of rubric items"),
        ("ada,why,,,7", "no rubric item 7"),
        ("ada,how.cause,,,1", "no rubric item 1"),
    ],
)
def test_a_wrong_row_applies_nothing(applied: Command, row: str, problem: str) -> None:
    before = marks()
    status, _, printed = apply(applied, row, "bob,why,0,,")
    assert (status, problem in printed.replace("\n", " ")) == (cli.WRONG_USE, True)
    assert marks() == before


@pytest.mark.parametrize(
    "words",
    [
        ("--add", "why"),
        ("--add", "why", "--points", "5", "--text", "too many"),
        ("--add", "why", "--points", "nan", "--text", "no number"),
        ("--add", "why", "--points", "1", "--text", " "),
        ("--add", "wyh", "--points", "1", "--text", "x"),
        ("--add", "why", "--change", "1"),
        ("--points", "1"),
        ("--change", "9", "--points", "1", "--reason", "x"),
        ("--change", "1", "--points", "1"),
    ],
)
def test_wrong_use_changes_nothing(applied: Command, words: tuple[str, ...]) -> None:
    before = applied("rubric", "tiny")[1]
    assert applied("rubric", "tiny", *words)[0] == cli.WRONG_USE
    assert applied("rubric", "tiny")[1] == before


def test_the_file_of_the_queue_has_a_column_for_items(command: Command) -> None:
    command("rubric", "tiny", "--add", "why", "--points", "3", "--text", "Cause.", "--author", "kim")
    command("queue", "tiny", "--out", "waiting.csv")
    rows = list(csv.DictReader(io.StringIO(Path("waiting.csv").read_bytes().decode("utf-8-sig"))))
    assert rows[0]["items"] == ""
    for row in rows:
        row["items"] = "1" if row["question"] == "why" else ""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    Path("filled.csv").write_text(text.getvalue())
    assert command("decide", "tiny", "filled.csv")[0] == 0
    assert [marks()[name] for name in NAMES] == [(3, "Cause.")] * 3


@pytest.mark.parametrize(
    ("points", "most", "total"),
    [((), 4, 0), ((3, -1), 4, 2), ((-1,), 4, 0), ((3, 3), 4, 4), ((0.1, 0.2), 4, 0.3), ((-1, 3), 2, 2)],
)
def test_points_of_items(points: tuple[float, ...], most: float, total: float) -> None:
    items = [
        RubricItem(number=number, version=1, place="why", points=value, text=f"{number}", author="kim", at=AT)
        for number, value in enumerate(points, 1)
    ]
    assert points_of_items(items, most) == total
    assert text_of_items(items, "more").splitlines() == [*(item.text for item in items), "more"]


@pytest.mark.parametrize("items", [(), ((1, 1),), ((12, 3), (4, 50))])
def test_a_column_has_the_items_and_their_versions(items: tuple[tuple[int, int], ...]) -> None:
    applied = tuple(AppliedItem(*pair) for pair in items)
    assert items_of_column(items_column(applied)) == applied
