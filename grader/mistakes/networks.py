"""Networks whose shapes and parameters are worked out layer by layer, with mistakes in each layer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import prod
from typing import Literal

from grader.mistakes import counts, windows
from grader.model.mistakes import Erring
from grader.text.messages import Text, message

_ORDINALS = {
    "conv": (
        message("First convolution:"),
        message("Second convolution:"),
        message("Third convolution:"),
        message("Fourth convolution:"),
        message("Fifth convolution:"),
        message("Sixth convolution:"),
    ),
    "pool": (message("First pooling:"), message("Second pooling:"), message("Third pooling:")),
    "norm": (
        message("First normalisation:"),
        message("Second normalisation:"),
        message("Third normalisation:"),
        message("Fourth normalisation:"),
        message("Fifth normalisation:"),
        message("Sixth normalisation:"),
    ),
    "flatten": (message("Flattening:"),),
    "dense": (message("First dense layer:"), message("Second dense layer:"), message("Third dense layer:")),
}
_ONLY = {"conv": message("Convolution:"), "pool": message("The pooling:"), "dense": message("Dense layer:")}
_FIRST = (
    message("Only the first layer with parameters was counted."),
    message("Only the first two layers with parameters were added up."),
    message("Only the first three layers with parameters were added up."),
    message("Only the first four layers with parameters were added up."),
    message("Only the first five layers with parameters were added up."),
    message("Only the first six layers with parameters were added up."),
)
TWICE = message("The biases were counted twice.")
LEFT_OUT = message("The layer was left out.")
_ALL_DEPTHS = message("The filters of all convolutions were multiplied.")
_SUM_OF_DEPTHS = message("The filters of all convolutions were added up.")
_TEN = 10
_TEN_CLASSES = message("This is for ten classes.")
_WITH_NORM = message("The normalisation after it was also counted.")
NOT_ADDED = message("Its parameters were not added.")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer.

    Attributes:
        kind: `conv`, `pool`, `norm`, `flatten` or `dense`.
        units: Filters or neurons.
        window: Side of the window.
        padded: Whether a convolution keeps height and width.
        lost: Cells along each axis that a convolution loses by a mistake.
    """

    kind: Literal["conv", "pool", "norm", "flatten", "dense"]
    units: int = 0
    window: int = 1
    padded: bool = False
    lost: int = 0


def conv(filters: int, window: int, padded: bool = False) -> Layer:
    """A convolution with stride 1."""
    return Layer("conv", filters, window, padded)


def pool(window: int = 2) -> Layer:
    """Pooling without padding, whose windows lie side by side."""
    return Layer("pool", window=window)


def norm() -> Layer:
    """Batch normalisation."""
    return Layer("norm")


def flatten() -> Layer:
    """All values in one vector."""
    return Layer("flatten")


def dense(units: int) -> Layer:
    """A dense layer."""
    return Layer("dense", units)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What was worked out, one entry for each layer.

    Attributes:
        shapes: Of the outputs.
        params: All parameters.
        frozen: Those of them that are not trained.
        kinds: Of the layers.
    """

    shapes: tuple[list[int], ...]
    params: tuple[int, ...]
    frozen: tuple[int, ...]
    kinds: tuple[str, ...]


class Network:
    """A network that reads images.

    Args:
        shape: Height, width and channels; or the length of a vector.
        layers: From the input to the output.
        image: Whether the input is an image, in grey or in colour.
    """

    def __init__(self, shape: Sequence[int], layers: Sequence[Layer], image: bool = True) -> None:
        self._shape = list(shape)
        self._image = image
        self.layers = tuple(layers)
        numbers: dict[str, int] = {}
        self._names: list[Text] = []
        for layer in layers:
            number = numbers[layer.kind] = numbers.get(layer.kind, 0) + 1
            self._names.append(_ORDINALS[layer.kind][min(number, len(_ORDINALS[layer.kind])) - 1])
        for place, layer in enumerate(layers):
            if numbers[layer.kind] == 1 and layer.kind in _ONLY:
                self._names[place] = _ONLY[layer.kind]

    def reckoned(
        self, erring: Erring, first: int | None = None, shape_of: int | None = None, whole: bool = False
    ) -> Reckoned:
        """Shapes and parameters of the first layers, or of all.

        Args:
            erring: The mistakes that are made; those that reach over layers come first.
            first: How many layers to look at; all if it is None.
            shape_of: The layer whose shape is asked for, if one is: there the depth may be mistaken.
            whole: Whether the parameters of all layers are asked for: then the biases of all may be mistaken.
        """
        layers, shape = self._habits(erring, list(self.layers[:first])), self._input(erring)
        found: list[tuple[list[int], int, int, str]] = []
        habits = {counts.NO_BIASES: 1, message("Each layer has only one bias here."): 2, TWICE: 3}
        without = erring.pick(0, habits) if whole else 0
        for number, (name, layer) in enumerate(zip(self._names, layers, strict=False)):
            inner = erring.at(name)
            if layer is None or (layer.kind not in ("flatten", "pool") and inner(LEFT_OUT)):
                found.append((shape, 0, 0, layer.kind if layer else ""))
                continue
            if self._is_output(number) and layer.units != _TEN and inner(_TEN_CLASSES):
                layer = replace(layer, units=_TEN)
            before, shape = shape, _shape(inner, layer, shape, number == shape_of, self._image and number == 0)
            params = _params(inner, layer, before, without)
            frozen = params // 2 if layer.kind == "norm" else 0
            found.append((shape, params, frozen, layer.kind))
        shapes, params_of, frozen_of, kinds = zip(*found, strict=True)
        return Reckoned(shapes, params_of, frozen_of, kinds)

    def shape(self, erring: Erring, number: int) -> list[int]:
        """The output of a layer, counted from 0."""
        self._ask_backwards(erring, number)
        return self.reckoned(erring, number + 1, number).shapes[number]

    def length(self, erring: Erring, number: int) -> int:
        """The length of what is flattened by a layer, counted from 0."""
        self._ask_backwards(erring, number)
        found = prod(self.reckoned(erring, number + 1).shapes[number])
        depths = [layer.units for layer in self.layers[:number] if layer.kind == "conv"]
        if len(depths) > 1 and erring.at(self._names[number])(_ALL_DEPTHS):
            return found // depths[-1] * prod(depths)
        if len(depths) > 1 and erring.at(self._names[number])(_SUM_OF_DEPTHS):
            return found // depths[-1] * sum(depths)
        for units in dict.fromkeys(depths[:-1]):
            told = message("The depth is the one of an earlier convolution, {units}.", units=units)
            if units != depths[-1] and erring.at(self._names[number])(told):
                return found // depths[-1] * units
        return found

    def params(self, erring: Erring, number: int) -> int:
        """The parameters of a layer, counted from 0."""
        self._ask_backwards(erring, number)
        layer, inner = self.layers[number], erring.at(self._names[number])
        found = self.reckoned(erring, number + 1).params[number]
        following = self.layers[number + 1 : number + 2]
        if layer.kind == "conv" and following == (norm(),) and inner(_WITH_NORM):
            return found + 4 * layer.units
        for units in dict.fromkeys(other.units for other in self.layers if other.kind == layer.kind == "dense"):
            told = message("The number of neurons is that of another layer, {units}.", units=units)
            if units != layer.units and inner(told):
                return found // layer.units * units
        return found

    def _ask_backwards(self, erring: Erring, number: int) -> None:
        """Ask about the mistakes of a layer first, then about those before: what is asked first is told first."""
        if erring.explores:
            found = self.reckoned(Erring(), number + 1)
            for place in range(number, -1, -1):
                before = found.shapes[place - 1] if place else self._shape
                inner, layer = erring.at(self._names[place]), self.layers[place]
                _params(inner, layer, before, 0)
                _shape(inner, layer, before, place == number, self._image and place == 0)

    def total(self, erring: Erring) -> int:
        """The parameters of the whole network."""
        mixed = self._have("conv") and self._have("dense")
        only_conv = mixed and erring(message("Only the convolutions were added up."))
        only_dense = mixed and erring(message("Only the dense layers were added up."))
        no_norm = self._have("norm") and erring(message("Batch normalisation was left out."))
        found = self.reckoned(erring, whole=True)
        weighted = [number for number, kind in enumerate(found.kinds) if kind in ("conv", "dense", "norm")]
        added = dict.fromkeys(
            number
            for number in weighted
            if not (only_conv and found.kinds[number] != "conv")
            and not (only_dense and found.kinds[number] != "dense")
            and not (no_norm and found.kinds[number] == "norm")
        )
        for amount, told in zip(range(1, len(weighted)), _FIRST, strict=False):
            if erring(told):
                added = dict.fromkeys(weighted[:amount])
        for number in weighted:
            if erring.at(self._names[number])(NOT_ADDED):
                added.pop(number, None)
            if erring.at(self._names[number])(message("Its parameters were added twice.")):
                return sum(found.params[place] for place in added) + found.params[number]
        return sum(found.params[number] for number in added)

    def share(self, erring: Erring, numbers: Sequence[int]) -> float:
        """The share of the parameters that some layers have.

        Args:
            erring: The mistakes that are made.
            numbers: The layers, counted from 0.
        """
        found = self.reckoned(erring, whole=True)
        part, total = sum(found.params[number] for number in numbers), sum(found.params)
        if len(numbers) > 1:
            for number in numbers:
                if erring.at(self._names[number])(message("This is the share of this layer alone.")):
                    part = found.params[number]
        for number, kind in enumerate(found.kinds):
            if kind in ("conv", "dense") and number not in numbers:
                if erring.at(self._names[number])(message("It was counted as well.")):
                    part += found.params[number]
                if erring.at(self._names[number])(message("This is the share of this layer instead.")):
                    part = found.params[number]
        if erring(message("It was compared with the other layers, not with all.")):
            total -= part
        elif erring(message("This is the share of the other layers.")):
            part = total - part
        return part / total

    def counted(self, erring: Erring) -> list[int]:
        """The parameters of each layer that has some."""
        found = self.reckoned(erring, whole=True)
        listed = [
            params for params, kind in zip(found.params, found.kinds, strict=True) if kind in ("conv", "dense", "norm")
        ]
        if erring(message("These are running totals.")):
            return list(accumulate(listed))
        if erring(message("The total was added at the end.")):
            return [*listed, sum(listed)]
        return listed

    def _is_output(self, number: int) -> bool:
        return number == len(self.layers) - 1 > 0 and self.layers[number].kind == "dense"

    def _have(self, kind: str) -> bool:
        return any(layer.kind == kind for layer in self.layers)

    def _input(self, erring: Erring) -> list[int]:
        if len(self._shape) < 3 or not self._image:
            return self._shape
        *sides, channels = self._shape
        if channels == 1:
            channels = erring.pick(1, {message("This is for colour images."): 3})
        else:
            channels = erring.pick(channels, {message("This is for grey images."): 1})
        return [*sides, channels]

    def _habits(self, erring: Erring, layers: list[Layer]) -> list[Layer | None]:
        """The layers as whoever has a mistake for all of them takes them."""
        convs = [layer for layer in layers if layer.kind == "conv"]
        padded, pools = [layer.padded for layer in convs], [layer for layer in layers if layer.kind == "pool"]
        keeps: bool | None = None
        if not all(padded) and erring(message("These are the sizes with padding='same' in each convolution.")):
            keeps = True
        if len(convs) > 1 and any(padded) and erring(message("No convolution was padded.")):
            keeps = False
        unpadded = padded.count(False)
        if unpadded > 1 and erring(message("The + 1 of the formula is missing for each convolution.")):
            layers = [replace(x, lost=1) if x.kind == "conv" and not x.padded else x for x in layers]
        changed = [replace(x, padded=keeps) if keeps is not None and x.kind == "conv" else x for x in layers]
        if len(pools) > 1 and erring(message("All pooling layers were left out.")):
            return [None if layer.kind == "pool" else layer for layer in changed]
        return list(changed)


def _shape(erring: Erring, layer: Layer, shape: list[int], asked: bool, image: bool) -> list[int]:
    if layer.kind == "norm":
        return shape
    if layer.kind == "dense":
        return [layer.units]
    if layer.kind == "flatten":
        return [_flat(erring, shape, image)]
    *sides, depth = shape
    if layer.kind == "pool":
        if erring(message("The depth was divided as well.")):
            depth //= layer.window
        if asked and erring(message("The depth is that of a single map.")):
            depth = 1
        if erring(message("Only one axis was divided.")):
            return [sides[0] // layer.window, sides[1], depth]
        return [*(windows.pooled(erring, side, layer.window) for side in sides), depth]
    slid = [_slid(erring, side, layer, asked) for side in sides]
    return [*slid, *(windows.depth(erring, layer.units, depth) if asked else [layer.units])]


def _slid(erring: Erring, side: int, layer: Layer, asked: bool) -> int:
    """Places of a convolution along one axis: of its mistakes those that one makes in a network."""
    less = layer.window - 1 + layer.lost
    if less == 0:
        return side
    if layer.padded:
        if asked and erring(message("The padding was added to the size; it only keeps the size.")):
            return side + less
        return side - less if erring(windows.NOT_PADDED) else side
    return side - erring.pick(less, {windows.PADDED: 0, windows.NO_ONE: layer.window})


def _flat(erring: Erring, shape: list[int], image: bool) -> int:
    if len(shape) == 1:
        return shape[0]
    height, width, depth = shape
    if image:
        return erring.pick(height * width * depth, {message("One side of the image was left out."): height * depth})
    return erring.pick(
        height * width * depth,
        {
            message("Only one feature map was flattened."): height * width,
            message("One axis of the maps was left out."): height * depth,
            message("Each feature map was counted as one value."): depth,
            message("Height, width and depth were added instead of multiplied."): height + width + depth,
        },
    )


def _params(erring: Erring, layer: Layer, before: list[int], without: int) -> int:
    if layer.kind == "conv":
        less = 0 if layer.padded else layer.window - 1
        places = prod(side - less for side in before[:-1])
        window = (layer.window, layer.window)
        found = counts.convolution(erring, before[-1], window, layer.units, (places,) if places > 1 else ())
    elif layer.kind == "dense":
        found = counts.dense(erring, prod(before), layer.units)
    elif layer.kind == "norm":
        return counts.normalisation(erring, before[-1])
    else:
        return 0
    return found + {0: 0, 1: -layer.units, 2: 1 - layer.units, 3: layer.units}[without]
