"""`grader check` with real notebooks: it reads answers as marking does, and calls functions once."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.execute.executor import Executor
from grader.execute.local import LocalExecutor
from grader.execute.own_notebook import OwnNotebook
from grader.pipeline.checking import Checked
from tests.conftest import ROOT, notebook

GIVEN = "import numpy as np\nscores = np.log([5, 4, 1])\n"
SOFTMAX = "def softmax(values):\n    p = np.exp(values)\n    {end} p / p.sum(axis=-1, keepdims=True)"


@pytest.fixture
def checked(tmp_path: Path, sandbox: LocalExecutor) -> Callable[..., Any]:
    def check(*cells: str) -> Checked:
        path = tmp_path / "mine.ipynb"
        path.write_bytes(notebook(*cells))
        return pipeline.check(Course(ROOT), path, "activations-and-losses", sandbox)

    return check


@pytest.mark.slow
@pytest.mark.parametrize(
    ("end", "word"),
    [("return", ""), ("p =", "returns None"), ("return 1 / 0 *", "failed on the example from the exercise")],
)
def test_a_function_is_called_with_the_example_of_its_exercise(
    checked: Callable[..., Any], end: str, word: str
) -> None:
    told = str(checked(GIVEN, SOFTMAX.format(end=end)).problems["A softmax of your own"])
    assert (word in told) if word else told == ""


@pytest.mark.slow
def test_answers_in_other_forms_are_ready_and_what_was_read_is_told(checked: Callable[..., Any]) -> None:
    found = checked(
        GIVEN + 'tanh_value = "0,96"\nsigmoid_value = "80 %"\nmse = 6,5\nhuber = "1,386"\ndigits_output = "c) softmax"',
        "import tensorflow as tf\n@tf.function\ndef softmax(values):\n    return tf.nn.softmax(values)",
    )
    assert found.problems["tanh"] == found.problems["The sigmoid of a logarithm"] == ""
    assert found.problems["A softmax of your own"] == found.problems["Output for one of ten digits"] == ""
    assert "Write 6.5" in str(found.problems["Mean squared error"])
    assert "Write 1.386 or 1386" in str(found.problems["Huber loss"])
    assert any("as 0.8. Write the number" in str(told) for told in found.notes)


CELLS = (
    GIVEN,
    SOFTMAX.format(end="return"),
    "import tensorflow as tf\nimport keras\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\nsigmoid_value = 0.75\nmse = 6,5",
    "draws = [float(keras.random.normal((1,))[0]), float(np.random.rand()), float(tf.random.uniform((1,))[0])]\n"
    "assert 0, draws",
    "%pip install seaborn",
    "keras.datasets.mnist.load_data()",
    "digits_output = open('mine.txt').read()",
    "import os, sys\nos.write(1, b'x'); print(sys.stdout.encoding)\ntanh_value = '0,96'",
    "raise RuntimeError(sorted(os.listdir('.')), os.environ['HOME'] == os.getcwd(), os.environ.get('KERAS_BACKEND'))",
)
"""Cells of which grading and checking have to report the same: errors, random numbers, downloads and files."""


@pytest.mark.slow
def test_a_check_without_a_sandbox_reports_what_grading_reports(tmp_path: Path, sandbox: LocalExecutor) -> None:
    (tmp_path / "mine.ipynb").write_bytes(notebook(*CELLS))

    def reported(executor: Executor) -> tuple[object, ...]:
        checked = pipeline.check(Course(ROOT), tmp_path / "mine.ipynb", "activations-and-losses", executor)
        notes = [re.sub(r"[\d.]+ s\b", "", str(note)) for note in checked.notes]  # seconds differ
        return checked.exercise, checked.errors, checked.problems, checked.remarks, notes

    with OwnNotebook() as executor:
        own = reported(executor)
    assert own == reported(sandbox)
    assert len(own) == 5
    assert [number for number, _ in own[1]] == [5, 7, 8, 10]  # type: ignore[attr-defined]
