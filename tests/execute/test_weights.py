"""What tells the weights of a model from others: equal for equal weights, far apart for others, in little time."""

import io
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from grader.cohort.same_weights import is_trained
from grader.execute.inside.weights import SUMS, signature
from grader.model.exercise import Limits
from grader.model.job import Job, Probe
from grader.model.record import ModelTable
from grader.model.submission import HandedIn
from tests.conftest import Run


@dataclass
class Variable:
    """Stands in for a variable of Keras."""

    array: Any

    def numpy(self) -> Any:
        return self.array


def model(seed: int = 0, noise: float = 0.0) -> list[Variable]:
    drawn = np.random.default_rng(seed)
    shapes = ((3, 3, 3, 32), (32,), (2000, 100), (100,), (100, 8), (8,))
    other = np.random.default_rng(99)
    return [
        Variable((drawn.normal(size=shape) + noise * other.normal(size=shape)).astype(np.float32)) for shape in shapes
    ]


def distance(one: list[Variable], two: list[Variable]) -> float:
    """Relative distance as the grader computes it, the larger of both halves."""
    halves = [np.split(np.array(signature(each)), 2) for each in (one, two)]
    return max(
        float(np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b))) for a, b in zip(*halves, strict=True)
    )


def test_equal_weights_have_equal_signatures() -> None:
    assert signature(model()) == signature(model())
    assert len(signature(model())) == 2 * SUMS


def test_a_signature_never_changes_its_meaning() -> None:
    found = signature([Variable(np.arange(20.0).reshape(4, 5)), Variable(np.arange(5.0))])
    kernels = {2: -9, 10: 20, 11: -31, 16: 11, 21: 16, 22: -12, 23: 19, 26: 5, 27: 9, 30: -5, 31: 7}
    assert {place: value for place, value in enumerate(found) if value} == kernels | {36: 3, 41: 1, 60: 2}


@pytest.mark.parametrize("noise", [0.001, 0.01, 0.1])
def test_signatures_are_as_far_apart_as_weights(noise: float) -> None:
    assert 0.5 * noise < distance(model(), model(noise=noise)) < 2 * noise


def test_other_weights_are_far_apart() -> None:
    assert distance(model(1), model(2)) > 0.8


def test_an_untrained_model_has_zeros_for_weights_of_one_axis() -> None:
    untrained = [Variable(np.random.default_rng(0).normal(size=(9, 4))), Variable(np.zeros(4)), Variable(np.ones(4))]
    assert signature(untrained)[SUMS:] == [0.0] * SUMS
    assert any(signature(untrained)[:SUMS])


def test_a_model_without_weights_has_zeros_only() -> None:
    assert signature([]) == [0.0] * 2 * SUMS


def test_weights_that_are_not_finite_have_no_signature() -> None:
    assert signature([Variable(np.array([[np.nan]]))]) == []


def test_more_weights_than_fifty_million_have_no_signature() -> None:
    assert signature([Variable(np.broadcast_to(np.float32(1), (60_000_000,)))]) == []


def test_three_million_weights_take_a_fraction_of_a_second() -> None:
    large = [Variable(np.random.default_rng(0).random((3_000, 1_000), np.float32))]
    begin = time.process_time()
    signature(large)
    assert time.process_time() - begin < 1.0


TRAIN = """
import keras, numpy as np
x = np.random.default_rng(0).random((256, 8, 8, 1), np.float32)
net = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(8, 3, activation='relu'), keras.layers.BatchNormalization(),
                        keras.layers.Flatten(), keras.layers.Dense(3, activation='softmax')])
net.compile('adam', 'sparse_categorical_crossentropy')
net.fit(x, (10 * x[:, 0, 0, 0]).astype(int) % 3, epochs=EPOCHS, verbose=0)
def predict(images):
    return net.predict(images, verbose=0).argmax(axis=1)
"""


def trained(run: Run, epochs: int, start: str = "") -> ModelTable:
    inputs = io.BytesIO()
    np.save(inputs, np.zeros((2, 8, 8, 1)))
    probe = Probe("predict", "predict", (inputs.getvalue(),), "d")
    return run(start, TRAIN.replace("EPOCHS", str(epochs)), probes=(probe,)).models["net"]


@pytest.mark.slow
def test_the_same_training_gives_the_same_signature_and_another_one_another(run: Run) -> None:
    one, same, longer = trained(run, 3), trained(run, 3, "# a comment"), trained(run, 6)
    assert one.weights == same.weights
    halves = [np.split(np.array(table.weights), 2) for table in (one, longer)]
    assert max(np.linalg.norm(a - b) / np.linalg.norm(a) for a, b in zip(*halves, strict=True)) > 0.05
    assert is_trained(one)
    assert not is_trained(trained(run, 0))


@pytest.mark.slow
def test_models_that_are_no_answers_come_back_only_where_a_function_is_called(run: Run) -> None:
    cell = "import keras\nnet = other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])\n_hidden = keras.Sequential()"
    probe = Probe("predict", "predict", (), "d")
    assert set(run(cell).models) == set()
    assert set(run(cell, probes=(probe,)).models) == {"net"}
    assert set(run(cell, names=("other",), probes=(probe,)).models) == {"other"}
    many = "import keras\nfor n in range(12):\n    globals()[f'net{n}'] = keras.Sequential([keras.layers.Dense(2)])"
    assert len(run(many, probes=(probe,)).models) == 8


@pytest.mark.slow
@pytest.mark.parametrize("level", ["sandbox", "lighter"])
def test_files_that_are_handed_in_lie_beside_the_notebook(level: str, request: pytest.FixtureRequest) -> None:
    executor = request.getfixturevalue(level)
    cell = "import os\nfound = open('my model.keras', 'rb').read().hex(), sorted(os.listdir('.'))"
    files = (HandedIn("my model.keras", b"\x00\xff"),)
    (record,) = executor.run(
        [
            Job(
                cells=(cell,),
                names=("found",),
                probes=(),
                files=(),
                limits=Limits(cell_seconds=20),
                seed=1,
                environment=(),
                handed_in=files,
            )
        ]
    )
    assert record.answers["found"].value == ["00ff", ["my model.keras"]]
