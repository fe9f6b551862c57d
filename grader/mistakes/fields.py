"""Receptive fields, right or with the mistakes that students make."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.model.mistakes import Erring
from grader.text.messages import message


@dataclass(frozen=True, slots=True)
class Window:
    """The window of a layer along one axis.

    Attributes:
        side: Cells that it covers.
        stride: Cells from one place to the next.
        is_pooling: Whether the layer is a pooling layer.
    """

    side: int
    stride: int = 1
    is_pooling: bool = False


def receptive_field(erring: Erring, layers: Sequence[Window]) -> int:
    """Compute the side of the square of pixels that one neuron sees.

    Args:
        erring: The mistakes that are made.
        layers: The windows from the input to the layer of the neuron, at least one.

    Returns:
        The side in pixels.

    Example:
        >>> receptive_field(Erring(), [Window(3), Window(2, 2, is_pooling=True), Window(3)])
        8
    """
    pools = [layer for layer in layers if layer.is_pooling]
    if pools and erring(message("You left out the pooling.")):
        layers = [layer for layer in layers if not layer.is_pooling]
    if any(layer.stride > 1 for layer in layers) and erring(message("You left out the strides.")):
        layers = [Window(layer.side, 1, layer.is_pooling) for layer in layers]
    if len(layers) > 1 and erring(message("This is the filter of the last layer only.")):
        layers = layers[-1:]
    if len(layers) > 1 and erring(message("You added up the sides of all windows.")):
        return sum(layer.side for layer in layers)
    if len(layers) > 1 and erring(message("You multiplied the sides of all windows, but windows overlap.")):
        product = 1
        for layer in layers:
            product *= layer.side
        return product
    early = len(layers) > 1 and erring(message("You applied the stride of a layer to its own window."))
    side = step = 1
    for layer in layers:
        step *= layer.stride if early else 1
        side += (layer.side - 1) * step
        step *= 1 if early else layer.stride
    if erring(message("You did not count the neuron itself: the 1 is missing.")):
        return side - 1
    return side
