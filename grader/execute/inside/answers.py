"""Variables of a notebook as plain data.

Only exact built-in and NumPy types are read, never a method that a student's class could define. What
is called is bound when this is imported, before a notebook can replace it.
"""

from math import isfinite, isnan
from types import EllipsisType
from typing import Any

from numpy import asarray, generic, ndarray

_LONGEST_TEXT = 20_000
_DEEPEST = 8
_LARGEST_ARRAY = 200_000
_MOST_ITEMS = 400_000  # the rows of an array count, too

BLANK = "..."

# What a class is called and made of, whatever its metaclass says.
name_of, bases_of, _module_of = (type.__dict__[name].__get__ for name in ("__name__", "__mro__", "__module__"))


def is_from(owner: type, package: str) -> bool:
    """Whether a class says that it is of a package."""
    module = _module_of(owner)
    return type(module) is str and module.split(".")[0] == package


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
    type_name = name_of(type(value))[:100]
    if type(value) is EllipsisType:
        return {"state": "blank", "type_name": type_name}
    try:
        return {"state": "value", "value": _Encoder().plain(value), "type_name": type_name}
    except _TooLarge:
        return {"state": "too_large", "type_name": type_name}
    except BaseException:  # not of a type that is known, or a class of the student's that pretends to be
        return {"state": "unsupported", "type_name": type_name}


class _Encoder:
    """Encodes one answer, and counts what it holds: nested lists can name the same items over and over."""

    def __init__(self) -> None:
        self._left = _MOST_ITEMS

    def plain(self, value: Any, depth: int = 0) -> Any:
        """The value as JSON data."""
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
            return self._items(value, depth)
        if kind is dict:
            return self._mapping(value, depth)
        return self.plain(_list_of_array(value), depth)

    def _items(self, value: Any, depth: int) -> list[Any]:
        self._count(len(value))
        plain = [self.plain(item, depth + 1) for item in value]
        return sorted(plain, key=str) if type(value) in (set, frozenset) else plain

    def _mapping(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        self._count(len(value))
        if len(value) > 1000:
            raise _TooLarge
        if not all(type(key) in (str, int, float, bool) for key in value):
            raise _Unsupported
        return {_text(str(key)): self.plain(item, depth + 1) for key, item in value.items()}

    def _count(self, items: int) -> None:
        self._left -= items
        if self._left < 0:
            raise _TooLarge


def _integer(value: int) -> Any:
    if value.bit_length() > 256:
        raise _TooLarge
    return value


def _number(value: float) -> Any:
    if isfinite(value):
        return value
    return "nan" if isnan(value) else "inf" if value > 0 else "-inf"


def _text(value: str) -> str:
    if len(value) > _LONGEST_TEXT:
        raise _TooLarge
    return value.encode("utf-8", "replace").decode()


def _list_of_array(value: Any) -> Any:
    """NumPy arrays and scalars; TensorFlow tensors, which have a `numpy` method; and their shapes."""
    if is_from(type(value), "tensorflow") and hasattr(value, "as_list"):
        return value.as_list()
    if (is_from(type(value), "tensorflow") or is_from(type(value), "keras")) and hasattr(value, "numpy"):
        value = value.numpy()
    if not (type(value) is ndarray or isinstance(value, generic)) or value.dtype.kind not in "biufUS":
        raise _Unsupported
    if value.size > _LARGEST_ARRAY:
        raise _TooLarge
    return ndarray.tolist(asarray(value))
