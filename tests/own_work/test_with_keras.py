"""Keras itself confirms the correct answers of generated questions."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from grader.own_work.drawing import candidates_of
from grader.own_work.works import work_of
from tests.own_work import generated

SEEDS = (1, 2, 3, 4, 6, 7, 8, 10)

pytestmark = pytest.mark.slow


def built(seed: int, changes: Mapping[str, Any] | None = None, layer: int = -1, side: int = 0) -> Any:
    """The generated model in Keras, with other settings of one layer or for other images."""
    keras = pytest.importorskip("keras")
    table = generated.table(seed)
    shape = (table.input_shape or ())[1:]
    model = keras.Sequential([keras.Input((side, side, shape[-1]) if side else shape)])
    for number, row in enumerate(table.layers):
        config = {**row.config, **((changes or {}) if number == layer else {})}
        if side and row.kind == "Flatten":
            break
        model.add(getattr(keras.layers, row.kind)(**config))
    return model


def place(seed: int, layer: str) -> int:
    """Position of a layer such as `pool2` in the model."""
    kinds = {"conv": "Conv2D", "pool": "Pooling2D", "dense": "Dense"}
    kind, number = kinds[layer.rstrip("0123456789")], int("".join(filter(str.isdigit, layer)))
    rows = generated.table(seed).layers
    positions = [place for place, row in enumerate(rows) if row.kind.endswith(kind) and not row.kind.startswith("Glob")]
    return positions[number - 1]


def receptive_field(seed: int) -> int:
    """Rows of the image that change the middle neuron of the last convolution: by the gradient, all weights 1."""
    keras = pytest.importorskip("keras")
    tensorflow = pytest.importorskip("tensorflow")
    rows = generated.table(seed).layers
    last = max(number for number, row in enumerate(rows) if row.kind == "Conv2D")
    side = 400
    model = keras.Sequential([keras.Input((side, side, 1))])
    for row in rows[: last + 1]:
        if row.kind == "Conv2D":
            config = {**row.config, "filters": 1, "activation": "linear", "use_bias": False}
            model.add(keras.layers.Conv2D(**config, kernel_initializer="ones"))
        elif row.kind.endswith("Pooling2D"):
            model.add(keras.layers.AveragePooling2D(**row.config))
    image = tensorflow.Variable(np.ones((1, side, side, 1), np.float32))
    with tensorflow.GradientTape() as tape:
        maps = model(image)
        middle = maps[0, maps.shape[1] // 2, maps.shape[2] // 2, 0]
    seen = np.flatnonzero(np.abs(tape.gradient(middle, image).numpy()[0, :, :, 0]).sum(axis=1))
    return int(seen.max() - seen.min() + 1)


def stopped(seed: int, patience: int) -> int:
    """The epoch after which Keras ends the training."""
    keras = pytest.importorskip("keras")
    callback = keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.stop_training = False
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(generated.history(seed)["val_loss"]):
        callback.on_epoch_end(epoch, {"val_loss": round(loss, 4)})
        if model.stop_training:
            return epoch + 1
    raise AssertionError("training was not stopped")


def recall(seed: int, label: int) -> float:
    keras = pytest.importorskip("keras")
    matrix = generated.matrix(seed)
    pairs = [
        (row, column) for row, line in enumerate(matrix) for column, amount in enumerate(line) for _ in range(amount)
    ]
    metric = keras.metrics.Recall()
    metric.update_state([row == label for row, _ in pairs], [column == label for _, column in pairs])
    return float(metric.result())


def named(layers: Any) -> list[Any]:
    """The convolutions and dense layers."""
    return [layer for layer in layers if type(layer).__name__ in ("Conv2D", "Dense")]


def by_keras(question: str, seed: int) -> Any:
    """The answer to a question, from Keras."""
    sort, _, layer = (*question.split("/"), "", "")[:3]
    number, kind = int("".join(filter(str.isdigit, sort)) or 0), sort.rstrip("0123456789")
    at = place(seed, layer) if layer else -1
    answers: dict[str, Callable[[], Any]] = {
        "bias": lambda: (
            built(seed, {"use_bias": not generated.table(seed).layers[at].config["use_bias"]}, at)
            .layers[at]
            .count_params()
        ),
        "window": lambda: built(seed, {"kernel_size": number, "padding": "same"}, at).layers[at].count_params(),
        "units": lambda: built(seed, {"units": number}, at).layers[at].count_params(),
        "output": lambda: list(built(seed, side=number).layers[at].output.shape[1:]),
        "field": lambda: receptive_field(seed),
        "heaviest": lambda: int(np.argmax([layer.count_params() for layer in named(built(seed).layers)])),
        "share": lambda: max(layer.count_params() for layer in built(seed).layers) / built(seed).count_params(),
        "stopping": lambda: stopped(seed, number),
        "best-epoch": lambda: int(np.argmin(np.round(generated.history(seed)["val_loss"], 4))) + 1,
        "steps": lambda: int(
            pytest.importorskip("tensorflow")
            .data.Dataset.range(number)
            .batch(2 * generated.batch_size(seed))
            .cardinality()
        ),
        "recall": lambda: recall(seed, number),
    }
    return answers[kind]()


@pytest.mark.parametrize("seed", SEEDS)
def test_keras_gives_the_right_answer_and_none_of_the_wrong_ones(seed: int) -> None:
    candidates = candidates_of(work_of(generated.record(seed), generated.cells(seed), "confusion"))
    for candidate in candidates[:: max(len(candidates) // 20, 1)] + candidates[-25:]:
        right = by_keras(candidate.id, seed)
        assert candidate.right == pytest.approx(right), candidate.id
        assert all(wrong.value != pytest.approx(right) for wrong in candidate.distractors), candidate.id
