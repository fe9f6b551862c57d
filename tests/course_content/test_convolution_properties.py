"""`convolution-properties`: every student's numbers, and the key against SciPy, loops and Keras."""

import numpy as np
import pytest
from scipy import ndimage, signal

from grader.course.answer_key import Keys
from grader.model.key import AnswerKey
from grader.model.precision import Precision
from tests.course_content.from_keras import from_keras
from tests.course_content.students import COURSE, drawn_keys, exercise_of

EXERCISE = exercise_of("convolution-properties")
LAPLACIAN = [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]

KERAS = """
import json, sys
import keras
import numpy as np

def of(given):
    layer = keras.layers.Conv2D(1, given["field"], strides=given["strides"], padding="same", kernel_initializer="ones")
    rows, columns = given["sizes"]
    pixels = np.eye(rows * columns, dtype="float32").reshape(-1, rows, columns, 1)
    row, column = given["neuron"]
    sees = keras.ops.convert_to_numpy(layer(pixels))[:, row, column, 0].reshape(rows, columns) > 0
    seen_rows, seen_columns = np.flatnonzero(sees.any(axis=1)), np.flatnonzero(sees.any(axis=0))
    valid = keras.layers.Conv2D(1, given["field"], strides=given["strides"])
    maps = keras.layers.Conv2D(given["filters"], 5, padding="same")
    shape = maps.compute_output_shape((given["batch"], given["side"], given["side"], 3))
    return {
        "connected_input": [int(end) for ends in (seen_rows, seen_columns) for end in (ends[0], ends[-1])],
        "unpadded": list(valid.compute_output_shape((1, rows, columns, 1))[1:3]),
        "batch_memory": float(np.prod(shape)) * np.dtype("float32").itemsize / 2**30,
        "half_memory": float(np.prod(shape)) * np.dtype("float16").itemsize / 2**30,
    }

print(json.dumps([of(given) for given in json.loads(sys.argv[1])]))
"""


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys("convolution-properties")


def test_the_common_numbers_are_those_of_the_lectures() -> None:
    key = Keys(COURSE, EXERCISE).key()
    assert (key.numbers["sizes"], key.numbers["upper"]) == ([5, 7], [3, 4])
    assert (key.numbers["side"], key.numbers["filters"], key.numbers["batch"]) == (512, 100, 100)
    assert key.answers["batch_memory"] == pytest.approx(9.77, abs=0.005)


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


def test_laws_hold_for_convolutions_of_scipy() -> None:
    for key in drawn():
        x, h, g = (np.array(key.numbers[name]) for name in "xhg")
        np.testing.assert_array_equal(
            signal.convolve(signal.convolve(x, h), g), signal.convolve(x, key.answers["cascade"])
        )
        np.testing.assert_array_equal(signal.convolve(x, h) + signal.convolve(x, g), key.answers["parallel"])
        late = np.concatenate([np.zeros(key.numbers["delay"], int), x])
        np.testing.assert_array_equal(signal.convolve(late, h), key.answers["delayed"])
        np.testing.assert_array_equal(signal.convolve(h, x), key.answers["output"])


def test_two_of_the_laws_hold_for_correlations_and_two_do_not() -> None:
    for key in drawn():
        x, h, g = (np.array(key.numbers[name]) for name in "xhg")
        xh, hx = (signal.correlate(*pair) for pair in ((x, h), (h, x)))
        np.testing.assert_array_equal(hx, key.answers["swapped"])
        holds = {
            "a": np.array_equal(xh, hx),
            "b": np.array_equal(signal.correlate(xh, g), signal.correlate(x, signal.correlate(h, g))),
            "c": np.array_equal(signal.correlate(x, h + g), xh + signal.correlate(x, g)),
            "d": np.array_equal(signal.correlate(np.pad(x, (1, 0)), h), np.pad(xh, (1, 0))),
        }
        assert [law for law, is_kept in holds.items() if is_kept] == key.answers["laws"]


def test_maps_with_repeated_pixels_are_those_of_scipy() -> None:
    for key in drawn():
        image, level = np.array(key.numbers["image"]), key.numbers["level"]
        expected = ndimage.correlate(image, LAPLACIAN, mode="nearest")
        np.testing.assert_array_equal(key.answers["edge_map"], expected)
        flat = np.full((9, 9), level)
        zeros = ndimage.correlate(flat, LAPLACIAN, mode="constant")
        corner = ndimage.correlate(flat, LAPLACIAN, mode="nearest")[0, 0]
        assert key.answers["flat_image"] == [corner, zeros[0, 0], zeros[0, 4]]
        reflected = [key.numbers["row"][place] for place in (2, 1, 0, 1, 2, 3, 4, 3, 2)]
        assert key.answers["reflected"] == reflected


def test_the_largest_batch_fits_and_one_image_more_does_not() -> None:
    for key in drawn():
        one = 2 * key.numbers["side"] ** 2 * key.numbers["filters"]
        assert one * key.answers["largest_batch"] <= key.numbers["memory"] * 2**30
        assert one * (key.answers["largest_batch"] + 1) > key.numbers["memory"] * 2**30


@pytest.mark.slow
def test_answers_are_those_of_keras() -> None:
    some = drawn()[:10]
    for key, keras_answers in zip(some, from_keras(KERAS, [dict(key.numbers) for key in some]), strict=True):
        for question, value in keras_answers.items():
            np.testing.assert_allclose(value, key.answers[question], atol=1e-9, err_msg=question)
