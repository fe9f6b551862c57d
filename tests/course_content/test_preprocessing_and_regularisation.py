"""The exercise on preprocessing and regularisation: its numbers, against Keras and over many students."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from grader.assess import engine
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.key import AnswerKey
from tests.course_content.students import STUDENTS

COURSE = Course(Path(__file__).resolve().parents[2])
EXERCISE = read_exercise(COURSE, "preprocessing-and-regularisation")
KEYS = Keys(COURSE, EXERCISE)


@cache
def key(seed: int) -> AnswerKey:
    return KEYS.key(str(seed))


@pytest.mark.long
def test_every_student_has_questions_whose_slips_are_wrong() -> None:
    assert [(seed, problem) for seed in STUDENTS for problem in engine.validate(EXERCISE, key(seed))] == []


def test_every_student_has_three_slips_a_question_and_no_two_alike() -> None:
    for seed in STUDENTS:
        for question, slips in key(seed).slips.items():
            values = {json.dumps(slip.value) for slip in slips}
            assert len(values) == len(slips), (seed, question)
            assert len(slips) >= 3, (seed, question)


def test_the_same_seed_draws_the_same_numbers_and_another_one_others() -> None:
    again = Keys(COURSE, EXERCISE)
    assert [dict(again.key(str(seed)).numbers) for seed in range(20)] == [dict(key(seed).numbers) for seed in range(20)]
    assert len({json.dumps(dict(key(seed).numbers)) for seed in STUDENTS}) == len(STUDENTS)


def test_the_numbers_are_easy_by_hand() -> None:
    for seed in STUDENTS:
        answers, numbers = key(seed).answers, key(seed).numbers
        for name in ("pixel_mean", "pixel_std"):
            assert all(float(value).is_integer() for value in np.ravel(answers[name])), (seed, name)
        assert np.array(numbers["train_images"]).min() >= 0
        assert np.array(numbers["train_images"]).max() <= 255
        assert 0 <= np.min(numbers["test_image"]) <= np.max(numbers["test_image"]) <= 255
        assert 5 <= answers["stop_epoch"] < 10
        assert 0 < answers["error_drop"] < 100


def test_the_slide_is_right_for_no_student() -> None:
    for seed in STUDENTS:
        said = [slip.reason for slip in (*key(seed).slips["scaled"], *key(seed).slips["w_next"])]
        assert sum("slide is wrong" in str(reason) or "slide makes" in str(reason) for reason in said) == 2


def test_weight_decay_pulls_towards_zero() -> None:
    for seed in STUDENTS:
        numbers = key(seed).numbers
        step = np.array(numbers["w"]) - np.array(key(seed).answers["w_next"])
        without = numbers["eta"] * np.array(numbers["gradient"])
        assert np.all(np.sign(step - without) == np.sign(numbers["w"]))


def test_the_number_of_saves_follows_from_the_own_epoch() -> None:
    key_ = key(0)
    assert key_.follow_on is not None
    right = key_.follow_on({"stop_epoch": 1, "pixel_mean": [[0, 0], [0, 0]], "pixel_std": [[2, 2], [2, 2]]})
    assert right["checkpoint_saves"] == 1
    assert np.array(right["test_score"]) == pytest.approx(np.array(key_.numbers["test_image"]) / 2)


def test_what_follows_needs_no_answer_that_is_missing() -> None:
    follow_on = key(0).follow_on
    assert follow_on is not None
    assert follow_on({"pixel_mean": "?", "stop_epoch": [3]}) == {}


def test_the_accuracy_that_is_asked_for_lies_below_the_worst_seed() -> None:
    measured = json.loads(COURSE.facts.read_bytes())["regularised_mnist_cnn"]["accuracy"]
    thresholds = next(question.options["thresholds"] for question in EXERCISE.questions if question.id == "accuracy")
    error = (measured["min"] * (1 - measured["min"]) / 2000) ** 0.5
    assert len(set(measured["seeds"])) >= 10
    assert thresholds[-1]["accuracy"] < measured["min"] - 2 * error
    assert thresholds[0]["accuracy"] > 0.2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_keras_gives_the_same_numbers(seed: int) -> None:
    import keras

    numbers, answers = key(seed).numbers, key(seed).answers
    penalty = keras.regularizers.L2(numbers["l2"])(np.array(numbers["kernel_weights"], "float32"))
    assert numbers["data_loss"] + float(penalty) == pytest.approx(answers["l2_loss"], rel=1e-5)

    weight = keras.Variable(np.array(numbers["w"], "float32"))
    pull = np.array(numbers["gradient"]) + numbers["decay"] * np.array(
        numbers["w"]
    )  # gradient of loss + decay / 2 * w ** 2
    keras.optimizers.SGD(numbers["eta"]).apply([keras.ops.convert_to_tensor(pull, "float32")], [weight])
    assert weight.numpy() == pytest.approx(np.array(answers["w_next"]), abs=1e-5)

    layer = keras.layers.BatchNormalization(momentum=numbers["momentum"], epsilon=1e-9)
    layer.build((None, 1))
    one = np.ones(1)
    layer.set_weights([one * numbers["gamma"], one * numbers["beta"], one * numbers["moving_mean"], one])
    handed_on = layer(np.array(numbers["batch"], "float32")[:, None], training=True)
    assert np.ravel(handed_on) == pytest.approx(np.array(answers["normalised"]), abs=1e-3)
    assert float(layer.moving_mean.numpy()[0]) == pytest.approx(answers["new_moving_mean"], rel=1e-5)

    size, depth = numbers["kernel"], numbers["channels"]
    block = keras.Sequential(
        [
            keras.Input((9, 9, depth)),
            keras.layers.Conv2D(numbers["filters"], (size, size)),
            keras.layers.BatchNormalization(),
        ]
    )
    assert sum(int(np.prod(one.shape)) for one in block.trainable_weights) == answers["block_trainable"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_callbacks_of_keras_stop_and_save_as_the_key_says(seed: int, tmp_path: Path) -> None:
    import keras

    numbers, answers = key(seed).numbers, key(seed).answers
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=numbers["patience"])
    saved = keras.callbacks.ModelCheckpoint(str(tmp_path / "best.keras"), monitor="val_loss", save_best_only=True)
    bests = []
    for callback in (stop, saved):
        callback.set_model(model)
        callback.on_train_begin()
    model.stop_training = False
    for epoch, loss in enumerate(numbers["val_loss"], start=1):
        for callback in (stop, saved):
            callback.on_epoch_end(epoch - 1, {"val_loss": loss})
        bests.append(saved.best)
        if model.stop_training:
            break
    assert epoch == answers["stop_epoch"]
    assert len(set(bests)) == answers["checkpoint_saves"]


@pytest.mark.slow
def test_the_mask_and_scale_of_dropout_are_those_of_keras() -> None:
    import keras

    numbers = key(0).numbers
    keras.utils.set_random_seed(1)
    values = np.array(numbers["activations"], "float32")
    handed_on = np.array(keras.layers.Dropout(numbers["rate"])(values, training=True))
    is_kept = handed_on != 0
    assert handed_on[is_kept] == pytest.approx(values[is_kept] / (1 - numbers["rate"]))
    assert np.array(keras.layers.Dropout(numbers["rate"])(values, training=False)) == pytest.approx(values)
