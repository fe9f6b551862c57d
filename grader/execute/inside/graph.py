"""The graph of a model, from its inputs to its outputs, as rows: each use of a layer and each operation once."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .tracing import Graph, made_of, trace

INPUT = "input"
_MOST_STEPS = 20_000
_DEEPEST = 20
_LONGEST_CONSTANT = 32

Row = dict[str, Any]
Described = Callable[[Any, str], Row]


class TooLargeError(Exception):
    """A graph is larger than that of any model of a course."""


class Walk:
    """Follows tensors back to the inputs and makes a row of each layer and operation on the way.

    Args:
        describe: Gives the row of a layer or operation under a name, without connections and shapes.
        is_own: Whether an operation is of a class that is not of Keras.
        follow_own: Whether to look into methods of the student's own.
    """

    def __init__(self, describe: Described, is_own: Callable[[Any], bool], follow_own: bool) -> None:
        self.rows: list[Row] = []
        self.weights: set[int] = set()
        self._describe = describe
        self._is_own = is_own
        self._follow_own = follow_own
        self._names: set[str] = {INPUT}
        self._first: dict[int, tuple[str, Any]] = {}
        self._steps = 0

    def follow(self, graph: Graph, origins: Sequence[str], prefix: str = "", depth: int = 0) -> list[str]:
        """Make the rows of a graph.

        Args:
            graph: The tensors that go in and those that come out.
            origins: Names of what feeds each tensor that goes in.
            prefix: Names of the models that this one is part of.
            depth: Number of these.

        Returns:
            Names of the rows that the outputs come from.

        Raises:
            TooLargeError: There are more steps than a model of a course has.
        """
        if depth > _DEEPEST:
            raise TooLargeError
        inputs, outputs = graph
        known = {id(tensor): origin for tensor, origin in zip(inputs, origins, strict=False)}
        waiting = list(reversed(outputs))  # a stack instead of recursion, which a deep model would exhaust
        while waiting:
            tensor = waiting[-1]
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise TooLargeError
            if id(tensor) in known:
                waiting.pop()
                continue
            node = _node(tensor)
            before = [source for source in node.input_tensors if id(source) not in known]
            if before:
                waiting += reversed(before)
                continue
            sources = [known[id(source)] for source in node.input_tensors]
            names = self._visit(node, sources, prefix, depth) if sources else [INPUT]
            results = list(node.outputs)
            known |= {id(result): names[min(place, len(names) - 1)] for place, result in enumerate(results)}
            known.setdefault(id(tensor), names[0])
        return [known[id(tensor)] for tensor in outputs]

    def _visit(self, node: Any, sources: list[str], prefix: str, depth: int) -> list[str]:
        operation = node.operation
        inner = self._inside(operation, node)
        if inner is not None:
            return self.follow(inner, sources, f"{prefix}{operation.name}/", depth + 1)
        name = self._new_name(f"{prefix}{operation.name}")
        row = self._describe(operation, name)
        if row["operation"]:
            row["config"] |= _arguments(operation, node)
        else:
            first, _ = self._first.setdefault(id(operation), (name, operation))
            row["first"] = "" if first == name else first
            self.weights |= {id(weight) for weight in operation.weights}
        row |= {
            "inbound": list(dict.fromkeys(sources)),
            "input_shape": shape_of(node.input_tensors[0]),
            "output_shape": shape_of(node.outputs[0]),
        }
        self.rows.append(row)
        return self._activated(operation, node, name, prefix, depth)

    def _activated(self, operation: Any, node: Any, name: str, prefix: str, depth: int) -> list[str]:
        """The layer, followed by its activation where that is a function of the student's own."""
        function = vars(operation).get("activation")
        if not self._follow_own or not callable(function) or not is_own_function(function):
            return [name]
        inner = trace(function, {"x": node.outputs[0].shape})
        if inner is None:
            return [name]
        self.rows[-1]["config"]["activation"] = "linear"
        return self.follow(inner, [name], f"{prefix}{operation.name}/", depth + 1)

    def _inside(self, operation: Any, node: Any) -> Graph | None:
        """The graph inside a nested model or a layer of the student's own; None where there is none to be seen."""
        if graph := graph_of(operation):
            return graph
        if not self._follow_own:
            return None
        shapes = {"x": node.input_tensors[0].shape} if len(node.input_tensors) == 1 else {}
        function = vars(operation).get("function")
        if not self._is_own(operation):
            return trace(function, shapes) if shapes and _is_lambda(operation) and callable(function) else None
        if not _leaves_weights_to_layers(operation):
            return None  # its own weights would be in no row
        return trace(operation.call, shapes or _shapes_at_building(operation))

    def _new_name(self, preferred: str) -> str:
        name, number = preferred, 1
        while name in self._names:
            number += 1
            name = f"{preferred} #{number}"
        self._names.add(name)
        return name


def graph_of(model: Any) -> Graph | None:
    """The tensors that a functional or built sequential model goes from and to; None for other things."""
    try:
        inputs, outputs = list(_flat(model.inputs)), list(_flat(model.outputs))
    except Exception:  # a layer has none; a model that was never built has none yet
        return None
    return (inputs, outputs) if inputs and outputs and all(map(_has_history, outputs)) else None


def graph_by_call(model: Any) -> Graph | None:
    """The same for a model of the student's own that was called before: by calling it once more, with symbols."""
    shapes = _shapes_at_building(model)
    return trace(model.call, shapes) if shapes else None


def shape_of(tensor: Any) -> list[int | None] | None:
    """The shape of a tensor as a list; None where it is not known."""
    shape = getattr(tensor, "shape", None)
    return None if shape is None else [None if size is None else int(size) for size in shape]


def is_own_function(function: Any) -> bool:
    """Whether a function is neither of Keras nor of TensorFlow nor a layer."""
    module = getattr(function, "__module__", None) or ""
    if not inspect.isroutine(function) and not inspect.isfunction(function):
        module = type(function).__module__
    return not (type(module) is str and module.split(".")[0] in ("keras", "tensorflow"))


def _leaves_weights_to_layers(operation: Any) -> bool:
    """Whether a layer of the student's own has no weights besides those of the layers that it is made of."""
    parts = [layer for layer in operation._flatten_layers(include_self=False) if layer.weights]
    return {id(weight) for weight in operation.weights} <= {id(weight) for part in parts for weight in part.weights}


def _shapes_at_building(layer: Any) -> dict[str, Any]:
    shapes = getattr(layer, "_build_shapes_dict", None)
    return dict(shapes) if isinstance(shapes, Mapping) and all(shapes.values()) else {}


def _is_lambda(operation: Any) -> bool:
    return type(operation).__name__ == "Lambda"


def _node(tensor: Any) -> Any:
    operation, index, _ = tensor._keras_history
    return operation._inbound_nodes[index]


def _has_history(tensor: Any) -> bool:
    return getattr(tensor, "_keras_history", None) is not None


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        value = [value[name] for name in sorted(value)]
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _flat(item)
    elif value is not None:
        yield value


def _arguments(operation: Any, node: Any) -> Row:
    """The arguments of an operation: as `arguments`, and also by name if it is a function of TensorFlow."""
    positional, named = list(node.arguments.args), dict(node.arguments.kwargs)
    values = [_constant(value) for value in [*positional, *named.values()]]
    function = made_of(operation)
    if function is None:
        return {"arguments": values}
    try:
        bound = inspect.signature(function).bind(*positional, **named).arguments
    except (TypeError, ValueError):
        return {"arguments": values}
    settings = {"arguments": values, "in_training": bool(operation.in_training)}
    return settings | {name: _constant(value) for name, value in bound.items() if name != "name"}


def _constant(value: Any) -> Any:
    """A constant as JSON; what is a tensor, or long, by name only."""
    import keras

    if isinstance(value, keras.KerasTensor):
        return "tensor"
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (list, tuple)):
        return [_constant(item) for item in value[:_LONGEST_CONSTANT]]
    return _small(value)


def _small(value: Any) -> Any:
    """The numbers of a small array, such as the mean of each channel."""
    try:
        numbers = value.tolist() if hasattr(value, "tolist") else value.numpy().tolist()
        return numbers if _count(numbers) <= _LONGEST_CONSTANT else "array"
    except Exception:  # a tensor without values, or an object of the student's own
        return str(getattr(value, "name", type(value).__name__))[:60]


def _count(numbers: Any) -> int:
    return sum(map(_count, numbers)) if isinstance(numbers, list) else 1
