"""`dense-mnist`: every student's numbers, and the key against Keras and against networks that are really trained."""

import json

import numpy as np
import pytest

from grader.model.key import AnswerKey
from grader.model.precision import Precision
from tests.course_content.from_keras import from_keras
from tests.course_content.students import COURSE, drawn_keys, exercise_of

EXERCISE = exercise_of("dense-mnist")
NUMERIC = ("number", "array")

KERAS = """
import json, sys
import keras
import numpy as np
from keras import layers as L

plain = lambda tensor: keras.ops.convert_to_numpy(tensor).tolist()

def of(given):
    sizes = given["inputs"], given["hidden1"], given["hidden2"], given["classes"]
    net = keras.Sequential([keras.Input((sizes[0],)), *(L.Dense(units) for units in sizes[1:])])
    norms = [L.BatchNormalization() for _ in range(2)]
    for norm, units in zip(norms, sizes[1:3]):
        norm.build((None, units))
    batch = L.BatchNormalization(epsilon=0)
    values = np.array(given["batch"], dtype="float32")[:, np.newaxis]
    batch.build((None, 1))
    batch.set_weights([np.array([w], dtype="float32") for w in (given["gamma"], given["beta"], 0, 1)])
    pair = [L.Dense(2), L.Dense(2)]
    x = np.array([given["x"]], dtype="float32")
    stacked = keras.Sequential([keras.Input((2,)), *pair])
    for layer, kernel, bias in zip(pair, ("W1", "W2"), ("b1", "b2")):
        layer.set_weights([np.array(given[kernel], dtype="float32"), np.array(given[bias], dtype="float32")])
    with_relu = keras.Sequential([keras.Input((2,)), pair[0], L.ReLU(), pair[1]])
    first = stacked(np.zeros((1, 2), dtype="float32"))
    kept = keras.ops.max(L.Dropout(given["rate"], seed=1)(np.full((1, 1000), given["kept"]), training=True))
    zeros = {"kernel_initializer": "zeros"}
    ends = L.Dense(9, "sigmoid", **zeros), L.Dense(sizes[3], "softmax", **zeros)
    start = keras.Sequential([keras.Input((sizes[0],)), *ends])
    image = np.random.default_rng(1).random((1, sizes[0]))
    draws = keras.initializers.GlorotUniform(seed=1)((sizes[0], sizes[1]))
    return {
        "first_params": net.layers[0].count_params(),
        "total_params": net.count_params(),
        "zero_unit": float(np.max(plain(start.layers[0](image)))),
        "zero_cost": float(keras.losses.SparseCategoricalCrossentropy()(np.array([0]), start(image))),
        "glorot_limit": float(keras.ops.max(keras.ops.abs(draws))),
        "dropout_kept": float(kept),
        "batchnorm_values": [value for (value,) in plain(batch(values, training=True))],
        "batchnorm_params": sum(norm.count_params() for norm in norms),
        "batchnorm_frozen": sum(int(np.prod(w.shape)) for norm in norms for w in norm.non_trainable_weights),
        "folded_bias": plain(first)[0],
        "folded_kernel": [plain(stacked(row[np.newaxis]) - first)[0] for row in np.eye(2, dtype="float32")],
        "folded_output": plain(stacked(x))[0],
        "relu_output": plain(with_relu(x))[0],
    }

print(json.dumps([of(given) for given in json.loads(sys.argv[1])]))
"""

FROM_ZEROS = """
import json
import keras
import numpy as np
from keras import layers as L

rng = np.random.default_rng(0)
images, labels = rng.random((200, 784)).astype("float32"), rng.integers(0, 10, 200)

def trained(activation):
    net = keras.Sequential([keras.Input((784,)), *(
        L.Dense(units, last or activation, kernel_initializer="zeros")
        for units, last in ((500, ""), (50, ""), (10, "softmax"))
    )])
    net.compile("adam", "sparse_categorical_crossentropy")
    net.fit(images, labels, epochs=2, batch_size=20, verbose=0)
    kernels = [layer.get_weights()[0] for layer in net.layers]
    return {
        "different": [len(np.unique(kernel.round(4), axis=1).T) for kernel in kernels],
        "largest": [float(np.abs(kernel).max()) for kernel in kernels],
        "biases": [float(np.abs(layer.get_weights()[1]).max()) for layer in net.layers],
    }

print(json.dumps([trained("sigmoid"), trained("relu")]))
"""


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys("dense-mnist")


def test_numbers_are_easy_by_hand() -> None:
    for key in drawn():
        for question in ("folded_kernel", "folded_bias", "folded_output", "relu_output", "batchnorm_values"):
            assert np.abs(key.answers[question]).max() <= 99
        z = key.numbers["pixels"] * key.numbers["weight"]
        assert z == pytest.approx(round(z))
        assert 4 <= z <= 8
        batch = np.array(key.numbers["batch"])
        assert batch.std() == round(batch.std())
        hidden = np.array(key.numbers["x"]) @ key.numbers["W1"] + key.numbers["b1"]
        assert min(hidden) < 0 < max(hidden)


def test_no_wrong_answer_counts_as_right_and_no_two_are_the_same() -> None:
    for key in drawn():
        for question in EXERCISE.questions:
            if question.kind not in NUMERIC:
                continue
            right = np.array(key.answers[question.id])
            slips = [np.array(slip.value) for slip in key.slips[question.id]]
            assert len(slips) >= 3
            options = question.options
            allowed = Precision.of(options).allowed(float(np.abs(right).max()))
            for place, slip in enumerate(slips):
                assert np.max(np.abs(slip - right)) > allowed, (key.numbers, question.id, place)
                assert all(np.max(np.abs(slip - other)) > min(allowed, 0.005) / 2 for other in slips[:place])


def test_two_layers_and_the_folded_one_give_the_same() -> None:
    rng = np.random.default_rng(0)
    for key in drawn():
        kernel1, bias1, kernel2, bias2 = (np.array(key.numbers[name]) for name in ("W1", "b1", "W2", "b2"))
        x = rng.normal(size=(5, 2))
        folded = x @ key.answers["folded_kernel"] + key.answers["folded_bias"]
        np.testing.assert_allclose(folded, (x @ kernel1 + bias1) @ kernel2 + bias2, atol=1e-12)


def test_a_follow_on_needs_only_the_answer_that_it_rests_on() -> None:
    key = drawn()[0]
    assert key.follow_on is not None
    assert set(key.follow_on({"folded_kernel": [[1, 2], [3, 4]], "folded_bias": [0, 1], "first_params": "many"})) == {
        "folded_output"
    }
    assert set(key.follow_on({"batchnorm_params": 10})) == {"batchnorm_frozen"}


def test_full_points_lie_below_what_every_seed_reached() -> None:
    facts = json.loads(COURSE.facts.read_bytes())["sick_mnist_dense_regularised"]["accuracy"]
    thresholds = next(question for question in EXERCISE.questions if question.id == "accuracy").options["thresholds"]
    assert facts["exercise"] == "dense-mnist"
    assert len(facts["seeds"]) >= 10
    assert thresholds[-1]["accuracy"] <= facts["min"] - 0.01


@pytest.mark.slow
def test_answers_are_those_of_keras() -> None:
    some = drawn()[:8]
    keras_answers = from_keras(KERAS, [dict(key.numbers) for key in some])
    for key, values in zip(some, keras_answers, strict=True):
        for question, value in values.items():
            tolerance = 0.001 if question == "glorot_limit" else 1e-4
            np.testing.assert_allclose(value, key.answers[question], atol=tolerance, err_msg=question)


@pytest.mark.slow
def test_units_that_start_alike_stay_alike() -> None:
    sigmoid, relu = from_keras(FROM_ZEROS)
    assert sigmoid["different"][:2] == [1, 1]
    assert min(sigmoid["largest"]) > 0
    assert relu["largest"] == [0, 0, 0]
    assert relu["biases"][:2] == [0, 0]
    assert relu["biases"][2] > 0
