"""A Keras model as a table of layers: plain data that can leave the sandbox."""

import contextlib
import math
from collections.abc import Iterator
from json import dumps, loads
from typing import Any

from .answers import bases_of, is_from, name_of
from .weights import signature

_LEFT_OUT = ("name", "dtype", "batch_shape", "optional", "ragged", "sparse", "layers", "build_input_shape")
_LONGEST_CONFIG = 4000
_MOST_LAYERS = 2000
_ABSENT = object()

_given: dict[type, dict[str, Any]] = {}


def remember_keras() -> None:
    """Note what the classes of Keras hold, before a notebook can replace any of it."""
    import keras

    waiting: list[type] = [keras.Operation, keras.Variable, keras.KerasTensor]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        _given.update({base: dict(vars(base)) for base in found.__mro__ if base.__module__.startswith("keras.")})


@contextlib.contextmanager
def _keras_as_given() -> Iterator[None]:
    """Take back for a while what a notebook replaced in classes of Keras, so that they tell what is there."""
    replaced = [
        (owner, name, vars(owner).get(name, _ABSENT))
        for owner, given in _given.items()
        for name in {**given, **vars(owner)}
        if vars(owner).get(name, _ABSENT) is not given.get(name, _ABSENT)
    ]
    for owner, name, _ in replaced:
        _put(owner, name, _given[owner].get(name, _ABSENT))
    try:
        yield
    finally:
        for owner, name, value in replaced:
            _put(owner, name, value)


def _put(owner: type, name: str, value: Any) -> None:
    if value is _ABSENT:
        delattr(owner, name)
    else:
        setattr(owner, name, value)


def describe(model: Any, weights: bool = False) -> dict[str, Any]:
    """Describe a Keras model; what a notebook replaced in Keras itself is not asked.

    Args:
        model: A `keras.Model`: Sequential, functional or subclassed, built or not.
        weights: Whether to say what tells its weights from others; that takes a moment.

    Returns:
        A dict with `input_shape`, `layers` (one dict for each layer in topological order, input
        layers left out, nested models flattened), `compiled` and `weights` (see `weights.signature`).
        Shapes are lists with the batch axis first and `None` where an axis is free; a shape that is not
        known is `None`.
    """
    with _keras_as_given():
        return {
            "input_shape": _shape(_first_tensor(model, "inputs")),
            "layers": list(_rows(model, prefix=""))[:_MOST_LAYERS],
            "compiled": _compiled(model),
            "weights": _signature(model) if weights else [],
        }


def _rows(model: Any, prefix: str) -> Any:
    for layer in model.layers:
        if _is_model(layer):
            yield from _rows(layer, prefix=f"{prefix}{layer.name}/")
        elif type(layer).__name__ != "InputLayer":
            yield _row(layer, prefix)


def _signature(model: Any) -> list[float]:
    try:
        return signature(model.weights)
    except BaseException:  # a layer of the student's own may raise anything here
        return []


def _row(layer: Any, prefix: str) -> dict[str, Any]:
    return {
        "name": prefix + str(layer.name),
        "kind": _kind(type(layer)),
        "config": _config(layer),
        "inbound": [prefix + name for name in _inbound(layer)],
        "input_shape": _shape(_first_tensor(layer, "input")),
        "output_shape": _shape(_first_tensor(layer, "output")),
        "parameters": _count(layer.weights),
        "trainable": _count(layer.trainable_weights),
    }


def _kind(layer: type) -> str:
    """The name of its class, unless that is not of Keras and only called like one of Keras."""
    name: str = name_of(layer)
    borrowed = layer not in _given and any(name == name_of(owner) for owner in _given)
    return f"{name} (own class)" if borrowed else name


def _is_model(layer: Any) -> bool:
    return any(name_of(base) == "Model" and is_from(base, "keras") for base in bases_of(type(layer)))


def _count(weights: Any) -> int:
    return sum(math.prod(int(size) for size in weight.shape) for weight in weights)


def _first_tensor(thing: Any, attribute: str) -> Any:
    """The first tensor of `thing.attribute`; None for a layer or a model that was never called."""
    try:
        value = getattr(thing, attribute)
    except (AttributeError, ValueError):
        return None
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return value


def _shape(tensor: Any) -> list[int | None] | None:
    shape = getattr(tensor, "shape", None)
    return None if shape is None else [None if size is None else int(size) for size in shape]


def _inbound(layer: Any) -> list[str]:
    names: list[str] = []
    for node in getattr(layer, "_inbound_nodes", [])[:1]:
        for parent in getattr(node, "parent_nodes", []):
            names.append(str(parent.operation.name))
    return names


def _config(layer: Any) -> dict[str, Any]:
    """What `get_config` gives, as JSON, without what says nothing of the layer's meaning."""
    try:
        config = {
            name: value
            for name, value in type(layer).get_config(layer).items()
            if name not in _LEFT_OUT and not name.endswith("_initializer")
        }
        text = dumps(config, default=_by_name, allow_nan=False)
    except BaseException:  # a layer of the student's own may raise anything here
        return {}
    return dict(loads(text)) if len(text) <= _LONGEST_CONFIG else {}


def _by_name(value: Any) -> str:
    return str(getattr(value, "__name__", type(value).__name__))


def _compiled(model: Any) -> dict[str, Any]:
    if not getattr(model, "compiled", False):
        return {}
    loss = getattr(model, "loss", None)
    optimizer = getattr(model, "optimizer", None)
    rate = _float(getattr(optimizer, "learning_rate", None))
    return {
        "loss": loss if isinstance(loss, str) else _by_name(loss),
        "optimizer": type(optimizer).__name__,
        "learning_rate": rate if math.isfinite(rate) else None,
    }


def _float(value: Any) -> float:
    """A number, or a variable or tensor of one; NaN where it is neither."""
    try:
        return float(value)
    except Exception:  # no learning rate at all, or an optimizer of the student's own
        return math.nan
