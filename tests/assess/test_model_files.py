"""A model file that does not load is met with what to do about it."""

import pytest

from grader.assess.evidence import Evidence
from grader.assess.model_files import explanation
from grader.model.record import CellError, CellRun
from tests.assess.assess_samples import answer_key, record

BESIDE, DEFINED = "that you submitted with it and that the exercise accepts", "in the notebook, and decorate it"
LOAD = "model = keras.models.load_model('model.keras')"
MISSING = "NameError: name 'model' is not defined"


def said(error: CellError | None, message: str = MISSING, cell: str = LOAD) -> str:
    run = record(cells=(CellRun((), 1, error=error),))
    return str(
        explanation(
            Evidence(question="accuracy", name="predict", key=answer_key(None), record=run, cells=(cell,)), message
        )
    )


@pytest.mark.parametrize(
    ("name", "message", "advice"),
    [
        ("ValueError", "File not found: filepath=model.keras. Please ensure", BESIDE),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'a.h5'", BESIDE),
        ("TypeError", "Could not locate class 'Twice'. Make sure", DEFINED),
        ("ValueError", "Requested the deserialization of a `Lambda` layer whose ...", DEFINED),
        ("ValueError", "ZIP member declares 9 GB; a potential decompression bomb.", "far larger than a model"),
        ("ValueError", "File format not supported: filepath=model.ckpt.", "TensorFlow checkpoints"),
        ("TypeError", "Error when deserializing class 'Dense' using config={}", "different version of Keras"),
        ("ValueError", "A total of 1 objects could not be loaded. weights", "the same layers"),
        ("MemoryError", "Unable to allocate output buffer.", "more memory than a notebook may use"),
    ],
)  # fmt: skip
def test_each_way_not_to_load_has_its_advice(name: str, message: str, advice: str) -> None:
    text = said(CellError(name, message))
    assert text.startswith(f"Cell 1 stopped with {name}")
    assert "so there is no `model`." in text
    assert advice in text
    assert advice in said(None, f"{name}: {message}")


def test_an_error_that_is_none_of_loading_has_no_advice() -> None:
    assert said(None, "ZeroDivisionError: division by zero") == ""
    assert said(CellError("ZeroDivisionError", "division by zero")) == (
        "Cell 1 stopped with ZeroDivisionError: division by zero, so there is no `model`."
    )


def test_an_argument_misspelt_in_the_notebook_is_no_other_version_of_keras() -> None:
    error = CellError("ValueError", "Unrecognized keyword arguments passed to Dense: {'unit': 3}")
    assert "different version" in said(error)
    assert "different version" not in said(error, cell="model = keras.layers.Dense(unit=3)")


def test_a_name_that_no_cell_was_to_define_says_nothing_more() -> None:
    assert said(CellError("ValueError", "x"), cell="other = 1") == ""
