"""Questions about a student's network: parameters, sizes, receptive fields, shares of the weights."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from grader.mistakes import counts, windows
from grader.mistakes.fields import Window, receptive_field
from grader.model.mistakes import Erring, Wrong
from grader.model.own_work import Concept
from grader.own_work.candidates import (
    Candidate,
    by_method,
    is_count,
    is_shape,
    is_share,
    rounds_clearly,
    write_count,
    write_percent,
    write_shape,
)
from grader.own_work.works import OwnLayer, OwnNetwork, window_of
from grader.text.messages import Text, message, number

_WINDOWS = (3, 5, 7)
_SIDES = (64, 90, 100, 150)
_MOST_WINDOWS = 20  # up to the layer of a question; nobody follows more by hand, and a table may have any number
_UNITS = (20, 50, 64, 100, 128, 200)
_FLAT = (
    *("Activation", "ReLU", "BatchNormalization", "Dropout", "SpatialDropout2D", "GaussianNoise", "Rescaling"),
    *("RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom"),
)
"""Layers that change neither the sizes of maps nor what a neuron sees of the image."""


def questions_about(network: OwnNetwork) -> Iterator[Candidate]:
    """The questions that could be asked about a network, also those with too few wrong answers."""
    for layer in network.of_sort("conv"):
        if _is_plain(layer):
            yield _without_bias(network, layer)
            yield from (_with_window(network, layer, side) for side in _WINDOWS if (side, side) != _window(layer))
    for layer in network.of_sort("dense"):
        if len(layer.input_shape) == 2 and layer.settings["use_bias"]:
            yield from (_with_units(network, layer, units) for units in _UNITS if units != layer.settings["units"])
    yield from _about_weights(network)
    yield from _about_field(network)
    for layer in network.of_sort("pool"):
        yield from (_output(network, layer, side) for side in _SIDES if _fits(network, layer, side))


def _is_plain(layer: OwnLayer) -> bool:
    """Whether a convolution is one over images, with neither groups nor dilation."""
    settings = layer.settings
    return layer.kind == "Conv2D" and settings["groups"] == 1 and set(settings["dilation_rate"]) == {1}


def _window(layer: OwnLayer) -> Any:
    return tuple(layer.settings["kernel_size"])


def _depth(layer: OwnLayer) -> int:
    depth = layer.input_shape[-1]
    assert depth is not None  # `measure` refuses convolutions of an unknown depth
    return depth


def _without_bias(network: OwnNetwork, layer: OwnLayer) -> Candidate:
    """Parameters of a convolution without its biases; with biases if it has none."""
    depth, window, filters = _depth(layer), _window(layer), layer.settings["filters"]
    if layer.settings["use_bias"]:
        work = partial(counts.convolution_weights, depth=depth, window=window, filters=filters)
        text = message(
            "Imagine convolution {number} of your model `{model}` without biases (`use_bias=False`). How many "
            "parameters does this layer have then?",
            number=layer.number,
            model=network.name,
        )
        step = message(
            "Multiply the sides of the filter, the depth of its input and the number of filters: {product}.",
            product=_product(*window, depth, filters),
        )
    else:
        work = partial(counts.convolution, depth=depth, window=window, filters=filters)
        text = message(
            "Imagine convolution {number} of your model `{model}` with biases (`use_bias=True`). How many parameters "
            "does this layer have then?",
            number=layer.number,
            model=network.name,
        )
        step = message(
            "Each filter has one bias in addition to its {weights} weights.", weights=_product(*window, depth)
        )
    right, wrongs = by_method(work, is_count)
    return Candidate(
        id=f"bias/{network.name}/conv{layer.number}",
        concept=Concept.PARAMETERS,
        text=text,
        right=right,
        wrongs=wrongs,
        write=write_count,
        step=step,
    )


def _with_window(network: OwnNetwork, layer: OwnLayer, side: int) -> Candidate:
    """Parameters of a convolution with filters of another size."""
    depth, filters = _depth(layer), layer.settings["filters"]
    method = counts.convolution if layer.settings["use_bias"] else counts.convolution_weights
    right, wrongs = by_method(partial(method, depth=depth, window=(side, side), filters=filters), is_count)
    present = Wrong(layer.parameters, message("This is the number of parameters with your present filters."))
    return Candidate(
        id=f"window{side}/{network.name}/conv{layer.number}",
        concept=Concept.PARAMETERS,
        text=message(
            "Imagine convolution {number} of your model `{model}` with filters of {window}, and with no other "
            "change. How many parameters does this layer have then?",
            number=layer.number,
            model=network.name,
            window=f"{side}×{side}",
        ),
        right=right,
        wrongs=(present, *wrongs),
        write=write_count,
        step=message(
            "A filter has {weights} weights, and a bias if the layer uses biases. The layer has {filters} filters.",
            weights=_product(side, side, depth),
            filters=filters,
        ),
    )


def _with_units(network: OwnNetwork, layer: OwnLayer, units: int) -> Candidate:
    """Parameters of a dense layer with another number of neurons."""
    inputs = _depth(layer)
    right, wrongs = by_method(partial(counts.dense, inputs=inputs, units=units), is_count)
    present = Wrong(layer.parameters, message("This is the number of parameters with your present neurons."))
    return Candidate(
        id=f"units{units}/{network.name}/dense{layer.number}",
        concept=Concept.PARAMETERS,
        text=message(
            "Imagine dense layer {number} of your model `{model}` with {units} neurons, and with no other change. "
            "How many parameters does this layer have then?",
            number=layer.number,
            model=network.name,
            units=units,
        ),
        right=right,
        wrongs=(present, *wrongs),
        write=write_count,
        step=message(
            "Each of the {units} neurons has a weight for each of its {inputs} inputs, and one bias.",
            units=units,
            inputs=number(inputs),
        ),
    )


def _about_weights(network: OwnNetwork) -> Iterator[Candidate]:
    """The layer with the most parameters, and its share; only if one layer has more than each other one."""
    weighted = [layer for layer in network.layers if layer.parameters]
    ordered = sorted(weighted, key=lambda layer: layer.parameters, reverse=True)
    named = [layer for layer in weighted if layer.sort]  # without normalisation, which has hardly any parameters
    if len(named) < 3 or ordered[0].parameters == ordered[1].parameters or not ordered[0].sort:
        return
    heaviest, total = ordered[0], sum(layer.parameters for layer in weighted)
    wrongs = [Wrong(place, _has_fewer(layer)) for place, layer in enumerate(named) if layer is not heaviest]
    yield Candidate(
        id=f"heaviest/{network.name}",
        concept=Concept.WEIGHTS,
        text=message("Which layer of your model `{model}` has the most parameters?", model=network.name),
        right=named.index(heaviest),
        wrongs=tuple(wrongs),
        write=lambda place: _named(named[place]),
        step=message(
            "It has {parameters} of {total} parameters.", parameters=number(heaviest.parameters), total=number(total)
        ),
    )
    right, share_wrongs = by_method(partial(_share, amounts=[layer.parameters for layer in ordered]), is_share)
    if rounds_clearly(right):
        yield Candidate(
            id=f"share/{network.name}",
            concept=Concept.WEIGHTS,
            text=message(
                "What share of all parameters of your model `{model}` does its largest layer have?", model=network.name
            ),
            right=right,
            wrongs=share_wrongs,
            write=write_percent,
            step=message(
                "Divide the {parameters} parameters of the largest layer by all {total}.",
                parameters=number(heaviest.parameters),
                total=number(total),
            ),
        )


def _share(erring: Erring, amounts: Sequence[int]) -> float:
    """The share of the largest of some amounts, which are sorted, the largest first."""
    total, largest = sum(amounts), amounts[0]
    if erring(message("You compared it with the other layers instead of with all layers.")):
        return largest / (total - largest)
    if erring(message("This is the share of the other layers.")):
        return 1 - largest / total
    if erring(message("This is the share of the second largest layer.")):
        return amounts[1] / total
    if erring(message("You counted layers instead of parameters.")):
        return 1 / len(amounts)
    if erring(message("You divided the second largest layer by the largest one.")):
        return amounts[1] / largest
    return largest / total


def _has_fewer(layer: OwnLayer) -> Text:
    return message("This layer has only {parameters} parameters.", parameters=number(layer.parameters))


def _named(layer: OwnLayer) -> Text:
    if layer.sort == "conv":
        return message("convolution {number}", number=layer.number)
    return message("dense layer {number}", number=layer.number)


def _about_field(network: OwnNetwork) -> Iterator[Candidate]:
    """The receptive field of the last convolution, if all windows up to it are square."""
    convolutions = network.of_sort("conv")
    if not convolutions or len(network.input_shape) != 4:
        return
    last = convolutions[-1]
    path = _path(network, last)
    squares = [layer for layer in path or () if layer.sort in ("conv", "pool")]
    if path is None or len(squares) < 2 or not all(_is_square(layer) for layer in squares):
        return
    layers = [Window(window_of(layer)[0], layer.settings["strides"][0], layer.sort == "pool") for layer in squares]
    right, wrongs = by_method(partial(receptive_field, layers=layers), is_count)
    yield Candidate(
        id=f"field/{network.name}",
        concept=Concept.RECEPTIVE_FIELD,
        text=message(
            "How many pixels wide is the receptive field of a neuron in the last convolution of your model `{model}`? "
            "Ignore the edges of the image.",
            model=network.name,
        ),
        right=right,
        wrongs=wrongs,
        write=write_count,
        step=message(
            "Begin with 1. Each layer adds (side of its window - 1) times the product of all strides before it."
        ),
    )


def _is_square(layer: OwnLayer) -> bool:
    return len(set(window_of(layer))) == 1 and len(set(layer.settings["strides"])) == 1


def _path(network: OwnNetwork, last: OwnLayer) -> Sequence[OwnLayer] | None:
    """The layers up to one of them; None if there are many, or others than convolutions, pooling and flat layers."""
    path = network.layers[: network.layers.index(last) + 1]
    known = sum(bool(layer.sort) for layer in path) <= _MOST_WINDOWS and all(
        layer.kind in ("Conv2D", "MaxPooling2D", "AveragePooling2D", *_FLAT) for layer in path
    )
    return path if known else None


def _fits(network: OwnNetwork, layer: OwnLayer, side: int) -> bool:
    """Whether a pooling layer has an output for images of this size that are not those of the network."""
    if len(network.input_shape) != 4 or _path(network, layer) is None or side in network.input_shape[1:3]:
        return False
    try:
        return all(size >= 1 for size in _shape(Erring(), network=network, last=layer, side=side))
    except ValueError:
        return False


def _output(network: OwnNetwork, layer: OwnLayer, side: int) -> Candidate:
    """The output shape of a pooling layer for images of another size."""
    right, wrongs = by_method(partial(_shape, network=network, last=layer, side=side), is_shape)
    return Candidate(
        id=f"output{side}/{network.name}/pool{layer.number}",
        concept=Concept.OUTPUT_SIZE,
        text=message(
            "Imagine your model `{model}` for images of {side}×{side} pixels. What is the shape of the output of "
            "pooling layer {number}, without the batch axis?",
            model=network.name,
            side=side,
            number=layer.number,
        ),
        right=right,
        wrongs=wrongs,
        write=write_shape,
        step=message("Follow height and width through each layer. Pooling keeps the depth of its input."),
    )


def _shape(erring: Erring, network: OwnNetwork, last: OwnLayer, side: int) -> list[int]:
    """Shape after a pooling layer for square images, in whole numbers.

    Raises:
        ValueError: A window does not fit.
    """
    path = _path(network, last) or ()
    sizes: list[int] = [side, side]
    depths = [size for size in (network.input_shape[-1],) if size is not None]
    for layer in path:
        if layer.sort:
            here = erring.at(_place(layer))
            sizes = [_extent(here, size, layer, axis) for axis, size in enumerate(sizes)]
        if layer.sort == "conv":
            depths.append(layer.settings["filters"])
    if erring(windows.NO_DEPTH):
        return sizes
    if len(depths) > 1 and erring(windows.DEPTH_OF_INPUT):
        return [*sizes, depths[-2]]
    if erring(message("You also divided the depth.")):
        return [*sizes, depths[-1] // last.settings["pool_size"][0]]
    return windows.output_shape(erring, sizes, depths[-1:])


def _place(layer: OwnLayer) -> Text:
    if layer.sort == "conv":
        return message("Convolution {number}:", number=layer.number)
    return message("Pooling {number}:", number=layer.number)


def _extent(erring: Erring, size: int, layer: OwnLayer, axis: int) -> int:
    """Places of a layer's window along one axis; mistakes may give a fraction, which is refused.

    Raises:
        ValueError: The window does not fit, or a mistake leads to a fraction.
    """
    window, stride = window_of(layer)[axis], layer.settings["strides"][axis]
    is_same = layer.settings["padding"] == "same"
    if not is_same and window > size:
        raise ValueError("the window does not fit")
    if layer.sort == "pool" and stride == window and not is_same:
        return windows.pooled(erring, size, window)
    places = windows.places(erring, size, window, stride, "same" if is_same else 0)
    if not isinstance(places, int):
        raise ValueError("a fraction of a place")
    return places


def _product(*factors: int) -> str:
    return " · ".join(map(str, factors))
