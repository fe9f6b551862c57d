"""A Keras model as a table of layers: plain data that can leave the sandbox."""

import contextlib
import math
from collections.abc import Iterator
from json import dumps, loads
from typing import Any

from .answers import bases_of, is_from, name_of
from .graph import INPUT, Walk, graph_by_call, graph_of, is_own_function, shape_of
from .tracing import made_of
from .weights import signature

_LEFT_OUT = (
    "name",
    "dtype",
    "batch_shape",
    "optional",
    "ragged",
    "sparse",
    "layers",
    "build_input_shape",
    "quantization_config",
)
_LONGEST_CONFIG = 4000
_MOST_LAYERS = 2000
_DEEPEST = 20
_MOST_SETTINGS = 30
_LARGEST = 1e18
_ABSENT = object()

_original: dict[type, dict[str, Any]] = {}  # class of Keras -> its attributes before a notebook has run


def remember_keras() -> None:
    """Note the attributes of the classes of Keras, before a notebook can replace any of them."""
    import keras

    waiting: list[type] = [keras.Operation, keras.Variable, keras.KerasTensor]
    while waiting:
        owner = waiting.pop()
        waiting += owner.__subclasses__()
        _original.update({base: dict(vars(base)) for base in owner.__mro__ if base.__module__.startswith("keras.")})


@contextlib.contextmanager
def _original_keras() -> Iterator[None]:
    """Undo for a while what a notebook replaced in classes of Keras, so that they report what is there."""
    replaced = [
        (owner, name, vars(owner).get(name, _ABSENT))
        for owner, attributes in _original.items()
        for name in {**attributes, **vars(owner)}
        if vars(owner).get(name, _ABSENT) is not attributes.get(name, _ABSENT)
    ]
    for owner, name, _ in replaced:
        _put(owner, name, _original[owner].get(name, _ABSENT))
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


def describe(model: Any, weights: bool = False, trace: bool = False) -> dict[str, Any]:
    """Describe a Keras model; what a notebook replaced in Keras itself is not asked.

    Args:
        model: A `keras.Model`: Sequential, functional or subclassed, built or not.
        weights: Whether to say what tells its weights from others; that takes a moment.
        trace: Whether to call methods of the student's own with symbolic tensors, to see what they do.

    Returns:
        A dict with `input_shape`, `layers`, `has_graph`, `counted`, `compiled` and `weights` (see
        `weights.signature`). `layers` has one dict for each use of a layer and each operation, in
        topological order from the inputs to the outputs, input layers left out, nested models flattened.
        Where there is no graph to follow (`has_graph` is false) they are the layers in the order in which
        they were made. `counted` is the number of weights that Keras counts, None before the model is built.
        Shapes are lists with the batch axis first and `None` where an axis is free; a shape that is not
        known is `None`.
    """
    with _original_keras():
        counted = _counted(model)
        followed = _followed(model, trace)
        shape, rows = followed or (None, _listed(model, prefix="", first={}))
        return {
            "input_shape": shape,
            "layers": rows[:_MOST_LAYERS],
            "has_graph": followed is not None or _is_chain(model),
            "counted": counted,
            "compiled": _compiled(model),
            "weights": _signature(model) if weights else [],
        }


def _followed(model: Any, trace: bool) -> tuple[Any, list[dict[str, Any]]] | None:
    """The shape of the input, and the rows along the graph; None where there is no graph to be seen."""
    try:
        graph = graph_of(model) or (graph_by_call(model) if trace else None)
        if graph is None:
            return None
        inputs, _ = graph
        walk = Walk(_row, _is_own, trace)
        walk.follow(graph, [INPUT, *(f"{INPUT} {place}" for place in range(2, len(inputs) + 1))])
    except BaseException:  # a layer of the student's own may raise anything, and a graph may be tampered with
        return None
    return shape_of(inputs[0]), walk.rows


def _listed(model: Any, prefix: str, first: dict[int, str], depth: int = 0) -> list[dict[str, Any]]:
    """The layers of a model without a graph, in the order in which they were made."""
    rows: list[dict[str, Any]] = []
    for layer in model.layers:
        inner = getattr(layer, "layers", None) if depth < _DEEPEST else None
        if inner and isinstance(inner, (list, tuple)):
            rows += _listed(layer, f"{prefix}{layer.name}/", first, depth + 1)
        elif type(layer).__name__ != "InputLayer":
            name = prefix + str(layer.name)
            rows.append(_row(layer, name) | {"first": first.get(id(layer), "")})
            first.setdefault(id(layer), name)
    return rows


def _is_chain(model: Any) -> bool:
    """Whether the order of the layers is the way through the model."""
    return any(name_of(base) == "Sequential" and is_from(base, "keras") for base in bases_of(type(model)))


def _is_own(layer: Any) -> bool:
    import keras

    return isinstance(layer, keras.Layer) and not is_from(type(layer), "keras")


def _signature(model: Any) -> list[float]:
    try:
        return signature(model.weights)
    except BaseException:  # a layer of the student's own may raise anything here
        return []


def _counted(model: Any) -> int | None:
    """What `count_params` gives."""
    try:
        if not model.built:
            return None
        return _count({id(weight): weight for weight in model.weights}.values())
    except BaseException:  # as above
        return None


def _row(layer: Any, name: str) -> dict[str, Any]:
    """The row of a layer or operation, without what depends on where it is used."""
    import keras

    if isinstance(layer, keras.Layer):
        return {
            "name": name,
            "kind": _kind(type(layer)),
            "config": _config(layer),
            "operation": False,
            "first": "",
            "inbound": [],
            "input_shape": None,
            "output_shape": None,
            "parameters": _count(layer.weights),
            "trainable": _count(layer.trainable_weights),
        }
    function = made_of(layer)
    return {
        "name": name,
        "kind": _kind(type(layer)) if function is None else str(function.__name__)[:60],
        "config": _plain(_attributes(layer)) if function is None else {},
        "operation": True,
        "first": "",
        "inbound": [],
        "input_shape": None,
        "output_shape": None,
        "parameters": 0,
        "trainable": 0,
    }


def _attributes(operation: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(operation).items() if name != "name" and not name.startswith("_")}


def _kind(layer: type) -> str:
    """The name of its class, and that it is not of Keras where it is not."""
    name: str = name_of(layer)
    borrowed = layer not in _original and any(name == name_of(owner) for owner in _original)
    return f"{name} (own class)" if borrowed or not is_from(layer, "keras") else name


def _count(weights: Any) -> int:
    return sum(math.prod(int(size) for size in weight.shape) for weight in weights)


def _config(layer: Any) -> dict[str, Any]:
    """What `get_config` gives, as JSON, without what says nothing of the layer's meaning."""
    try:
        config = {name: value for name, value in type(layer).get_config(layer).items() if name not in _LEFT_OUT}
    except BaseException:  # a layer of the student's own may raise anything here
        return {}
    config = _plain(_compact(config))
    if "activation" in config and is_own_function(vars(layer).get("activation")):
        config["activation"] = f"{_by_name(vars(layer)['activation'])} (own function)"
    return config


def _compact(value: Any) -> Any:
    """A configuration without what says only where a class is found; a class of the student's own is called so."""
    if isinstance(value, dict) and "class_name" in value:
        inner = value.get("config")
        name = str(value["class_name"])
        is_own = value.get("registered_name") not in (None, name if name == "function" else None)
        if isinstance(inner, dict):
            inner = {key: item for key, item in inner.items() if key not in _LEFT_OUT}
        return {"class_name": f"{name} (own class)" if is_own else name, "config": _compact(inner)}
    if isinstance(value, dict):
        return {key: _compact(item) for key, item in value.items()}
    return value


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    """The same as JSON; empty where it is too long or cannot be written so."""
    try:
        text = dumps(config, default=_by_name, allow_nan=False)
        return dict(loads(text)) if len(text) <= _LONGEST_CONFIG else {}
    except BaseException:  # as above
        return {}


def _by_name(value: Any) -> str:
    return str(getattr(value, "__name__", type(value).__name__))


def _compiled(model: Any) -> dict[str, Any]:
    """The loss, and the optimizer with its settings; empty where the model was not compiled."""
    if not getattr(model, "compiled", False):
        return {}
    loss = getattr(model, "loss", None)
    optimizer = getattr(model, "optimizer", None)
    rate = _float(getattr(optimizer, "learning_rate", None))
    return _settings(optimizer) | {
        "loss": loss if isinstance(loss, str) else _by_name(loss),
        "optimizer": type(optimizer).__name__,
        "learning_rate": rate if math.isfinite(rate) else None,
    }


def _settings(optimizer: Any) -> dict[str, Any]:
    """The numbers that an optimizer was made with, such as its momentum."""
    try:
        config = type(optimizer).get_config(optimizer)
        settings = {
            str(name)[:40]: value
            for name, value in config.items()
            if type(value) in (bool, int, float) and math.isfinite(value) and abs(value) < _LARGEST
        }
    except BaseException:  # an optimizer of the student's own may raise anything here
        return {}
    return dict(list(settings.items())[:_MOST_SETTINGS])


def _float(value: Any) -> float:
    """A number, or a variable or tensor of one; NaN where it is neither."""
    try:
        return float(value)
    except Exception:  # no learning rate at all, or an optimizer of the student's own
        return math.nan
