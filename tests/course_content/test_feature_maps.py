"""The exercise on feature maps: activations against SciPy and Keras, receptive fields against gradients."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import correlate2d

from grader.assess import engine
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.key import AnswerKey
from tests.course_content.students import STUDENTS

COURSE = Course(Path(__file__).resolve().parents[2])
EXERCISE = read_exercise(COURSE, "feature-maps")
KEYS = Keys(COURSE, EXERCISE)
CHOICES = {question.id for question in EXERCISE.questions if question.kind == "choice"}


@cache
def key(seed: int) -> AnswerKey:
    return KEYS.key(str(seed))


@pytest.mark.long
def test_every_student_has_questions_whose_slips_are_wrong_and_all_different() -> None:
    for seed in STUDENTS:
        assert engine.validate(EXERCISE, key(seed)) == []
        for question, slips in key(seed).slips.items():
            values = {json.dumps(slip.value) for slip in slips}
            assert len(values) == len(slips) >= (1 if question in CHOICES else 3), (seed, question)


def test_the_same_seed_draws_the_same_numbers_and_another_one_others() -> None:
    again = Keys(COURSE, EXERCISE)
    assert [dict(again.key(str(seed)).numbers) for seed in range(10)] == [dict(key(seed).numbers) for seed in range(10)]
    assert len({json.dumps(dict(key(seed).numbers)) for seed in STUDENTS}) == len(STUDENTS)


def test_maps_agree_with_scipy_for_every_student() -> None:
    for seed in STUDENTS:
        numbers, answers = key(seed).numbers, key(seed).answers
        for number in (1, 2):
            plain = correlate2d(numbers["image"], numbers[f"filter_{number}"], mode="valid") + numbers[f"bias_{number}"]
            assert np.array_equal(answers[f"map_{number}"], np.maximum(plain, 0)), seed


def test_hidden_calls_agree_with_scipy() -> None:
    for call in key(0).calls["activation_map"]:
        image, kernel, bias = call.arguments
        assert np.array(call.expected) == pytest.approx(np.maximum(correlate2d(image, kernel, mode="valid") + bias, 0))
        assert len(call.slips) >= 3


def test_the_pattern_fires_once_and_its_pixels_are_inside_the_image() -> None:
    for seed in STUDENTS:
        answers, numbers = key(seed).answers, key(seed).numbers
        values = np.array(answers["map_1"])
        row, column = answers["fires_at"]
        assert (values == values.max()).sum() == 1
        assert values[row, column] == values.max()
        first, last, left, right = answers["seen"]
        patch = np.array(numbers["image"])[first : last + 1, left : right + 1]
        assert np.array_equal(2 * patch - 1, numbers["filter_1"])
        assert all(0 <= axis < 4 for axis in answers["shifted_at"])


def test_the_shifted_image_fires_at_the_shifted_place() -> None:
    for seed in STUDENTS:
        answers, numbers = key(seed).answers, key(seed).numbers
        moved = np.roll(numbers["image"], (numbers["down"], numbers["right"]), axis=(0, 1))
        row, column = answers["shifted_at"]
        assert correlate2d(moved, numbers["filter_1"], mode="valid")[row, column] == np.sum(
            np.array(numbers["filter_1"]) > 0
        )


def test_the_nearest_in_pixels_is_another_image_than_in_the_latent_space() -> None:
    for seed in STUDENTS:
        answers = key(seed).answers
        assert answers["pixel_nearest"] != answers["latent_nearest"]


def test_the_receptive_field_is_what_reaches_the_last_neuron() -> None:
    for seed in STUDENTS:
        numbers, answers = key(seed).numbers, key(seed).answers
        for depth, field in enumerate(answers["fields"], start=1):
            assert _seen(numbers["layers"][:depth], 0) == (0, field - 1)
        assert list(_seen(numbers["layers"], numbers["neuron"])) == answers["window"]


def _seen(layers: list[list[object]], neuron: int) -> tuple[int, int]:
    """The first and last pixel that a neuron sees, going back layer by layer."""
    first = last = neuron
    for _, size, stride in reversed(layers):
        assert isinstance(size, int)
        assert isinstance(stride, int)
        first, last = first * stride, last * stride + size - 1
    return first, last


def test_the_receptive_field_of_the_slide_is_8_and_not_12() -> None:
    assert _seen([["conv", 3, 1], ["pool", 2, 2], ["conv", 3, 1]], 0) == (0, 7)
    assert key(0).answers["slide_field"] == 8
    assert "The slide is wrong" in str(next(slip for slip in key(0).slips["slide_field"] if slip.value == 12).reason)


def test_so_many_convolutions_see_the_object_and_one_less_does_not() -> None:
    for seed in STUDENTS:
        needed, size = key(seed).answers["convs_needed"], key(seed).numbers["object_size"]
        assert 1 + 2 * needed >= size > 1 + 2 * (needed - 1)


def test_what_rests_on_an_own_map_follows_from_it() -> None:
    follow_on = key(0).follow_on
    assert follow_on is not None
    right = follow_on({"map_1": [[0, 0, 0, 0], [0, 0, 0, 9], [0, 0, 0, 0], [1, 0, 0, 0]], "fires_at": [1, 3]})
    assert right["fires_at"] == [1, 3]
    assert np.array(right["pooled"]).tolist() == [[0, 9], [1, 0]]
    assert right["seen"] == [1, 3, 3, 5]
    assert follow_on({"map_1": "?", "latents": [1], "fields": 3, "pixel_distances": None}) == {}


def test_the_accuracy_that_is_asked_for_lies_below_the_worst_seed() -> None:
    measured = json.loads(COURSE.facts.read_bytes())["latent_mnist_cnn"]["accuracy"]
    thresholds = next(question.options["thresholds"] for question in EXERCISE.questions if question.id == "accuracy")
    error = (measured["min"] * (1 - measured["min"]) / 2000) ** 0.5
    assert len(set(measured["seeds"])) >= 10
    assert thresholds[-1]["accuracy"] < measured["min"] - 2 * error
    assert thresholds[0]["accuracy"] > 0.2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_keras_gives_the_same_maps(seed: int) -> None:
    import keras

    numbers, answers = key(seed).numbers, key(seed).answers
    layer = keras.layers.Conv2D(2, (3, 3), activation="relu")
    layer.build((None, 6, 6, 1))
    kernel = np.stack([numbers["filter_1"], numbers["filter_2"]], axis=-1)[:, :, np.newaxis, :]
    layer.set_weights([kernel, np.array([numbers["bias_1"], numbers["bias_2"]])])
    keras_maps = keras.ops.convert_to_numpy(layer(np.array(numbers["image"], "float32")[np.newaxis, ..., np.newaxis]))[
        0
    ]
    assert keras_maps.shape == tuple(answers["first_shape"])
    assert keras_maps[..., 0] == pytest.approx(np.array(answers["map_1"]))
    assert keras_maps[..., 1] == pytest.approx(np.array(answers["map_2"]))
    pooled = keras.ops.convert_to_numpy(keras.layers.MaxPooling2D((2, 2))(keras_maps[np.newaxis]))[0, ..., 0]
    assert pooled == pytest.approx(np.array(answers["pooled"]))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_gradients_of_keras_reach_as_far_as_the_receptive_field(seed: int) -> None:
    import tensorflow as tf

    numbers, answers = key(seed).numbers, key(seed).answers
    row = tf.Variable(tf.ones((1, 200, 1)))
    with tf.GradientTape() as tape:
        values = tf.convert_to_tensor(row)
        for _, size, stride in numbers["layers"]:
            values = tf.nn.conv1d(values, tf.ones((size, 1, 1)), stride, "VALID")
        one = values[0, numbers["neuron"], 0]
    reached = np.flatnonzero(tape.gradient(one, row).numpy().ravel())
    assert [reached[0], reached[-1]] == answers["window"]
