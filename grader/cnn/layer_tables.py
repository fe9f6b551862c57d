"""The normal form of a model: the layers that matter, their connections and their sizes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from grader.cnn import layer_operations
from grader.cnn.layer_arithmetic import LayerSize, MisfitError, measure
from grader.cnn.layer_equivalence import simplified
from grader.cnn.layer_operations import is_aside
from grader.cnn.layer_recipes import Recipe, recipe
from grader.cnn.layer_settings import Settings, is_known, pieces
from grader.model.record import LayerRow, ModelTable, Shape
from grader.text import values
from grader.text.messages import Text, message, number

INPUT = -1
OPERATION = " (operation)"
"""The ending of the kind of an operation for which there is no layer."""
ASIDE = -2  # the position of operations that only ask for a shape
_MOST_LAYERS = 5_000  # far more than a table has rows; a table with more names is made to take our time


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalLayer:
    """One layer in normal form.

    Attributes:
        kind: Keras class name.
        settings: The settings that belong to the architecture; see `layer_settings`.
        inbound: Positions of the layers that feed it; INPUT is the input of the model.
        input_shape: Shape of its (first) input; None if it is unknown.
        size: Output shape and counts. They are computed here, and claimed only for kinds that are unknown here;
            None if they are unknown.
        fault: The problem of the layer itself; empty if there is none.
        shares: Position of its first use, if it has weights and the model uses it several times.
        recipe: Initial values, penalties and constraints of its weights; see `layer_recipes`.
    """

    kind: str
    settings: Settings
    inbound: tuple[int, ...] = (INPUT,)
    input_shape: Shape | None = None
    size: LayerSize | None = None
    fault: Text = ""
    shares: int | None = None
    recipe: Recipe = field(default_factory=dict)

    @property
    def output_shape(self) -> Shape | None:
        """Shape of its output."""
        return self.size.output_shape if self.size else None

    @property
    def parameters(self) -> int | None:
        """Number of all its weights; 0 if they were counted at an earlier use of the layer; None if unknown."""
        return None if self.size is None else 0 if self.shares is not None else self.size.parameters


@dataclass(frozen=True, slots=True)
class NormalNetwork:
    """A model in normal form.

    Attributes:
        input_shape: Shape of its input, batch axis first; None if it is unknown.
        layers: The layers in topological order.
        connected: Whether the table states the connections; if not, each layer feeds the next.
        has_graph: Whether the layers are everything between the input and the output; if not, they
            are only the layers that the model owns.
    """

    input_shape: Shape | None
    layers: tuple[NormalLayer, ...]
    connected: bool = True
    has_graph: bool = True

    @property
    def parameters(self) -> int | None:
        """Number of all weights; None if the size of a layer is unknown."""
        counts = [layer.parameters for layer in self.layers]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    @property
    def is_chain(self) -> bool:
        """Whether the only input of each layer is the layer before it."""
        return all(layer.inbound == (position - 1,) for position, layer in enumerate(self.layers))


def normal_form(table: ModelTable, assumed: Shape | None = None) -> NormalNetwork:
    """Bring a layer table into normal form.

    Args:
        table: The table from the sandbox. Shapes and counts of known kinds are checked, because they may be false.
        assumed: Shape of the input for a model without an input shape, because it was never built.

    Returns:
        The network with fused activations as separate layers, operations as the layers that do the same, computed
        sizes, and without neutral layers.
    """
    build = _Build(table, table.input_shape or assumed)
    for row in table.layers:
        build.add(row)
    connected = any(row.inbound for row in table.layers)
    return NormalNetwork(table.input_shape, simplified(build.layers), connected, table.has_graph)


class _Build:
    """The network so far, and the position of each table row's output in it."""

    def __init__(self, table: ModelTable, input_shape: Shape | None) -> None:
        self.layers: list[NormalLayer] = []
        self._input_shape = input_shape
        self._is_built = table.input_shape is not None
        self._outputs: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._last = INPUT
        self._inputs = {name for row in table.layers[:1] for name in row.inbound}

    def add(self, row: LayerRow) -> None:
        """Add the layers of a row, and store the position of its output."""
        all_sources = tuple(self._source(name, row) for name in row.inbound)
        sources = tuple(source for source in all_sources if source != ASIDE)
        if not sources:
            sources = (ASIDE,) if all_sources else (self._last,)
        if row.operation and (sources == (ASIDE,) or is_aside(row.kind)):
            self._name(row, ASIDE)
            return
        sources = tuple(INPUT if source == ASIDE else source for source in sources)
        first = len(self.layers)
        for kind, settings in _pieces(row, self._shapes(sources)):
            if not _is_neutral(kind, settings, self._shape(sources[0])):
                layer = _layer(kind, settings, sources, inputs=self._shapes(sources), row=row)
                sources = (self._append(layer),)
        if len(self.layers) > first:
            self._finish(row, first)
        self._last = sources[0]
        self._name(row, sources[0])

    def _finish(self, row: LayerRow, first: int) -> None:
        """Store with the first piece of a row the properties of the whole row."""
        layer = _checked(self.layers[first:], row) if self._is_built else self.layers[first]
        if not row.operation:
            shares = self._first.setdefault(row.first or row.name, first)
            has_weights = layer.size is None or layer.size.parameters > 0
            layer = replace(layer, recipe=_recipe(row), shares=shares if shares != first and has_weights else None)
        self.layers[first] = layer

    def _append(self, layer: NormalLayer) -> int:
        self.layers.append(layer)
        return len(self.layers) - 1

    def _name(self, row: LayerRow, position: int) -> None:
        path = row.name.split("/")  # a nested model is where its last layer is
        for depth in range(1, len(path) + 1):
            self._outputs["/".join(path[:depth])] = position

    def _source(self, name: str, row: LayerRow) -> int:
        if name in self._outputs:
            return self._outputs[name]
        nested = name.rpartition("/")[0]
        if nested and nested not in self._outputs:
            return self._last  # the input of a nested model, which is the output of the layer before it
        if name in self._inputs or name.startswith("input"):
            return INPUT
        if len(self.layers) > _MOST_LAYERS:
            return self._last
        operation = re.sub(r"_\d+$", "", name)  # something like `x + 1`, which the table has no row for
        known = {"re_lu": "relu", "relu": "relu", "softmax": "softmax", "sigmoid": "sigmoid", "tanh": "tanh"}
        kind, settings = ("Activation", {"activation": known[operation]}) if operation in known else (operation, {})
        size = LayerSize(row.input_shape) if row.input_shape else None
        position = self._append(
            NormalLayer(
                kind=kind, settings=settings, inbound=(self._last,), input_shape=self._shape(self._last), size=size
            )
        )
        self._outputs[name] = position
        return position

    def _shape(self, position: int) -> Shape | None:
        return self._input_shape if position < 0 else self.layers[position].output_shape

    def _shapes(self, positions: Sequence[int]) -> list[Shape | None]:
        return [self._shape(position) for position in positions]


def _pieces(row: LayerRow, shapes: Sequence[Shape | None]) -> list[tuple[str, Settings]]:
    try:
        if row.operation:
            equivalent = layer_operations.layers_of_operation(row.kind, row.config, shapes)
            return [(f"{row.kind}{OPERATION}", _of_operation(row.config))] if equivalent is None else equivalent
        return pieces(row.kind, row.config, None if shapes[0] is None else len(shapes[0]))
    except (TypeError, ValueError, AttributeError, KeyError, RecursionError, OverflowError):
        # The student's program wrote the settings, so they may be anything. The kind alone is then compared.
        return [(row.kind, {"settings": "not understood"})]


def _of_operation(config: Settings) -> Settings:
    """The settings of an operation without an equivalent layer: the arguments of its call that are not tensors."""
    arguments = config.get("arguments")
    constants = [value for value in arguments if value not in ("tensor", None)] if isinstance(arguments, list) else []
    return {"arguments": tuple(map(str, constants))} if constants else {}


def _recipe(row: LayerRow) -> Recipe:
    try:
        return recipe(row.config)
    except (TypeError, ValueError, AttributeError, RecursionError):  # the settings may be anything, as above
        return {}


def _layer(
    kind: str, settings: Settings, sources: tuple[int, ...], *, inputs: list[Shape | None], row: LayerRow
) -> NormalLayer:
    """One layer with its size, or with the fault that makes the size impossible."""
    layer = NormalLayer(kind=kind, settings=settings, inbound=sources, input_shape=inputs[0])
    known = [shape for shape in inputs if shape is not None]
    claimed = LayerSize(row.output_shape, row.parameters, row.trainable) if row.output_shape else None
    if not is_known(kind):
        return replace(layer, size=claimed)
    if len(known) < len(inputs):
        return layer
    try:
        return replace(layer, size=measure(kind, settings, known) or claimed)
    except MisfitError as problem:
        return replace(layer, fault=message("it cannot work on this input: {problem}", problem=problem.text))
    except (TypeError, ValueError, KeyError, IndexError, ZeroDivisionError, AttributeError):  # as above
        return replace(layer, fault=message("Keras does not accept these settings"))


def _checked(layers: Sequence[NormalLayer], row: LayerRow) -> NormalLayer:
    """The first piece of a row, with a fault if the row's claims do not follow from its settings."""
    first, last = layers[0], layers[-1]
    counts = [layer.parameters for layer in layers if layer.parameters is not None]
    if row.output_shape is None or last.output_shape is None or len(counts) < len(layers):
        return first
    if tuple(row.output_shape) == last.output_shape and row.parameters == sum(counts):
        return first
    return replace(
        first,
        fault=message(
            (
                "the model reports output {claimed_shape} and {claimed_parameters} parameters, but its "
                "settings give output {shape} and {parameters} parameters"
            ),
            claimed_shape=values.shape(row.output_shape),
            claimed_parameters=number(row.parameters),
            shape=values.shape(last.output_shape),
            parameters=number(sum(counts)),
        ),
    )


def _is_neutral(kind: str, settings: Settings, shape: Shape | None) -> bool:
    """Whether a layer changes nothing, in training or after it."""
    if kind in ("Identity", "InputLayer", "ActivityRegularization"):
        return True
    if kind == "Dropout" or kind.startswith("SpatialDropout"):
        return bool(settings.get("rate") == 0)
    if kind == "Flatten":
        return shape is not None and len(shape) == 2
    if kind == "Reshape":
        return shape is not None and settings.get("target_shape") == tuple(shape[1:])
    return False
