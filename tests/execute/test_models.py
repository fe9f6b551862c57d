"""Models as they leave the sandbox: tables along the graph, also of classes; copies of Keras by their full name."""

import pytest

from grader.model.record import AnswerState, Outcome
from tests.conftest import Run

pytestmark = pytest.mark.slow

SHARED = """
import keras
from keras import layers
relu = layers.ReLU()
model = keras.Sequential([keras.Input((8,)), layers.Dense(4), relu, layers.Dense(3), relu])
"""
CLASS = """
import keras, numpy as np, tensorflow as tf
from keras import layers
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.one, self.two = layers.Dense(4), layers.Dense(3)
    def call(self, x, training=None):
        print("called")
        x = tf.nn.relu(self.one(x))
        if training:
            x = tf.nn.dropout(x, rate=0.5)
        return tf.nn.softmax(self.two(x))
model = Net()
model(np.zeros((2, 8), "float32"))
"""
ENDLESS = """
import keras, numpy as np
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.one = keras.layers.Dense(4)
    def call(self, x):
        while isinstance(x, keras.KerasTensor):
            pass
        return self.one(x)
model = Net()
model(np.zeros((2, 8), "float32"))
width = 5
"""
PRIVATE = """
from tensorflow.python.keras.models import Sequential
from tensorflow.python.keras.layers import Dense
model = Sequential([Dense(3, input_shape=(8,))])
"""


def test_a_layer_that_is_used_twice_has_two_rows(run: Run) -> None:
    table = run(SHARED, names=("model",)).models["model"]
    assert [(row.kind, bool(row.first)) for row in table.layers] == [
        ("Dense", False),
        ("ReLU", False),
        ("Dense", False),
        ("ReLU", True),
    ]
    assert table.counted == table.parameters == 51


def test_the_call_of_a_class_is_followed_and_its_prints_are_not_repeated(run: Run) -> None:
    record = run(CLASS, names=("model",))
    table = record.models["model"]
    assert [row.kind for row in table.layers] == ["Dense", "relu", "dropout_v2", "Dense", "softmax_v2"]
    assert (table.has_graph, table.counted) == (True, 51)
    [text] = [output["text"] for output in record.cells[0].outputs if output["output_type"] == "stream"]
    assert text == "called\n" * 2  # Keras calls it twice: to build it, and for good


def test_a_call_that_never_ends_costs_the_graph_and_nothing_else(run: Run) -> None:
    record = run(ENDLESS, names=("model", "width"))
    assert record.outcome is Outcome.COMPLETED
    assert record.answers["width"].value == 5
    assert not record.models["model"].has_graph
    assert [row.kind for row in record.models["model"].layers] == ["Dense"]


def test_a_model_of_a_copy_of_keras_is_named_in_full(run: Run) -> None:
    answer = run(PRIVATE, names=("model",)).answers["model"]
    assert answer.state is AnswerState.UNSUPPORTED
    assert answer.type_name == "tensorflow.python.keras.engine.sequential.Sequential"
