"""Sizes and counts of layers, computed from their settings alone.

A submission claims how large its own layers are. This module computes the sizes again from
kind, settings and input shape, for channels-last and channels-first data.
Shapes have the batch axis first; a free axis is None.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.cnn.layer_settings import Settings, family
from grader.model.record import Shape
from grader.text.messages import MessageError, message

UNCHANGED = (
    *("Activation", "ReLU", "Softmax", "Identity", "ActivityRegularization", "Rescaling"),
    *("Dropout", "SpatialDropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"),
    *("RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"),
)
_NUMBERS = frozenset(
    {
        *("filters", "kernel_size", "strides", "dilation_rate", "groups", "depth_multiplier", "units", "pool_size"),
        *("axis", "shared_axes", "target_shape", "dims", "padding", "cropping", "size", "input_dim", "output_dim"),
    }
)
# A table may contain any numbers. These limits keep products of them small enough to compute.
_LARGEST = 2**62
_MOST_AXES = 16
_MERGED = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")


class MisfitError(MessageError):
    """A layer cannot take an input of this shape."""


@dataclass(frozen=True, slots=True)
class LayerSize:
    """The size of a layer.

    Attributes:
        output_shape: Shape of its output, batch axis first; a free axis is None.
        parameters: Number of all weights.
        trainable: Number of the weights that are trained.
    """

    output_shape: Shape
    parameters: int = 0
    trainable: int = 0


def measure(kind: str, settings: Settings, inputs: Sequence[Shape]) -> LayerSize | None:
    """Compute the size of a layer.

    Args:
        kind: Keras class name in normal form.
        settings: Its settings in normal form, see `layer_settings.pieces`.
        inputs: Shape of each input, batch axis first; a free axis is None.

    Returns:
        Its size; None for a kind whose arithmetic is unknown here.

    Raises:
        MisfitError: The input has the wrong number of axes, or is too small for the window.
        ValueError: A required setting is not a whole number, or the result is larger than any model.

    Example:
        >>> measure("Dense", {"units": 10, "use_bias": True}, [(None, 784)]).parameters
        7850
    """
    _check(settings)
    size = _measured(kind, settings, inputs)
    # A list in place of one number, such as `units=[]`, passes the check above.
    flat = [*size.output_shape, size.parameters, size.trainable] if size else []
    if any(isinstance(number, tuple) or not _is_whole(number) for number in flat):
        raise ValueError("the layer is larger than any model, or a setting has several numbers")
    return size


def _check(settings: Settings) -> None:
    """Refuse text, which Python would multiply, and numbers with thousands of digits, which a table may contain."""
    for name in _NUMBERS & settings.keys():
        if not _is_whole(settings[name]) and not (name == "padding" and isinstance(settings[name], str)):
            raise ValueError(f"{name} is not a whole number")


def _is_whole(value: Any) -> bool:
    """Whether a value is a whole number of a realistic size, None, or a few of them."""
    if isinstance(value, tuple):
        return len(value) <= _MOST_AXES and all(map(_is_whole, value))
    return value is None or (isinstance(value, int) and abs(value) < _LARGEST)


def _measured(kind: str, settings: Settings, inputs: Sequence[Shape]) -> LayerSize | None:
    base, axes = family(kind)
    if base in UNCHANGED:
        return LayerSize(inputs[0])
    if base in _MERGED:
        return LayerSize(_broadcast(inputs))
    if base == "Concatenate":
        return LayerSize(_concatenated(inputs, settings["axis"]))
    if axes and base != "ZeroPadding" and len(inputs[0]) != axes + 2:
        raise MisfitError(message("{kind} needs an input with {axes} axes", kind=kind, axes=axes + 1))
    rule = _RULES.get(base)
    if rule is None or settings.get("output_padding") is not None:
        return None
    if settings.get("data_format") == "channels_first":
        size = rule(settings, _channels_last(inputs[0]))
        return LayerSize(_channels_first(size.output_shape), size.parameters, size.trainable)
    return rule(settings, inputs[0])


def _window(settings: Settings, shape: Shape, window: str) -> Shape:
    """Extent of the feature map along each spatial axis."""
    sizes, ones = settings[window], (1,) * len(settings[window])
    axes = zip(shape[1:-1], sizes, settings["strides"], settings.get("dilation_rate", ones), strict=True)
    return tuple(
        _extent(size, window, stride, dilation=dilation, padding=settings["padding"])
        for size, window, stride, dilation in axes
    )


def _extent(size: int | None, window: int, stride: int, *, dilation: int, padding: str) -> int | None:
    """Places of a window along one axis; None if the axis is free."""
    if size is None:
        return None
    if padding in ("same", "causal"):
        return -(-size // stride)
    covered = dilation * (window - 1) + 1
    if covered > size:
        raise MisfitError(
            message("a window of size {window} does not fit into an input of size {size}", window=covered, size=size)
        )
    return (size - covered) // stride + 1


def _depth(shape: Shape) -> int:
    if shape[-1] is None:
        raise MisfitError(message("the number of channels is not known"))
    return shape[-1]


def _weighted(output: Shape, weights: int, biases: int, settings: Settings) -> LayerSize:
    """The size of a layer whose weights are all trained, with biases only if the settings have them."""
    count = weights + (biases if settings["use_bias"] else 0)
    return LayerSize(output, count, count)


def _conv(settings: Settings, shape: Shape) -> LayerSize:
    filters, groups = settings["filters"], settings["groups"]
    if _depth(shape) % groups or filters % groups:
        raise MisfitError(
            message(
                "{channels} channels and {filters} filters cannot be divided into {groups} groups",
                groups=groups,
                channels=_depth(shape),
                filters=filters,
            )
        )
    weights = math.prod(settings["kernel_size"]) * (_depth(shape) // groups) * filters
    return _weighted((shape[0], *_window(settings, shape, "kernel_size"), filters), weights, filters, settings)


def _conv_transpose(settings: Settings, shape: Shape) -> LayerSize:
    axes = zip(shape[1:-1], settings["kernel_size"], settings["strides"], settings["dilation_rate"], strict=True)
    sizes = tuple(
        _transposed_extent(size, kernel, stride, dilation=dilation, padding=settings["padding"])
        for size, kernel, stride, dilation in axes
    )
    weights = math.prod(settings["kernel_size"]) * _depth(shape) * settings["filters"]
    return _weighted((shape[0], *sizes, settings["filters"]), weights, settings["filters"], settings)


def _transposed_extent(size: int | None, kernel: int, stride: int, *, dilation: int, padding: str) -> int | None:
    """Cells of a transposed convolution's output along one axis; None if the axis is free."""
    if size is None:
        return None
    beyond_stride = max(dilation * (kernel - 1) + 1 - stride, 0)
    return size * stride + (beyond_stride if padding == "valid" else 0)


def _depthwise(settings: Settings, shape: Shape) -> LayerSize:
    maps = _depth(shape) * settings["depth_multiplier"]
    output = (shape[0], *_window(settings, shape, "kernel_size"), maps)
    return _weighted(output, math.prod(settings["kernel_size"]) * maps, maps, settings)


def _separable(settings: Settings, shape: Shape) -> LayerSize:
    maps, filters = _depth(shape) * settings["depth_multiplier"], settings["filters"]
    output = (shape[0], *_window(settings, shape, "kernel_size"), filters)
    return _weighted(output, math.prod(settings["kernel_size"]) * maps + maps * filters, filters, settings)


def _dense(settings: Settings, shape: Shape) -> LayerSize:
    units = settings["units"]
    return _weighted((*shape[:-1], units), _depth(shape) * units, units, settings)


def _pooling(settings: Settings, shape: Shape) -> LayerSize:
    return LayerSize((shape[0], *_window(settings, shape, "pool_size"), shape[-1]))


def _global_pooling(settings: Settings, shape: Shape) -> LayerSize:
    ones = (1,) * (len(shape) - 2) if settings["keepdims"] else ()
    return LayerSize((shape[0], *ones, shape[-1]))


def _batch_normalization(settings: Settings, shape: Shape) -> LayerSize:
    channels = _at(shape, [settings["axis"]])
    trainable = channels * (bool(settings["scale"]) + bool(settings["center"]))
    return LayerSize(shape, trainable + 2 * channels, trainable)


def _layer_normalization(settings: Settings, shape: Shape) -> LayerSize:
    axis = settings["axis"]
    cells = _at(shape, axis if isinstance(axis, tuple) else [axis])
    sets = 1 if settings["rms_scaling"] else bool(settings["scale"]) + bool(settings["center"])
    return LayerSize(shape, cells * sets, cells * sets)


def _prelu(settings: Settings, shape: Shape) -> LayerSize:
    shared = settings["shared_axes"] or ()
    cells = _known_product([size for axis, size in enumerate(shape) if axis and axis not in shared])
    return LayerSize(shape, cells, cells)


def _flatten(_: Settings, shape: Shape) -> LayerSize:
    sizes = shape[1:]
    return LayerSize((shape[0], None if None in sizes else _known_product(sizes)))


def _reshape(settings: Settings, shape: Shape) -> LayerSize:
    cells, target = _known_product(shape[1:]), settings["target_shape"]
    fixed = math.prod(size for size in target if size != -1)
    sizes = tuple(cells // fixed if size == -1 and fixed else size for size in target)
    if math.prod(sizes) != cells:
        raise MisfitError(message("{cells} values cannot be arranged in the shape {sizes}", cells=cells, sizes=sizes))
    return LayerSize((shape[0], *sizes))


def _permute(settings: Settings, shape: Shape) -> LayerSize:
    return LayerSize((shape[0], *(shape[axis] for axis in settings["dims"])))


def _zero_padding(settings: Settings, shape: Shape) -> LayerSize:
    return LayerSize(_with_margins(shape, settings["padding"], +1))


def _cropping(settings: Settings, shape: Shape) -> LayerSize:
    return LayerSize(_with_margins(shape, settings["cropping"], -1))


def _up_sampling(settings: Settings, shape: Shape) -> LayerSize:
    pairs = zip(shape[1:-1], settings["size"], strict=True)
    return LayerSize((shape[0], *(None if size is None else size * factor for size, factor in pairs), shape[-1]))


def _embedding(settings: Settings, shape: Shape) -> LayerSize:
    count = settings["input_dim"] * settings["output_dim"]
    return LayerSize((*shape, settings["output_dim"]), count, count)


_RULES: Mapping[str, Callable[[Settings, Shape], LayerSize]] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "DepthwiseConv": _depthwise,
    "SeparableConv": _separable,
    "Dense": _dense,
    "MaxPooling": _pooling,
    "AveragePooling": _pooling,
    "GlobalMaxPooling": _global_pooling,
    "GlobalAveragePooling": _global_pooling,
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "PReLU": _prelu,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "ZeroPadding": _zero_padding,
    "Cropping": _cropping,
    "UpSampling": _up_sampling,
    "Embedding": _embedding,
}


def _with_margins(shape: Shape, margins: Sequence[Sequence[int]], sign: int) -> Shape:
    pairs = zip(shape[1:-1], margins, strict=True)
    sizes = tuple(None if size is None else size + sign * sum(margin) for size, margin in pairs)
    if any(size is not None and size <= 0 for size in sizes):
        raise MisfitError(message("the feature map would be empty"))
    return (shape[0], *sizes, shape[-1])


def _broadcast(inputs: Sequence[Shape]) -> Shape:
    if len({len(shape) for shape in inputs}) != 1:
        raise MisfitError(message("the inputs do not have the same number of axes"))
    sizes = [{size for size in axis if size != 1} for axis in zip(*inputs, strict=True)]
    if any(len(axis - {None}) > 1 for axis in sizes):
        raise MisfitError(message("the inputs do not have the same shape"))
    return tuple(max(axis, key=lambda size: size or 0) if axis else 1 for axis in sizes)


def _concatenated(inputs: Sequence[Shape], axis: int) -> Shape:
    first = list(inputs[0])
    along = [shape[axis] for shape in inputs]
    others = [[size for place, size in enumerate(shape) if place != axis % len(first)] for shape in inputs]
    if any(other != others[0] for other in others):
        raise MisfitError(message("the inputs differ in more than the axis along which they are joined"))
    first[axis] = None if None in along else _known_product([sum(size or 0 for size in along)])
    return tuple(first)


def _at(shape: Shape, axes: Sequence[int]) -> int:
    return _known_product([shape[axis] for axis in axes])


def _known_product(sizes: Sequence[int | None]) -> int:
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        raise MisfitError(message("the size of its input is not known"))
    return math.prod(known)


def _channels_last(shape: Shape) -> Shape:
    return (shape[0], *shape[2:], shape[1])


def _channels_first(shape: Shape) -> Shape:
    return (shape[0], shape[-1], *shape[1:-1]) if len(shape) > 2 else shape
