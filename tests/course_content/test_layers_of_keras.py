"""Keys against Keras itself: real layers are built and asked."""

from pathlib import Path

import pytest

from grader.course.answer_key import Keys
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.model.key import AnswerKey
from grader.storage.answer_data import as_answer
from tests.course_content.from_keras import from_keras

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course(ROOT)

BUILD = """
import json, sys
from types import SimpleNamespace
import keras
from keras import layers as L

g = SimpleNamespace(**json.loads(sys.argv[1]))

def stack(shape, *layers):
    return keras.Sequential([keras.Input(shape), *layers])

def shape(*arguments):
    return list(stack(*arguments).output_shape[1:])

def count(*arguments):
    return stack(*arguments).count_params()

def lenet(channels):
    return count((28, 28, channels), L.Conv2D(6, 5, padding="same"), L.AveragePooling2D(2), L.Conv2D(16, 5),
                 L.AveragePooling2D(2), L.Flatten(), L.Dense(120), L.Dense(84), L.Dense(10))

def square(side, depth):
    return (side, side, depth)

norm = L.BatchNormalization()
norm.build((None, *square(g.norm_size, g.norm_maps)))
maps = stack(square(g.memory_side, 3), L.Conv2D(g.memory_filters, 5, padding="same")).output_shape
padded = (L.ZeroPadding2D((g.pad_rows, g.pad_columns)), L.Conv2D(1, (g.pad_high, g.pad_wide), strides=(2, 3)))
deep = (square(g.deep_size, g.deep_depth), L.DepthwiseConv2D(g.deep_kernel, depth_multiplier=g.multiplier))
series = ((g.steps, g.step_channels), L.Conv1D(g.step_filters, g.step_width, strides=3))
scans = ((g.scan_size,) * 3 + (g.scan_channels,), L.Conv3D(g.scan_filters, 3))
print(json.dumps({
    "valid_shape": shape(square(g.valid_size, 3), L.Conv2D(g.valid_filters, g.valid_kernel)),
    "slid_size": shape(square(g.stride_size, 1), L.Conv2D(1, 3))[0],
    "stride_size": shape(square(g.stride_size, 1), L.Conv2D(1, 3, strides=2))[0],
    "feature_map_shape": shape((g.pad_height, g.pad_width, 1), *padded)[:2],
    "same_shape": shape(square(g.same_size, 3), L.Conv2D(g.same_filters, g.same_kernel, strides=2, padding="same")),
    "pool_shape": shape(square(g.pool_size, g.pool_depth), L.MaxPooling2D((2, 2))),
    "one_filter_params": count(square(20, g.one_depth), L.Conv2D(1, g.one_kernel)),
    "small_layer_params": count(square(20, g.one_depth), L.Conv2D(g.small_filters, g.one_kernel)),
    "conv_params": count(square(g.conv_size, g.conv_depth), L.Conv2D(g.conv_filters, g.conv_kernel)),
    "nonsquare_params": count(square(20, g.flat_depth), L.Conv2D(g.flat_filters, (g.flat_high, g.flat_wide))),
    "dense_params": count(square(32, 3), L.Flatten(), L.Dense(g.dense_units)),
    "flatten_dense_params": count(square(g.last_side, g.last_depth), L.Flatten(), L.Dense(g.last_units)),
    "lenet_colour": lenet(3),
    "mlp_colour": count(square(g.mlp_side, 3), L.Flatten(), L.Dense(g.mlp_units), L.Dense(10)),
    "pointwise_params": count(square(g.point_size, g.point_depth), L.Conv2D(g.point_filters, 1)),
    "depthwise_params": count(*deep),
    "depthwise_shape": shape(*deep),
    "conv1d_shape": shape(*series),
    "conv1d_params": count(*series),
    "conv3d_shape": shape(*scans),
    "conv3d_params": count(*scans),
    "batchnorm_params": norm.count_params(),
    "batchnorm_frozen": norm.count_params() - sum(int(w.shape[0]) for w in norm.trainable_weights),
    "memory": maps[1] * maps[2] * maps[3] * 4 / 2**20,
}))
"""

RECEPTIVE_FIELD = """
import json, sys
import numpy as np
import keras
from keras import layers as L

first, pool, second = json.loads(sys.argv[1])
ones = {"kernel_initializer": "ones"}
image = keras.Input((28, 28, 1))
net = keras.Sequential([image, L.Conv2D(1, first, **ones), L.AveragePooling2D(pool), L.Conv2D(1, second, **ones)])
base = np.zeros((784, 28, 28, 1), "float32")
base.reshape(784, 784)[np.arange(784), np.arange(784)] = 1
seen = net.predict(base, verbose=0)[:, 0, 0, 0].reshape(28, 28) > 0
print(json.dumps(int(seen.any(axis=0).sum())))
"""


def conv_arithmetic(seed: str) -> AnswerKey:
    return Keys(COURSE, read_exercise(COURSE, "conv-arithmetic")).key(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["common", "a student", "another student"])
def test_sizes_and_counts_of_conv_arithmetic_are_those_of_keras(seed: str) -> None:
    key = conv_arithmetic(seed)
    built = from_keras(BUILD, key.numbers)
    assert built == {name: as_answer(key.answers[name]) for name in built}
    assert set(key.answers) - set(built) == {
        "pool_discarded",
        "feature_map",
        "weightless",
        "pointwise_use",
        "receptive_field",
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["common", "a student"])
def test_the_receptive_field_is_what_one_neuron_of_keras_reacts_to(seed: str) -> None:
    key = conv_arithmetic(seed)
    layers = [key.numbers[name] for name in ("first_kernel", "pool_side", "second_kernel")]
    assert from_keras(RECEPTIVE_FIELD, layers) == key.answers["receptive_field"]
