"""Whether an exercise is valid is decided once: `grader list` rejects what `grade` rejects, in the same words."""

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import cli
from grader.course.layout import Course
from grader.errors import SandboxError
from grader.execute import isolation
from grader.listing import listing
from grader.model.job import Job
from grader.model.record import Answer, AnswerState, CellError, CellRun, Outcome, Record
from grader.pipeline.verifying import verify
from tests.conftest import ROOT, notebook
from tests.fakes import Fake


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def grader(small: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in the folder of a course with one exercise."""
    (small.root / "class").mkdir()
    (small.root / "class" / "ada.ipynb").write_bytes(notebook("width = 26"))
    monkeypatch.chdir(small.root)

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["grader", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    return run


def changed(path: str, old: str, new: str) -> Callable[[Course], None]:
    """Replaces a text of a file of the course."""

    def change(course: Course) -> None:
        file = course.root / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    return change


def in_exercise(old: str, new: str) -> Callable[[Course], None]:
    return changed("exercises/tiny/exercise.toml", old, new)


def in_key(old: str, new: str) -> Callable[[Course], None]:
    def change(course: Course) -> None:
        changed("solutions/tiny/key.py", old, new)(course)
        changed("solutions/tiny/key.py", "import Answers, Key, slip", "import Answers, Key, because, call, slip")(
            course
        )

    return change


def written(path: str, text: str) -> Callable[[Course], None]:
    """Writes a file of the course."""

    def write(course: Course) -> None:
        (course.root / path).write_text(text)

    return write


VARIANTS = "student,folder,variant\nada,ada,00000000\n"
FAULTS: dict[str, Callable[[Course], None]] = {
    "an unknown kind": in_exercise('kind = "choice"', 'kind = "choise"'),
    "a kind of another case": in_exercise('kind = "number"', 'kind = "Number"'),
    "a misspelt option": in_exercise("points = 2", "points = 2\ntolerence = 0.5"),
    "an option of another kind": in_exercise("points = 2", 'points = 2\nchoices = { a = "b" }'),
    "an option of another type": in_exercise("points = 2", 'points = 2\ntolerance = "half"'),
    "an option out of its range": in_exercise("points = 2", "points = 2\ntolerance = -1"),
    "an option that is missing": in_exercise("choices =", "choises ="),
    "a picture of no known sort": in_exercise("points = 2", 'points = 2\npicture = { shows = "nothing" }'),
    "points below zero": in_exercise("points = 2", "points = -2"),
    "no TOML": in_exercise("points = 2", "points = "),
    "two questions with one id": in_exercise('id = "padding"', 'id = "width"'),
    "a file that is not there": in_exercise("# [[files]]\n# name", "[[files]]\nname"),
    "no answer": in_key('yield "same"', 'yield because(same="Zeros keep the size.")'),
    "an answer to no question": in_key("key = Key()", "key = Key()\nkey.answer('hight', 1)"),
    "an answer of another form": in_key("yield IMAGE - FILTER + 1", "yield 'wide'"),
    "an answer that is no choice": in_key('yield "same"', 'yield "full"'),
    "a slip of another form": in_key("slip(IMAGE - FILTER, ", 'slip("narrow", '),
    "a slip that is a second answer": in_key("yield slip(IMAGE,", "yield 28\n    yield slip(IMAGE,"),
    "a key that does not run": in_key("IMAGE, FILTER = 28, 3", "IMAGE, FILTER = 28"),
    "a question without a function": in_key("def padding", "def padded"),
    "a parameter that is not known": in_key("def width()", "def width(size)"),
    "a place without a value": in_key(", right=right)", ")"),
    "a call with something that is no data": in_key(
        "yield slip(IMAGE,", "yield call((len,), 2)\n    yield slip(IMAGE,"
    ),
    "held-out data for no accuracy": in_key("key = Key()", "key = Key()\nkey.heldout('width', 'a.npz')"),
    "a solution that is no notebook": written("solutions/tiny/notebook.ipynb", "{}"),
    "a region without end": changed("solutions/tiny/notebook.ipynb", "### END SOLUTION", "# the end"),
    "numbers of which the secret is lost": written("solutions/tiny/variants.csv", VARIANTS),
    "settings that are no TOML": written("exercises/course.toml", "title ="),
    "a misspelt setting": written("exercises/course.toml", 'titel = "Networks"\n'),
    "a language without catalogue": written("exercises/course.toml", 'language = "tlh"\n'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_list_rejects_what_grade_rejects_in_the_same_words(fault: str, grader: Command, small: Course) -> None:
    FAULTS[fault](small)
    graded, listed = grader("grade", "tiny", "class"), grader("list")
    assert (graded.status, listed.status) == (cli.WRONG_USE, cli.WRONG_USE)
    assert listed.err == graded.err != ""
    assert "ready" not in listed.out
    if "course.toml" not in listed.err:
        assert " invalid " in listed.out
        assert " valid " not in listed.out


def test_the_list_says_of_each_exercise_all_that_is_wrong(small: Course) -> None:
    in_exercise("points = 2", "points = 2\ntolerence = 0.5")(small)
    in_exercise('kind = "choice"', 'kind = "choise"')(small)
    [wrong, also] = listing(small)[0].problems
    assert wrong.startswith(
        "exercises/tiny/exercise.toml: question 'width': the key 'tolerence' is not known. Did you mean"
    )
    assert also.startswith("exercises/tiny/exercise.toml: question 'padding': unknown kind 'choise'. Did you mean")


def test_the_list_does_not_claim_that_a_solution_earns_its_points(grader: Command, small: Course) -> None:
    in_key("IMAGE - FILTER + 1", "IMAGE - FILTER + 2")(small)
    listed = grader("list")
    assert (listed.status, listed.err) == (cli.DONE, "")
    assert "valid" in listed.out
    assert "ready" not in listed.out


class Runs(Fake):
    """Runs the cells here, which are our own, and takes the whole numbers and texts that they leave."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for job in jobs:
            space: dict[str, object] = {}
            cells: list[CellRun] = []
            for cell in job.cells:
                try:
                    exec(cell, space)
                    cells.append(CellRun((), len(cells) + 1))
                except Exception as error:
                    cells.append(CellRun((), len(cells) + 1, 0.0, CellError(type(error).__name__, str(error), 1)))
            yield Record(
                key=job.key,
                outcome=self.outcome,
                cells=tuple(cells),
                answers={name: _answer(space, name) for name in job.names},
                environment=job.environment,
            )


def _answer(space: dict[str, object], name: str) -> Answer:
    """What the sandbox would report of a variable."""
    if name not in space:
        return Answer(AnswerState.MISSING)
    value = space[name]
    return Answer(AnswerState.BLANK) if value is ... else Answer(AnswerState.VALUE, value, type(value).__name__)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Stands in for the sandbox."""
    executor = Runs()
    monkeypatch.setattr(isolation, "local_executor", lambda *_, **__: executor)
    return executor


@pytest.mark.usefixtures("runs")
def test_verify_says_that_a_solution_earns_all_points(grader: Command) -> None:
    assert grader("verify", "tiny") == Ended(cli.DONE, "tiny: 3 of 3 points\n", "")
    assert grader("verify").out == "tiny: 3 of 3 points\n"


TEXT_CELL = """

[[questions]]
id = "why"
title = "Why?"
kind = "markdown"
cell = "CELL"
points = 4
"""


@pytest.mark.usefixtures("runs")
def test_a_text_cell_needs_no_text_in_the_solution(grader: Command, small: Course) -> None:
    settings = small.exercises / "tiny" / "exercise.toml"
    plain = settings.read_text()
    settings.write_text(plain + TEXT_CELL.replace("CELL", "intro"))
    assert grader("verify", "tiny") == Ended(cli.DONE, "tiny: 3 of 3 points, and 4 for manual grading\n", "")
    tested = grader("test", "tiny")
    assert (tested.status, tested.out) == (
        cli.DONE,
        "tiny: solution 3 of 3 points, and 4 for manual grading, 2 cases with 0 differences\n",
    )
    settings.write_text(plain + TEXT_CELL.replace("CELL", "intor"))
    misspelt = grader("verify", "tiny")
    assert (misspelt.status, misspelt.out) == (cli.WRONG_USE, "tiny: 3 of 7 points\n")
    assert "question 'why' earns 0 of 4 points (The notebook has no answer in the text cell `intor`." in misspelt.err


@pytest.mark.usefixtures("runs")
def test_a_case_is_compared_on_manual_grading_only_where_it_says_so(grader: Command, small: Course) -> None:
    settings = small.exercises / "tiny" / "exercise.toml"
    settings.write_text(settings.read_text() + TEXT_CELL.replace("CELL", "intro"))
    cases = small.solution_folder("tiny") / "cases" / "expected.toml"
    cases.write_text(cases.read_text().replace("[blank]", 'verdicts = { why = "needs_human" }\n[blank]'))
    ended = grader("test", "tiny")
    assert ended.status == cli.WRONG_USE
    assert ended.err.startswith("tiny, full-marks: why: 0 points, expected 4 (")


SOLUTIONS: dict[str, tuple[Callable[[Course], None], str]] = {
    "another number in the key": (
        in_key("IMAGE - FILTER + 1", "IMAGE - FILTER + 2"),
        "question 'width' earns 0 of 2 points (Expected 27, found 26.",
    ),
    "another choice in the key": (in_key('yield "same"', 'yield "valid"'), "question 'padding' earns 0 of 1"),
    "another number in the solution": (
        changed("solutions/tiny/notebook.ipynb", "width = 28 - 3 + 1", "width = 28 - 3"),
        "question 'width' earns 0 of 2 points",
    ),
    "a cell that stops": (
        changed("solutions/tiny/notebook.ipynb", "width = 28 - 3 + 1", "width = size - 3"),
        "code cell 1 stops with NameError: name 'size' is not defined. Correct the cell.",
    ),
}


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("fault", SOLUTIONS)
def test_verify_names_each_question_that_the_solution_fails(fault: str, grader: Command, small: Course) -> None:
    change, problem = SOLUTIONS[fault]
    change(small)
    ended = grader("verify", "tiny")
    assert ended.status == cli.WRONG_USE
    assert f"solutions/tiny/notebook.ipynb: {problem}" in ended.err
    assert ended.err.rstrip().endswith(("Correct the key or the solution.", "Correct the cell."))


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("fault", ["an unknown kind", "no TOML", "a language without catalogue"])
def test_verify_rejects_what_the_list_rejects(fault: str, grader: Command, small: Course) -> None:
    FAULTS[fault](small)
    verified, listed = grader("verify", "tiny"), grader("list")
    assert (verified.status, verified.err) == (listed.status, listed.err)


def test_verify_says_that_a_run_did_not_complete(small: Course) -> None:
    executor = Runs(Outcome.TIMED_OUT)
    [problem, *_] = verify(small, "tiny", executor).problems
    assert problem.startswith("solutions/tiny/notebook.ipynb: the run ended as timed_out. Correct the notebook, or")


def test_a_fault_of_the_sandbox_is_none_of_the_solution(small: Course) -> None:
    with pytest.raises(SandboxError, match=r"solutions/tiny/notebook\.ipynb: could not be run"):
        verify(small, "tiny", Runs(Outcome.SANDBOX_FAILED))


def test_verify_keeps_nothing(small: Course) -> None:
    before = {path: path.read_bytes() for path in small.root.rglob("*") if path.is_file()}
    verify(small, "tiny", Runs())
    assert {path: path.read_bytes() for path in small.root.rglob("*") if path.is_file()} == before


@pytest.mark.usefixtures("runs")
def test_the_test_of_an_exercise_runs_its_solution_and_its_cases(grader: Command, small: Course) -> None:
    before = {path: path.read_bytes() for path in small.root.rglob("*") if path.is_file()}
    expected = Ended(cli.DONE, "tiny: solution 3 of 3 points, 2 cases with 0 differences\n", "")
    assert grader("test", "tiny") == expected
    assert grader("test") == expected
    assert {path: path.read_bytes() for path in small.root.rglob("*") if path.is_file()} == before


@pytest.mark.usefixtures("runs")
def test_the_test_of_an_exercise_names_each_case_with_another_mark(grader: Command, small: Course) -> None:
    changed("solutions/tiny/cases/expected.toml", "[blank]", "points = { width = 1 }\n[blank]")(small)
    ended = grader("test", "tiny")
    assert ended.status == cli.WRONG_USE
    assert ended.out == "tiny: solution 3 of 3 points, 2 cases with 2 differences\n"  # points and verdict
    assert ended.err.startswith("tiny, full-marks: width: 2 points, expected 1 (")


@pytest.mark.usefixtures("runs")
def test_the_test_of_an_exercise_fails_if_its_solution_fails(grader: Command, small: Course) -> None:
    in_key("IMAGE - FILTER + 1", "IMAGE - FILTER + 2")(small)
    ended = grader("test", "tiny")
    assert ended.status == cli.WRONG_USE
    assert "solutions/tiny/notebook.ipynb: question 'width' earns 0 of 2 points" in ended.err


@pytest.mark.usefixtures("runs")
def test_an_exercise_without_cases_says_so(grader: Command, small: Course) -> None:
    shutil.rmtree(small.solution_folder("tiny") / "cases")
    assert grader("test", "tiny") == Ended(cli.DONE, "tiny: solution 3 of 3 points, no cases\n", "")


@pytest.mark.slow
def test_a_shipped_solution_earns_all_points_in_the_sandbox(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / part / "conv-arithmetic", tmp_path / part / "conv-arithmetic")
    shutil.copytree(ROOT / "reference_models", tmp_path / "reference_models")
    monkeypatch.setattr(sys, "argv", ["grader", "verify", "conv-arithmetic", "--course", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr().out) == (cli.DONE, "conv-arithmetic: 30 of 30 points\n")


def test_all_shipped_exercises_are_valid() -> None:
    listed = listing(Course(ROOT))
    assert [(item.slug, item.problems) for item in listed if not item.valid] == []
