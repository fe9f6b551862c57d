"""The normal form of one layer: two layers that mean the same have the same kind and settings.

Names, types, regularisers, constraints, initial values and seeds are not part of an architecture and
are left out. A fused activation becomes a layer of its own; `ReLU()` is `Activation("relu")`.
"""

import re
from collections.abc import Mapping
from typing import Any

Settings = Mapping[str, Any]
Piece = tuple[str, Settings]

_WINDOW = ("kernel_size", "strides", "padding", "dilation_rate")
_SETTINGS: dict[str, tuple[str, ...]] = {
    "Conv": ("filters", *_WINDOW, "groups", "use_bias"),
    "ConvTranspose": ("filters", *_WINDOW, "output_padding", "use_bias"),
    "DepthwiseConv": ("depth_multiplier", *_WINDOW, "use_bias"),
    "SeparableConv": ("filters", "depth_multiplier", *_WINDOW, "use_bias"),
    "Dense": ("units", "use_bias"),
    "MaxPooling": ("pool_size", "strides", "padding"),
    "AveragePooling": ("pool_size", "strides", "padding"),
    "GlobalMaxPooling": ("keepdims",),
    "GlobalAveragePooling": ("keepdims",),
    "BatchNormalization": ("axis", "center", "scale"),
    "LayerNormalization": ("axis", "center", "scale", "rms_scaling"),
    "Dropout": ("rate",),
    "SpatialDropout": ("rate",),
    "AlphaDropout": ("rate",),
    "GaussianDropout": ("rate",),
    "GaussianNoise": ("stddev",),
    "Activation": ("activation",),
    "ReLU": ("max_value", "negative_slope", "threshold"),
    "LeakyReLU": ("negative_slope",),
    "ELU": ("alpha",),
    "Softmax": ("axis",),
    "PReLU": ("shared_axes",),
    "Flatten": (),
    "Reshape": ("target_shape",),
    "Permute": ("dims",),
    "ZeroPadding": ("padding",),
    "Cropping": ("cropping",),
    "UpSampling": ("size", "interpolation"),
    "Embedding": ("input_dim", "output_dim"),
    "Rescaling": ("scale", "offset"),
    "RandomFlip": ("mode",),
    "RandomRotation": ("factor", "fill_mode"),
    "RandomTranslation": ("height_factor", "width_factor", "fill_mode"),
    "RandomZoom": ("height_factor", "width_factor", "fill_mode"),
    "Identity": (),
    "ActivityRegularization": (),
    "Add": (),
    "Subtract": (),
    "Multiply": (),
    "Average": (),
    "Maximum": (),
    "Minimum": (),
    "Concatenate": ("axis",),
}
_DEFAULTS: Settings = {
    "strides": 1,
    "padding": "valid",
    "dilation_rate": 1,
    "groups": 1,
    "use_bias": True,
    "depth_multiplier": 1,
    "keepdims": False,
    "center": True,
    "scale": True,
    "rms_scaling": False,
    "axis": -1,
    "activation": "linear",
    "threshold": 0.0,
    "interpolation": "nearest",
}
_DEFAULTS_OF: Mapping[str, Settings] = {
    "ReLU": {"negative_slope": 0.0},
    "LeakyReLU": {"negative_slope": 0.3},
    "ELU": {"alpha": 1.0},
    "MaxPooling": {"pool_size": 2, "strides": None},
    "AveragePooling": {"pool_size": 2, "strides": None},
    "Rescaling": {"offset": 0.0},
    "RandomFlip": {"mode": "horizontal_and_vertical"},
    "RandomRotation": {"fill_mode": "reflect"},
    "RandomTranslation": {"fill_mode": "reflect"},
    "RandomZoom": {"fill_mode": "reflect"},
}
_ALIASES = {
    "Convolution": "Conv",
    "AvgPool": "AveragePooling",
    "MaxPool": "MaxPooling",
    "GlobalAvgPool": "GlobalAveragePooling",
    "GlobalMaxPool": "GlobalMaxPooling",
    "DepthwiseConvolution": "DepthwiseConv",
    "SeparableConvolution": "SeparableConv",
    "ConvolutionTranspose": "ConvTranspose",
}
_FUSED = ("Conv", "ConvTranspose", "DepthwiseConv", "SeparableConv", "Dense")
BOTH_WAYS = ("factor", "height_factor", "width_factor")
_PER_AXIS = ("kernel_size", "strides", "dilation_rate", "pool_size", "size")
_LEFT_OUT = re.compile(r"trainable|seed|name|dtype|.*_(regularizer|constraint|initializer)")
_SYNONYMS = {"swish": "silu", "softmax_v2": "softmax", "hard_swish": "hard_silu"}


def family(kind: str) -> tuple[str, int]:
    """Separate a kind from its number of spatial axes.

    Args:
        kind: Keras class name or one of its aliases.

    Returns:
        The kind without alias and number, and the number; 0 for kinds without a number in their name.

    Example:
        >>> family("Conv2D"), family("Dense")
        (('Conv', 2), ('Dense', 0))
    """
    match = re.fullmatch(r"(\w+?)([123])D(Transpose)?", kind)
    if not match:
        return kind, 0
    base = match[1] + (match[3] or "")
    return _ALIASES.get(base, base), int(match[2])


def is_known(kind: str) -> bool:
    """Whether the settings of this kind are understood, so that its claimed shapes and counts can be checked."""
    return family(kind)[0] in _SETTINGS


def pieces(kind: str, config: Settings, rank: int | None) -> list[Piece]:
    """Bring a layer into normal form: the layer itself, then its fused activation if it has one.

    Args:
        kind: Keras class name or one of its aliases.
        config: The result of `get_config()`.
        rank: Number of axes of its input, including the batch axis; None if it is unknown.

    Returns:
        Kind and settings of each piece. A linear activation is not a piece.

    Example:
        >>> pieces("Dense", {"units": 10, "activation": "relu"}, rank=2)
        [('Dense', {'units': 10, 'use_bias': True}), ('Activation', {'activation': 'relu'})]
    """
    base, axes = family(kind)
    if base not in _SETTINGS:
        return [(kind, {name: value for name, value in config.items() if not _LEFT_OUT.fullmatch(name)})]
    settings = _settings(base, axes, config, rank)
    if base == "Activation":
        return _activation(config.get("activation"))
    if base in ("ReLU", "LeakyReLU", "ELU", "Softmax"):
        return [_as_activation(base, settings)]
    if base == "Reshape" and len(settings["target_shape"] or ()) == 1:
        return [("Flatten", {})]
    return [(_name(base, axes), settings), *(_activation(config.get("activation")) if base in _FUSED else [])]


def differences(expected: Settings, submitted: Settings) -> list[str]:
    """List the settings in which two layers of the same kind differ.

    Args:
        expected: Settings of the reference model's layer, in normal form.
        submitted: Settings of the student's layer, in normal form.

    Returns:
        Names of settings, in the order of the kind. Strides that equal the pool size in both layers are left out
        if the pool size differs, because they follow from it.
    """
    names = [name for name in {**expected, **submitted} if expected.get(name) != submitted.get(name)]
    follows = all(side.get("strides") == side.get("pool_size") for side in (expected, submitted))
    return [name for name in names if not (name == "strides" and "pool_size" in names and follows)]


def _name(base: str, axes: int) -> str:
    if not axes:
        return base
    stem = base.removesuffix("Transpose")
    return f"{stem}{axes}D{base[len(stem) :]}"


def _settings(base: str, axes: int, config: Settings, rank: int | None) -> dict[str, Any]:
    defaults = {**_DEFAULTS, **_DEFAULTS_OF.get(base, {})}
    settings = {name: config.get(name, defaults.get(name)) for name in _SETTINGS[base]}
    if base == "LeakyReLU" and "alpha" in config:
        settings["negative_slope"] = config["alpha"]
    if settings.get("strides", 0) is None:
        settings["strides"] = settings.get("pool_size")
    for name, value in settings.items():
        settings[name] = _normal(name, value, axes, rank)
    if config.get("data_format") == "channels_first" and axes:
        settings["data_format"] = "channels_first"
    return settings


def _normal(name: str, value: Any, axes: int, rank: int | None) -> Any:
    if isinstance(value, str):
        return value.lower()
    if name in _PER_AXIS and axes and isinstance(value, int):
        return (value,) * axes
    if name in BOTH_WAYS and isinstance(value, int | float):
        return (-value, value)
    if name in ("padding", "cropping") and not isinstance(value, str):
        return _margins(value, axes)
    if name == "axis" and rank is not None and isinstance(value, int) and value >= 0:
        return value - rank
    if isinstance(value, list):
        return tuple(_normal("", item, 0, None) for item in value)
    return value


def _margins(value: Any, axes: int) -> Any:
    """Margins as ((before, after), ...) for each axis, from `1`, `(1, 2)` or the full form."""
    if isinstance(value, int):
        return ((value, value),) * axes
    if axes == 1 and all(isinstance(item, int) for item in value):
        return (tuple(value),)
    return tuple((item, item) if isinstance(item, int) else tuple(item) for item in value)


def _activation(value: Any) -> list[Piece]:
    """A fused activation: a name, or a layer or function written out as a dict."""
    if isinstance(value, Mapping):
        kind, config = str(value.get("class_name")), value.get("config")
        if isinstance(config, Mapping) and is_known(kind):
            return pieces(kind, config, rank=None)
        value = config if isinstance(config, str) else kind
    name = _SYNONYMS.get(str(value).lower(), str(value).lower())
    if value is None or name == "linear":
        return []
    slope = {"leaky_relu": {"negative_slope": 0.2}, "elu": {"alpha": 1.0}}.get(name, {})
    return [("Activation", {"activation": name, **slope})]


def _as_activation(base: str, settings: Settings) -> Piece:
    """A layer that is only an activation, as `Activation` if that has the same meaning."""
    if base == "LeakyReLU" and settings["negative_slope"] == 0:
        return "Activation", {"activation": "relu"}
    if base == "LeakyReLU" or (base == "ReLU" and settings["negative_slope"] and settings["max_value"] is None):
        return "Activation", {"activation": "leaky_relu", "negative_slope": settings["negative_slope"]}
    if base == "ELU":
        return "Activation", {"activation": "elu", "alpha": settings["alpha"]}
    if base == "Softmax" and settings["axis"] == -1:
        return "Activation", {"activation": "softmax"}
    if (
        base == "ReLU"
        and not settings["negative_slope"]
        and not settings["threshold"]
        and settings["max_value"] in (None, 6)
    ):
        return "Activation", {"activation": "relu" if settings["max_value"] is None else "relu6"}
    return base, settings
