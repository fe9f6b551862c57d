"""`weights-and-curves`: every student's numbers, and the key against Keras and against a network that is trained."""

import json

import numpy as np
import pytest

from grader.model.key import AnswerKey
from grader.model.precision import Precision
from tests.course_content.from_keras import from_keras
from tests.course_content.students import drawn_keys, exercise_of

EXERCISE = exercise_of("weights-and-curves")

KERAS = """
import json, sys
import keras
import numpy as np
from keras import layers as L

plain = lambda tensor: keras.ops.convert_to_numpy(tensor).tolist()

def of(given):
    image, more = keras.Input((given["side"], given["side"], 1)), keras.Input((given["extra"],))
    joined = L.Concatenate()([image, L.Conv2D(given["maps"], 3, padding="same", activation="relu")(image)])
    vector = L.Concatenate()([L.Flatten()(joined), more])
    model = keras.Model([image, more], L.Dense(given["classes"], activation="softmax")(vector))
    weights = keras.Variable(np.array(given["weights"], dtype="float32"))
    penalty = keras.regularizers.L1(given["strength"])(weights)
    slopes = np.array(given["gradient"]) + given["strength"] * np.sign(given["weights"])
    keras.optimizers.SGD(given["rate"]).apply([keras.ops.convert_to_tensor(slopes.astype("float32"))], [weights])
    kernel = keras.constraints.MaxNorm(given["longest"])(np.array(given["kernel"], dtype="float32"))
    block = keras.Sequential([
        keras.Input((9, 9, given["depth"])),
        L.Conv2D(given["filters"], 3, use_bias=False),
        L.BatchNormalization(),
        L.ReLU(),
    ])
    norm = L.BatchNormalization(epsilon=0)
    norm.build((None, 1))
    norm.set_weights([np.array([w], dtype="float32") for w in (given["gamma"], given["beta"], 0, 1)])
    values = np.array(given["batch"], dtype="float32")[:, np.newaxis]
    return {
        "joined_shape": list(joined.shape[1:]),
        "vector_length": vector.shape[1],
        "functional_params": model.count_params(),
        "l1_loss": given["data_loss"] + float(penalty),
        "l1_step": plain(weights),
        "clipped": plain(kernel),
        "norm_block_params": block.count_params(),
        "norm_before": [value for (value,) in plain(L.ReLU()(norm(values, training=True)))],
        "norm_after": [value for (value,) in plain(norm(L.ReLU()(values), training=True))],
    }

print(json.dumps([of(given) for given in json.loads(sys.argv[1])]))
"""

CORNERS = """
import json
import keras
import numpy as np

rng = np.random.default_rng(0)
images, labels = rng.random((100, 9)).astype("float32"), rng.integers(0, 3, 100)
images[:, 0] = 0
net = keras.Sequential([keras.Input((9,)), keras.layers.Dense(3, activation="softmax")])
before = net.layers[-1].get_weights()[0]
net.compile("adam", "sparse_categorical_crossentropy")
net.fit(images, labels, epochs=2, verbose=0)
print(json.dumps(np.abs(net.layers[-1].get_weights()[0] - before).min(axis=1).tolist()))
"""


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys("weights-and-curves")


def test_each_wrong_answer_is_wrong_and_each_question_knows_at_least_three() -> None:
    for key in drawn():
        for question in EXERCISE.questions:
            if question.kind not in ("number", "array"):
                continue
            right = np.array(key.answers[question.id])
            slips = [np.array(slip.value) for slip in key.slips[question.id]]
            assert len(slips) >= 3, question.id
            assert not any(Precision.of(question.options).takes(slip.tolist(), right.tolist()) for slip in slips)
            assert len({slip.tobytes() + bytes(slip.shape) for slip in slips}) == len(slips), question.id


def test_each_hidden_call_tells_at_least_three_mistakes_apart() -> None:
    for key in drawn():
        for question, calls in key.calls.items():
            for call in calls:
                wrong = {json.dumps(np.asarray(slip.value).tolist()) for slip in call.slips}
                assert len(wrong) >= 3, question


def test_hidden_kernels_are_read_as_by_a_loop() -> None:
    for key in drawn()[:20]:
        for call in key.calls["weight_image"]:
            kernel, digit = np.array(call.arguments[0]), call.arguments[1]
            side = len(call.expected)
            pixels = [[kernel[side * row + column, digit] for column in range(side)] for row in range(side)]
            np.testing.assert_array_equal(call.expected, pixels)
        for call in key.calls["best_templates"]:
            images, kernel, biases = (np.array(argument) for argument in call.arguments)
            side = images.shape[1]
            templates = [column.reshape(side, side) for column in kernel.T]
            for image, expected in zip(images, call.expected, strict=True):
                scores = [(image * template).sum() + bias for template, bias in zip(templates, biases, strict=True)]
                assert int(np.argmax(scores)) == expected


def test_hidden_histories_overfit_and_have_one_best_epoch() -> None:
    for key in drawn():
        for call in key.calls["best_epoch"]:
            (history,) = call.arguments
            losses = history["val_loss"]
            assert losses.count(min(losses)) == 1
            assert losses[call.expected - 1] == min(losses) < losses[-1]
            mistaken = [
                history["loss"].index(min(history["loss"])),
                history["val_accuracy"].index(max(history["val_accuracy"])),
            ]
            assert len({call.expected - 1, *mistaken, len(losses) - 1, losses.index(max(losses))}) == 5


@pytest.mark.slow
def test_answers_are_those_of_keras() -> None:
    some = drawn()[:8]
    for key, keras_answers in zip(some, from_keras(KERAS, [dict(key.numbers) for key in some]), strict=True):
        for question, value in keras_answers.items():
            np.testing.assert_allclose(value, key.answers[question], atol=1e-4, err_msg=question)


@pytest.mark.slow
def test_weights_of_pixels_that_are_always_0_are_never_trained() -> None:
    changes = from_keras(CORNERS)
    assert changes[0] == 0
    assert min(changes[1:]) > 0
