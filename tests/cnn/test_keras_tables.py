"""Tables of real Keras models: however the model of the lecture is written, it is the same."""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from grader.assess.network_comparison import compare
from grader.cnn.layer_tables import NormalNetwork, normal_form
from grader.execute import claims
from grader.model.record import ModelTable

pytestmark = pytest.mark.slow
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def table(model: Any) -> ModelTable:
    from grader.execute.inside.layers import describe

    return claims.model_table(json.loads(json.dumps(describe(model, trace=True))))


def network(model: Any) -> NormalNetwork:
    return normal_form(table(model))


def sequential() -> Any:
    import keras
    from keras import layers

    model = keras.Sequential([keras.Input((28, 28, 1))])
    for layer in (
        layers.Conv2D(filters=32, kernel_size=(3, 3)),
        layers.Activation("relu"),
        layers.Conv2D(32, (3, 3)),
        layers.Activation("relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(128),
        layers.Activation("relu"),
        layers.Dropout(0.5),
        layers.Dense(10),
        layers.Activation("softmax"),
    ):
        model.add(layer)
    return model


def functional() -> Any:
    import keras
    from keras import layers

    images = keras.Input((28, 28, 1), name="images")
    x = keras.activations.relu(layers.Conv2D(32, 3)(images))
    x = layers.ReLU()(layers.Conv2D(32, 3, padding="VALID", strides=1)(x))
    x = layers.Dropout(0.25)(layers.MaxPool2D(2, strides=2)(x))
    x = layers.Dense(128, activation=layers.ReLU(), kernel_regularizer="l2")(layers.Reshape((-1,))(x))
    return keras.Model(images, layers.Dense(10, activation="softmax", name="out")(layers.Dropout(0.5)(x)))


def fresh_layers() -> list[Any]:
    return [type(layer).from_config(layer.get_config()) for layer in sequential().layers]


def built_by_a_call() -> Any:
    import keras
    import numpy as np

    model = keras.Sequential(fresh_layers())
    model(np.zeros((1, 28, 28, 1), "float32"))
    return model


def nested() -> Any:
    import keras

    layers = fresh_layers()
    inner = [keras.Sequential(layers[:6]), keras.Sequential(layers[6:])]
    return keras.Sequential([keras.Input((28, 28, 1)), *inner])


def made_of_the_layers_of_another() -> Any:
    import keras

    return keras.Sequential([keras.Input((28, 28, 1)), *sequential().layers])


@pytest.mark.parametrize("build", [sequential, functional, built_by_a_call, nested, made_of_the_layers_of_another])
def test_the_model_of_the_lecture_is_the_same_however_it_is_written(build: Callable[..., Any]) -> None:
    reference, found = network(sequential()), network(build())
    assert reference.parameters == found.parameters == 600_810
    assert compare(reference, found).share == 1


@pytest.mark.parametrize("name", ["MobileNetV2", "ResNet50", "Xception"])
def test_large_branched_models_are_counted_as_keras_counts_them(name: str) -> None:
    import keras

    model = getattr(keras.applications, name)(weights=None)
    found = network(model)
    assert found.parameters == model.count_params()
    assert not found.is_chain
    assert not any(layer.fault for layer in found.layers)
