"""`hand-convolution`: its key against SciPy and Keras, and what holds for the numbers of every student."""

import contextlib
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import signal

from grader.assess import engine
from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.release import read_solution, with_numbers
from grader.course.specification import read_exercise
from grader.model.key import AnswerKey
from tests.course_content.from_keras import from_keras
from tests.course_content.students import STUDENTS

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)
SLUG = "hand-convolution"
EXERCISE = read_exercise(COURSE, SLUG)

LAPLACIAN = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])

KERAS = """
import json, sys
import numpy as np
import keras
import tensorflow as tf
from keras import ops

given = json.loads(sys.argv[1])
image = lambda name: np.array(given[name], "float32")[None, :, :, None]
kernel = lambda name: np.array(given[name], "float32")[:, :, None, None]
conv = lambda image, kernel, **more: np.array(ops.conv(image, kernel, **more))[0].squeeze().tolist()
pool = lambda name, size, layer: np.array(layer(size)(image(name)))[0, :, :, 0].tolist()
small = tf.Variable(image("small"))
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(tf.nn.conv2d(small, kernel("stamp"), 1, "VALID")[0, :, :, 0] * np.array(given["upstream"]))
channels = np.moveaxis(np.array(given["channels"], "float32"), 0, -1)[None]
filters = np.transpose(np.array(given["filters"], "float32"), (2, 3, 1, 0))
relu = ops.relu(ops.conv(image("photo"), kernel("weights")))
print(json.dumps({
    "laplacian_valid": conv(image("image"), kernel("laplacian")),
    "laplacian_same": conv(image("image"), kernel("laplacian"), padding="same"),
    "laplacian_stride": conv(image("image"), kernel("laplacian"), padding="same", strides=2),
    "feature_map": conv(image("photo"), kernel("weights")),
    "relu_map": np.array(relu)[0, :, :, 0].tolist(),
    "pooled_map": np.array(keras.layers.MaxPooling2D(2)(relu))[0, :, :, 0].tolist(),
    "correlation_map": conv(image("tile"), kernel("kernel")),
    "sobel_map": conv(image("edge"), kernel("sobel")),
    "max_2": pool("map_4", 2, keras.layers.MaxPooling2D),
    "average_2": pool("map_4", 2, keras.layers.AveragePooling2D),
    "max_3": pool("map_6", 3, keras.layers.MaxPooling2D),
    "average_3": pool("map_6", 3, keras.layers.AveragePooling2D),
    "output_maps": np.moveaxis(np.array(ops.conv(channels, filters))[0], -1, 0).tolist(),
    "gradient": np.array(tape.gradient(loss, small))[0, :, :, 0].tolist(),
}))
"""


@cache
def keys() -> Keys:
    return Keys(COURSE, EXERCISE)


@cache
def key(seed: str = "common") -> AnswerKey:
    return keys().key(seed)


@cache
def drawn() -> list[AnswerKey]:
    return [key(f"student {number}") for number in STUDENTS]


def run_plainly(notebook: bytes) -> dict[str, Any]:
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in json.loads(notebook)["cells"]:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)
    return names


def by_scipy(numbers: dict[str, Any]) -> dict[str, Any]:
    array = {name: np.array(value) for name, value in numbers.items()}
    same = signal.correlate2d(array["image"], LAPLACIAN, "same")
    feature_map = signal.correlate2d(array["photo"], array["weights"], "valid")
    return {
        "laplacian_valid": signal.correlate2d(array["image"], LAPLACIAN, "valid"),
        "laplacian_same": same,
        "laplacian_stride": same[::2, ::2],
        "feature_map": feature_map,
        "relu_map": feature_map.clip(min=0),
        "y": signal.convolve(array["x"], array["h"]),
        "correlation_map": signal.correlate2d(array["tile"], array["kernel"], "valid"),
        "convolution_map": signal.convolve2d(array["tile"], array["kernel"], "valid"),
        "sobel_map": signal.correlate2d(array["edge"], array["sobel"], "valid"),
        "average_map": signal.convolve2d(array["noise"], np.ones((3, 3)) / 9, "valid"),
        "output_maps": [
            sum(signal.correlate2d(*pair, "valid") for pair in zip(array["channels"], block, strict=True))
            for block in array["filters"]
        ],
        "full_map": signal.correlate2d(array["small"], array["stamp"], "full"),
        "gradient": signal.convolve2d(array["upstream"], array["stamp"], "full"),
    }


@pytest.mark.long
def test_every_map_is_the_one_of_scipy() -> None:
    for one in drawn()[:50]:
        for name, expected in by_scipy(dict(one.numbers)).items():
            np.testing.assert_allclose(one.answers[name], expected, atol=1e-6, err_msg=name)


def test_every_call_of_the_function_expects_what_scipy_gives() -> None:
    for one in drawn()[:50]:
        for call in one.calls["conv2d"]:
            image, kernel, stride, padding = call.arguments
            expected = signal.correlate2d(image, kernel, padding)[::stride, ::stride]
            np.testing.assert_allclose(call.expected, expected, atol=1e-9)


def test_the_calls_leave_no_doubt_where_the_first_place_lies() -> None:
    for image, kernel, stride, padding in (call.arguments for call in key().calls["conv2d"]):
        if padding == "same":
            assert all(side % 2 for side in np.shape(kernel))
            assert all((side - 1) % stride == 0 for side in np.shape(image))


def test_the_calls_are_not_the_same_for_two_students_and_stand_in_no_notebook() -> None:
    first, second = drawn()[:2]
    assert first.calls["conv2d"][0].arguments != second.calls["conv2d"][0].arguments
    assert b"hidden" not in read_solution(COURSE, SLUG)


@pytest.mark.slow
def test_every_map_is_the_one_of_keras() -> None:
    one = key()
    for name, expected in from_keras(KERAS, dict(one.numbers)).items():
        np.testing.assert_allclose(one.answers[name], expected, atol=1e-4, err_msg=name)


def test_the_same_seed_gives_the_same_numbers() -> None:
    again, before = Keys(COURSE, EXERCISE).key("student 7"), key("student 7")
    assert (again.numbers, again.answers, again.calls) == (before.numbers, before.answers, before.calls)


def test_hardly_two_students_have_the_same_image() -> None:
    assert len({str(one.numbers["image"]) for one in drawn()}) == len(STUDENTS)


def test_every_key_of_500_students_holds() -> None:
    for one in drawn():
        assert engine.validate(EXERCISE, one) == []


def test_every_wrong_answer_has_one_explanation() -> None:
    for one in drawn():
        for name, slips in one.slips.items():
            values = [np.asarray(value) for value in (one.answers[name], *(slip.value for slip in slips))]
            for number, value in enumerate(values):
                for other in values[:number]:
                    assert value.shape != other.shape or not np.allclose(value, other, atol=0.01), name


def test_numbers_stay_easy_by_hand() -> None:
    for one in drawn():
        assert {float(value) for row in one.numbers["weights"] for value in row if value} <= {
            sign * tenth / 10 for sign in (-1, 1) for tenth in range(1, 6)
        }
        for name, value in one.answers.items():
            cells = np.asarray(value, dtype=float)
            assert np.abs(cells).max() <= 12_000, name
            assert np.allclose(cells, cells.round()), name


def test_pooling_meets_a_window_without_a_positive_value() -> None:
    for one in drawn():
        assert (np.asarray(one.answers["feature_map"]) < 0).any()
        assert (np.asarray(one.answers["pooled_map"]) == 0).sum() == 1


def test_the_solution_is_right_for_every_student() -> None:
    solution = read_solution(COURSE, SLUG)
    for one in drawn()[::5]:
        names = run_plainly(with_numbers(solution, SLUG, {**one.numbers, "variant": "0123abcd"}))
        for name, expected in one.answers.items():
            np.testing.assert_allclose(names[name], expected, atol=1e-9, err_msg=name)
        for call in one.calls["conv2d"]:
            arguments = [np.array(value) if isinstance(value, list) else value for value in call.arguments]
            np.testing.assert_allclose(names["conv2d"](*arguments), call.expected, atol=1e-9)


def test_what_follows_from_right_answers_is_right() -> None:
    for one in drawn()[:50]:
        assert one.follow_on is not None
        for name, value in one.follow_on(one.answers).items():
            np.testing.assert_allclose(value, one.answers[name], atol=1e-9, err_msg=name)


def test_nothing_follows_from_a_map_of_one_number_or_of_the_wrong_shape() -> None:
    follow_on = key().follow_on
    assert follow_on is not None
    assert follow_on({"feature_map": np.zeros((4, 4)).tolist(), "laplacian_same": [[1, 2], [3, 4]]}) == {}
    assert follow_on({"feature_map": "?", "relu_map": [[1], [2, 3]], "laplacian_valid": None}) == {}


def test_the_slides_err_where_the_key_says_so() -> None:
    slide = np.array([[5, 8, 0, 4, 8], [3, 9, 2, 9, 2], [4, 9, 2, 3, 6], [5, 4, 8, 2, 0], [5, 8, 0, 0, 8]])
    right = signal.correlate2d(slide, LAPLACIAN, "valid")
    printed = next(
        slip.value for slip in key().slips["laplacian_valid"] if "The slide is also wrong here" in str(slip.reason)
    )
    wrong = right != np.array(printed)
    assert wrong.sum() == 2
    assert wrong[1].sum() == 2
    assert (np.abs(right) == np.abs(printed)).all()
    padded = signal.correlate2d(slide, LAPLACIAN, "same")
    of_the_slide = [
        next(slip.value for slip in drawn()[0].slips[name] if "of the slide" in str(slip.reason))
        for name in ("laplacian_same", "laplacian_stride")
    ]
    assert of_the_slide == [padded.tolist(), padded[::2, ::2].tolist()]


def test_the_curve_detector_of_the_slide_gives_other_numbers_than_it_prints() -> None:
    detector, curve, ear = np.zeros((7, 7)), np.zeros((7, 7)), np.zeros((7, 7))
    detector[range(7), [5, 4, 3, 3, 3, 3, 3]] = 30
    curve[0, 6], curve[1, 4:], curve[2, 3:5], curve[3:, 3:5] = 30, 50, (20, 50), 50
    ear[1, 1], ear[2, [0, 2]], ear[3, :2], ear[4, 1], ear[5, 2], ear[6, [0, 1, 3]] = (
        40,
        40,
        (40, 20),
        50,
        50,
        (25, 25, 50),
    )
    assert ((curve * detector).sum(), (ear * detector).sum()) == (8100, 1500)


def test_the_map_of_the_photo_on_the_slide_is_mirrored() -> None:
    photo = [[255, 220, 150, 200, 110, 100], [240, 50, 35, 45, 200, 130], [0, 20, 245, 250, 230, 120]]
    photo += [[170, 180, 235, 145, 170, 255], [190, 185, 170, 165, 130, 120], [255, 255, 245, 190, 200, 175]]
    weights = [[-0.7, 0.2, 0.1], [0.3, 0.5, 0.4], [-0.2, -0.4, 0.2]]
    printed = [[32.5, -105.5, 185.5, 54], [-105.5, 104, 217.5, 31], [-44, 224, 38.5, -18], [-60.5, 213.5, 52.5, 37.5]]
    right = signal.correlate2d(photo, weights, "valid")
    np.testing.assert_allclose(right.T, printed, atol=1e-9)
    assert not np.allclose(right, printed)
