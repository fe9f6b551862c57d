"""The names of layers that a course may ask for are those of Keras."""

import subprocess
import sys

import pytest

from grader.cnn.keras_layers import LAYERS

PROGRAM = "import keras; print(*(name for name in dir(keras.layers) if isinstance(getattr(keras.layers, name), type)))"


@pytest.mark.slow
def test_every_layer_that_a_course_may_ask_for_is_one_of_keras() -> None:
    names = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout.split()
    assert set(names) >= LAYERS
    assert {"Conv2D", "Dense", "LSTM", "MaxPooling2D", "Conv2DTranspose"} <= LAYERS
