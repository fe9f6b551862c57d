"""One replacement for many notebooks: recorded, shown, reversible, and only the notebooks that have the line run."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.errors import InputError
from grader.execute import places
from grader.gradebook.results import Results
from grader.model.job import Job
from grader.model.record import CellError, CellRun, Record
from grader.model.repair import Repair
from grader.model.submission import Submission
from grader.pipeline import repairing
from grader.progress import GradingProgress
from tests.conftest import notebook
from tests.fakes import Fake, Quiet, number_question
from tests.reading import as_read

OLD, NEW = "from keras.utils import np_utils", "import keras.utils as np_utils"
REPAIR = Repair(
    line=OLD, replacement=NEW, reason="Keras 3 moved it.", author="tutor", at=datetime(2026, 5, 1, tzinfo=UTC)
)
ERROR = CellError("ImportError", "cannot import name 'np_utils' from 'keras.utils'", 2)


class Strict(Fake):
    """A machine on which the old import stops its cell."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for job in jobs:
            (record,) = super().run([job])
            if any(OLD in cell for cell in job.cells):
                record = replace(
                    record,
                    answers={},
                    cells=tuple(CellRun((), 1, 0.0, ERROR if OLD in cell else None) for cell in job.cells),
                )
            yield record


@pytest.fixture
def graded(material: pipeline.Material, results: Results) -> Results:
    """Three students with the old import, who have the right answer below it, and one without."""
    answer = number_question(material)
    question = next(each for each in material.exercise.questions if each.answer == answer)
    right = f"{answer} = {material.key.answers[question.id]}"
    sources = {name: f"# {name}\n{OLD}\n{right}" for name in ("ada", "bo", "cy")} | {"dan": right}
    submissions = [
        Submission(student=name, exercise="tiny", origin=f"{name}.ipynb", content=notebook(source))
        for name, source in sources.items()
    ]
    pipeline.grade(material, submissions, results, Strict(), lambda _: None)
    return results


def points(material: pipeline.Material, results: Results) -> dict[str, float]:
    marks = results.existing(material.settings, "tiny").marks()
    return {mark.student: mark.assessment.points for mark in marks}


def starting(executor: Fake) -> repairing.Start:
    @contextmanager
    def start(_students: int) -> Iterator[tuple[Fake, Quiet]]:
        yield executor, Quiet()

    return start


def test_a_repair_runs_only_the_notebooks_that_have_the_line_and_can_be_undone(
    small: Course, material: pipeline.Material, graded: Results
) -> None:
    before, executor = points(material, graded), Strict()
    kept = {path: path.read_bytes() for path in graded.folder.rglob("*.gz")}
    done = repairing.repair(small, material, graded, REPAIR, starting(executor))
    assert done.students == ("ada", "bo", "cy")
    assert [job.cells[0].splitlines()[1] for job in executor.ran] == [NEW] * 3
    after = points(material, graded)
    assert after["dan"] == before["dan"] == after["ada"] == after["bo"] == after["cy"] > before["ada"] == 0
    assert [change.student for change in done.changes] == ["ada", "bo", "cy"]
    assert not any("another attempt" in line for change in done.changes for line in change.because)
    assert {path: path.read_bytes() for path in kept} == kept, "the notebooks are as they were handed in"

    changed = pipeline.load(small, "tiny")
    regraded = pipeline.regrade(changed, graded)
    assert (regraded.changes, regraded.outdated) == ([], [])
    undone = repairing.undo(small, changed, graded, 1, starting(executor))
    assert undone.students == ("ada", "bo", "cy")
    assert len(executor.ran) == 3, "the earlier runs are stored"
    assert points(material, graded) == before


class Interrupted(Strict):
    """A machine that is switched off after the first notebook."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for number, record in enumerate(super().run(jobs)):
            if number == 1:
                raise KeyboardInterrupt
            yield record


def test_an_interrupted_repair_and_an_interrupted_undo_go_on_when_they_are_repeated(
    small: Course, material: pipeline.Material, graded: Results
) -> None:
    before = points(material, graded)
    with pytest.raises(KeyboardInterrupt):
        repairing.repair(small, material, graded, REPAIR, starting(Interrupted()))
    repaired, rest = pipeline.load(small, "tiny"), Strict()
    repairing.repair(small, repaired, graded, REPAIR, starting(rest))
    assert len(rest.ran) == 2
    after = points(repaired, graded)
    assert after["ada"] == after["bo"] == after["cy"] == after["dan"] > before["ada"]
    assert len(pipeline.load(small, "tiny").repairs) == 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repairing, "grade", interrupt)
        with pytest.raises(KeyboardInterrupt):
            repairing.undo(small, repaired, graded, 1, starting(Strict()))
    undone, none = pipeline.load(small, "tiny"), Strict()
    assert points(undone, graded) == after
    repairing.undo(small, undone, graded, 1, starting(none))
    assert points(undone, graded) == before
    assert none.ran == [], "the records of the first run are still here"


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_report_names_the_replacement_and_shows_the_notebook_as_it_was(
    small: Course, material: pipeline.Material, graded: Results
) -> None:
    repairing.repair(small, material, graded, REPAIR, starting(Strict()))
    page = (graded.folder / "ada" / "report.html").read_text()
    marks = graded.existing(material.settings, "tiny").marks()
    (remark,) = [as_read(text) for text in marks[0].assessment.remarks if "instructor replaced" in as_read(text)]
    assert remark == (
        f"An instructor replaced the line `{OLD}` by `{NEW}` in cell 1 before the notebook ran. Reason: Keras 3 moved "
        "it. Your notebook itself was not changed."
    )
    assert "An instructor replaced the line" in page
    assert "An instructor replaced" not in (graded.folder / "dan" / "report.html").read_text()
    assert "np_utils</span>" in page or OLD in page


def test_a_line_that_no_notebook_has_is_refused_and_not_stored(
    small: Course, material: pipeline.Material, graded: Results
) -> None:
    with pytest.raises(InputError, match="no notebook has the line 'import nothing'"):
        repairing.repair(small, material, graded, replace(REPAIR, line="import nothing"), starting(Strict()))
    assert pipeline.load(small, "tiny").repairs == ()


@pytest.fixture
def grader(
    small: Course, graded: Results, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """The command, in the course, with a machine that pretends to run notebooks."""
    monkeypatch.setattr(places, "executor", lambda *_: Strict())
    monkeypatch.setattr(GradingProgress, "plan", lambda *_: None)

    def run(*arguments: str) -> tuple[int, str, str]:
        where = ["--course", str(small.root), "--results", str(graded.folder)]
        monkeypatch.setattr(sys, "argv", ["grader", "repair", "tiny", *arguments, *where])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run


def test_the_command_lists_repairs_and_undoes_them(grader: Callable[..., tuple[int, str, str]]) -> None:
    assert f"3 notebooks stop at '{OLD}': ImportError" in grader()[1]
    status, out, err = grader("--line", OLD, "--with", NEW, "--reason", "Keras 3 moved it.", "--author", "tutor")
    assert (status, out) == (cli.DONE, "3 students' notebooks graded again, 3 changed.\n")
    assert "ada: 0 -> " in err
    listed = grader()[1]
    assert f"1. '{OLD}' -> '{NEW}' (tutor, " in listed
    assert "in force): Keras 3 moved it." in listed
    assert "notebooks stop" not in listed
    assert grader("--undo", "1")[:2] == (cli.DONE, "3 students' notebooks graded again, 3 changed.\n")
    assert "undone 20" in grader()[1]


@pytest.mark.parametrize(
    "arguments",
    [("--line", OLD), ("--line", OLD, "--with", NEW), ("--undo", "1", "--reason", "x"), ("--undo", "7")],
)
def test_an_incomplete_command_is_refused(
    grader: Callable[..., tuple[int, str, str]], arguments: tuple[str, ...]
) -> None:
    status, _, err = grader(*arguments)
    assert status == cli.WRONG_USE
    assert "repair" in err
