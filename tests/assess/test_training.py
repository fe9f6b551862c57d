"""Training curves, compilation and cells are read for causes of a low accuracy."""

import math
from collections.abc import Mapping

import numpy as np
import pytest

from grader.assess.evidence import Evidence
from grader.assess.training import causes
from grader.model.record import Answer, AnswerState, CellError, CellRun, LayerRow, ModelTable
from tests.assess.assess_samples import answer_key, record

FIT = "history = model.fit(x_train, y_train, epochs=3, validation_data=(x_valid, y_valid))"
GOOD = {"loss": (0.5, 0.2), "accuracy": (0.85, 0.96), "val_accuracy": (0.9, 0.95)}


def found(
    *,
    cell: str = FIT,
    curves: Mapping[str, tuple[float, ...]] | None = None,
    error: CellError | None = None,
    table: ModelTable | None = None,
    accuracy: float = 0.4,
    name: str = "model",
) -> str:
    run = record(
        cells=(CellRun((), 1, 1.0, error),),
        histories={"history": curves} if curves is not None else {},
        answers={"model": Answer(AnswerState.UNSUPPORTED, None, "Sequential")},
        models={name: table} if table else {},
    )
    evidence = Evidence(question="accuracy", name="predict", key=answer_key(0, ()), record=run, cells=(cell,))
    return " ".join(map(str, causes(evidence, classes=10, accuracy=accuracy)))


def table(loss: str, kind: str = "Dense", **config: object) -> ModelTable:
    last = LayerRow(
        name="out",
        kind=kind,
        config=config,
        inbound=(),
        input_shape=(None, 8),
        output_shape=(None, 10),
        parameters=90,
        trainable=90,
    )
    return ModelTable(input_shape=(None, 8), layers=(last,), compiled={"loss": loss})


def test_a_good_training_has_no_cause() -> None:
    assert found(curves=GOOD, accuracy=0.94) == ""


def test_no_training_is_said() -> None:
    assert "the notebook did not call `fit`" in found(cell="x = 1")


def test_a_loss_that_is_not_a_number_is_said_with_its_epoch() -> None:
    assert "In epoch 2, the loss was not a finite number" in found(curves={"loss": (1.0, math.nan)})


def test_a_first_loss_far_above_guessing_points_to_scaling() -> None:
    assert "not scaled" in found(curves={"loss": (17.8, 6.4), "accuracy": (0.13, 0.29)})


def test_a_good_training_with_bad_predictions_points_to_predict() -> None:
    assert "`predict` probably does not prepare" in found(curves=GOOD, accuracy=0.1)


def test_overfitting_is_said() -> None:
    assert "overfits" in (found(curves={"loss": (0.1,), "accuracy": (0.99,), "val_accuracy": (0.6,)}, accuracy=0.6))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (table("binary_crossentropy", activation="softmax"), "for two classes"),
        (table("mse", activation="softmax"), "for regression"),
        (table("categorical_crossentropy", activation="linear"), "has no softmax"),
    ],
)
def test_a_loss_that_does_not_fit_is_said(table: ModelTable, words: str) -> None:
    assert words in found(curves=GOOD, table=table)


def test_a_model_that_nobody_asked_for_is_not_blamed() -> None:
    assert "for regression" not in found(curves=GOOD, table=table("mse"), name="autoencoder")


@pytest.mark.parametrize(
    "table",
    [table("categorical_crossentropy", activation="softmax"), table("sparse_categorical_crossentropy", kind="Softmax")],
)
def test_a_loss_that_fits_is_not_blamed(table: ModelTable) -> None:
    assert found(curves=GOOD, table=table, accuracy=0.94) == ""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("(x_train, y_train)", "for both training and validation"),
        ("(x_train[:100], y_train[:100])", "for both training and validation"),
        ("(x_test, y_test)", "Keep test data"),
    ],
)
def test_wrong_validation_data_are_said(data: str, words: str) -> None:
    assert words in found(cell=f"model.fit(x_train, y_train, validation_data={data})", curves=GOOD)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("loss", "one_hot", "words"),
    [
        ("categorical_crossentropy", False, "use sparse_categorical_crossentropy"),
        ("sparse_categorical_crossentropy", True, "use categorical_crossentropy"),
    ],
)
def test_labels_of_the_wrong_form_are_told_from_what_keras_says(loss: str, one_hot: bool, words: str) -> None:
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(10, "softmax")])
    model.compile("adam", loss)
    labels = np.eye(10)[np.zeros(8, int)] if one_hot else np.zeros(8, int)
    with pytest.raises(ValueError, match="shape") as caught:
        model.fit(np.zeros((8, 4)), labels, verbose=0)
    error = CellError("ValueError", str(caught.value)[:500])
    assert words in found(error=error)
