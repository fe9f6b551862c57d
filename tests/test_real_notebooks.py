"""Thirteen notebooks in the forms that students use: at least ten get a fair mark without a change."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.model.assessment import Status, Verdict
from grader.model.mark import Mark
from grader.model.repair import Repair
from grader.model.submission import Submission
from grader.pipeline import deciding, repairing
from grader.storage.dataset_store import DataStore
from grader.storage.known_datasets import known_sources
from tests.conftest import notebook
from tests.dataset_samples import write_mnist
from tests.fakes import Quiet
from tests.reading import as_read
from tests.real_notebooks import NOTEBOOKS

EXERCISE = """
title = "Digits"
summary = "Train a network on MNIST."
lecture = "Training"
seed = 1

[limits]
cell_seconds = 60
notebook_seconds = 120

[datasets]
use = ["mnist"]

[[questions]]
id = "classes"
title = "Outputs of the network"
kind = "number"
answer = "model.output_shape[-1]"
points = 2

[[questions]]
id = "epochs"
title = "Epochs of the training"
kind = "interval"
answer = "len(history.epoch)"
points = 2

[[questions]]
id = "accuracy"
title = "Accuracy on the test images"
kind = "interval"
answer = "test_acc"
points = 2
"""
KEY = """
def answers():
    return {"classes": 10, "epochs": (1, 4), "accuracy": (0, 1)}
"""
ENVIRONMENT = "[environment]\nkeras2 = true\ncolab = true\n"
STOPPED = {
    "asks": "StdinNotImplementedError",
    "absolute": "FileNotFoundError",
    "out-of-order": "NameError",
}
"""Notebooks that no other machine runs either: the report names the cell and the error."""


@pytest.fixture
def digits(tmp_path: Path, data_folder: Path) -> Course:
    """A course with an exercise on MNIST, and a small MNIST on this machine."""
    course = Course(tmp_path)
    (tmp_path / "exercises").mkdir()
    (tmp_path / "solutions").mkdir()
    create_exercise(course, "digits")
    (course.exercises / "course.toml").write_text(ENVIRONMENT)
    (course.exercises / "digits" / "exercise.toml").write_text(EXERCISE)
    (course.solutions / "digits" / "key.py").write_text(KEY)
    solution = notebook("### BEGIN SOLUTION\nmodel = history = None\n### END SOLUTION\ntest_acc = 0.5")
    (course.solutions / "digits" / "notebook.ipynb").write_bytes(solution)
    (course.exercises / "digits" / "notebook.ipynb").write_bytes(notebook("model = ..."))
    write_mnist(tmp_path / "mnist.npz")
    DataStore(data_folder).put(known_sources()["mnist"], {"mnist.npz": tmp_path / "mnist.npz"})
    return course


def grade(course: Course, executor: LocalExecutor, folder: Path) -> dict[str, Mark]:
    material = pipeline.load(course, "digits")
    submissions = [
        Submission(student=name, exercise="digits", origin=f"{name}.ipynb", content=notebook(*cells))
        for name, cells in NOTEBOOKS.items()
    ]
    marks = pipeline.grade(material, submissions, Results(folder), executor, lambda _: None)
    return {mark.student: mark for mark in marks}


LOAD = "(x_train, y_train), (x_test, y_test) = mnist.load_data()"


@pytest.mark.slow
def test_a_data_set_that_no_setting_names_costs_nothing_and_the_dashboard_shows_the_line(
    digits: Course, sandbox: LocalExecutor, tmp_path: Path
) -> None:
    path = digits.exercises / "digits" / "exercise.toml"
    path.write_text(path.read_text().replace('use = ["mnist"]', "use = []"))
    cells = (
        "import keras\nfrom keras.datasets import mnist",
        LOAD,
        "history = keras.Sequential([keras.layers.Dense(10)]).fit(x_train, y_train)",
        "model = history.model",
        "test_acc = model.evaluate(x_test, y_test)",
    )
    submissions = [
        Submission(student=name, exercise="digits", origin=f"{name}.ipynb", content=notebook(f"# {name}", *cells))
        for name in ("ada", "bo", "cy")
    ]
    results = Results(tmp_path / "marks")
    marks = pipeline.grade(pipeline.load(digits, "digits"), submissions, results, sandbox, lambda _: None)
    assert {mark.assessment.status for mark in marks} == {Status.WAITING}
    for finding in marks[0].assessment.findings:
        assert (finding.verdict, finding.max_points) == (Verdict.NEEDS_HUMAN, 2), finding
        assert as_read(finding.reason).startswith("Cell 3 loads the data set mnist, which was missing on the machine")
    page = " ".join((results.folder / "index.html").read_text().split())
    assert "3 notebooks stop at this line" in page
    assert "grader data provide mnist" in page
    waiting = deciding.waiting(pipeline.load_exercise(digits, "digits"), results)
    assert [each.student for each in waiting] == ["ada", "bo", "cy"] * 3


def repair(course: Course, executor: LocalExecutor, folder: Path) -> repairing.Repaired:
    """Answer the question of a notebook that asks, in its place."""
    new = Repair(
        line="epochs = int(input('How many epochs? '))",
        replacement="epochs = 2",
        reason="There is nobody to ask.",
        author="tutor",
        at=datetime(2026, 5, 1, tzinfo=UTC),
    )

    @contextmanager
    def start(_students: int) -> Iterator[tuple[LocalExecutor, Quiet]]:
        yield executor, Quiet()

    return repairing.repair(course, pipeline.load(course, "digits"), Results(folder), new, start)


@pytest.mark.long
def test_at_least_ten_of_thirteen_get_a_fair_mark_untouched(
    digits: Course, sandbox: LocalExecutor, tmp_path: Path
) -> None:
    marks = grade(digits, sandbox, tmp_path / "marks")
    assert len(marks) == 13
    stops = {name: mark.assessment.stopped_at for name, mark in marks.items() if mark.assessment.stopped_at}
    assert {name: stop.error.partition(":")[0] for name, stop in stops.items() if stop} == STOPPED, json.dumps(
        {name: str(stop) for name, stop in stops.items()}, indent=1
    )
    points = {name: mark.assessment.points for name, mark in marks.items()}
    assert {name for name, earned in points.items() if earned == 6} == NOTEBOOKS.keys() - STOPPED.keys()
    for name in STOPPED:
        blocked = [finding for finding in marks[name].assessment.findings if finding.verdict is Verdict.BLOCKED]
        assert any(STOPPED[name] in as_read(finding.reason) for finding in blocked), name
    repaired = repair(digits, sandbox, tmp_path / "marks")
    assert repaired.students == ("asks",)
    assert [(change.before, change.after) for change in repaired.changes] == [(2, 6)]


@pytest.mark.slow
def test_a_check_tells_how_to_get_the_data_and_names_of_keras_2_are_no_fault(
    digits: Course, sandbox: LocalExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "nothing"))  # other tests may have provided the data set
    path = digits.exercises / "digits" / "exercise.toml"
    path.write_text(path.read_text().replace('use = ["mnist"]', 'use = ["cifar10"]'))
    mine = tmp_path / "mine.ipynb"
    mine.write_bytes(notebook("import keras\nkeras.datasets.cifar10.load_data()", "test_acc = 0.5"))
    checked = pipeline.check(digits, mine, "digits", sandbox)
    assert [as_read(note) for note in checked.notes if "cifar10" in as_read(note)] == [
        "Cell 1 loads the data set cifar10, which is not on this computer. To check the notebook here, first run "
        "`grader data provide cifar10`."
    ]
    mine.write_bytes(notebook("from keras.utils import np_utils\ny = np_utils.to_categorical([1])\ntest_acc = 0.5"))
    checked = pipeline.check(digits, mine, "digits", sandbox)
    assert checked.remarks == ()
    assert any("`utils.np_utils`" in as_read(note) for note in checked.notes)
