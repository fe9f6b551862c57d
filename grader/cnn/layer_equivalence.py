"""Layers that together do the same as one layer: a network is brought to the form in which it is compared.

Margins of zeros and a convolution without padding are a convolution with padding, where the margins are those that
the padding would add; padding that adds nothing is none; two changes of scale or of shape are one; pooling over
the whole map and Flatten are global pooling.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from grader.cnn.layer_settings import Settings, family

_CONVOLUTIONS = ("Conv", "DepthwiseConv", "SeparableConv")
_POOLINGS = ("MaxPooling", "AveragePooling")

Margins = tuple[tuple[int, int], ...]


AnyLayer = TypeVar("AnyLayer", bound=Any)


def simplified(layers: Sequence[AnyLayer]) -> tuple[AnyLayer, ...]:
    """Merge layers that together do the same as one layer.

    Args:
        layers: Layers in topological order; `inbound` and `shares` are positions in it.

    Returns:
        The same network in the same form. Layers whose equivalence is not certain stay as they are.
    """
    layers_so_far = [_without_idle_padding(layer) for layer in layers]
    uses = Counter(source for layer in layers_so_far for source in layer.inbound)
    replacements: dict[int, int] = {}
    for position, layer in enumerate(layers_so_far):
        current = replace(layer, inbound=tuple(_replacement(source, replacements) for source in layer.inbound))
        source = current.inbound[0] if len(current.inbound) == 1 else -1
        merged = _merged(layers_so_far[source], current) if source >= 0 and uses[source] == 1 else None
        if merged is not None:
            replacements[source] = _replacement(layers_so_far[source].inbound[0], replacements)
            current = replace(merged, inbound=(replacements[source],))
        layers_so_far[position] = current
        if _does_nothing(current) and len(current.inbound) == 1 and uses[position]:
            replacements[position] = current.inbound[0]
    return _renumbered(layers_so_far, replacements)


def _replacement(position: int, replacements: Mapping[int, int]) -> int:
    """The position whose output is that of a layer that was dropped; a layer that remains is its own."""
    while position in replacements:
        position = replacements[position]
    return position


def _renumbered(layers: Sequence[AnyLayer], replacements: Mapping[int, int]) -> tuple[AnyLayer, ...]:
    remaining = [position for position in range(len(layers)) if position not in replacements]
    places = {position: place for place, position in enumerate(remaining)}
    return tuple(
        replace(
            layers[position],
            inbound=tuple(places.get(_replacement(source, replacements), -1) for source in layers[position].inbound),
            shares=None if layers[position].shares is None else places.get(layers[position].shares),
        )
        for position in remaining
    )


def _does_nothing(layer: Any) -> bool:
    if family(layer.kind)[0] in ("ZeroPadding", "Cropping"):
        margins = layer.settings.get("padding", layer.settings.get("cropping"))
        return bool(margins) and not any(map(any, margins))
    if layer.kind in ("Flatten", "Reshape") and layer.input_shape:
        sizes = layer.input_shape[1:]
        return len(sizes) == 1 if layer.kind == "Flatten" else bool(layer.settings.get("target_shape") == sizes)
    return bool(layer.kind == "Rescaling" and layer.settings.get("scale") == 1 and layer.settings.get("offset") == 0)


def _merged(before: Any, layer: Any) -> Any:
    """One layer that does the same as two layers in sequence; None if there is none."""
    if before.fault or layer.fault or len(before.inbound) != 1:
        return None
    kinds = family(before.kind)[0], family(layer.kind)[0]
    rule = _RULES.get(kinds) or (_merged_padding if kinds[0] == "ZeroPadding" and kinds[1] in _CONVOLUTIONS else None)
    return rule(before, layer) if rule else None


def _merged_padding(before: Any, layer: Any) -> Any:
    """A convolution after margins of zeros."""
    if layer.settings["padding"] != "valid" or _is_channels_first(before) != _is_channels_first(layer):
        return None
    margins = before.settings["padding"]
    for padding in ("same", *(["causal"] if family(layer.kind) == ("Conv", 1) else [])):
        if margins == _margins(layer.settings, _spatial(before), "kernel_size", padding):
            settings = {**layer.settings, "padding": padding}
            return _without_idle_padding(replace(layer, settings=settings, input_shape=before.input_shape))
    return None


def _merged_margins(before: Any, layer: Any) -> Any:
    """Margins of zeros around margins of zeros."""
    if _is_channels_first(before) != _is_channels_first(layer):
        return None
    pairs = zip(before.settings["padding"], layer.settings["padding"], strict=True)
    sums = tuple((first[0] + second[0], first[1] + second[1]) for first, second in pairs)
    return replace(layer, settings={**layer.settings, "padding": sums}, input_shape=before.input_shape)


def _merged_scales(before: Any, layer: Any) -> Any:
    """Two changes of scale; only if all four are plain numbers and not one for each channel."""
    first, second = before.settings, layer.settings
    numbers = [first["scale"], first["offset"], second["scale"], second["offset"]]
    if not all(isinstance(number, (int, float)) for number in numbers):
        return None
    settings = {"scale": numbers[0] * numbers[2], "offset": numbers[1] * numbers[2] + numbers[3]}
    return replace(layer, settings=settings, input_shape=before.input_shape)


def _second_shape(before: Any, layer: Any) -> Any:
    """Two changes of shape: only the second one has an effect."""
    return replace(layer, input_shape=before.input_shape)


def _pooled_over_all(before: Any, layer: Any) -> Any:
    """Pooling that leaves one place, and then Flatten."""
    spatial = _spatial(before)
    if None in spatial or before.settings["pool_size"] != spatial or before.settings["padding"] != "valid":
        return None
    axes = family(before.kind)[1]
    return _global(before, layer, f"Global{family(before.kind)[0]}{axes}D")


def _global_and_flat(before: Any, layer: Any) -> Any:
    return _global(before, layer, before.kind) if before.settings.get("keepdims") else None


def _global(before: Any, layer: Any, kind: str) -> Any:
    extra = {"data_format": "channels_first"} if _is_channels_first(before) else {}
    return replace(layer, kind=kind, settings={"keepdims": False, **extra}, input_shape=before.input_shape)


_RULES: Mapping[tuple[str, str], Callable[[Any, Any], Any]] = {
    ("Reshape", "Flatten"): _second_shape,
    ("Reshape", "Reshape"): _second_shape,
    ("Flatten", "Reshape"): _second_shape,
    ("Rescaling", "Rescaling"): _merged_scales,
    ("ZeroPadding", "ZeroPadding"): _merged_margins,
    ("MaxPooling", "Flatten"): _pooled_over_all,
    ("AveragePooling", "Flatten"): _pooled_over_all,
    ("GlobalMaxPooling", "Flatten"): _global_and_flat,
    ("GlobalAveragePooling", "Flatten"): _global_and_flat,
}


def _without_idle_padding(layer: Any) -> Any:
    """The layer, without padding if padding adds nothing: to a window of one pixel, or to one that fits evenly."""
    base = family(layer.kind)[0]
    window = "kernel_size" if base in _CONVOLUTIONS else "pool_size" if base in _POOLINGS else ""
    if not window or layer.settings.get("padding") != "same" or layer.fault:
        return layer
    margins = _margins(layer.settings, _spatial(layer), window, "same")
    if margins is None or any(map(any, margins)):
        return layer
    return replace(layer, settings={**layer.settings, "padding": "valid"})


def _margins(settings: Settings, sizes: Sequence[int | None], window: str, padding: str) -> Margins | None:
    """The margins that a padding adds along each axis in TensorFlow; None if they are unknown."""
    windows, strides = settings[window], settings["strides"]
    dilations = settings.get("dilation_rate", (1,) * len(windows))
    if not len(sizes) == len(windows) == len(strides) == len(dilations):
        return None
    margins = []
    for size, extent, stride, dilation in zip(sizes, windows, strides, dilations, strict=True):
        covered = dilation * (extent - 1) + 1
        if padding == "causal":
            margins.append((covered - 1, 0))
            continue
        if size is None and stride > 1:
            return None
        steps = 0 if size is None else -(-size // stride) - 1
        total = covered - 1 if stride == 1 else max(steps * stride + covered - (size or 0), 0)
        margins.append((total // 2, total - total // 2))
    return tuple(margins)


def _spatial(layer: Any) -> tuple[int | None, ...]:
    """Height and width of the input."""
    shape = layer.input_shape or ()
    return tuple(shape[2:] if _is_channels_first(layer) else shape[1:-1])


def _is_channels_first(layer: Any) -> bool:
    return bool(layer.settings.get("data_format") == "channels_first")
