"""Sizes and counts worked out by hand, and the same as Keras works them out."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from grader.cnn.layer_arithmetic import LayerSize, MisfitError, measure
from grader.cnn.layer_settings import pieces
from grader.cnn.layer_tables import normal_form
from grader.model.record import LayerRow, ModelTable
from tests.conftest import present


def size(kind: str, config: dict[str, Any], *shapes: tuple[int | None, ...]) -> LayerSize | None:
    [(name, settings)] = pieces(kind, config, len(shapes[0]))
    return measure(name, settings, shapes)


IMAGE = (None, 28, 28, 3)


@pytest.mark.parametrize(
    ("kind", "config", "shape", "output", "parameters"),
    [
        ("Conv2D", {"filters": 32, "kernel_size": 3}, IMAGE, (None, 26, 26, 32), 896),
        ("Conv2D", {"filters": 32, "kernel_size": 3, "use_bias": False}, IMAGE, (None, 26, 26, 32), 864),
        ("Conv2D", {"filters": 32, "kernel_size": 3, "padding": "same", "strides": 2}, IMAGE, (None, 14, 14, 32), 896),
        ("Conv2D", {"filters": 3, "kernel_size": 3, "dilation_rate": 2}, IMAGE, (None, 24, 24, 3), 84),
        ("Conv2D", {"filters": 6, "kernel_size": 1, "groups": 3}, IMAGE, (None, 28, 28, 6), 12),
        ("Conv2D", {"filters": 6, "kernel_size": 3}, (None, None, None, 1), (None, None, None, 6), 60),
        ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, IMAGE, (None, 26, 26, 6), 60),
        ("SeparableConv2D", {"filters": 8, "kernel_size": 3}, IMAGE, (None, 26, 26, 8), 59),
        ("Dense", {"units": 10}, (None, 784), (None, 10), 7_850),
        ("MaxPooling2D", {"pool_size": 2}, (None, 7, 7, 3), (None, 3, 3, 3), 0),
        ("MaxPooling2D", {"pool_size": 2, "padding": "same"}, (None, 7, 7, 3), (None, 4, 4, 3), 0),
        ("Flatten", {}, IMAGE, (None, 2352), 0),
    ],
)
def test_sizes_are_those_worked_out_by_hand(
    kind: str, config: dict[str, Any], shape: tuple[int | None, ...], output: tuple[int | None, ...], parameters: int
) -> None:
    found = present(size(kind, config, shape))
    assert (found.output_shape, found.parameters) == (output, parameters)


def test_batch_normalisation_has_weights_that_are_not_trained() -> None:
    found = present(size("BatchNormalization", {}, IMAGE))
    assert (found.parameters, found.trainable) == (12, 6)


@pytest.mark.parametrize(
    ("kind", "config", "shapes"),
    [
        ("Conv2D", {"filters": 1, "kernel_size": 29}, [IMAGE]),
        ("Conv2D", {"filters": 1, "kernel_size": 3}, [(None, 784)]),
        ("Conv2D", {"filters": 4, "kernel_size": 3, "groups": 2}, [IMAGE]),
        ("Dense", {"units": 10}, [(None, None)]),
        ("Reshape", {"target_shape": [5, 5]}, [IMAGE]),
        ("Cropping2D", {"cropping": 14}, [IMAGE]),
        ("Add", {}, [IMAGE, (None, 28, 28, 2)]),
        ("Add", {}, [IMAGE, (None, 3)]),
        ("Concatenate", {"axis": -1}, [IMAGE, (None, 27, 28, 3)]),
    ],
)
def test_a_layer_that_does_not_fit_its_input_is_refused(
    kind: str, config: dict[str, Any], shapes: list[tuple[int | None, ...]]
) -> None:
    with pytest.raises(MisfitError):
        size(kind, config, *shapes)


def test_a_kind_that_is_not_known_has_no_size() -> None:
    assert size("LSTM", {"units": 3}, (None, 5, 2)) is None


def grid() -> Iterator[tuple[Any, tuple[int, ...]]]:
    """Layers of every known kind, each with an input shape."""
    from keras import layers

    image, sequence, volume, flat = (9, 8, 4), (9, 4), (6, 7, 8, 2), (12,)
    for padding in ("valid", "same"):
        for strides in (1, 2):
            yield layers.Conv1D(6, 3, strides=strides, padding=padding, activation="relu"), sequence
            yield layers.Conv2D(6, (3, 2), strides=strides, padding=padding, groups=2), image
            yield layers.Conv3D(3, 2, strides=strides, padding=padding, use_bias=False), volume
            yield layers.DepthwiseConv1D(3, strides=strides, padding=padding), sequence
            yield layers.DepthwiseConv2D(3, strides=strides, padding=padding, depth_multiplier=2), image
            yield layers.SeparableConv1D(5, 3, strides=strides, padding=padding), sequence
            yield layers.SeparableConv2D(5, 3, strides=strides, padding=padding, activation="tanh"), image
            yield layers.Conv1DTranspose(5, 3, strides=strides, padding=padding), sequence
            yield layers.Conv2DTranspose(5, (3, 1), strides=strides, padding=padding), image
            yield layers.MaxPooling1D(2, strides=strides, padding=padding), sequence
            yield layers.AveragePooling2D((3, 2), strides=strides, padding=padding), image
            yield layers.MaxPooling3D(2, strides=strides, padding=padding), volume
        yield layers.Conv2D(2, 3, dilation_rate=2, padding=padding), image
        yield layers.Conv2DTranspose(2, 3, dilation_rate=2, padding=padding), image
        yield layers.MaxPooling2D(3, padding=padding), image
    yield layers.Conv1D(2, 3, padding="causal", dilation_rate=2), sequence
    yield layers.Conv2DTranspose(2, 3, strides=2, output_padding=1), image
    yield layers.MaxPooling2D(2, data_format="channels_first"), image
    for kind in (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D):
        yield kind(), image
        yield kind(keepdims=True), image
    yield layers.GlobalAveragePooling1D(), sequence
    for shape in (image, flat):
        yield layers.Dense(7, activation="softmax"), shape
        yield layers.Dense(7, use_bias=False), shape
        yield layers.BatchNormalization(), shape
        yield layers.BatchNormalization(scale=False), shape
        yield layers.LayerNormalization(), shape
        yield layers.Dropout(0.3), shape
        yield layers.PReLU(), shape
        yield layers.ELU(), shape
        yield layers.Rescaling(2.0), shape
    yield layers.BatchNormalization(axis=1), image
    yield layers.LayerNormalization(axis=[1, 2], center=False), image
    yield layers.PReLU(shared_axes=[1, 2]), image
    yield layers.Flatten(), image
    yield layers.Reshape((8, -1)), image
    yield layers.Permute((3, 1, 2)), image
    yield layers.ZeroPadding1D(2), sequence
    yield layers.ZeroPadding2D(((1, 2), (3, 4))), image
    yield layers.ZeroPadding3D(1), volume
    yield layers.Cropping1D((1, 2)), sequence
    yield layers.Cropping2D((1, 2)), image
    yield layers.UpSampling1D(3), sequence
    yield layers.UpSampling2D((2, 3)), image
    yield layers.SpatialDropout2D(0.2), image
    yield layers.Embedding(11, 5), flat


@pytest.mark.slow
def test_sizes_are_those_of_keras() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    from grader.execute.inside.layers import describe

    seen = set()
    for layer, shape in grid():
        described = describe(keras.Sequential([keras.Input(shape), layer]))
        [row] = described["layers"]
        shapes = {name: tuple(row[name]) for name in ("inbound", "input_shape", "output_shape")}
        found = LayerRow(**{**row, **shapes})
        seen.add(found.kind)
        for kind, settings in pieces(found.kind, found.config, len(shape) + 1)[:1]:
            made = measure(kind, settings, [present(found.input_shape)])
            if settings.get("output_padding") is not None:
                assert made is None
                continue
            assert made is not None, found
            assert made.output_shape == found.output_shape, (found, made)
            assert (made.parameters, made.trainable) == (found.parameters, found.trainable), (found, made)
        network = normal_form(ModelTable(input_shape=tuple(described["input_shape"]), layers=(found,)))
        assert not any(layer.fault for layer in network.layers), found
    assert len(seen) > 30
