"""Functions that imported observations use. The import copies their source into `observe.py`.

They keep the meaning of `==` in an assert: a number in quotes, a list in place of a tuple or a text with a space at its
end is another value, although the kinds of questions would accept it.
"""

# `observe.py` contains these functions with their imports, so they use only the standard library and NumPy.
from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


@contextlib.contextmanager
def _test(hidden: bool = False) -> Iterator[None]:
    """A test fails if an exception is raised, of whatever class. A hidden test does not reveal its text."""
    try:
        yield
    except Exception as error:
        place = error.__traceback__
        while place is not None:
            if place.tb_frame.f_globals.get("__name__") == "__main__":
                raise  # the code of the student failed, and the report shows how
            place = place.tb_next
        if hidden:
            raise AssertionError("A hidden test failed.") from None
        if isinstance(error, AssertionError):
            raise AssertionError(str(error) or "A test failed.") from None
        raise AssertionError(f"A test stopped with {type(error).__name__}: {error}") from None


def _number(value: Any) -> Any:
    """A number as Python's own; other values remain what they are, which is not a number."""
    if hasattr(value, "numpy"):
        value = value.numpy()
    if isinstance(value, (np.ndarray, np.generic)) and value.size == 1 and value.dtype.kind in "biuf":
        value = value.item()
    assert not isinstance(value, (str, bytes, list, tuple, set, dict, type(None))), (
        f"Expected a number, found {type(value).__name__}."
    )
    return int(value) if isinstance(value, bool) else value


def _text(value: Any) -> str:
    """A text."""
    assert isinstance(value, str), f"Expected a text, found {type(value).__name__}."
    return str(value)


def _shown(value: Any) -> str:
    """The text that a session prints for a value, with numbers of NumPy as Python's own."""
    return repr(value.item() if isinstance(value, np.generic) else value)


def _data(value: Any) -> tuple[Any, str]:
    """Lists, tuples, sets and dicts as lists and dicts with each text in quotes, and the types in words."""
    return _quoted(value), _types(value)


def _quoted(value: Any) -> Any:
    if isinstance(value, str):
        return repr(str(value))
    if isinstance(value, dict):
        return {str(_quoted(name)): _quoted(item) for name, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(_quoted, value), key=repr)
    if isinstance(value, (list, tuple)):
        return [_quoted(item) for item in value]
    return value.item() if isinstance(value, np.generic) else int(value) if isinstance(value, bool) else value


def _types(value: Any) -> str:
    """The types of a value, such as `list of tuple of number`."""
    containers = ((dict, "dict"), (list, "list"), (tuple, "tuple"), ((set, frozenset), "set"))
    if isinstance(value, dict):
        inner = sorted({f"{_types(name)}: {_types(item)}" for name, item in value.items()})
    elif isinstance(value, (list, tuple, set, frozenset)):
        inner = sorted(set(map(_types, value)))
    elif isinstance(value, str):
        return "text"
    else:
        is_number = isinstance(value, (bool, int, float, np.number, np.bool_))
        return "number" if is_number else type(value).__name__
    name = next(name for kind, name in containers if isinstance(value, kind))
    return f"{name} of {', '.join(inner)}" if inner else name


def _array(value: Any) -> Any:
    """An array as nested lists."""
    array = np.asarray(value)
    assert array.dtype.kind in "biuf", f"Expected numbers, found {type(value).__name__}."
    return array.astype(float).tolist()


def _spread(value: Any) -> Any:
    """The smallest and the largest cell of an array."""
    array = np.asarray(value)
    assert array.size, "Expected numbers, found an empty array."
    assert array.dtype.kind in "biuf", f"Expected numbers, found {type(value).__name__}."
    return [float(array.min()), float(array.max())]


def _raises(expected: Any, function: Callable[[], Any]) -> bool:
    """Whether a call raises an exception of a class."""
    try:
        function()
    except expected:
        return True
    return False
