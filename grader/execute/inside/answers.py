"""Variables of a notebook as plain data.

Built-in types, those of the standard library that hold numbers, and those of NumPy, pandas, TensorFlow and Keras are
read; of a student's own class only what it inherits from a built-in type, never a method that it defines. What is
called is bound when this is imported, before a notebook can replace it.
"""

from array import array
from collections import deque
from decimal import Decimal
from fractions import Fraction
from math import isfinite, isnan
from types import EllipsisType
from typing import Any

from numpy import asarray, datetime_as_string, float64, generic, ndarray
from numpy.ma import MaskedArray

# The grader has limits of its own, which count. These only keep an honest answer that is too large from ending the run.
_LONGEST_TEXT = 20_000
_DEEPEST = 8
_MOST_NAMES = 1_000  # of a dict
_MOST_BITS = 256  # of a whole number
_LARGEST_ARRAY = 200_000
_MOST_ITEMS = 400_000  # the rows of an array count, too

BLANK = "..."

# The name, bases and module of a class, whatever its metaclass says.
name_of, bases_of, module_of = (type.__dict__[name].__get__ for name in ("__name__", "__mro__", "__module__"))

_NOTHING: dict[Any, Any] = {}
_VIEWS = (type(_NOTHING.keys()), type(_NOTHING.values()), type(_NOTHING.items()))
_SEQUENCES = (list, tuple, set, frozenset)
_BY_TURNS = (*_SEQUENCES, range, deque, array, *_VIEWS)
_MASKED = MaskedArray.tolist


def is_from(owner: type, package: str) -> bool:
    """Whether a class says that it is of a package."""
    module = module_of(owner)
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
        `nan`, `inf` and `-inf`. `type_name` is `function` for whatever can be called and is no value, and names
        what it holds where that cannot be handed over: `list of map`.
    """
    type_name = name_of(type(value))[:100]
    if type(value) is EllipsisType:
        return {"state": "blank", "type_name": type_name}
    encoder = _Encoder(dates=_is_table(value))
    try:
        return {"state": "value", "value": encoder.plain(value), "type_name": type_name}
    except _TooLarge:
        return {"state": "too_large", "type_name": type_name}
    except BaseException:  # not of a type that is known, or a class of the student's that pretends to be
        if type(value) in (*_BY_TURNS, dict) and encoder.last:
            type_name = f"{type_name} of {encoder.last}"[:100]
        return {"state": "unsupported", "type_name": "function" if callable(value) else type_name}


def plain(value: Any, dates: bool = False) -> Any:
    """Encode a value as JSON data, with dates as text if `dates`; raises whatever `_Encoder.plain` does."""
    return _Encoder(dates).plain(value)


def _is_table(value: Any) -> bool:
    """Whether a value is a DataFrame or a Series, in which dates are common; they are written as text."""
    return any(name_of(base) in ("DataFrame", "Series") and is_from(base, "pandas") for base in bases_of(type(value)))


class _Encoder:
    """Encodes one answer, and counts its items: nested lists can contain the same list over and over.

    Args:
        dates: Whether dates are written as text, to the second, such as `2026-11-30T12:00:00`.
    """

    def __init__(self, dates: bool = False) -> None:
        self._dates = dates
        self._left = _MOST_ITEMS
        self.last = ""  # the type of the last value that is not of a built-in type: it is to blame if encoding fails

    def plain(self, value: Any, depth: int = 0) -> Any:
        """Encode a value as JSON data.

        Raises:
            _TooLarge: It is too deep, or has too many items.
            BaseException: It is of a type that is not known, or code of the student's runs and fails.
        """
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
        if kind in _BY_TURNS:
            return self._items(value, depth)
        if kind is dict:
            return self._mapping(value, depth)
        if self._dates and isinstance(value, ndarray | generic) and value.dtype.kind == "M":
            return self.plain(asarray(datetime_as_string(asarray(value), unit="s", casting="unsafe")), depth)
        self.last = name_of(kind)
        return self.plain(_as_builtin(value), depth)

    def _items(self, value: Any, depth: int) -> list[Any]:
        self._count(len(value))
        plain = [self.plain(item, depth + 1) for item in value]
        return sorted(plain, key=str) if type(value) in (set, frozenset) else plain

    def _mapping(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        self._count(len(value))
        if len(value) > _MOST_NAMES:
            raise _TooLarge
        if not all(type(key) in (str, int, float, bool) for key in value):
            raise _Unsupported
        return {_text(str(key)): self.plain(item, depth + 1) for key, item in value.items()}

    def _count(self, items: int) -> None:
        self._left -= items
        if self._left < 0:
            raise _TooLarge


def _integer(value: int) -> Any:
    if value.bit_length() > _MOST_BITS:
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


def _as_builtin(value: Any) -> Any:
    """A value of another type as one of a built-in type, nested as it is."""
    kind = type(value)
    if isinstance(value, ndarray | generic):
        return _of_numpy(value)
    if is_from(kind, "tensorflow") and hasattr(value, "as_list"):
        return value.as_list()
    if (is_from(kind, "tensorflow") or is_from(kind, "keras")) and hasattr(value, "numpy"):
        return value.numpy()
    if is_from(kind, "pandas"):
        return value.to_numpy() if hasattr(value, "to_numpy") else _missing_of_pandas(value)
    if kind is Decimal or kind is Fraction:
        return _of_ratio(value)
    if kind is complex and value.imag == 0:
        return value.real
    if kind is bytes:
        return value.decode("ascii")
    return _inherited(value, bases_of(kind))


def _of_numpy(value: Any) -> Any:
    if value.size > _LARGEST_ARRAY:
        raise _TooLarge
    if isinstance(value, MaskedArray):
        return _MASKED(value)
    base_array = asarray(value)  # without the methods of a derived class
    if base_array.dtype.kind == "c" and (base_array.imag == 0).all():
        base_array = base_array.real
    is_foreign = base_array.dtype.kind == "V" and base_array.dtype.names is None  # such as bfloat16
    if base_array.dtype.kind == "f" or is_foreign:
        base_array = base_array.astype(float64)
    if base_array.dtype.kind not in "biufUSO":
        raise _Unsupported
    return ndarray.tolist(base_array)


def _missing_of_pandas(value: Any) -> float:
    if name_of(type(value)) not in ("NAType", "NaTType"):
        raise _Unsupported
    return float("nan")


def _of_ratio(value: Any) -> Any:
    """A fraction or a decimal number: whole where it is, else as a float."""
    if type(value) is Decimal and not value.is_finite():
        return float(value)
    above, below = value.as_integer_ratio()
    return above if below == 1 else above / below


def _inherited(value: Any, bases: tuple[type, ...]) -> Any:
    """Turn a value of a derived class, such as a named tuple, into one of the built-in class."""
    if int in bases:
        return int.__int__(value)
    if float in bases:
        return float.__float__(value)
    if str in bases:
        return str.__str__(value)
    if dict in bases:
        return dict(dict.items(value))
    for kind in _SEQUENCES:
        if kind in bases:
            return kind(kind.__iter__(value))
    raise _Unsupported
