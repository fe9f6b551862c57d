"""What questions can be asked about: the networks, curves and settings that one run left behind."""

import ast
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from grader.cnn.layer_arithmetic import MisfitError, measure
from grader.cnn.layer_settings import Settings, family, is_known, pieces
from grader.cnn.layer_tables import normal_form
from grader.cnn.training_curves import History
from grader.model.record import AnswerState, LayerRow, ModelTable, Record, Shape

_FEWEST_CLASSES, _MOST_CLASSES = 3, 100
_MOST_LAYERS = 200
_MOST_NAMES = 20  # models, and histories, of one notebook that questions are about
_MOST_PARAMETERS = 10**10
_ODD = (TypeError, ValueError, KeyError, IndexError, ZeroDivisionError, AttributeError, OverflowError)
"""What settings of a student's model may raise: the sandbox wrote them, so they may be anything."""


@dataclass(frozen=True, slots=True)
class OwnLayer:
    """One layer of a student's network.

    Attributes:
        kind: Keras class name without alias.
        settings: Its settings in normal form, see `grader.cnn.layer_settings`.
        input_shape: Shape of its input, batch axis first.
        output_shape: Shape of its output, batch axis first.
        parameters: Number of all its weights.
        sort: `conv`, `pool`, `dense` or empty for a layer of another sort.
        number: Its place among the layers of the same sort, from 1.
    """

    kind: str
    settings: Settings
    input_shape: Shape
    output_shape: Shape
    parameters: int
    sort: str
    number: int


@dataclass(frozen=True, slots=True)
class OwnNetwork:
    """A student's network without branches, whose layers are all understood.

    Attributes:
        name: The variable that holds it.
        input_shape: Shape of its input, batch axis first.
        layers: From the input to the output.
    """

    name: str
    input_shape: Shape
    layers: tuple[OwnLayer, ...]

    def of_sort(self, sort: str) -> tuple[OwnLayer, ...]:
        """Its layers of a sort, in order."""
        return tuple(layer for layer in self.layers if layer.sort == sort)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """What a student's run left behind, as far as questions can be asked about it.

    Attributes:
        networks: The networks that are chains of known layers.
        histories: Variable -> metric -> value of each epoch.
        batch_size: The number in the only `fit` with a batch size, or in all of them; None if it is not known.
        matrix_name: Variable of the confusion matrix.
        matrix: Counts of the student's own confusion matrix, true classes in rows; empty if there is none.
    """

    networks: tuple[OwnNetwork, ...] = ()
    histories: Mapping[str, History] = field(default_factory=dict)
    batch_size: int | None = None
    matrix_name: str = ""
    matrix: tuple[tuple[int, ...], ...] = ()


def work_of(record: Record, cells: Iterable[str], matrix_name: str = "") -> OwnWork:
    """Read from a record what questions can be asked about.

    Args:
        record: The run of a student's notebook. It is data from a sandbox, so it may contain anything.
        cells: Sources of the notebook's code cells. They are parsed, never run.
        matrix_name: Name of the answer that is a confusion matrix of the student's own data; empty for none.
    """
    tables, histories = islice(record.models.items(), _MOST_NAMES), islice(record.histories.items(), _MOST_NAMES)
    networks = (network_of(_variable(name), table) for name, table in tables)
    return OwnWork(
        networks=tuple(network for network in networks if network is not None),
        histories={_variable(name): history for name, history in histories},
        batch_size=batch_size_in(cells),
        matrix_name=matrix_name,
        matrix=_matrix(record, matrix_name) if matrix_name else (),
    )


def network_of(name: str, table: ModelTable) -> OwnNetwork | None:
    """Read a layer table.

    Args:
        name: The variable that holds the model.
        table: The table. Its shapes and counts are computed again, because they may be false.

    Returns:
        The network; None if it has branches, layers or operations whose arithmetic is unknown here, layers that share
        weights, or a table that contradicts itself.
    """
    if table.input_shape is None or not table.has_graph or not 0 < len(table.layers) <= _MOST_LAYERS:
        return None
    if any(row.operation or row.first for row in table.layers):
        return None
    normal = normal_form(table)
    if not normal.is_chain or any(layer.fault for layer in normal.layers):
        return None
    try:
        layers = tuple(_layers(table))
    except (MisfitError, *_ODD):
        return None
    return OwnNetwork(name, table.input_shape, layers)


def _layers(table: ModelTable) -> Iterator[OwnLayer]:
    """The layers of a table.

    Raises:
        ValueError: A layer is not known, or its size is not what the table claims; further errors of odd settings.
    """
    shape = table.input_shape
    numbers: dict[str, int] = {}
    for row in table.layers:
        if shape is None:
            raise ValueError(row.kind)
        layer = _layer(row, shape, numbers)
        if row.output_shape != layer.output_shape or row.parameters != layer.parameters:
            raise ValueError(row.kind)
        numbers[layer.sort] = layer.number
        yield layer
        shape = layer.output_shape


def _layer(row: LayerRow, shape: Shape, numbers: Mapping[str, int]) -> OwnLayer:
    """One row of a table as a layer.

    Args:
        row: The row.
        shape: Shape of its input, batch axis first.
        numbers: Sort -> number of layers of this sort before it.

    Raises:
        ValueError: It is not known.
    """
    base, _ = family(row.kind)
    parts = pieces(row.kind, row.config, len(shape)) if is_known(row.kind) else []
    kind, settings = parts[0] if parts else ("Activation", {"activation": "linear"})
    size = measure(kind, settings, [shape]) if is_known(row.kind) else None
    if size is None or size.parameters > _MOST_PARAMETERS or settings.get("data_format") == "channels_first":
        raise ValueError(base)
    sort = _sort(kind)
    return OwnLayer(kind, settings, shape, size.output_shape, size.parameters, sort, numbers.get(sort, 0) + 1)


def _sort(kind: str) -> str:
    base, _ = family(kind)
    sorts = {"conv": ("Conv",), "pool": ("MaxPooling", "AveragePooling"), "dense": ("Dense",)}
    return next((sort for sort, bases in sorts.items() if base in bases), "")


def batch_size_in(cells: Iterable[str]) -> int | None:
    """The batch size with which a notebook trains, read from its source.

    Args:
        cells: Sources of its code cells.

    Returns:
        The number; None if calls of `fit` have different ones, none has one, or one is not a number in the source.

    Example:
        >>> batch_size_in(["history = model.fit(x, y, batch_size=32, epochs=2)"])
        32
    """
    sizes = {size for cell in cells for size in _batch_sizes(cell)}
    (size,) = sizes if len(sizes) == 1 else (None,)
    return size if size is not None and 1 <= size <= 10_000 else None


def _batch_sizes(cell: str) -> Iterator[int | None]:
    lines = [line for line in cell.splitlines() if not line.lstrip().startswith(("%", "!"))]
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fit":
            values = [keyword.value for keyword in node.keywords if keyword.arg == "batch_size"]
            for value in values:
                number = value.value if isinstance(value, ast.Constant) else None
                yield number if isinstance(number, int) and not isinstance(number, bool) else None


def _matrix(record: Record, name: str) -> tuple[tuple[int, ...], ...]:
    """The student's confusion matrix; empty if the answer is not one."""
    answer = record.answers.get(name)
    rows = answer.value if answer is not None and answer.state is AnswerState.VALUE else None
    if not isinstance(rows, list) or not _FEWEST_CLASSES <= len(rows) <= _MOST_CLASSES:
        return ()
    if not all(isinstance(row, list) and len(row) == len(rows) and all(map(_is_count, row)) for row in rows):
        return ()
    return tuple(tuple(int(cell) for cell in row) for row in rows)


def _is_count(cell: object) -> bool:
    if not isinstance(cell, int | float) or isinstance(cell, bool) or not math.isfinite(cell):
        return False
    return cell == int(cell) and 0 <= cell < 10**9


def _variable(name: str) -> str:
    """The variable in the name of a record with parts, which begins with the notebook: `training.ipynb:model`."""
    return name.rpartition(":")[2]


def window_of(layer: OwnLayer) -> Sequence[int]:
    """Cells that the window of a convolution or a pooling covers along each axis, with its dilation."""
    sides = layer.settings["kernel_size" if layer.sort == "conv" else "pool_size"]
    dilations = layer.settings.get("dilation_rate", (1,) * len(sides))
    return [dilation * (side - 1) + 1 for side, dilation in zip(sides, dilations, strict=True)]
