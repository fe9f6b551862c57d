"""What the classes and functions of a notebook do."""

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np


def scaled(Scaler: Any) -> Callable[..., Any]:
    """The two methods as one function: the key calls it with values to fit and values to transform."""

    def fit_and_transform(known: Any, new: Any) -> Any:
        scaler = Scaler()
        scaler.fit(known)
        return scaler.transform(new)

    return fit_and_transform


def layer_output(Scale: Any) -> Callable[..., Any]:
    """The layer as a function of its factor and its input."""
    return lambda factor, values: Scale(factor)(values)


def layer_weights(Scale: Any) -> int:
    """Number of trainable weights once the layer was used."""
    layer = Scale(2.0)
    assert isinstance(layer, keras.layers.Layer), "`Scale` is not a layer of Keras: derive it from keras.layers.Layer."
    layer(np.ones((1, 3), "float32"))
    return len(layer.trainable_weights)


def loss_value(MeanCube: Any) -> Callable[..., Any]:
    """The loss as a function of labels and predictions."""
    return lambda labels, predictions: MeanCube()(labels, predictions)


def clipped(clip: Any) -> Any:
    """An array after the call."""
    values = np.array([[3.0, -1.0], [-2.5, 0.5]])
    result = clip(values)
    assert result is None, "`clip` returns a value. It should change the array that it gets, and return nothing."
    return values


def refusal(output_size: Any) -> str:
    """The name of the exception for a kernel that is too large."""
    try:
        output_size(5, 7)
    except Exception as error:
        return type(error).__name__
    return "no exception"


def pipeline(batches: Any) -> Any:
    """The data set for images that the staff make."""
    return batches(np.arange(40, dtype="float32").reshape(10, 4), 4)


def time_share(distances: Any) -> float:
    """The time that the function takes, as a share of the time of a loop; the best of three measurements."""
    points = np.random.default_rng(1).normal(size=(20_000, 3))
    expected = _loop(points)
    assert np.allclose(distances(points), expected), "`distances` does not return the correct distances."
    return min(_seconds(distances, points) for _ in range(3)) / min(_seconds(_loop, points) for _ in range(3))


def _loop(points: Any) -> Any:
    return np.array([(x * x + y * y + z * z) ** 0.5 for x, y, z in points])


def _seconds(function: Callable[[Any], Any], points: Any) -> float:
    begin = time.process_time()
    function(points)
    return time.process_time() - begin
