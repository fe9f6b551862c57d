"""The forms in which an answer may stand in a notebook."""

import pytest

from tests.conftest import Run

pytestmark = pytest.mark.slow


def test_shapes_and_tensors_of_tensorflow_are_data(run: Run) -> None:
    cells = (
        "import tensorflow as tf",
        "shape, unknown = tf.zeros((2, 3)).shape, tf.TensorShape([None, 3])",
        "tensor, variable = tf.constant([1, 2]), tf.Variable(3)",
    )
    found = run(*cells, names=("shape", "unknown", "tensor", "variable")).answers
    assert [answer.value for answer in found.values()] == [[2, 3], [None, 3], [1, 2], 3]
