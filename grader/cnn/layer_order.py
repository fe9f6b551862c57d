"""An order of the layers that does not depend on which branch of a model was written first."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from grader.cnn.layer_tables import NormalLayer, NormalNetwork

_ANY_ORDER = ("Add", "Multiply", "Average", "Maximum", "Minimum")


def ordered(network: NormalNetwork) -> NormalNetwork:
    """Sort the layers of a network by their kinds, settings and connections.

    Args:
        network: A network with branches. A chain stays as it is.

    Returns:
        The network with each layer after those that feed it, one branch after the other. Two networks that differ
        only in the order in which their branches were written become equal.
    """
    marks = _marks(network)
    used = {source for layer in network.layers for source in layer.inbound}
    ends = [position for position in range(len(network.layers)) if position not in used]
    order: dict[int, int] = {}
    # A stack of our own, because recursion would end at Python's limit in a deep model.
    waiting = sorted(ends, key=marks.__getitem__, reverse=True)
    while waiting:
        position = waiting[-1]
        before = [source for source in _sources(network, position, marks) if source not in order]
        if position in order or not before:
            waiting.pop()
            order.setdefault(position, len(order))
        else:
            waiting += reversed(before)
    return replace(network, layers=tuple(_placed(network, order)))


def _placed(network: NormalNetwork, order: dict[int, int]) -> list[NormalLayer]:
    layers = sorted(order, key=order.__getitem__)
    return [
        replace(
            network.layers[position],
            inbound=tuple(order.get(source, source) for source in network.layers[position].inbound),
            shares=None if (shares := network.layers[position].shares) is None else order.get(shares),
        )
        for position in layers
    ]


def _marks(network: NormalNetwork) -> list[str]:
    """For each layer, a digest of its kind, its settings and all layers that lead to it."""
    marks: list[str] = []
    for layer in network.layers:
        sources = ["input" if source < 0 else marks[source] for source in layer.inbound]
        leading = sorted(sources) if layer.kind in _ANY_ORDER else sources
        text = repr((layer.kind, sorted(layer.settings.items(), key=repr), leading))
        marks.append(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())
    return marks


def _sources(network: NormalNetwork, position: int, marks: Sequence[str]) -> list[int]:
    layer = network.layers[position]
    sources = [source for source in layer.inbound if source >= 0]
    return sorted(sources, key=marks.__getitem__) if layer.kind in _ANY_ORDER else sources
