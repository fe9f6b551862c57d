"""The normal form of a model: layers that mean something, how they are connected, how large they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.assess import wording
from grader.assess.layer_arithmetic import MisfitError, Size, measure
from grader.assess.layer_settings import Settings, is_known, pieces
from grader.model.language import say
from grader.model.record import LayerRow, ModelTable, Shape

INPUT = -1
_MOST_LAYERS = 5_000  # far more than a table has rows: what is beyond was named to take our time


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer in normal form.

    Attributes:
        kind: Keras class name.
        settings: What makes it what it is.
        inbound: Positions of the layers that feed it; INPUT is the input of the model.
        input_shape: Shape of its (first) input; None where it is not known.
        size: Output shape and counts, worked out here; claimed only for kinds not known here;
            None where they are not known.
        fault: What is wrong with it in itself; empty if nothing is.
    """

    kind: str
    settings: Settings
    inbound: tuple[int, ...] = (INPUT,)
    input_shape: Shape | None = None
    size: Size | None = None
    fault: str = ""

    @property
    def output_shape(self) -> Shape | None:
        """Shape of its output."""
        return self.size.output_shape if self.size else None

    @property
    def parameters(self) -> int | None:
        """Number of all its weights."""
        return self.size.parameters if self.size else None


@dataclass(frozen=True, slots=True)
class Network:
    """A model in normal form: `layers` in topological order.

    Attributes:
        connected: Whether the table says how its layers are connected; if not, in order.
    """

    input_shape: Shape | None
    layers: tuple[Layer, ...]
    connected: bool = True

    @property
    def parameters(self) -> int | None:
        """Number of all weights; None where the size of a layer is not known."""
        counts = [layer.parameters for layer in self.layers]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    @property
    def is_chain(self) -> bool:
        """Whether each layer is fed by the one before it, and by nothing else."""
        return all(layer.inbound == (position - 1,) for position, layer in enumerate(self.layers))


def normal_form(table: ModelTable) -> Network:
    """Bring a layer table into normal form.

    Args:
        table: As it left the sandbox; shapes and counts of known kinds are checked, not believed.

    Returns:
        The network: fused activations apart, neutral layers left out, sizes worked out.
    """
    build = _Build(table)
    for row in table.layers:
        build.add(row)
    connected = any(row.inbound for row in table.layers)
    return Network(table.input_shape, tuple(build.layers), connected)


class _Build:
    """The network so far, and where the output of each row of the table is found in it."""

    def __init__(self, table: ModelTable) -> None:
        self.layers: list[Layer] = []
        self._input_shape = table.input_shape
        self._outputs: dict[str, int] = {}
        self._last = INPUT
        self._inputs = {name for row in table.layers[:1] for name in row.inbound}

    def add(self, row: LayerRow) -> None:
        sources = tuple(self._source(name, row) for name in row.inbound) or (self._last,)
        shape = self._shape(sources[0])
        first = len(self.layers)
        for kind, settings in _pieces(row, shape):
            if not _is_neutral(kind, settings, self._shape(sources[0])):
                sources = (self._append(_layer(kind, settings, sources, self._shapes(sources), row)),)
        if len(self.layers) > first:
            self.layers[first] = _checked(self.layers[first:], row)
        self._last = sources[0]
        self._name(row, sources[0])

    def _append(self, layer: Layer) -> int:
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
            return self._last  # the input of a nested model, which stands where the layer before it left off
        if name in self._inputs or name.startswith("input"):
            return INPUT
        if len(self.layers) > _MOST_LAYERS:
            return self._last
        operation = re.sub(r"_\d+$", "", name)  # something like `x + 1`, which the table has no row for
        known = {"re_lu": "relu", "relu": "relu", "softmax": "softmax", "sigmoid": "sigmoid", "tanh": "tanh"}
        kind, settings = ("Activation", {"activation": known[operation]}) if operation in known else (operation, {})
        size = Size(row.input_shape) if row.input_shape else None
        position = self._append(Layer(kind, settings, (self._last,), self._shape(self._last), size))
        self._outputs[name] = position
        return position

    def _shape(self, position: int) -> Shape | None:
        return self._input_shape if position == INPUT else self.layers[position].output_shape

    def _shapes(self, positions: Sequence[int]) -> list[Shape | None]:
        return [self._shape(position) for position in positions]


def _pieces(row: LayerRow, shape: Shape | None) -> list[tuple[str, Settings]]:
    try:
        return pieces(row.kind, row.config, None if shape is None else len(shape))
    except (TypeError, ValueError, AttributeError, KeyError, RecursionError):  # the table may say anything
        return [(row.kind, {"settings": "not understood"})]


def _layer(kind: str, settings: Settings, sources: tuple[int, ...], inputs: list[Shape | None], row: LayerRow) -> Layer:
    layer = Layer(kind, settings, sources, inputs[0])
    known = [shape for shape in inputs if shape is not None]
    claimed = Size(row.output_shape, row.parameters, row.trainable) if row.output_shape else None
    if len(known) < len(inputs):
        return layer if is_known(kind) else replace(layer, size=claimed)
    try:
        return replace(layer, size=measure(kind, settings, known) or claimed)
    except MisfitError as problem:
        return replace(layer, fault=say("it cannot work on this input: {problem}", problem=problem))
    except (TypeError, ValueError, KeyError, IndexError, ZeroDivisionError, AttributeError):  # as above
        return replace(layer, fault=say("its settings are none that Keras has"))


def _checked(made: Sequence[Layer], row: LayerRow) -> Layer:
    """The first piece of a row, with a fault where the row claims what does not follow from its settings."""
    first, last = made[0], made[-1]
    counts = [layer.parameters for layer in made if layer.parameters is not None]
    if row.output_shape is None or last.output_shape is None or len(counts) < len(made):
        return first
    if tuple(row.output_shape) == last.output_shape and row.parameters == sum(counts):
        return first
    return replace(
        first,
        fault=(
            say(
                "the model says of it: output {claimed_shape}, {claimed_parameters} parameters; from its settings"
                " follow: output {shape}, {parameters} parameters",
                claimed_shape=wording.shape(row.output_shape),
                claimed_parameters=wording.number(row.parameters),
                shape=wording.shape(last.output_shape),
                parameters=wording.number(sum(counts)),
            )
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
