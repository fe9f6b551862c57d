"""Keys against Keras itself: real layers are built and asked."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.assess.evidence import plain
from grader.course.key_module import KeyModule

ROOT = Path(__file__).resolve().parents[2]

BUILD = """
import json
import keras
from keras import layers as L

def stack(shape, *layers):
    return keras.Sequential([keras.Input(shape), *layers])

def shape(*arguments):
    return list(stack(*arguments).output_shape[1:])

def count(*arguments):
    return stack(*arguments).count_params()

def lenet(channels):
    return count((28, 28, channels), L.Conv2D(6, 5, padding="same"), L.AveragePooling2D(2), L.Conv2D(16, 5),
                 L.AveragePooling2D(2), L.Flatten(), L.Dense(120), L.Dense(84), L.Dense(10))

norm = L.BatchNormalization()
norm.build((None, 24, 24, 32))
maps = stack((512, 512, 3), L.Conv2D(100, 5, padding="same")).output_shape
print(json.dumps({
    "valid_shape": shape((32, 32, 3), L.Conv2D(6, 5)),
    "stride_size": shape((28, 28, 1), L.Conv2D(1, 3, strides=2))[0],
    "feature_map_shape": shape((31, 41, 1), L.ZeroPadding2D((2, 3)), L.Conv2D(1, (5, 7), strides=(2, 3)))[:2],
    "same_shape": shape((45, 45, 3), L.Conv2D(16, (5, 5), strides=2, padding="same")),
    "pool_shape": shape((13, 13, 24), L.MaxPooling2D((2, 2))),
    "conv_params": count((20, 20, 16), L.Conv2D(32, 5)),
    "nonsquare_params": count((20, 20, 3), L.Conv2D(8, (3, 5))),
    "dense_params": count((32, 32, 3), L.Flatten(), L.Dense(1024)),
    "flatten_dense_params": count((5, 5, 120), L.Flatten(), L.Dense(84)),
    "lenet_colour": lenet(3),
    "mlp_colour": count((32, 32, 3), L.Flatten(), L.Dense(84), L.Dense(10)),
    "pointwise_params": count((14, 14, 256), L.Conv2D(64, 1)),
    "depthwise_params": count((20, 20, 8), L.DepthwiseConv2D(3, depth_multiplier=2)),
    "depthwise_shape": shape((20, 20, 8), L.DepthwiseConv2D(3, depth_multiplier=2)),
    "conv1d_shape": shape((500, 6), L.Conv1D(32, 7, strides=3)),
    "conv1d_params": count((500, 6), L.Conv1D(32, 7, strides=3)),
    "conv3d_shape": shape((24, 24, 24, 2), L.Conv3D(16, 3)),
    "conv3d_params": count((24, 24, 24, 2), L.Conv3D(16, 3)),
    "batchnorm_params": norm.count_params(),
    "batchnorm_frozen": norm.count_params() - sum(int(w.shape[0]) for w in norm.trainable_weights),
    "memory": maps[1] * maps[2] * maps[3] * 4 / 2**20,
}))
"""

RECEPTIVE_FIELD = """
import json
import numpy as np
import keras
from keras import layers as L

ones = {"kernel_initializer": "ones"}
image = keras.Input((20, 20, 1))
net = keras.Sequential([image, L.Conv2D(1, 3, **ones), L.AveragePooling2D(2), L.Conv2D(1, 3, **ones)])
base = np.zeros((400, 20, 20, 1), "float32")
base.reshape(400, 400)[np.arange(400), np.arange(400)] = 1
seen = net.predict(base, verbose=0)[:, 0, 0, 0].reshape(20, 20) > 0
print(json.dumps(int(seen.any(axis=0).sum())))
"""


def from_keras(code: str) -> Any:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_sizes_and_counts_of_conv_arithmetic_are_those_of_keras() -> None:
    answers = KeyModule(ROOT / "solutions" / "conv-arithmetic" / "key.py", "key.py").table("answers", {})
    built = from_keras(BUILD)
    assert built == {name: plain(answers[name]) for name in built}
    assert set(answers) - set(built) == {
        "pool_discarded",
        "feature_map",
        "weightless",
        "pointwise_use",
        "receptive_field",
    }


@pytest.mark.slow
def test_the_receptive_field_is_what_one_neuron_of_keras_reacts_to() -> None:
    answers = KeyModule(ROOT / "solutions" / "conv-arithmetic" / "key.py", "key.py").table("answers", {})
    assert from_keras(RECEPTIVE_FIELD) == answers["receptive_field"]


@pytest.mark.slow
def test_facts_of_the_reference_models_are_up_to_date() -> None:
    stale = from_keras("import json; from reference_models.facts import stale; print(json.dumps(stale()))")
    assert stale == [], "run `python -m reference_models`"
