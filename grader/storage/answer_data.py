"""Values of an answer key in the form in which the sandbox returns answers."""

from typing import Any

import numpy as np

_PLAIN = (float, int, str, bool, type(None))


def as_answer(value: Any) -> Any:
    """Turn a value into JSON data: NumPy scalars and arrays, tuples and sets become numbers and lists.

    Args:
        value: A number, a text, a list, a dict or an array, or any of them inside the others.

    Returns:
        The data. Sets become sorted lists. A value of another type stays as it is, so that code which reads it can
        say that it is no answer.

    Example:
        >>> as_answer((np.float32(0.5), {3, 1}, np.eye(2, dtype=int)))
        [0.5, [1, 3], [[1, 0], [0, 1]]]
    """
    return _as_answer(value, strict=False)


def checked_answer(value: Any) -> Any:
    """Turn a value of an author into JSON data as `as_answer` does, and refuse other types.

    Raises:
        TypeError: The value contains something that an answer cannot be. The message is a clause for a sentence.

    Example:
        >>> checked_answer((1, 2.5))
        [1, 2.5]
    """
    return _as_answer(value, strict=True)


def _of_pandas(value: Any, strict: bool) -> dict[str, Any]:
    """A DataFrame or a Series as its columns and its index; a missing value is None. Other objects are only values."""
    columns = None
    if hasattr(value, "columns"):
        columns = {_label(name): value.iloc[:, place] for place, name in enumerate(value.columns)}
    if columns is None and not hasattr(value, "index"):
        return {"columns": {"": _column(value, strict)}}
    columns = columns or {"" if value.name is None else _label(value.name): value}
    index = [_plain_label(label) for label in value.index]
    return {"columns": {name: _column(column, strict) for name, column in columns.items()}, "index": index}


def _label(name: Any) -> str:
    """The name of a column as text, as it is written for the names that the sandbox returns."""
    plain = _plain_label(name)
    if plain is None and name is not None:
        return "nan"
    return plain if isinstance(plain, str) else str(plain)


def _plain_label(label: Any) -> Any:
    """The label of a row or column: dates to the second, and what is no data, such as an interval, as text."""
    if hasattr(label, "to_datetime64"):
        return str(np.datetime_as_string(label.to_datetime64(), unit="s", casting="unsafe"))
    try:
        plain = _as_answer(label, strict=True)
    except TypeError:
        return str(label)
    return None if plain != plain else plain


def _column(values: Any, strict: bool) -> list[Any]:
    cells = values.to_numpy()
    cells = np.datetime_as_string(cells, unit="s", casting="unsafe") if cells.dtype.kind == "M" else cells
    return [None if item != item or item == "NaT" else _as_answer(item, strict) for item in cells.tolist()]


def _as_answer(value: Any, strict: bool) -> Any:
    if type(value) in _PLAIN:  # nearly all values are cells of arrays, so this check comes first
        return value
    if isinstance(value, np.generic | np.ndarray):
        # numbers and texts are data as they come out of an array; objects may be anything
        return value.tolist() if value.dtype.kind in "biufU" else _as_answer(value.tolist(), strict)
    if isinstance(value, set | frozenset):
        return sorted(_as_answer(item, strict) for item in value)
    if isinstance(value, list | tuple):
        return [_as_answer(item, strict) for item in value]
    if isinstance(value, dict) and all(type(name) in (str, int, float, bool) for name in value):
        return {str(name): _as_answer(item, strict) for name, item in value.items()}
    if type(value).__module__.partition(".")[0] == "pandas" and hasattr(value, "to_numpy"):
        return _of_pandas(value, strict)
    if strict and not (value is None or isinstance(value, bool | int | float | str)):
        raise TypeError(
            f"must be a number, text, a list or a NumPy array. Received: a value of type {type(value).__name__}"
        )
    return value
