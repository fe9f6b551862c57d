"""`linear-classifier`: every student's numbers, and the key against SciPy, loops and Keras."""

import numpy as np
import pytest
from scipy import signal, special

from grader.model.key import AnswerKey
from grader.model.precision import Precision
from tests.course_content.from_keras import from_keras
from tests.course_content.students import drawn_keys, exercise_of

EXERCISE = exercise_of("linear-classifier")

KERAS = """
import json, sys
import keras
import numpy as np

def of(given):
    layer = keras.layers.Dense(3)
    net = keras.Sequential([keras.Input((2, 3, 1)), keras.layers.Permute((2, 1, 3)), keras.layers.Flatten(), layer])
    layer.set_weights([np.array(given["W"], dtype="float32").T, np.array(given["b"], dtype="float32")])
    image = np.array(given["image"], dtype="float32")[np.newaxis, ..., np.newaxis]
    shape = (given["height"], given["width"], 3)
    large = keras.Sequential([keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(given["classes"])])
    weights = keras.Variable(np.array(given["weights"]))
    keras.optimizers.SGD(given["rate"]).apply([keras.ops.convert_to_tensor(np.array(given["gradient"]))], [weights])
    p = keras.ops.softmax(np.array([given["scores"]], dtype="float32"))
    cost = keras.losses.SparseCategoricalCrossentropy()
    shares = np.array([[share, 1 - share] for share in given["true_shares"]])
    plain = lambda tensor: keras.ops.convert_to_numpy(tensor).tolist()
    return {
        "scores": plain(net(image))[0],
        "brighter_scores": plain(net(given["brighter"] * image))[0],
        "parameters": large.count_params(),
        "softmax": plain(p)[0],
        "cross_entropy": float(cost(np.array([given["true_class"]]), p)),
        "batch_cost": float(cost(np.array([0, 0, 0]), shares)),
        "step": plain(weights),
    }

print(json.dumps([of(given) for given in json.loads(sys.argv[1])]))
"""


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys("linear-classifier")


def test_numbers_are_easy_by_hand() -> None:
    for key in drawn():
        assert np.abs(key.answers["scores"]).max() <= 100
        assert np.sort(key.answers["scores"])[-1] - np.sort(key.answers["scores"])[-2] >= 1
        assert abs(key.answers["rgb_score"]) <= 100
        assert 2 <= key.answers["weight_place"][0] <= 27
        assert 2 <= key.answers["weight_place"][1] <= 27


def test_no_two_wrong_answers_are_within_rounding_of_each_other_or_of_the_right_one() -> None:
    for key in drawn():
        for question in EXERCISE.questions:
            if question.kind in ("choice", "function"):
                continue
            right = np.array(key.answers[question.id])
            slips = [np.array(slip.value) for slip in key.slips[question.id]]
            assert len(slips) >= 3
            for place, slip in enumerate(slips):
                others = [other for other in slips[:place] if other.shape == slip.shape]
                assert all(np.max(np.abs(slip - other)) > 0.005 for other in others)
                far = not Precision.of(question.options).takes(slip.tolist(), right.tolist())
                assert far, (key.numbers, question.id)


def test_scores_are_those_of_a_loop_over_pixels() -> None:
    for key in drawn():
        image, weights, biases = (np.array(key.numbers[name]) for name in ("image", "W", "b"))
        for number, bias in enumerate(biases):
            score = bias
            for column in range(3):
                for row in range(2):
                    score += weights[number, 2 * column + row] * image[row, column]
            assert key.answers["scores"][number] == score


def test_scores_are_correlations_with_the_folded_rows() -> None:
    for key in drawn():
        number = key.numbers["template_of"]
        score = (
            signal.correlate2d(key.numbers["image"], key.answers["template"], mode="valid") + key.numbers["b"][number]
        )
        assert score.shape == (1, 1)
        assert score[0, 0] == key.answers["scores"][number]


def test_the_score_in_colour_is_the_sum_of_three_correlations() -> None:
    for key in drawn():
        parts = [
            signal.correlate2d(image, template, mode="valid").item()
            for image, template in zip(key.numbers["rgb_image"], key.numbers["rgb_template"], strict=True)
        ]
        assert key.answers["rgb_score"] == sum(parts)


def test_the_place_of_a_weight_is_where_a_row_wise_numbering_has_it() -> None:
    numbers = np.arange(1, 785).reshape(28, 28)
    for key in drawn():
        row, column = key.answers["weight_place"]
        assert numbers[row - 1, column - 1] == key.numbers["weight"]


def test_the_scores_printed_on_the_slide_are_not_what_its_numbers_give() -> None:
    right = drawn()[0].answers["slide_scores"]
    np.testing.assert_allclose(right, [10.2, 669.0, 178.0])
    assert all(abs(one - printed) > 14 for one, printed in zip(right, (-4, 22, 33), strict=True))


def test_probabilities_are_those_of_scipy() -> None:
    for key in drawn():
        np.testing.assert_allclose(key.answers["softmax"], special.softmax(key.numbers["scores"]))


def test_hidden_calls_are_answered_as_by_a_loop() -> None:
    for key in drawn()[:50]:
        for call in key.calls["classifier"]:
            images, weights, biases = (np.array(argument) for argument in call.arguments)
            scores = [weights @ np.concatenate(list(image.T)) + biases for image in images]
            np.testing.assert_allclose(call.expected, scores)


def test_a_follow_on_needs_only_the_answer_that_it_rests_on() -> None:
    key = drawn()[0]
    assert key.follow_on is not None
    assert set(key.follow_on({"scores": [1, 2, 3], "unroll": [1, 2]})) == {"winner", "brighter_scores"}
    assert key.follow_on({"scores": [[1, 2, 3]], "softmax": [0.5]}).keys() == {"brighter_scores"}
    assert key.follow_on({}) == {}


@pytest.mark.slow
def test_answers_are_those_of_keras() -> None:
    some = drawn()[:10]
    for key, keras_answers in zip(some, from_keras(KERAS, [dict(key.numbers) for key in some]), strict=True):
        for question, value in keras_answers.items():
            np.testing.assert_allclose(value, key.answers[question], atol=1e-4, err_msg=question)
