"""`mnist-keras`: every student's numbers, and the key against Keras."""

import json
from math import ceil
from typing import Any

import pytest

from grader.course.release import read_solution, with_numbers
from grader.model.key import AnswerKey
from tests.course_content.from_keras import from_keras
from tests.course_content.students import COURSE, drawn_keys, exercise_of

EXERCISE = exercise_of("mnist-keras")
NUMBERS = [question for question in EXERCISE.questions if question.kind in ("number", "array")]
BY_HAND = (
    *("given", "steps", "one-hot", "scaled-pixel", "conv1-params", "conv2-params", "flatten-length"),
    *("dense1-params", "total-params", "updates-per-epoch", "updates", "guess-loss", "first-step", "steps-needed"),
)

KERAS = """
import json, sys
import keras
import numpy as np
from keras import layers as L

def of(given):
    net = keras.Sequential([
        keras.Input((given["side"], given["side"], 1)),
        L.Conv2D(given["filters_1"], 3), L.Conv2D(given["filters_2"], 3),
        L.MaxPooling2D(2), L.Flatten(), L.Dense(given["hidden"]), L.Dense(given["classes"]),
    ])
    counts = [layer.count_params() for layer in net.layers]
    optimizer, weight = keras.optimizers.Adadelta(), keras.Variable(0.0)
    optimizer.apply([keras.ops.convert_to_tensor(given["gradient"])], [weight])
    classes = given["classes"]
    guess = keras.losses.categorical_crossentropy(np.eye(classes)[:1], np.full((1, classes), 1 / classes))
    return {
        "conv1_params": counts[0],
        "conv2_params": counts[1],
        "flatten_length": net.layers[3].output.shape[1],
        "dense1_params": counts[4],
        "total_params": net.count_params(),
        "one_hot": keras.utils.to_categorical([given["digit"]], 10)[0].tolist(),
        "default_rate": float(optimizer.learning_rate),
        "first_step": -float(weight),
        "guess_loss": float(np.asarray(guess)[0]),
    }

print(json.dumps([of(given) for given in json.loads(sys.argv[1])]))
"""

UPDATES = """
import json
import keras
import numpy as np

def updates(images, share, batch):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.zeros((images, 1)), np.zeros((images, 1)), batch_size=batch, validation_split=share, verbose=0)
    return int(model.optimizer.iterations)

print(json.dumps([updates(600, 0.1, 1), updates(600, 0.25, 32), updates(2000, 0.2, 70)]))
"""


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys("mnist-keras")


def solution(key: AnswerKey) -> dict[str, Any]:
    """What the cells of the solution leave that need no Keras."""
    notebook = json.loads(
        with_numbers(read_solution(COURSE, "mnist-keras"), "mnist-keras", {**key.numbers, "variant": "common"})
    )
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    names: dict[str, Any] = {"default_rate": 0.001}
    exec("import numpy as np", names)
    for name in BY_HAND:
        exec(cells[name], names)
    return names


def test_the_listed_steps_are_all_out_of_place() -> None:
    for key in drawn():
        assert sorted(key.answers["steps"]) == [1, 2, 3, 4, 5, 6]
        assert all(number != place for place, number in enumerate(key.answers["steps"], 1))


def test_numbers_are_easy_by_hand() -> None:
    for key in drawn():
        assert key.numbers["side"] % 2 == 0
        assert key.answers["total_params"] < 1_000_000
        assert key.numbers["grey"] % 17 == 0  # 15ths of 255


def test_the_solution_gives_the_answers_of_the_key_for_any_numbers() -> None:
    for key in drawn()[:100]:
        names = solution(key)
        for question in NUMBERS:
            assert names[question.answer] == pytest.approx(key.answers[question.id]), question.id


def test_the_updates_that_the_lecture_prints_are_found() -> None:
    assert ceil(60_000 * 0.9 / 100) == 540
    assert ceil(10_000 / 32) == 313


def test_the_network_of_the_lecture_has_305194_parameters() -> None:
    assert drawn()[0].references["alzahrani_mnist_cnn"].parameters == 305_194


def test_full_points_lie_well_below_the_worst_seed() -> None:
    thresholds = next(question.options["thresholds"] for question in EXERCISE.questions if question.id == "accuracy")
    measured = json.loads(COURSE.facts.read_bytes())["alzahrani_mnist_cnn"]["accuracy"]
    assert len(set(measured["seeds"])) >= 10
    standard_error = (measured["min"] * (1 - measured["min"]) / 2000) ** 0.5
    assert thresholds[-1]["accuracy"] < measured["min"] - 2 * standard_error
    assert measured["mean"] > 0.95, "the notebook promises about 95 %"


@pytest.mark.slow
def test_sizes_losses_and_steps_are_those_of_keras() -> None:
    some = drawn()[:15]
    keras_answers = from_keras(KERAS, [dict(key.numbers) for key in some])
    for key, values in zip(some, keras_answers, strict=True):
        assert values == {name: pytest.approx(key.answers[name], rel=1e-4) for name in values}


@pytest.mark.slow
def test_keras_makes_one_update_for_each_batch_that_is_left() -> None:
    assert from_keras(UPDATES) == [540, ceil(450 / 32), ceil(1600 / 70)]
