"""Variables of a notebook as plain data.

Only exact built-in and NumPy types are read, never a method that a student's class could define.
"""

import math
from types import EllipsisType
from typing import Any

import numpy as np

_LARGEST_ARRAY = 200_000
_LONGEST_TEXT = 20_000
_DEEPEST = 8
_MOST_ITEMS = 200_000

BLANK = "..."


class _Unsupported(Exception):
    """The value, or something in it, is not of a type that can be handed over."""


class _TooLarge(Exception):
    """The value has more items than can be handed over."""


def encode(value: Any) -> dict[str, Any]:
    """Encode one answer.

    Args:
        value: Whatever the notebook left under the name of an answer.

    Returns:
        `{"state": "value", "value": JSON data, "type_name": ...}`; or the state `blank` for `...`,
        `unsupported` or `too_large`, without a value. Floats that JSON lacks become the strings
        `nan`, `inf` and `-inf`.
    """
    type_name = type(value).__name__[:100]
    if type(value) is EllipsisType:
        return {"state": "blank", "type_name": type_name}
    try:
        return {"state": "value", "value": _plain(value, 0), "type_name": type_name}
    except _Unsupported:
        return {"state": "unsupported", "type_name": type_name}
    except _TooLarge:
        return {"state": "too_large", "type_name": type_name}


def _plain(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        raise _TooLarge
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is int:
        return _integer(value)
    if kind is float:
        return _number(value)
    if kind is str:
        return _text(value)
    if kind is EllipsisType:
        return BLANK
    if kind in (list, tuple, set, frozenset, range):
        return _items(value, depth)
    if kind is dict:
        return _mapping(value, depth)
    return _array(value, depth)


def _integer(value: int) -> Any:
    if value.bit_length() > 256:
        raise _TooLarge
    return value


def _number(value: float) -> Any:
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def _text(value: str) -> str:
    if len(value) > _LONGEST_TEXT:
        raise _TooLarge
    return value.encode("utf-8", "replace").decode()


def _items(value: Any, depth: int) -> list[Any]:
    if len(value) > _MOST_ITEMS:
        raise _TooLarge
    plain = [_plain(item, depth + 1) for item in value]
    return sorted(plain, key=str) if type(value) in (set, frozenset) else plain


def _mapping(value: dict[Any, Any], depth: int) -> dict[str, Any]:
    if len(value) > 1000:
        raise _TooLarge
    if not all(type(key) in (str, int, float, bool) for key in value):
        raise _Unsupported
    return {_text(str(key)): _plain(item, depth + 1) for key, item in value.items()}


def _array(value: Any, depth: int) -> Any:
    """NumPy arrays and scalars, and TensorFlow tensors, which have a `numpy` method."""
    if type(value).__module__.split(".")[0] in ("tensorflow", "keras") and hasattr(value, "numpy"):
        value = value.numpy()
    if not (type(value) is np.ndarray or isinstance(value, np.generic)) or value.dtype.kind not in "biufUS":
        raise _Unsupported
    if value.size > _LARGEST_ARRAY:
        raise _TooLarge
    return _plain(np.ndarray.tolist(np.asarray(value)), depth)
