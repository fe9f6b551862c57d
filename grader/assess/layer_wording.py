"""Describes layers and their differences in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from grader.cnn.layer_recipes import value_in_words
from grader.cnn.layer_settings import BOTH_WAYS, Settings, family
from grader.cnn.layer_tables import INPUT, NormalLayer, NormalNetwork
from grader.text import values
from grader.text.language import marked
from grader.text.messages import Text, joined, message, number, shortened

# A description leaves out settings with these values, which are the usual ones.
_DEFAULTS: Settings = {
    "padding": "valid",
    "groups": 1,
    "use_bias": True,
    "keepdims": False,
    "center": True,
    "scale": True,
    "axis": -1,
    "rms_scaling": False,
    "depth_multiplier": 1,
    "interpolation": "nearest",
    "output_padding": None,
    "threshold": 0.0,
}
_WORDS: Mapping[str, Callable[[Any], Text]] = {
    "filters": lambda value: message("{count} filters", count=value),
    "units": str,
    "rate": str,
    "mode": str,
    "factor": lambda value: message("up to {size}", size=_either_way(value)),
    "height_factor": lambda value: message("height up to {size}", size=_either_way(value)),
    "width_factor": lambda value: message("width up to {size}", size=_either_way(value)),
    "activation": str,
    "kernel_size": values.sizes,
    "pool_size": values.sizes,
    "size": values.sizes,
    "target_shape": values.sizes,
    "strides": lambda value: message("stride {sizes}", sizes=values.sizes(_single(value))),
    "dilation_rate": lambda value: message("dilation {sizes}", sizes=values.sizes(_single(value))),
    "use_bias": lambda _: message("no bias"),
    "padding": lambda value: f"padding={value!r}",
}
_FIRST = ("mode", "filters", "units", "rate", "activation", "kernel_size", "pool_size", "size", "target_shape")


def description(layer: NormalLayer, also: Sequence[str] = ()) -> Text:
    """Describe a layer in short: `Conv2D 32 filters 3×3`, `MaxPooling2D 2×2`, `Dense 128, no bias`.

    Args:
        layer: The layer.
        also: Names of settings of its recipe that the description should include, such as `kernel_regularizer`.
    """
    main: list[Text] = [layer.kind]
    minor: list[Text] = []
    for name, value in layer.settings.items():
        if not _is_default(name, value, layer.settings):
            word = shortened(_WORDS[name](value) if name in _WORDS else f"{name} {value}", 60)
            (main if name in _FIRST else minor).append(word)
    minor += [
        joined(f"{name}=", value_in_words(layer.recipe[name]), separator="") for name in also if name in layer.recipe
    ]
    return shortened(joined(joined(*main), *minor, separator=", "))


def difference(name: str, expected: NormalLayer, actual: NormalLayer) -> Text:
    """Describe one altered setting and its effect on this layer.

    Args:
        name: The setting.
        expected: The layer of the reference.
        actual: The layer of the submission.

    Returns:
        A clause without a full stop.
    """
    expected_value, actual_value = expected.settings.get(name), actual.settings.get(name)
    if name == "use_bias":
        bias_text = (
            message("the bias is missing")
            if expected_value
            else message("there is a bias that the task does not ask for")
        )
        return joined(bias_text, _counts(expected, actual), separator="")
    if name == "padding" and isinstance(actual_value, str):
        sizes: Text = ""
        if actual.output_shape and actual.input_shape == expected.input_shape and expected.output_shape:
            sizes = message(
                ": {input} becomes {found} instead of {expected}",
                input=values.shape(actual.input_shape),
                found=values.shape(actual.output_shape),
                expected=values.shape(expected.output_shape),
            )
        padding = message("padding is '{given}' instead of '{wanted}'", given=actual_value, wanted=expected_value)
        return joined(padding, sizes, separator="")
    if name == "strides" and expected_value == expected.settings.get("pool_size"):
        expected_value = message("{size} (the pool size)", size=values.sizes(expected_value))
    as_text = _either_way if name in BOTH_WAYS else _short
    sentence = message(
        "{name} is {given} instead of {wanted}",
        name=message(_NAMES.get(name, name)),
        given=as_text(actual_value),
        wanted=as_text(expected_value),
    )
    counts = _counts(expected, actual) if name in ("filters", "kernel_size", "units") else ""
    return joined(sentence, counts, separator="")


_NAMES = {
    "filters": marked("the number of filters"),
    "units": marked("the number of units"),
    "kernel_size": marked("the kernel size"),
    "pool_size": marked("the pool size"),
    "strides": marked("the stride"),
    "dilation_rate": marked("the dilation"),
    "rate": marked("the rate"),
    "activation": marked("the activation"),
}


def knock_on(expected: NormalLayer, actual: NormalLayer) -> Text:
    """Explain why a layer that is right has another number of weights because of an error before it.

    Args:
        expected: The layer of the reference.
        actual: The layer of the submission, with equal settings.

    Returns:
        A sentence; empty if the number is the same.
    """
    counts = expected.parameters, actual.parameters
    if None in counts or counts[0] == counts[1]:
        return ""
    return message(
        (
            "It has {found} parameters instead of {expected}, because its input is {found_shape} "
            "instead of {expected_shape}. This follows from an earlier mistake and costs no points."
        ),
        found=number(counts[1]),
        expected=number(counts[0]),
        found_shape=values.shape(actual.input_shape),
        expected_shape=values.shape(expected.input_shape),
    )


def connection(network: NormalNetwork, position: int) -> Text:
    """Name the layers that feed a layer: `the input and layer 3 (Add)`.

    Args:
        network: The network.
        position: Of the layer, from 0.
    """
    sources = network.layers[position].inbound
    return values.listing(
        message("the input")
        if source == INPUT
        else message("layer {number} ({kind})", number=source + 1, kind=network.layers[source].kind)
        for source in sources
    )


def missing(layer: NormalLayer) -> Text:
    """The consequence of leaving a layer out, in a sentence; empty if there is none to name."""
    base = family(layer.kind)[0]
    if base in ("MaxPooling", "AveragePooling"):
        size = values.shape(layer.input_shape)
        return message(
            (
                "Without the pooling, the feature maps stay {shape}, and a dense layer after them needs "
                "far more weights."
            ),
            shape=size,
        )
    if base == "Flatten":
        return message(
            "Without Flatten, a dense layer works on the last axis only, at each position of the feature map."
        )
    if layer.settings.get("activation") == "softmax":
        return message("Without softmax the outputs are scores, not probabilities that sum to 1.")
    if base == "Activation":
        return message("Without an activation between them, two layers with weights are equivalent to one.")
    return ""


def _is_default(name: str, value: Any, settings: Settings) -> bool:
    if name == "strides" and "pool_size" in settings:
        return bool(value == settings["pool_size"])
    if name in ("strides", "dilation_rate"):
        return bool(_single(value) == 1)
    return name in _DEFAULTS and bool(_DEFAULTS[name] == value)


def _counts(expected: NormalLayer, actual: NormalLayer) -> Text:
    counts = expected.parameters, actual.parameters
    if None in counts or counts[0] == counts[1]:
        return ""
    return message(
        " ({found} parameters instead of {expected})",
        found=number(counts[1]),
        expected=number(counts[0]),
    )


def _single(value: Any) -> Any:
    """The size itself if it is the same on all axes: `2` for `(2, 2)`."""
    return value[0] if isinstance(value, tuple) and value and all(item == value[0] for item in value) else value


def _either_way(value: Any) -> Text:
    """`±0.25` for `(-0.25, 0.25)`."""
    if isinstance(value, tuple) and len(value) == 2 and _are_numbers(value) and value[0] == -value[1]:
        return joined("±", number(value[1]), separator="")
    return shortened(str(value), 60)


def _are_numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _short(value: Any) -> Text:
    return shortened(values.sizes(value), 60)
