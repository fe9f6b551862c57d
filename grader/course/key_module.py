"""Running `key.py` of a solution: the staff's own code, read from its path and from nowhere else."""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader.errors import SpecificationError


def run_key(path: Path, place: str) -> dict[str, Any]:
    """Run a key and call its functions.

    Nothing is added to `sys.path`, no bytecode is written, and the module does not stay in memory.

    Args:
        path: The file `key.py`.
        place: How messages name it.

    Returns:
        `answers` and `slips` as these functions gave them, and `HELDOUT`; missing ones are empty.

    Raises:
        SpecificationError: The file is missing, does not run, or a function of it raises or gives
            something else than a dict; the message gives the line.
    """
    module = ModuleType(f"_answer_key_of_{path.parent.name}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    try:
        _guarded(lambda: exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__), path, place)
        return {
            "answers": _called(module, "answers", path, place),
            "slips": _called(module, "slips", path, place),
            "HELDOUT": _dict(getattr(module, "HELDOUT", {}), "HELDOUT", place),
        }
    finally:
        del sys.modules[module.__name__]


def plain(value: Any) -> Any:
    """Turn a value into JSON data: NumPy scalars and arrays, tuples and sets become plain Python.

    Raises:
        TypeError: It holds something that has no such form.
    """
    if isinstance(value, (np.generic, np.ndarray)):
        return plain(value.tolist())
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: plain(item) for key, item in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"is a {type(value).__name__}; give a number, text, a list or a NumPy array")


def _called(module: ModuleType, name: str, path: Path, place: str) -> dict[str, Any]:
    function = getattr(module, name, dict)
    if not callable(function):
        raise SpecificationError(f"{place}: {name} is no function; write `def {name}(): return {{...}}`.")
    return _dict(_guarded(function, path, place), f"{name}()", place)


def _dict(value: Any, name: str, place: str) -> dict[str, Any]:
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return value
    raise SpecificationError(f"{place}: {name} is no dict from question ids; give {{'question-id': ...}}.")


def _guarded(action: Callable[[], Any], path: Path, place: str) -> Any:
    """Run the author's code; whatever it raises becomes one line that names the line of the key."""
    try:
        return action()
    except OSError as error:
        if error.filename != str(path):
            raise SpecificationError(_failure(error, path, place)) from error
        raise SpecificationError(f"{place}: cannot be read ({error.strerror}); create it.") from error
    except (Exception, SystemExit) as error:
        raise SpecificationError(_failure(error, path, place)) from error


def _failure(error: BaseException, path: Path, place: str) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    where = f"line {line}: " if line else ""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{place}: {where}{type(error).__name__}: {text}; correct the key so that it runs."
