"""Models made with a copy of Keras: the wrong import is named, and the right one."""

import pytest

from grader.assess.form import problem
from grader.model.assessment import Verdict
from grader.model.record import Answer, AnswerState, CellError, CellRun
from tests.assess.assess_samples import question, record
from tests.assess.conftest import Mark
from tests.reading import as_read


@pytest.mark.parametrize(
    ("type_name", "copy"),
    [
        ("tensorflow.python.keras.engine.sequential.Sequential", "tensorflow.python.keras"),
        ("tensorflow.python.keras.engine.training.Model", "tensorflow.python.keras"),
        ("tf_keras.src.engine.sequential.Sequential", "tf_keras"),
    ],
)
def test_a_model_of_a_copy_of_keras_names_the_copy_and_the_right_import(
    mark_model: Mark, type_name: str, copy: str
) -> None:
    finding = mark_model(None, given=Answer(AnswerState.UNSUPPORTED, None, type_name))
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0)
    assert finding.reason.startswith("Expected a model made with `keras` or `tensorflow.keras`.")
    assert f"`{copy}`" in finding.reason
    assert "from tensorflow.keras.models import Sequential" in finding.reason


@pytest.mark.parametrize(
    "line",
    [
        "from tensorflow.python.keras.layers import Dense",
        "import tensorflow.python.keras as keras",
        "from tensorflow.python import keras",
        "from tensorflow.python.keras import layers",
        "import tf_keras",
        "from tf_keras.models import Sequential",
    ],
)
def test_where_there_is_no_model_the_cell_that_imports_a_copy_is_named(mark_model: Mark, line: str) -> None:
    finding = mark_model(None, given=Answer(AnswerState.MISSING), cells=("import numpy", line), runs=())
    assert "Cell 2 imports from" in finding.reason
    assert "Import from `tensorflow.keras`" in finding.reason


@pytest.mark.parametrize(
    "line", ["from tensorflow.keras.layers import Dense", "import keras", "# tf_keras", "keras = ("]
)
def test_the_right_imports_are_not_spoken_of(mark_model: Mark, line: str) -> None:
    assert "import" not in mark_model(None, given=Answer(AnswerState.MISSING), cells=(line,), runs=()).reason.lower()


def test_check_says_the_same_as_grade() -> None:
    asked = question("architecture", 3, "model")
    answer = Answer(AnswerState.UNSUPPORTED, None, "tensorflow.python.keras.engine.sequential.Sequential")
    said = problem(asked, record(answers={"model": answer}))
    assert as_read(said).startswith("Expected a model made with `keras` or `tensorflow.keras`.")
    assert "from tensorflow.keras.models import Sequential" in as_read(said)


def test_check_names_the_import_where_the_cell_stopped() -> None:
    cell = "from tensorflow.python.keras.layers import Dense\nmodel = Sequential([Dense(3)])"
    runs = (CellRun(execution_count=1, error=CellError("ValueError", "Only instances of `keras.Layer`", 2)),)
    answers = {"model": Answer(AnswerState.MISSING)}
    said = problem(question("architecture", 3, "model"), record(answers=answers, cells=runs), (cell,))
    assert "Cell 1 imports from `tensorflow.python.keras.layers`" in as_read(said)
