"""The recipe of a layer's weights: initial values, penalties, constraints and moving averages.

An architecture is the same without them, so they count only if the reference model changes them from the
defaults of Keras: then the exercise asks for them.
"""

import math
from collections.abc import Mapping
from typing import Any

from grader.text.language import marked
from grader.text.messages import Text, joined, message, number, shortened

Recipe = Mapping[str, Any]
"""Setting -> value in normal form: None, a number, or a tuple of a name and its numbers."""

_FAMILIES = ("_initializer", "_regularizer", "_constraint")
_FUNCTIONS = ("function", "__lambda__")
_PLAIN = ("momentum", "epsilon", "trainable", "fill_value", "interpolation")
OWN = " (own class)"
_GLOROT = ("VarianceScaling", 1.0, "fan_avg", "uniform")
_ZEROS, _ONES = ("Constant", 0.0), ("Constant", 1.0)
_DEFAULTS: Recipe = {
    "kernel_initializer": _GLOROT,
    "depthwise_initializer": _GLOROT,
    "pointwise_initializer": _GLOROT,
    "embeddings_initializer": ("RandomUniform", -0.05, 0.05),
    "bias_initializer": _ZEROS,
    "alpha_initializer": _ZEROS,
    "beta_initializer": _ZEROS,
    "gamma_initializer": _ONES,
    "moving_mean_initializer": _ZEROS,
    "moving_variance_initializer": _ONES,
    "momentum": 0.99,
    "epsilon": 0.001,
    "trainable": True,
    "fill_value": 0.0,
    "interpolation": "bilinear",
}
_SCALED: Mapping[str, tuple[float, str]] = {"He": (2.0, "fan_in"), "Glorot": (1.0, "fan_avg"), "Lecun": (1.0, "fan_in")}
_NAMES = {
    "kernel_regularizer": marked("the penalty on the kernel"),
    "bias_regularizer": marked("the penalty on the bias"),
    "activity_regularizer": marked("the penalty on the output"),
    "kernel_initializer": marked("the initial value of the kernel"),
    "bias_initializer": marked("the initial value of the bias"),
    "kernel_constraint": marked("the constraint on the kernel"),
    "momentum": marked("the momentum"),
}


def recipe(config: Mapping[str, Any]) -> Recipe:
    """Bring the settings of a layer's weights into normal form.

    Args:
        config: The result of `get_config()`.

    Returns:
        The settings that the configuration has; others are unknown. `HeNormal` and the `VarianceScaling` with the same
        effect are equal, and so are `L2(0.01)` and `L1L2(0, 0.01)`. Seeds do not count.

    Example:
        >>> recipe({"kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}}})
        {'kernel_regularizer': ('L1L2', 0.0, 0.01)}
    """
    return {
        name: _normal(name, value)
        for name, value in config.items()
        if (name.endswith(_FAMILIES) or name in _PLAIN) and isinstance(name, str)
    }


def required_settings(reference: Recipe) -> list[str]:
    """List the settings in which a reference model differs from Keras' defaults, so that the exercise requires them."""
    return [name for name, value in reference.items() if not _same(value, _DEFAULTS.get(name))]


def deviations(reference: Recipe, submitted: Recipe) -> list[str]:
    """List the required settings that a layer has otherwise.

    Args:
        reference: Recipe of the reference model's layer.
        submitted: Recipe of the student's layer.

    Returns:
        Names of settings, without those that cannot be judged; see `doubts`.
    """
    return [
        name
        for name in required_settings(reference)
        if name in submitted and not is_own(submitted[name]) and not _same(reference[name], submitted[name])
    ]


def doubts(reference: Recipe, submitted: Recipe) -> list[str]:
    """List the required settings for which a layer has a class or function that is not from Keras.

    Args:
        reference: Recipe of the reference model's layer.
        submitted: Recipe of the student's layer.
    """
    return [name for name in required_settings(reference) if name in submitted and is_own(submitted[name])]


def is_own(value: Any) -> bool:
    """Whether a value is a class or function that is not from Keras, so that its effect is unknown."""
    return isinstance(value, tuple) and str(value[0]).endswith(OWN)


def setting_in_words(name: str) -> Text:
    """Name a setting in words; a setting without a phrase keeps its name."""
    return message(_NAMES[name]) if name in _NAMES else name


def value_in_words(value: Any) -> Text:
    """Write the value of a setting in words: `L2 0.0001`, `he_normal`, `none`."""
    if value is None:
        return message("none")
    if not isinstance(value, tuple):
        return _text(value)
    short = _short(value)
    return shortened(short or joined(*map(_text, value)), 60)


def _short(value: tuple[Any, ...]) -> Text:
    if value[0] == "L1L2":
        parts = [joined(f"L{power}", _text(amount)) for power, amount in enumerate(value[1:], start=1) if amount]
        return joined(*parts, separator=" + ")
    if value[0] == "Constant" and value[1] in (0, 1):
        return "zeros" if value[1] == 0 else "ones"
    if value[0] == "VarianceScaling":
        for family, (scale, mode) in _SCALED.items():
            if value[1:3] == (scale, mode) and value[3] in ("truncated_normal", "uniform"):
                return f"{family.lower()}_{'uniform' if value[3] == 'uniform' else 'normal'}"
    return ""


def _text(value: Any) -> Text:
    return rounded(value) if _is_number(value) else str(value)


def rounded(value: float) -> Text:
    """Write a number as before it was stored in single precision: 0.1 for 0.1000000015."""
    return number(value if isinstance(value, int) else float(f"{value:.6g}"))


def _normal(name: str, value: Any) -> Any:
    if isinstance(value, str) and name.endswith(_FAMILIES):
        value = {"class_name": value, "config": {}}
    if not isinstance(value, Mapping):
        return value if value is None or isinstance(value, (bool, int, float, str)) else (f"?{OWN}",)
    kind, config = str(value.get("class_name")), value.get("config")
    if kind.endswith(OWN) or kind in _FUNCTIONS or not isinstance(config, Mapping):
        return (f"{kind.removesuffix(OWN)}{OWN}",)
    rule = _regularizer if name.endswith("_regularizer") else _initializer if name.endswith("_initializer") else _plain
    return rule(kind, config)


def _plain(kind: str, config: Mapping[str, Any]) -> tuple[Any, ...]:
    """The numbers and words of a configuration, in the order of their names."""
    return (kind, *(value for name, value in sorted(config.items()) if name != "seed" and value is not None))


def _regularizer(kind: str, config: Mapping[str, Any]) -> tuple[Any, ...] | None:
    if kind not in ("L1", "L2", "L1L2"):
        return _plain(kind, config)
    amounts = tuple(_number(config.get(name, 0.0)) for name in ("l1", "l2"))
    return ("L1L2", *amounts) if any(amounts) else None


def _initializer(kind: str, config: Mapping[str, Any]) -> tuple[Any, ...]:
    if kind in ("Zeros", "Ones"):
        return _ZEROS if kind == "Zeros" else _ONES
    if kind == "Constant":
        return ("Constant", config.get("value", 0.0))
    for family, (scale, mode) in _SCALED.items():
        if kind in (f"{family}Normal", f"{family}Uniform"):
            return ("VarianceScaling", scale, mode, "uniform" if kind.endswith("Uniform") else "truncated_normal")
    if kind == "VarianceScaling":
        distribution = config.get("distribution", "truncated_normal")
        spread = "truncated_normal" if distribution == "normal" else distribution
        return ("VarianceScaling", config.get("scale", 1.0), config.get("mode", "fan_in"), spread)
    if kind == "RandomUniform":
        return ("RandomUniform", config.get("minval", -0.05), config.get("maxval", 0.05))
    if kind in ("RandomNormal", "TruncatedNormal"):
        return (kind, config.get("mean", 0.0), config.get("stddev", 0.05))
    return _plain(kind, config)


def _same(first: Any, second: Any) -> bool:
    """Whether two values mean the same; single precision may have changed numbers on the way."""
    if isinstance(first, tuple) and isinstance(second, tuple):
        return len(first) == len(second) and all(map(_same, first, second))
    if _is_number(first) and _is_number(second):
        return math.isclose(first, second, rel_tol=1e-4, abs_tol=1e-12)
    return bool(first == second)


def _number(value: Any) -> Any:
    return value if _is_number(value) else 0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
