"""The exercise on details of layers: its numbers, against Keras and over many students."""

import json

import numpy as np
import pytest

from grader.model.key import AnswerKey
from tests.course_content.students import STUDENTS, drawn_keys, exercise_of

SLUG = "layers-in-detail"


def drawn() -> tuple[AnswerKey, ...]:
    return drawn_keys(SLUG)


def test_every_student_has_three_wrong_answers_a_question_and_no_two_alike() -> None:
    asked = [question.id for question in exercise_of(SLUG).questions if question.kind != "function"]
    for seed, key in enumerate(drawn()):
        for question in asked:
            values = {json.dumps(slip.value) for slip in key.slips[question]}
            assert len(values) == len(key.slips[question]) >= 3, (seed, question)
    assert all(len(call.slips) >= 3 for call in drawn()[0].calls["as_filters"])


def test_each_student_gets_other_numbers() -> None:
    assert len({json.dumps(dict(key.numbers)) for key in drawn()}) == len(STUDENTS)


def test_exactly_one_row_of_the_figure_is_wrong() -> None:
    for key in drawn():
        numbers = key.numbers
        side, depth = numbers["figure_size"], numbers["figure_channels"]
        wrong = []
        for row in (2, 3, 4, 5):
            block = row // 2
            if row % 2:
                side //= 2
            else:
                side, depth = side - numbers[f"figure_kernel_{block}"] + 1, numbers[f"figure_filters_{block}"]
            if numbers[f"row_{row}"] != [side, side, depth]:
                wrong.append(row)
                assert key.answers["right_shape"] == [side, side, depth]
        assert wrong == [key.answers["wrong_row"]]
        assert numbers["figure_flat"] == side * side * depth


def test_each_row_of_the_figure_is_wrong_for_some_student() -> None:
    assert {key.answers["wrong_row"] for key in drawn()} == {2, 3, 4, 5}


def test_a_value_is_where_numpy_finds_it_after_unrolling() -> None:
    for key in drawn():
        sizes = [key.numbers[name] for name in ("channels", "height", "width")]
        place = [key.numbers[name] for name in ("pixel_channel", "pixel_row", "pixel_column")]
        assert key.answers["flat_place"] == np.ravel_multi_index(place, sizes)


def test_the_axes_bring_the_channels_to_the_front() -> None:
    for key in drawn()[:20]:
        sizes = [key.numbers[name] for name in ("batch_size", "height", "width", "channels")]
        moved = np.transpose(np.empty(sizes), key.answers["moved_axes"])
        assert list(moved.shape) == key.answers["first_batch"]


def test_a_picture_keeps_some_neighbours_and_not_all() -> None:
    for key in drawn():
        nearest = []
        for name in ("latents", "places"):
            points = np.array(key.numbers[name])
            apart = ((points[:, None] - points) ** 2).sum(axis=2) + 1000 * np.eye(8)
            assert ((apart == apart.min(axis=1, keepdims=True)).sum(axis=1) == 1).all()
            nearest.append(apart.argmin(axis=1))
        assert 0.25 <= key.answers["kept_share"] == np.mean(nearest[0] == nearest[1]) <= 0.75


@pytest.mark.slow
@pytest.mark.parametrize("student", range(4))
def test_keras_dilates_as_the_key_says(student: int) -> None:
    import keras

    numbers, answers = drawn()[student].numbers, drawn()[student].answers
    layer = keras.layers.Conv2D(
        numbers["dilated_filters"], numbers["dilated_kernel"], dilation_rate=numbers["dilation"]
    )
    size = numbers["dilated_size"]
    output = layer(np.zeros((1, size, size, numbers["dilated_depth"]), "float32"))
    assert list(output.shape[1:]) == answers["dilated_shape"]
    assert layer.count_params() == answers["dilated_params"]

    weights = np.array(numbers["dotted_weights"], "float32")
    dotted = keras.layers.Conv2D(1, 2, dilation_rate=2, use_bias=False)
    image = np.array(numbers["dotted_image"], "float32")[None, :, :, None]
    dotted(image)
    dotted.set_weights([weights[:, :, None, None]])
    assert np.array(dotted(image))[0, :, :, 0].tolist() == answers["dilated_map"]


@pytest.mark.slow
@pytest.mark.parametrize("student", range(4))
def test_one_pixel_changes_as_many_neurons_as_the_receptive_field_is_long(student: int) -> None:
    import keras

    numbers, answers = drawn()[student].numbers, drawn()[student].answers
    side = 2 * answers["dilated_field"] + 1
    stack = keras.Sequential(
        [
            keras.Input((side, 1)),
            *(
                keras.layers.Conv1D(
                    1, numbers["stack_kernel"], dilation_rate=rate, padding="same", kernel_initializer="ones"
                )
                for rate in numbers["stack"]
            ),
        ]
    )
    line = np.zeros((1, side, 1), "float32")
    line[0, side // 2, 0] = 1
    changed = np.flatnonzero(np.array(stack(line))[0, :, 0])
    assert changed[-1] - changed[0] + 1 == answers["dilated_field"]


@pytest.mark.slow
@pytest.mark.parametrize("student", range(4))
def test_keras_counts_and_sizes_channels_first_as_the_key_says(student: int) -> None:
    import keras

    numbers, answers = drawn()[student].numbers, drawn()[student].answers
    layer = keras.layers.Conv2D(numbers["filters"], numbers["kernel"], data_format="channels_first")
    shape = (None, *answers["first_batch"][1:])
    layer.build(shape)
    assert list(layer.compute_output_shape(shape)[1:]) == answers["first_output"]
    assert layer.count_params() == answers["first_params"]


@pytest.mark.slow
@pytest.mark.parametrize("student", range(4))
def test_the_filters_of_the_key_do_the_work_of_the_dense_layer(student: int) -> None:
    import keras

    numbers, answers = drawn()[student].numbers, drawn()[student].answers
    high, wide, depth, units = answers["dense_filters"]
    volume = np.random.default_rng(student).normal(size=(2, high, wide, depth)).astype("float32")
    dense = keras.layers.Dense(units)
    from_dense = np.array(dense(volume.reshape(2, -1)))
    convolution = keras.layers.Conv2D(units, (high, wide))
    convolution.build(volume.shape)
    weights, biases = dense.get_weights()
    convolution.set_weights([weights.reshape(high, wide, depth, units), biases])
    assert np.array(convolution(volume))[:, 0, 0, :] == pytest.approx(from_dense, abs=1e-4)
    assert convolution.count_params() == dense.count_params() == answers["dense_params"]
    larger = (None, numbers["larger_height"], numbers["larger_width"], depth)
    assert list(convolution.compute_output_shape(larger)[1:]) == answers["score_map"]
