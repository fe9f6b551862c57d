"""`activations-and-losses`: every student's numbers, and the key against Keras and SciPy."""

import numpy as np
import pytest
from scipy import special

from grader.model.key import AnswerKey
from grader.model.precision import Precision
from tests.course_content.from_keras import from_keras
from tests.course_content.students import drawn_keys, exercise_of

EXERCISE = exercise_of("activations-and-losses")
CHOICES = {question.id for question in EXERCISE.questions if question.kind == "choice"}

KERAS = """
import json, sys
import keras
import numpy as np

def of(given):
    x = np.array(given["inputs"])
    scores = np.log(np.array([given["class_odds"]]))
    p = keras.ops.softmax(scores)
    s = keras.ops.sigmoid(np.log(float(given["odds"])))
    pair = np.array(given["targets"]), np.array(given["predicted"])
    number = lambda value: float(np.asarray(value).reshape(-1)[0])
    return {
        "relu": keras.ops.convert_to_numpy(keras.ops.relu(x)).tolist(),
        "leaky_relu": keras.ops.convert_to_numpy(keras.ops.leaky_relu(x, negative_slope=0.01)).tolist(),
        "tanh": number(keras.ops.tanh(given["tanh_at"])),
        "sigmoid": number(s),
        "softmax": keras.ops.convert_to_numpy(p)[0].tolist(),
        "softmax_doubled": keras.ops.convert_to_numpy(keras.ops.softmax(2 * scores))[0].tolist(),
        "cross_entropy": number(keras.losses.sparse_categorical_crossentropy(np.array([given["true_class"]]), p)),
        "binary_cross_entropy": number(keras.losses.binary_crossentropy(
            np.array([[float(given["label"])]]), keras.ops.reshape(s, (1, 1)))),
        "mse": number(keras.losses.mean_squared_error(*pair)),
        "huber": number(keras.losses.huber(*pair, delta=float(given["delta"]))),
    }

print(json.dumps([of(given) for given in json.loads(sys.argv[1])]))
"""


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys("activations-and-losses")


def test_numbers_are_easy_by_hand() -> None:
    for key in drawn():
        numbers = key.numbers
        assert sum(value < 0 for value in numbers["inputs"]) == 2
        assert all(2 * value == int(2 * value) and 0.5 <= abs(value) <= 5 for value in numbers["inputs"])
        assert sum(numbers["class_odds"]) in (8, 10, 20)
        errors = np.abs(np.array(numbers["predicted"]) - numbers["targets"])
        assert np.all(errors != numbers["delta"])
        assert sum(errors > numbers["delta"]) == 1
        assert min(numbers["predicted"]) > 0


def test_no_two_wrong_answers_are_within_rounding_of_each_other_or_of_the_right_one() -> None:
    for key in drawn():
        for question in EXERCISE.questions:
            if question.id in CHOICES or question.kind == "function":
                continue
            slips = [np.array(slip.value) for slip in key.slips[question.id]]
            assert len(slips) >= 3
            values = [np.array(key.answers[question.id]), *slips]
            for place, value in enumerate(values[1:], start=1):
                assert all(np.max(np.abs(value - other)) > 0.005 for other in values[1:place])
                assert not Precision.of(question.options).takes(value.tolist(), values[0].tolist())


def test_hidden_calls_are_answered_as_by_scipy() -> None:
    for key in drawn()[:50]:
        for call in key.calls["softmax_function"]:
            np.testing.assert_allclose(call.expected, special.softmax(np.array(call.arguments[0]), axis=-1), atol=1e-12)


def test_huber_is_that_of_scipy() -> None:
    for key in drawn():
        errors = np.array(key.numbers["predicted"]) - key.numbers["targets"]
        assert key.answers["huber"] == pytest.approx(special.huber(key.numbers["delta"], errors).mean())


def test_the_printed_formula_of_tanh_leaves_the_range_printed_beside_it() -> None:
    x = np.linspace(-5, 5, 101)
    fraction = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    np.testing.assert_allclose(fraction, np.tanh(x), atol=1e-12)
    assert (fraction - 1).min() < -1.9
    assert (fraction - 1).max() < 0


def test_a_follow_on_needs_only_the_answer_that_it_rests_on() -> None:
    key = drawn()[0]
    assert key.follow_on is not None
    assert set(key.follow_on({"sigmoid": 0.25, "softmax": "half"})) == {"sigmoid_slope", "binary_cross_entropy"}
    assert key.follow_on({}) == {}


@pytest.mark.slow
def test_answers_are_those_of_keras() -> None:
    some = drawn()[:25]
    for key, keras_answers in zip(some, from_keras(KERAS, [dict(key.numbers) for key in some]), strict=True):
        assert set(key.answers) - set(keras_answers) == {"relu_slope", "sigmoid_slope", *CHOICES}
        for question, value in keras_answers.items():
            np.testing.assert_allclose(value, key.answers[question], atol=1e-5, err_msg=question)
