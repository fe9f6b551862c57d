"""`lenet5`: every student's numbers, and the key against Keras."""

import json
from typing import Any

import pytest

from grader.course.release import read_solution, with_numbers
from grader.model.key import AnswerKey
from tests.course_content.from_keras import from_keras
from tests.course_content.students import COURSE, drawn_keys, exercise_of

EXERCISE = exercise_of("lenet5")
NUMBERS = [question for question in EXERCISE.questions if question.kind in ("number", "array")]

KERAS = """
import json, sys
import keras
from keras import layers as L

def lenet(given, channels):
    k = given["kernel"]
    return keras.Sequential([
        keras.Input((given["side"], given["side"], channels)),
        L.Conv2D(given["filters_1"], k, padding="same"), L.AveragePooling2D(2),
        L.Conv2D(given["filters_2"], k), L.AveragePooling2D(2),
        L.Flatten(), L.Dense(given["hidden_1"]), L.Dense(given["hidden_2"]), L.Dense(given["classes"]),
    ])

def mlp(given, channels):
    shape = (given["side"], given["side"], channels)
    return keras.Sequential([keras.Input(shape), L.Flatten(), L.Dense(given["hidden_2"]), L.Dense(given["classes"])])

def first_layer(given, *layers):
    side = given["large_side"]
    return keras.Sequential([keras.Input((side, side, 3)), *layers]).count_params()

def of(given):
    grey = lenet(given, 1)
    counts = [layer.count_params() for layer in grey.layers]
    return {
        "conv1_shape": list(grey.layers[0].output.shape[1:]),
        "conv2_shape": list(grey.layers[2].output.shape[1:]),
        "flatten_length": grey.layers[4].output.shape[1],
        "conv1_params": counts[0],
        "conv2_params": counts[2],
        "dense1_params": counts[5],
        "total_params": grey.count_params(),
        "dense_share": sum(counts[5:]) / sum(counts),
        "colour_total": lenet(given, 3).count_params(),
        "mlp_grey": mlp(given, 1).count_params(),
        "mlp_colour": mlp(given, 3).count_params(),
        "large_conv": first_layer(given, L.Conv2D(given["large_units"], given["large_kernel"])),
        "large_dense": first_layer(given, L.Flatten(), L.Dense(given["large_units"])),
        "lecun_total": keras.Sequential([
            keras.Input((28, 28, 1)), L.Conv2D(6, 5, padding="same"), L.AveragePooling2D(2), L.Conv2D(16, 5),
            L.AveragePooling2D(2), L.Conv2D(120, 5), L.Flatten(), L.Dense(84), L.Dense(10)]).count_params(),
    }

print(json.dumps([of(given) for given in json.loads(sys.argv[1])]))
"""


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys("lenet5")


def counts(model: str) -> list[int]:
    return [layer.parameters for layer in drawn()[0].references[model].layers if layer.parameters]


def solution(key: AnswerKey) -> dict[str, Any]:
    """What the cells of the solution leave that need no Keras."""
    notebook = json.loads(with_numbers(read_solution(COURSE, "lenet5"), "lenet5", {**key.numbers, "variant": "common"}))
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not any(word in source for word in ("keras", "Sequential", "fit(", "data")):
            exec(source.partition("labels = predict")[0], names)
    return names


def test_sizes_fit_without_a_rest_and_stay_small() -> None:
    for key in drawn():
        numbers, answers = key.numbers, key.answers
        assert numbers["side"] % 4 == 0
        assert answers["conv2_shape"][0] % 2 == 0
        assert answers["conv2_shape"][0] >= 6
        assert numbers["filters_1"] < numbers["filters_2"]
        assert answers["total_params"] < 300_000


def test_the_solution_gives_the_answers_of_the_key_for_any_numbers() -> None:
    for key in drawn()[:100]:
        names = solution(key)
        for question in NUMBERS:
            value = names[question.answer]
            expected = key.answers[question.id]
            assert (list(value) if isinstance(value, tuple) else value) == pytest.approx(expected), question.id


def test_a_follow_on_needs_only_the_answers_that_it_rests_on() -> None:
    key = drawn()[0]
    assert key.follow_on is not None
    assert set(key.follow_on({"total_params": 1000, "conv2_shape": "many"})) == {"colour_total"}
    assert key.follow_on({}) == {}


def test_counts_of_the_lectures_are_those_of_the_reference_models() -> None:
    key = drawn()[0]
    assert key.answers["boracchi_counts"] == counts("lenet5_boracchi")
    assert key.answers["marques_counts"] == counts("lenet5_marques")
    assert (sum(counts("lenet5_boracchi")), sum(counts("lenet5_marques"))) == (61_706, 257_546)
    assert key.answers["lecun_total"] == 61_706


def test_more_than_98_percent_of_the_weights_are_dense_as_the_slide_says() -> None:
    assert 0.98 < drawn()[0].answers["marques_share"] < 0.983
    biases = (6, 16, 120, 84, 10)
    weights = [count - bias for count, bias in zip(counts("lenet5_marques"), biases, strict=True)]
    assert 0.98 < sum(weights[3:]) / sum(weights) < 0.983


def test_the_dense_network_of_the_lecture_does_not_grow_by_three() -> None:
    grey, colour = ((32 * 32 * depth + 1) * 84 + (84 + 1) * 10 for depth in (1, 3))
    assert (grey, colour, 3 * grey) == (86_950, 258_982, 260_850)


def test_full_points_lie_well_below_the_worst_seed() -> None:
    thresholds = next(question.options["thresholds"] for question in EXERCISE.questions if question.id == "accuracy")
    measured = json.loads(COURSE.facts.read_bytes())["lenet5_boracchi"]["accuracy"]
    assert len(set(measured["seeds"])) >= 10
    standard_error = (measured["min"] * (1 - measured["min"]) / 2000) ** 0.5
    assert thresholds[-1]["accuracy"] < measured["min"] - 2 * standard_error


@pytest.mark.slow
def test_sizes_and_counts_are_those_of_keras() -> None:
    some = drawn()[:15]
    for key, keras_answers in zip(some, from_keras(KERAS, [dict(key.numbers) for key in some]), strict=True):
        assert keras_answers == {name: pytest.approx(key.answers[name]) for name in keras_answers}
