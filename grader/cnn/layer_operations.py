"""Operations on tensors, read as the layers that do the same.

`keras.ops.relu(x)`, `keras.activations.relu(x)` and `tf.nn.relu(x)` are `Activation("relu")`; `keras.ops.reshape`
may be `Flatten`; a mean over height and width is global average pooling; `x / 255` is `Rescaling(1 / 255)`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.cnn.layer_settings import Piece, Settings, pieces
from grader.model.record import Shape

_TENSOR = "tensor"
_ACTIVATIONS = {
    name.replace("_", ""): name
    for name in (
        *("relu6", "sigmoid", "tanh", "selu", "silu", "softplus", "softsign", "hard_sigmoid", "hard_silu"),
        *("log_softmax", "mish", "log_sigmoid", "hard_tanh", "soft_shrink", "hard_shrink", "tanh_shrink"),
    )
} | {"swish": "silu", "hardswish": "hard_silu", "exp": "exponential"}
_NEUTRAL = ("identity", "cast", "copy", "positive", "converttotensor")
_ASIDE = ("shape", "size", "ndim", "rank")
_MERGES = {
    **{
        "add": "Add",
        "addv2": "Add",
        "subtract": "Subtract",
        "sub": "Subtract",
        "multiply": "Multiply",
        "mul": "Multiply",
    },
    **{"maximum": "Maximum", "minimum": "Minimum"},
}


def is_aside(kind: str) -> bool:
    """Whether an operation only asks for a shape, so that it is not on the way through the model."""
    return _plain_name(kind) in _ASIDE


def layers_of_operation(kind: str, config: Settings, inputs: Sequence[Shape | None]) -> list[Piece] | None:
    """Read an operation as the layers that do the same.

    Args:
        kind: Its name.
        config: Its settings and the arguments of the call.
        inputs: Shape of each input tensor, batch axis first.

    Returns:
        Kind and settings of each layer. The list is empty for an operation that changes nothing.
        None if no layer does the same.

    Example:
        >>> layers_of_operation("relu", {}, [(None, 8)])
        [('Activation', {'activation': 'relu'})]
    """
    name = _plain_name(kind)
    shape = inputs[0]
    if name in _NEUTRAL:
        return []
    if name in _ACTIVATIONS:
        return _softmax_like(_ACTIVATIONS[name], config, shape)
    if name in _MERGES and len(inputs) > 1:
        return [(_MERGES[name], {})]
    rule = _RULES.get(name)
    return rule(config, shape) if rule else None


def _plain_name(kind: str) -> str:
    """`leakyrelu` for `LeakyRelu` and `leaky_relu`, `softmax` for `softmax_v2`."""
    return kind.removesuffix("_v2").replace("_", "").lower()


def _softmax_like(name: str, config: Settings, shape: Shape | None) -> list[Piece] | None:
    axis = config.get("axis", -1)
    rank = None if shape is None else len(shape)
    if axis in (-1, None) or (rank is not None and axis == rank - 1):
        return [("Activation", {"activation": name})]
    return [("Softmax", {"axis": axis})] if name == "softmax" else None


def _softmax(config: Settings, shape: Shape | None) -> list[Piece] | None:
    return _softmax_like("softmax", config, shape)


def _relu(config: Settings, shape: Shape | None) -> list[Piece]:
    return pieces("ReLU", config, None if shape is None else len(shape))


def _leaky_relu(config: Settings, _: Shape | None) -> list[Piece]:
    slope = config.get("negative_slope", config.get("alpha", 0.2))
    return [("Activation", {"activation": "leaky_relu", "negative_slope": slope})]


def _elu(config: Settings, _: Shape | None) -> list[Piece]:
    return [("Activation", {"activation": "elu", "alpha": config.get("alpha", 1.0)})]


def _gelu(config: Settings, _: Shape | None) -> list[Piece]:
    return [("Activation", {"activation": "gelu_tanh" if config.get("approximate") else "gelu"})]


def _reshape(config: Settings, shape: Shape | None) -> list[Piece] | None:
    target = config.get("newshape", config.get("shape"))
    if not isinstance(target, list) or not target or (shape and not _keeps_batch(target, shape)):
        return None
    sizes = tuple(-1 if size is None else size for size in target[1:])
    return pieces("Reshape", {"target_shape": list(sizes)}, None) if sizes and all(map(_is_int, sizes)) else None


def _keeps_batch(target: Sequence[Any], shape: Shape) -> bool:
    """Whether the first axis remains that of the images."""
    other_axes = shape[1:]
    if target[0] in (None, _TENSOR) or (target[0] == shape[0] and shape[0] is not None):
        return True
    return (
        target[0] == -1
        and None not in other_axes
        and math.prod(target[1:]) == math.prod(size or 0 for size in other_axes)
    )


def _max_pool(config: Settings, shape: Shape | None) -> list[Piece] | None:
    return _pool("MaxPooling", config, shape)


def _average_pool(config: Settings, shape: Shape | None) -> list[Piece] | None:
    return _pool("AveragePooling", config, shape)


def _pool(kind: str, config: Settings, shape: Shape | None) -> list[Piece] | None:
    axes = len(shape) - 2 if shape else 0
    size = _window(config.get("pool_size", config.get("ksize")), axes)
    strides = _window(config.get("strides"), axes) if config.get("strides") is not None else size
    if axes not in (1, 2, 3) or size is None or strides is None:
        return None
    sizes = {"pool_size": size, "strides": strides, "padding": str(config.get("padding", "valid"))}
    return pieces(f"{kind}{axes}D", {**sizes, "data_format": config.get("data_format")}, None)


def _window(value: Any, axes: int) -> list[int] | None:
    """The extent along each spatial axis, from `2`, `[2, 2]` or TensorFlow's `[1, 2, 2, 1]`."""
    if _is_int(value):
        return [value] * axes
    if not isinstance(value, list) or not all(map(_is_int, value)):
        return None
    if len(value) == axes + 2 and value[0] == value[-1] == 1:
        return value[1:-1]
    return value * axes if len(value) == 1 else value if len(value) == axes else None


def _mean(config: Settings, shape: Shape | None) -> list[Piece] | None:
    return _global("GlobalAveragePooling", config, shape)


def _max(config: Settings, shape: Shape | None) -> list[Piece] | None:
    return _global("GlobalMaxPooling", config, shape)


def _global(kind: str, config: Settings, shape: Shape | None) -> list[Piece] | None:
    axes, rank = config.get("axis"), len(shape) if shape else 0
    axes = [axes] if _is_int(axes) else axes
    if rank not in (3, 4, 5) or not isinstance(axes, list) or not all(map(_is_int, axes)):
        return None
    if sorted(axis % rank for axis in axes) != list(range(1, rank - 1)):
        return None
    return [(f"{kind}{rank - 2}D", {"keepdims": bool(config.get("keepdims"))})]


def _expanded(config: Settings, shape: Shape | None) -> list[Piece] | None:
    """One axis of size 1 more."""
    axis = config.get("axis", config.get("dim"))
    if shape is None or not _is_int(axis) or axis in (0, -len(shape) - 1):
        return None
    sizes = list(shape[1:])
    sizes.insert(axis % (len(shape) + 1) - 1, 1)
    return _shaped(sizes)


def _squeezed(config: Settings, shape: Shape | None) -> list[Piece] | None:
    """Axes of size 1 less."""
    axes = config.get("axis", config.get("dim"))
    axes = axes if isinstance(axes, list) else [axes]
    if shape is None or not all(map(_is_int, axes)) or 0 in [axis % len(shape) for axis in axes]:
        return None
    removed = {axis % len(shape) for axis in axes}
    return _shaped([size for place, size in enumerate(shape) if place and place not in removed])


def _shaped(sizes: Sequence[int | None]) -> list[Piece] | None:
    if not sizes or None in sizes:
        return None
    return pieces("Reshape", {"target_shape": list(sizes)}, None)


def _concatenate(config: Settings, shape: Shape | None) -> list[Piece]:
    return pieces("Concatenate", {"axis": config.get("axis", -1)}, len(shape) if shape else None)


def _pad(config: Settings, shape: Shape | None) -> list[Piece] | None:
    """Zeros around the feature map only, not along the axes of images or channels."""
    margins = config.get("pad_width", config.get("paddings"))
    rank = len(shape) if shape else 0
    if str(config.get("mode", "constant")).lower() != "constant" or config.get("constant_values") not in (None, 0, 0.0):
        return None
    if rank not in (3, 4, 5) or not isinstance(margins, list) or len(margins) != rank:
        return None
    if any(not isinstance(margin, list) or not all(map(_is_int, margin)) for margin in margins):
        return None
    if any([*margins[0], *margins[-1]]):
        return None
    return pieces(f"ZeroPadding{rank - 2}D", {"padding": margins[1:-1]}, None)


def _transpose(config: Settings, _: Shape | None) -> list[Piece] | None:
    axes = config.get("axes", config.get("perm"))
    if not isinstance(axes, list) or not all(map(_is_int, axes)) or axes[:1] != [0]:
        return None
    return [("Permute", {"dims": tuple(axes[1:])})]


def _scaled(change: Callable[[float], tuple[float, float]], config: Settings) -> list[Piece] | None:
    """A `Rescaling` for `x * 2` and the like, if the other operand is one finite number."""
    arguments = config.get("arguments")
    numbers = [value for value in arguments if value != _TENSOR] if isinstance(arguments, list) else []
    numbers = [value for value in numbers if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if len(numbers) != 1 or not math.isfinite(numbers[0]):
        return None
    try:
        scale, offset = change(float(numbers[0]))
    except ZeroDivisionError:
        return None
    return [("Rescaling", {"scale": scale, "offset": offset})]


def _plus(config: Settings, _: Shape | None) -> list[Piece] | None:
    return _scaled(lambda number: (1.0, number), config)


def _minus(config: Settings, _: Shape | None) -> list[Piece] | None:
    if _tensor_is_second(config):
        return _scaled(lambda number: (-1.0, number), config)
    return _scaled(lambda number: (1.0, -number), config)


def _times(config: Settings, _: Shape | None) -> list[Piece] | None:
    return _scaled(lambda number: (number, 0.0), config)


def _divided(config: Settings, _: Shape | None) -> list[Piece] | None:
    return None if _tensor_is_second(config) else _scaled(lambda number: (1 / number, 0.0), config)


def _maximum(config: Settings, _: Shape | None) -> list[Piece] | None:
    """`maximum(x, 0)` is ReLU."""
    arguments = config.get("arguments")
    values = [value for value in arguments if value is not None] if isinstance(arguments, list) else []
    return [("Activation", {"activation": "relu"})] if values in ([_TENSOR, 0], [0, _TENSOR]) else None


def _clip(config: Settings, _: Shape | None) -> list[Piece] | None:
    """Between 0 and 6 it is ReLU6."""
    lowest = config.get("x_min", config.get("clip_value_min"))
    highest = config.get("x_max", config.get("clip_value_max"))
    return [("Activation", {"activation": "relu6"})] if (lowest, highest) == (0, 6) else None


def _dropout(config: Settings, _: Shape | None) -> list[Piece] | None:
    """An operation is the layer `Dropout` only if it is called in training alone."""
    rate = config.get("rate")
    is_rate = isinstance(rate, (int, float)) and not isinstance(rate, bool)
    return pieces("Dropout", {"rate": rate}, None) if config.get("in_training") is True and is_rate else None


def _tensor_is_second(config: Settings) -> bool:
    arguments = config.get("arguments")
    return isinstance(arguments, list) and len(arguments) > 1 and arguments[0] != _TENSOR


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_RULES: Mapping[str, Callable[[Settings, Shape | None], list[Piece] | None]] = {
    "relu": _relu,
    "softmax": _softmax,
    "leakyrelu": _leaky_relu,
    "elu": _elu,
    "gelu": _gelu,
    "reshape": _reshape,
    "maxpool": _max_pool,
    "maxpool2d": _max_pool,
    "maxpool1d": _max_pool,
    "averagepool": _average_pool,
    "avgpool": _average_pool,
    "avgpool2d": _average_pool,
    "avgpool1d": _average_pool,
    "mean": _mean,
    "reducemean": _mean,
    "max": _max,
    "amax": _max,
    "reducemax": _max,
    "concatenate": _concatenate,
    "concat": _concatenate,
    "pad": _pad,
    "transpose": _transpose,
    "add": _plus,
    "addv2": _plus,
    "subtract": _minus,
    "sub": _minus,
    "multiply": _times,
    "mul": _times,
    "truedivide": _divided,
    "divide": _divided,
    "truediv": _divided,
    "maximum": _maximum,
    "clip": _clip,
    "clipbyvalue": _clip,
    "dropout": _dropout,
    "expanddims": _expanded,
    "squeeze": _squeezed,
}
