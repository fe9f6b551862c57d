"""Compares two networks: aligns their layers, and computes the cost of each difference."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grader.assess import compilation
from grader.assess.alignment import Pair, Step, align
from grader.cnn.layer_order import ordered
from grader.cnn.layer_recipes import deviations
from grader.cnn.layer_settings import differences
from grader.cnn.layer_tables import INPUT, NormalLayer, NormalNetwork

ONE_DIFFERENCE, MORE_DIFFERENCES = 0.5, 0.75  # shares of the points of one layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two networks and their alignment.

    Attributes:
        reference: The network that the question requires.
        network: The student's network.
        pairs: Their layers, aligned. A cost is a share of the points of one layer.
        are_chains: Whether each layer of both networks gets its input from the layer before it.
        expected_compilation: Settings for training; empty if the question does not require any.
        actual_compilation: Settings for training; empty if the student's network is not compiled.
    """

    reference: NormalNetwork
    network: NormalNetwork
    pairs: tuple[Pair, ...]
    are_chains: bool
    expected_compilation: Mapping[str, Any] = field(default_factory=dict)
    actual_compilation: Mapping[str, Any] = field(default_factory=dict)

    @property
    def compilation_differences(self) -> list[str]:
        """Names of the settings for training that differ from the reference."""
        return compilation.differences(self.expected_compilation, self.actual_compilation)

    @property
    def input_is_right(self) -> bool:
        """Whether the inputs agree; the batch axis does not count, since a call fixes it."""
        expected, actual = self.reference.input_shape, self.network.input_shape
        return expected is not None and actual is not None and expected[1:] == actual[1:]

    @property
    def share(self) -> float:
        """The share of the points that is left, from 0 to 1; 0 for a model without layers."""
        if not self.network.layers:
            return 0.0
        compiled = (
            _price(len(self.compilation_differences))
            if self.actual_compilation
            else float(bool(self.expected_compilation))
        )
        lost = sum(pair.cost for pair in self.pairs) + (not self.input_is_right) + compiled
        return max(0.0, 1 - lost / (len(self.reference.layers) + 1 + bool(self.expected_compilation)))

    @property
    def partners(self) -> Mapping[int, int]:
        """Position of a layer in the reference -> position of its partner in the submission."""
        pairs = [(pair.expected, pair.actual) for pair in self.pairs]
        return {expected: actual for expected, actual in pairs if expected is not None and actual is not None}

    def layers(self, pair: Pair) -> tuple[NormalLayer | None, NormalLayer | None]:
        """The layer of the reference and the one of the submission."""
        return (
            None if pair.expected is None else self.reference.layers[pair.expected],
            None if pair.actual is None else self.network.layers[pair.actual],
        )


def compare(reference: NormalNetwork, network: NormalNetwork) -> Comparison:
    """Align two networks. A layer that gets its input from another layer than in the reference costs something.

    The order in which the branches of a network were written does not matter.

    Args:
        reference: The network that the question requires.
        network: The student's network.
    """
    as_written = _compared(reference, network)
    if as_written.share == 1 or (reference.is_chain and network.is_chain):
        return as_written
    in_order = _compared(ordered(reference), ordered(network))
    return in_order if in_order.share > as_written.share else as_written


def _compared(reference: NormalNetwork, network: NormalNetwork) -> Comparison:
    pairs = align(reference.layers, network.layers, _cost)
    comparison = Comparison(
        reference=reference, network=network, pairs=tuple(pairs), are_chains=reference.is_chain and network.is_chain
    )
    return replace(comparison, pairs=tuple(_with_connection(comparison, pair) for pair in pairs))


def _cost(expected: NormalLayer, actual: NormalLayer) -> float:
    if expected.kind != actual.kind:
        return 1.0
    return _price(_faults(expected, actual))


def _faults(expected: NormalLayer, actual: NormalLayer) -> int:
    """The number of differences between two layers of one kind."""
    altered = differences(expected.settings, actual.settings)
    return len(altered) + len(deviations(expected.recipe, actual.recipe)) + bool(actual.fault)


def _price(faults: int) -> float:
    return (0.0, ONE_DIFFERENCE, MORE_DIFFERENCES)[min(faults, 2)]


def _with_connection(comparison: Comparison, pair: Pair) -> Pair:
    """The pair with its cost if the layer also has other inputs or shares other weights than in the reference."""
    expected, actual = comparison.layers(pair)
    if pair.step not in (Step.EQUAL, Step.ALTERED) or not expected or not actual:
        return pair
    further_faults = has_other_inputs(comparison, pair) + shares_other_weights(comparison, pair)
    if not further_faults:
        return pair
    return replace(pair, step=Step.ALTERED, cost=_price(_faults(expected, actual) + further_faults))


def shares_other_weights(comparison: Comparison, pair: Pair) -> bool:
    """Whether a layer shares its weights with another one and should not, or the other way round.

    Args:
        comparison: The networks.
        pair: The layer and its partner.
    """
    expected, actual = comparison.layers(pair)
    if not expected or not actual:
        return False
    if expected.shares is None:
        return actual.shares is not None
    return comparison.partners.get(expected.shares, expected.shares) != actual.shares


def has_other_inputs(comparison: Comparison, pair: Pair) -> bool:
    """Whether a layer gets its input from other layers than in the reference; not known without connections.

    Args:
        comparison: The networks.
        pair: The layer and its partner.
    """
    if not comparison.network.connected or comparison.are_chains:
        return False
    partners = comparison.partners
    expected_origins = _origins(comparison.reference, pair.expected, set(partners))
    actual_origins = _origins(comparison.network, pair.actual, set(partners.values()))
    return {partners.get(origin, INPUT) for origin in expected_origins} != actual_origins


def _origins(network: NormalNetwork, position: int | None, matched: set[int]) -> set[int]:
    """The nearest layers before this one that have a partner. A layer without one stands for the layers before it."""
    pending = list(network.layers[position].inbound) if position is not None else []
    origins: set[int] = set()
    seen: set[int] = set()
    while pending:
        source = pending.pop()
        if source == INPUT or source in matched:
            origins.add(source)
        elif source not in seen:
            seen.add(source)
            pending.extend(network.layers[source].inbound)
    return origins
