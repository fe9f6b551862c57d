"""A second computation of every answer, which shares no code with the questions: it counts, and follows intervals."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from grader.model.record import LayerRow, ModelTable

Sizes = tuple[int, ...]


def extent(size: int, window: int, stride: int, padding: str) -> int:
    """Count the places of a window one by one."""
    if padding == "same":
        return len(range(0, size, stride))
    return sum(1 for start in range(0, size, stride) if start + window <= size)


def output(kind: str, config: Mapping[str, Any], shape: Sizes) -> Sizes:
    """Shape of a layer's output, without the batch axis."""
    if kind in ("Conv2D", "MaxPooling2D", "AveragePooling2D"):
        window = config["kernel_size" if kind == "Conv2D" else "pool_size"]
        sides = [
            extent(size, side, stride, config["padding"])
            for size, side, stride in zip(shape[:2], window, config["strides"], strict=True)
        ]
        return (*sides, config["filters"] if kind == "Conv2D" else shape[2])
    if kind == "Flatten":
        return (prod(shape),)
    if kind == "GlobalAveragePooling2D":
        return shape[-1:]
    return (*shape[:-1], config["units"]) if kind == "Dense" else shape


def weights(kind: str, config: Mapping[str, Any], shape: Sizes) -> int:
    """Number of a layer's weights: the sum of the sizes of its arrays."""
    arrays: list[Sizes] = []
    if kind == "Conv2D":
        arrays = [(*config["kernel_size"], shape[-1], config["filters"])]
        arrays += [(config["filters"],)] if config["use_bias"] else []
    elif kind == "Dense":
        arrays = [(shape[-1], config["units"])]
        arrays += [(config["units"],)] if config["use_bias"] else []
    elif kind == "BatchNormalization":
        arrays = [(shape[-1],)] * 4
    return sum(map(prod, arrays))


def answer(question: str, tables: Mapping[str, ModelTable], work: Mapping[str, Any]) -> Any:
    """The correct answer to a question.

    Args:
        question: Its id.
        tables: Variable -> layer table.
        work: `histories`, `batch_size` and `matrix`, as far as questions are about them.
    """
    sort, name, layer = (*question.split("/"), "", "")[:3]
    number = int("".join(filter(str.isdigit, sort)) or 0)
    kind = sort.rstrip("0123456789")
    if kind in ("best-epoch", "stopping"):
        losses = [round(loss, 4) for loss in work["histories"][name]["val_loss"]]
        return losses.index(min(losses)) + 1 if kind == "best-epoch" else _stopped(losses, number)
    if kind == "steps":
        return len(range(0, number, 2 * work["batch_size"]))
    if kind == "recall":
        row = work["matrix"][number]
        return row[number] / sum(row)
    table = tables[name]
    if kind in ("heaviest", "share"):
        amounts = [row.parameters for row in table.layers]
        named = [row.parameters for row in table.of_kind("Conv2D", "Dense")]
        return named.index(max(amounts)) if kind == "heaviest" else max(amounts) / sum(amounts)
    return _of_layer(kind, number, table, layer)


def _of_layer(kind: str, number: int, table: ModelTable, layer: str) -> Any:
    if kind == "field":
        return field(table)
    row = layer_row(table, layer)
    shape = tuple(size for size in (row.input_shape or ())[1:] if size is not None)
    if kind == "bias":
        return weights(row.kind, {**row.config, "use_bias": not row.config["use_bias"]}, shape)
    if kind == "window":
        return weights(row.kind, {**row.config, "kernel_size": (number, number)}, shape)
    if kind == "units":
        return weights(row.kind, {**row.config, "units": number}, shape)
    assert kind == "output"
    shape = (number, number, (table.input_shape or ())[-1] or 0)
    for before in table.layers:
        shape = output(before.kind, before.config, shape)
        if before is row:
            break
    return list(shape)


def layer_row(table: ModelTable, layer: str) -> LayerRow:
    """The row of a layer such as `conv2`."""
    kinds = {"conv": ("Conv2D",), "pool": ("MaxPooling2D", "AveragePooling2D"), "dense": ("Dense",)}
    return table.of_kind(*kinds[layer.rstrip("0123456789")])[int("".join(filter(str.isdigit, layer))) - 1]


def field(table: ModelTable) -> int:
    """Receptive field: from the neuron back to the image, as an interval of rows."""
    last = table.of_kind("Conv2D")[-1]
    first_row, last_row = 0, 0
    for row in reversed(table.layers[: table.layers.index(last) + 1]):
        if row.kind in ("Conv2D", "MaxPooling2D", "AveragePooling2D"):
            window = row.config["kernel_size" if row.kind == "Conv2D" else "pool_size"][0]
            stride = (row.config["strides"] or (window,))[0]
            dilation = row.config.get("dilation_rate", (1, 1))[0]
            first_row, last_row = first_row * stride, last_row * stride + (window - 1) * dilation
    return last_row - first_row + 1


def _stopped(losses: Sequence[float], patience: int) -> int:
    """The first epoch before which as many epochs, itself included, were all no better than an earlier one."""
    for epoch in range(patience + 1, len(losses) + 1):
        if min(losses[epoch - patience : epoch]) >= min(losses[: epoch - patience]):
            return epoch
    return len(losses)
