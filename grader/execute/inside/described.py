"""What belongs to an answer besides its values: names of columns and rows, and the contents of an input pipeline.

It is sent once, after the last cell, because reading a pipeline may take long and may change it.
"""

from time import monotonic
from typing import Any

from .answers import bases_of, is_from, name_of, plain

_MOST_BATCHES = 1_000
_MOST_CELLS = 1_000
_MOST_ROWS = 10_000
_SECONDS = 10.0
_LONGEST_LABEL = 200


def details(value: Any) -> dict[str, Any] | None:
    """Describe a table of pandas or a dataset of TensorFlow.

    Args:
        value: Whatever the notebook left under the name of an answer.

    Returns:
        `columns` and `index` of a DataFrame; `name` and `index` of a Series; `spec`, `batches` and `first` of a
        `tf.data.Dataset`. None for anything else, and where something fails.
    """
    names = {name_of(base) for base in bases_of(type(value)) if is_from(base, "pandas")}
    try:
        if "DataFrame" in names and len(value) <= _MOST_ROWS:
            return {"columns": _labels(value.columns), "index": _labels(value.index)}
        if "Series" in names and len(value) <= _MOST_ROWS:
            return {"name": _labels([value.name])[0], "index": _labels(value.index)}
        if any(name_of(base) == "DatasetV2" and is_from(base, "tensorflow") for base in bases_of(type(value))):
            return _dataset(value)
    except BaseException:  # code of the student's may run here and raise anything
        return None
    return None


def _labels(labels: Any) -> list[Any]:
    """Names of columns or rows as plain data: dates to the second; intervals and other objects as text."""
    return [_label(label) for label in labels]


def _label(label: Any) -> Any:
    try:
        return plain(label, dates=True)
    except Exception:
        return str(label)[:_LONGEST_LABEL]


def _dataset(dataset: Any) -> dict[str, Any]:
    """Describe a dataset.

    Returns:
        `spec`: dtype and shape of each tensor of an element; `batches`: number of elements, -1 if it never ends, None
        if it could not be counted; `first`: the first rows of each tensor of the first element, None if there is none.
    """
    import tensorflow as tf

    spec = [_leaf(leaf) for leaf in tf.nest.flatten(dataset.element_spec)]
    batches = int(dataset.cardinality())
    if batches == -1:
        return {"spec": spec, "batches": -1, "first": _first(tf, dataset)}
    return {"spec": spec, "batches": batches if batches >= 0 else _counted(dataset), "first": _first(tf, dataset)}


def _leaf(spec: Any) -> list[Any]:
    dtype, shape = getattr(spec, "dtype", None), getattr(spec, "shape", None)
    sizes = None if shape is None or shape.rank is None else list(shape)
    return [dtype.name if dtype is not None else name_of(type(spec)), sizes]


def _counted(dataset: Any) -> int | None:
    begin = monotonic()
    count = 0
    for _ in dataset:
        count += 1
        if count > _MOST_BATCHES or monotonic() - begin > _SECONDS:
            return None
    return count


def _first(tf: Any, dataset: Any) -> list[Any] | None:
    for element in dataset.take(1):
        return [plain(_head(leaf.numpy())) for leaf in tf.nest.flatten(element)]
    return None


def _head(array: Any) -> Any:
    """The first rows of an array, as many as fit."""
    if getattr(array, "ndim", 0) == 0:
        return array
    per_row = max(1, array[:1].size)
    return array[: max(1, _MOST_CELLS // per_row)]
