"""The conditions that a model has to meet, whatever its architecture: layers, their counts, and parameters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field, field_validator, model_validator

from grader.assess import options
from grader.cnn.keras_layers import LAYERS
from grader.cnn.layer_operations import is_aside, layers_of_operation
from grader.cnn.layer_recipes import OWN
from grader.cnn.layer_settings import Piece, family, pieces
from grader.cnn.layer_tables import NormalNetwork
from grader.model.record import LayerRow, ModelTable
from grader.text import values
from grader.text.messages import Text, message, number
from grader.text.suggestions import suggestion

_Size = int | None
_Value = str | float | int | bool | list[Any] | None


class LayerRule(options.Options):
    """How many layers of one kind a model has: `layer`, `at_least` (default 1 unless `at_most` is set), `at_most`.

    With `settings`, only layers with these settings count, such as `{ activation = "relu" }`.
    """

    layer: str
    at_least: int = Field(0, ge=0)
    at_most: int | None = Field(None, ge=0)
    settings: dict[str, _Value] = Field(default_factory=dict)

    @field_validator("layer")
    @classmethod
    def _is_known(cls, layer: str) -> str:
        if layer not in LAYERS:
            raise ValueError("must be the name of a Keras layer", suggestion(layer, LAYERS))
        return layer

    @model_validator(mode="before")
    @classmethod
    def _one_by_default(cls, table: Any) -> Any:
        is_open = isinstance(table, dict) and "at_least" not in table and "at_most" not in table
        return {**table, "at_least": 1} if is_open else table

    @model_validator(mode="after")
    def _limits_agree(self) -> "LayerRule":
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError("must not have an `at_most` below its `at_least`")
        return self


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition beside the model of a student.

    Attributes:
        label: The condition in a few words.
        is_met: Whether the model meets it; None if that cannot be known.
        expected: The number or the shape that is required.
        actual: The number or the shape of the model.
    """

    label: Text
    is_met: bool | None
    expected: Text
    actual: Text


def of_layers(rule: LayerRule, table: ModelTable) -> Condition:
    """Count the layers that a rule is about. A layer that is used twice counts once."""
    count = sum(_is_meant(row, rule) for row in table.layers if not row.first)
    hidden = any(row.kind.endswith(OWN) for row in table.layers)
    is_met = count >= rule.at_least and (rule.at_most is None or count <= rule.at_most)
    # A layer class of the student may contain any layers, which the table does not list.
    is_open = hidden and (count < rule.at_least or (rule.at_most is not None and is_met))
    expected = _limits(rule.at_least, rule.at_most)
    return Condition(_layer_in_words(rule), None if is_open else is_met, expected, number(count))


def of_size(label: Text, value: int | None, least: _Size, most: _Size) -> Condition:
    """Compare a number of the model with its limits."""
    is_met = value is not None and (least is None or value >= least) and (most is None or value <= most)
    return Condition(label, is_met, _limits(least or 0, most), number(value))


def of_shape(label: Text, shape: Sequence[_Size] | None, expected: Sequence[_Size]) -> Condition:
    """Compare a shape of the model, with its batch axis, with sizes without it."""
    is_met = shape is not None and list(shape[1:]) == list(expected)
    return Condition(label, is_met, values.shape((None, *expected)), values.shape(shape))


def parameters(table: ModelTable, network: NormalNetwork) -> int | None:
    """The number of parameters: the larger of what Keras reports and what the layers have; None if unknown."""
    counts = [count for count in (table.counted, network.parameters) if count is not None]
    return max(counts, default=None)


def output_shape(table: ModelTable, network: NormalNetwork) -> Sequence[_Size] | None:
    """The shape of the last output, with the batch axis; None if it is not known."""
    rows = [row for row in table.layers if not (row.operation and is_aside(row.kind))]
    computed = network.layers[-1].output_shape if network.layers else None
    return computed or (rows[-1].output_shape if rows else None)


def _is_meant(row: LayerRow, rule: LayerRule) -> bool:
    """Whether a layer is of the kind of a rule, itself or in what it contains: an activation, an operation."""
    forms = ((rule.layer, rule.settings), _as_piece(rule))
    return any(
        family(kind) == family(name) and _has(settings, required)
        for kind, settings in (*_classes(row), *_pieces(row))
        for name, required in forms
    )


def _classes(row: LayerRow) -> Iterator[tuple[str, Any]]:
    """The class of a layer and its settings, and of the layer that it wraps, as in `Bidirectional(LSTM(8))`."""
    if row.operation:
        return
    yield row.kind, row.config
    inner = row.config.get("layer")
    if isinstance(inner, dict) and isinstance(inner.get("class_name"), str):
        yield inner["class_name"], inner.get("config")


def _as_piece(rule: LayerRule) -> tuple[str, dict[str, Any]]:
    """The layer of a rule as its equivalent: `ReLU` is an `Activation` with relu."""
    if rule.settings or rule.layer not in ("ReLU", "Softmax"):
        return rule.layer, rule.settings
    return "Activation", {"activation": rule.layer.lower()}


def _pieces(row: LayerRow) -> Sequence[Piece]:
    try:
        if row.operation:
            return layers_of_operation(row.kind, row.config, [row.input_shape]) or []
        return pieces(row.kind, row.config, len(row.input_shape) if row.input_shape else None)
    except (TypeError, ValueError, AttributeError, KeyError, IndexError, RecursionError, OverflowError):
        return []  # the student's program wrote the settings, so they may be anything


def _has(settings: Any, required: dict[str, Any]) -> bool:
    return not required or (
        isinstance(settings, Mapping)
        and all(name in settings and _same(settings[name], value) for name, value in required.items())
    )


def _same(value: Any, required: Any) -> bool:
    """Whether a setting has a value: `3` is the same as `[3, 3]`, and `"ReLU"` the same as `"relu"`."""
    if isinstance(value, dict):  # an object, such as a regulariser, is named by its class
        return _same(value.get("class_name"), required)
    if isinstance(value, list | tuple):
        items = required if isinstance(required, list) else [required] * max(1, len(value))
        return len(items) == len(value) and all(map(_same, value, items))
    if isinstance(value, str) and isinstance(required, str):
        return value.replace("_", "").casefold() == required.replace("_", "").casefold()
    return isinstance(value, bool) == isinstance(required, bool) and bool(value == required)


def _layer_in_words(rule: LayerRule) -> Text:
    written = ", ".join(f"{name}={value!r}" for name, value in rule.settings.items())
    return f"{rule.layer}({written})" if written else rule.layer


def _limits(least: int, most: int | None) -> Text:
    if most is None:
        return message("{low} or more", low=number(least))
    if most == 0:
        return message("none")
    if least == most:
        return number(most)
    if least:
        return message("{low} to {high}", low=number(least), high=number(most))
    return message("{high} or less", high=number(most))
