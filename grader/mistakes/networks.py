"""Networks whose shapes and parameters are computed layer by layer, with the mistakes that are made in each layer."""

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
    message("You counted only the first layer with parameters."),
    message("You added up only the first two layers with parameters."),
    message("You added up only the first three layers with parameters."),
    message("You added up only the first four layers with parameters."),
    message("You added up only the first five layers with parameters."),
    message("You added up only the first six layers with parameters."),
)
TWICE = message("You counted the biases twice.")
LEFT_OUT = message("You left out this layer.")
_ALL_DEPTHS = message("You multiplied the numbers of filters of all convolutions.")
_SUM_OF_DEPTHS = message("You added up the numbers of filters of all convolutions.")
_TEN = 10
_TEN_CLASSES = message("This is for ten classes.")
_SKIPS = message("You connected it to the input of the first dense layer, not to the layer before.")
_WITH_NORM = message("You also counted the normalisation after it.")
NOT_ADDED = message("You did not add its parameters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of a network on paper.

    Attributes:
        kind: `conv`, `pool`, `norm`, `flatten` or `dense`.
        units: Filters or neurons.
        window: Side of the window.
        padded: Whether a convolution keeps height and width.
        lost_cells: Cells along each axis that a convolution loses by a mistake.
    """

    kind: Literal["conv", "pool", "norm", "flatten", "dense"]
    units: int = 0
    window: int = 1
    padded: bool = False
    lost_cells: int = 0


def conv(filters: int, window: int, padded: bool = False) -> Layer:
    """Make a convolution with stride 1.

    Args:
        filters: Number of filters.
        window: Side of a filter, in cells.
        padded: Whether it keeps height and width.
    """
    return Layer(kind="conv", units=filters, window=window, padded=padded)


def pool(window: int = 2) -> Layer:
    """Make pooling without padding, whose windows do not overlap."""
    return Layer(kind="pool", window=window)


def norm() -> Layer:
    """Make batch normalisation."""
    return Layer(kind="norm")


def flatten() -> Layer:
    """Make a layer that puts all values into one vector."""
    return Layer(kind="flatten")


def dense(units: int) -> Layer:
    """Make a dense layer."""
    return Layer(kind="dense", units=units)


@dataclass(frozen=True, slots=True)
class LayerSizes:
    """The sizes of the first layers of a network, with one item for each layer.

    Attributes:
        shapes: Shape of each output, without the batch axis.
        params: Number of all parameters of each layer.
        frozen: Number of the parameters that are not trained.
        kinds: Kind of each layer; empty for pooling if all pooling layers were left out by mistake.
    """

    shapes: tuple[list[int], ...]
    params: tuple[int, ...]
    frozen: tuple[int, ...]
    kinds: tuple[str, ...]


class Network:
    """A network on paper, for questions about its shapes and parameters.

    Args:
        shape: Height, width and channels; or the length of a vector.
        layers: From the input to the output.
        image: Whether the input is an image, in grey or in colour.

    Example:
        >>> network = Network((28, 28, 1), [conv(32, 3), pool(), flatten(), dense(10)])
        >>> network.shape(Erring(), 1)
        [13, 13, 32]
        >>> network.total(Erring())
        54410
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

    def sizes(
        self, erring: Erring, first: int | None = None, shape_of: int | None = None, whole: bool = False
    ) -> LayerSizes:
        """Compute shapes and parameters of the first layers, or of all.

        Args:
            erring: The mistakes that are made. Mistakes that concern several layers come first.
            first: Number of layers to compute; None for all.
            shape_of: The layer whose shape the question asks for, counted from 0; None if it asks for none.
                Only in this layer can the depth be mistaken.
            whole: Whether the question asks for the parameters of all layers. Only then can the biases of all layers
                be mistaken.
        """
        layers, shape = self._habits(erring, list(self.layers[:first])), self._input(erring)
        rows: list[tuple[list[int], int, int, str]] = []
        habits = {counts.NO_BIASES: 1, message("You counted only one bias for each layer."): 2, TWICE: 3}
        bias_habit = erring.pick(0, habits) if whole else 0
        vector = prod(shape)
        for number, (name, layer) in enumerate(zip(self._names, layers, strict=False)):
            here = erring.at(name)
            if layer is None or (layer.kind not in ("flatten", "pool") and here(LEFT_OUT)):
                rows.append((shape, 0, 0, layer.kind if layer else ""))
                continue
            if self._is_output(number) and layer.units != _TEN and here(_TEN_CLASSES):
                layer = replace(layer, units=_TEN)
            before = shape
            if _is_second_dense(layers, number) and here(_SKIPS):
                before = [vector]
            vector = prod(shape) if layer.kind == "dense" and not _is_second_dense(layers, number) else vector
            # The shape first: a report prefers the mistake that was asked about first.
            shape = _shape(here, layer, before, shape_is_asked=number == shape_of, is_image=self._image and number == 0)
            params = _params(here, layer, before, bias_habit)
            frozen = params // 2 if layer.kind == "norm" else 0
            rows.append((shape, params, frozen, layer.kind))
        shapes, params_of, frozen_of, kinds = zip(*rows, strict=True)
        return LayerSizes(shapes, params_of, frozen_of, kinds)

    def shape(self, erring: Erring, number: int) -> list[int]:
        """Compute the shape of a layer's output, without the batch axis.

        Args:
            erring: The mistakes that are made.
            number: The layer, counted from 0.
        """
        self._ask_backwards(erring, number)
        return self.sizes(erring, number + 1, number).shapes[number]

    def length(self, erring: Erring, number: int) -> int:
        """Compute the length of the vector that a flattening layer gives.

        Args:
            erring: The mistakes that are made.
            number: The flattening layer, counted from 0.
        """
        self._ask_backwards(erring, number)
        length = prod(self.sizes(erring, number + 1).shapes[number])
        depths = [layer.units for layer in self.layers[:number] if layer.kind == "conv"]
        if len(depths) > 1 and erring.at(self._names[number])(_ALL_DEPTHS):
            return length // depths[-1] * prod(depths)
        if len(depths) > 1 and erring.at(self._names[number])(_SUM_OF_DEPTHS):
            return length // depths[-1] * sum(depths)
        for units in dict.fromkeys(depths[:-1]):
            mistake = message("You used the depth of an earlier convolution, {units}.", units=units)
            if units != depths[-1] and erring.at(self._names[number])(mistake):
                return length // depths[-1] * units
        return length

    def params(self, erring: Erring, number: int) -> int:
        """Count the parameters of one layer.

        Args:
            erring: The mistakes that are made.
            number: The layer, counted from 0.
        """
        self._ask_backwards(erring, number)
        layer, here = self.layers[number], erring.at(self._names[number])
        count = self.sizes(erring, number + 1).params[number]
        following = self.layers[number + 1 : number + 2]
        if layer.kind == "conv" and following == (norm(),) and here(_WITH_NORM):
            return count + 4 * layer.units
        for units in dict.fromkeys(other.units for other in self.layers if other.kind == layer.kind == "dense"):
            mistake = message("You used the number of neurons of another layer, {units}.", units=units)
            if units != layer.units and here(mistake):
                return count // layer.units * units
        return count

    def _ask_backwards(self, erring: Erring, number: int) -> None:
        """Ask about the mistakes of a layer first, then about those of the layers before it.

        A report prefers the mistake that was asked about first, and the layer of the question is the likeliest place.
        """
        if erring.explores:
            sizes = self.sizes(Erring(), number + 1)
            for place in range(number, -1, -1):
                before = sizes.shapes[place - 1] if place else self._shape
                here, layer = erring.at(self._names[place]), self.layers[place]
                _params(here, layer, before, 0)
                _shape(here, layer, before, shape_is_asked=place == number, is_image=self._image and place == 0)

    def total(self, erring: Erring) -> int:
        """Count the parameters of the whole network."""
        mixed = self._have("conv") and self._have("dense")
        only_conv = mixed and erring(message("You added up only the convolutions."))
        only_dense = mixed and erring(message("You added up only the dense layers."))
        no_norm = self._have("norm") and erring(message("You left out batch normalisation."))
        sizes = self.sizes(erring, whole=True)
        weighted = [number for number, kind in enumerate(sizes.kinds) if kind in ("conv", "dense", "norm")]
        added = dict.fromkeys(
            number
            for number in weighted
            if not (only_conv and sizes.kinds[number] != "conv")
            and not (only_dense and sizes.kinds[number] != "dense")
            and not (no_norm and sizes.kinds[number] == "norm")
        )
        for amount, mistake in zip(range(1, len(weighted)), _FIRST, strict=False):
            if erring(mistake):
                added = dict.fromkeys(weighted[:amount])
        for number in weighted:
            if erring.at(self._names[number])(NOT_ADDED):
                added.pop(number, None)
            if erring.at(self._names[number])(message("You added its parameters twice.")):
                return sum(sizes.params[place] for place in added) + sizes.params[number]
        return sum(sizes.params[number] for number in added)

    def share(self, erring: Erring, numbers: Sequence[int]) -> float:
        """Compute the share of all parameters that some layers have.

        Args:
            erring: The mistakes that are made.
            numbers: The layers, counted from 0.

        Returns:
            From 0 to 1, unless a mistake gives another number.
        """
        sizes = self.sizes(erring, whole=True)
        share, total = sum(sizes.params[number] for number in numbers), sum(sizes.params)
        if len(numbers) > 1:
            for number in numbers:
                if erring.at(self._names[number])(message("This is the share of this layer alone.")):
                    share = sizes.params[number]
        for number, kind in enumerate(sizes.kinds):
            if kind in ("conv", "dense") and number not in numbers:
                if erring.at(self._names[number])(message("You also counted this layer.")):
                    share += sizes.params[number]
                if erring.at(self._names[number])(message("This is the share of this layer instead.")):
                    share = sizes.params[number]
        if erring(message("You compared it with the other layers instead of with all layers.")):
            total -= share
        elif erring(message("This is the share of the other layers.")):
            share = total - share
        return share / total

    def parameter_counts(self, erring: Erring) -> list[int]:
        """Count the parameters of each layer that has some, in order."""
        sizes = self.sizes(erring, whole=True)
        amounts = [
            params for params, kind in zip(sizes.params, sizes.kinds, strict=True) if kind in ("conv", "dense", "norm")
        ]
        if erring(message("These are running totals.")):
            return list(accumulate(amounts))
        if erring(message("You added the total at the end.")):
            return [*amounts, sum(amounts)]
        return amounts

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
            channels = erring.pick(channels, {message("This is for greyscale images."): 1})
        return [*sides, channels]

    def _habits(self, erring: Erring, layers: list[Layer]) -> list[Layer | None]:
        """The layers as a student sees them who makes one mistake in all of them; None for layers left out."""
        convs = [layer for layer in layers if layer.kind == "conv"]
        pools = [layer for layer in layers if layer.kind == "pool"]
        padded = [layer.padded for layer in convs]
        all_padded: bool | None = None
        if not all(padded) and erring(message("These are the sizes with padding='same' in each convolution.")):
            all_padded = True
        if len(convs) > 1 and any(padded) and erring(message("You did not pad any convolution.")):
            all_padded = False
        unpadded = padded.count(False)
        if unpadded > 1 and erring(message("The + 1 of the formula is missing for each convolution.")):
            layers = [
                replace(layer, lost_cells=1) if layer.kind == "conv" and not layer.padded else layer for layer in layers
            ]
        if all_padded is not None:
            layers = [replace(layer, padded=all_padded) if layer.kind == "conv" else layer for layer in layers]
        if len(pools) > 1 and erring(message("You left out all pooling layers.")):
            return [None if layer.kind == "pool" else layer for layer in layers]
        return list(layers)


def _is_second_dense(layers: Sequence[Layer | None], number: int) -> bool:
    """Whether another dense layer comes before this one."""
    layer, before = layers[number], layers[:number]
    return bool(layer and layer.kind == "dense" and any(other and other.kind == "dense" for other in before))


def _shape(erring: Erring, layer: Layer, shape: list[int], *, shape_is_asked: bool, is_image: bool) -> list[int]:
    """Shape of a layer's output; `is_image` says that its input is the image itself."""
    if layer.kind == "norm":
        return shape
    if layer.kind == "dense":
        return [layer.units]
    if layer.kind == "flatten":
        return [_flat(erring, shape, is_image)]
    *sides, depth = shape
    if layer.kind == "pool":
        if erring(message("You also divided the depth.")):
            depth //= layer.window
        if shape_is_asked and erring(message("You used the depth of a single map.")):
            depth = 1
        if erring(message("You divided only one axis.")):
            return [sides[0] // layer.window, sides[1], depth]
        return [*(windows.pooled(erring, side, layer.window) for side in sides), depth]
    slid_sides = [_slid(erring, side, layer, shape_is_asked) for side in sides]
    return [*slid_sides, *(windows.depth(erring, layer.units, depth) if shape_is_asked else [layer.units])]


def _slid(erring: Erring, side: int, layer: Layer, shape_is_asked: bool) -> int:
    """Places of a convolution along one axis, with those mistakes that students make in a whole network."""
    lost = layer.window - 1 + layer.lost_cells
    if lost == 0:
        return side
    if layer.padded:
        if shape_is_asked and erring(
            message("You added the padding to the size, but here padding only keeps the size the same.")
        ):
            return side + lost
        return side - lost if erring(windows.NOT_PADDED) else side
    return side - erring.pick(lost, {windows.PADDED: 0, windows.NO_ONE: layer.window})


def _flat(erring: Erring, shape: list[int], is_image: bool) -> int:
    if len(shape) == 1:
        return shape[0]
    height, width, depth = shape
    if is_image:
        return erring.pick(height * width * depth, {message("You left out one side of the image."): height * depth})
    return erring.pick(
        height * width * depth,
        {
            message("You flattened only one feature map."): height * width,
            message("You left out one axis of the maps."): height * depth,
            message("You counted each feature map as one value."): depth,
            message("You added height, width and depth instead of multiplying them."): height + width + depth,
        },
    )


def _params(erring: Erring, layer: Layer, before: list[int], bias_habit: int) -> int:
    """Parameters of a layer; `bias_habit` is what the student does with the biases of all layers, 0 for no mistake."""
    if layer.kind == "conv":
        lost = 0 if layer.padded else layer.window - 1
        places = prod(side - lost for side in before[:-1])
        window = (layer.window, layer.window)
        count = counts.convolution(
            erring, before[-1], window, filters=layer.units, places=(places,) if places > 1 else ()
        )
    elif layer.kind == "dense":
        count = counts.dense(erring, prod(before), layer.units)
    elif layer.kind == "norm":
        return counts.normalisation(erring, before[-1])
    else:
        return 0
    return count + {0: 0, 1: -layer.units, 2: 1 - layer.units, 3: layer.units}[bias_habit]
