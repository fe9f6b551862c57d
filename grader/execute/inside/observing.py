"""Runs observations: code of the staff that looks at what a notebook left behind.

An observation gets variables of the notebook, or files that it saved, and leaves one value. It has names of its own,
and the built-in functions and imported packages are those from before the first cell, so that a notebook that replaces
`len` or `sys.modules` harms itself only. All that it says is still a claim of the student's process.
"""

import builtins
import inspect
import os
import re
import sys
from collections.abc import Iterator, Sequence
from json import loads as _read_json
from os import O_RDONLY, fstat
from os import close as close_descriptor
from os import open as open_descriptor
from os import read as read_descriptor
from pathlib import Path
from stat import S_ISREG
from types import EllipsisType, FrameType, FunctionType, TracebackType
from typing import Any
from zipfile import ZipFile

from .answers import bases_of, module_of, name_of

_BUILTINS: dict[str, Any] = dict(vars(builtins))
_MODULES: dict[str, Any] = {}
_PACKAGES = {"keras": "keras", "np": "numpy", "pd": "pandas", "tf": "tensorflow"}
_LONGEST_MESSAGE = 500
_MOST_CAUSES = 10
_CAUSE = "Exception encountered: "
_CHUNK = 2**20
_FLAGS = O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
STARTUP = "start-up code of the course"
"""The name of the file that start-up code pretends to be."""

SHOWN_FIGURES = "shown_figures"
DRAWN_NUMBERS = "drawn_numbers"
_MOST_FIGURES = 50
_CALL = re.compile(r"(\w+)(?:\.\w+)*\(\) (?:takes|missing|got)\b")
_NOT_LOCATED = re.compile(r"Could not locate (?:class|function) '([^']{1,100})'")
_LAMBDA = "deserialization of a `Lambda` layer"
_REGISTERED = re.compile(r'"registered_name": "([^"]{1,200})"')
OWN_CODE = "own code"
"""What is wanted of a model that contains code of the student's which cannot be loaded."""

_NO_FILE, _FILE_TOO_LARGE = "missing", "too_large"


def remember_python() -> None:
    """Remember the built-in functions and the imported modules, to put them back; call it before the first cell."""
    _BUILTINS.clear()
    _BUILTINS.update(vars(builtins))
    _MODULES.clear()
    _MODULES.update(sys.modules)


def remember_figures() -> list[Any]:
    """Remember the figures that the notebook shows from now on; Jupyter forgets each when its cell ends.

    Returns:
        The figures, once each, in the order in which they are first shown. The list grows.
    """
    from matplotlib_inline import backend_inline

    figures: list[Any] = []
    display = backend_inline.display

    def display_and_remember(figure: Any, **options: Any) -> Any:
        if len(figures) < _MOST_FIGURES and not any(figure is known for known in figures):
            figures.append(figure)
        return display(figure, **options)

    backend_inline.display = display_and_remember
    return figures


class Refusal(Exception):
    """An observation cannot run, because of something in the notebook.

    Attributes:
        outcome: The fields of the message to the grader.
    """

    def __init__(self, **outcome: Any) -> None:
        super().__init__()
        self.outcome = outcome


class Observer:
    """Runs the observations of one job.

    Args:
        namespace: The variables of the notebook.
        figures: The figures that it has shown; an observation gets them as `shown_figures`.
    """

    def __init__(self, namespace: dict[str, Any], figures: Sequence[Any] = ()) -> None:
        self._namespace = namespace
        self._figures = figures
        self._modules: dict[str, dict[str, Any]] = {}
        self.values: dict[str, Any] = {}  # name of an observation -> the value that it left

    def observe(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run one observation and keep its value.

        Args:
            request: Its `name` and its `code`: a module of functions, or an expression if it `is_expression`.
                If it is `of_files`, the function gets files instead of variables. `numbers` is a JSON object of the
                student's numbers, or empty.

        Returns:
            `state` of `ObservationState`, and with it: `about`, the variable or file that is to blame, its type `found`
            and what was `wanted`; or the `message` of an exception, the `line` of the staff's file, and whether the
            code of the notebook was running (`in_cells`).
        """
        name = request["name"]
        self.values.pop(name, None)
        read: dict[str, Any] = {}
        try:
            put_back_what_was_replaced()
            if not request["is_expression"]:
                self._module(request["code"])
        except BaseException as error:  # no object of the notebook takes part
            return {"state": "failed", "message": _described(error), "line": _line(error)}
        try:
            value = self._evaluate(name, request, read) if request["is_expression"] else self._call(name, request, read)
        except Refusal as refusal:
            return refusal.outcome
        except BaseException as error:  # whatever the objects of a notebook raise, the next observation runs
            return self._failure(error, read)
        self.values[name] = value
        return {"state": "observed"}

    def _evaluate(self, expression: str, request: dict[str, Any], read: dict[str, Any]) -> Any:
        for variable in request["reads"]:
            read[variable] = self._variable(variable)
        packages = {name: _MODULES.get(package) for name, package in _PACKAGES.items()}
        provided = {SHOWN_FIGURES: list(self._figures), DRAWN_NUMBERS: _numbers(request)}
        code = compile(expression, "answer", "eval")
        return eval(code, {"__builtins__": _BUILTINS, "__name__": "observe", **packages, **provided, **read})

    def _call(self, name: str, request: dict[str, Any], read: dict[str, Any]) -> Any:
        function = self._module(request["code"])[name]
        arguments: dict[str, Any] = {}
        others: dict[str, Any] = {}
        for parameter in inspect.signature(function, eval_str=True).parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                others = {key: value for key, value in self._namespace.items() if not key.startswith("_")}
            elif parameter.name == SHOWN_FIGURES:
                arguments[parameter.name] = list(self._figures)
            elif parameter.name == DRAWN_NUMBERS:
                arguments[parameter.name] = _numbers(request)
            elif request["of_files"]:
                module = self._module(request["code"])
                arguments[parameter.name] = _loaded(parameter.default, parameter.annotation, module)
            elif parameter.name in self._namespace or parameter.default is parameter.empty:
                value = read[parameter.name] = self._variable(parameter.name)
                _require_type(parameter.name, value, parameter.annotation)
                arguments[parameter.name] = value
        return function(**{**others, **arguments})

    def _module(self, code: str) -> dict[str, Any]:
        if code not in self._modules:
            module = {"__builtins__": _BUILTINS, "__name__": "observe"}
            exec(compile(code, "observe.py", "exec"), module)
            self._modules[code] = module
        return self._modules[code]

    def _variable(self, name: str) -> Any:
        if name not in self._namespace:
            raise Refusal(state="missing", about=name)
        value = self._namespace[name]
        if type(value) is EllipsisType:
            raise Refusal(state="missing", about=name)
        return value

    def _failure(self, error: BaseException, read: dict[str, Any]) -> dict[str, Any]:
        """Say whose code failed: that of the notebook, if any of it was running or if its object is not as needed."""
        message = _described(error)
        frames = _frames_of(error)
        if any(self._is_of_notebook(frame) for frame in frames) or self._is_call(error):
            return {"state": "raised", "message": message, "in_cells": True}
        if type(error) is AssertionError:
            return {"state": "unsuitable", "message": _text_at_any_price(error)}
        if type(error) is AttributeError:
            for name, value in read.items():
                if error.obj is value:
                    return {"state": "unsuitable", "about": name, "found": type_of(value), "wanted": f".{error.name}"}
        state = "failed" if isinstance(error, NameError | ImportError | SyntaxError) else "unclear"
        return {"state": state, "message": message, "line": _line(error)}

    def _is_of_notebook(self, frame: FrameType) -> bool:
        return frame.f_globals is self._namespace and frame.f_code.co_filename != STARTUP

    def _is_call(self, error: BaseException) -> bool:
        """Whether a function or class of the notebook does not take the arguments that it was called with."""
        match = _CALL.match(_text_at_any_price(error)) if type(error) is TypeError else None
        called = self._namespace.get(match[1]) if match else None
        if type(called) is FunctionType:
            return called.__globals__ is self._namespace
        return type in bases_of(type(called)) and module_of(called) == "__main__"


def read_file(name: str, limit: int) -> tuple[str, bytes]:
    """Read a file that the notebook wrote.

    Args:
        name: Its path relative to the work folder.
        limit: Bytes that it may have.

    Returns:
        (`sent`, its bytes); or `missing` or `too_large` and no bytes.
    """
    try:
        descriptor = open_descriptor(name, _FLAGS)
    except (OSError, ValueError):
        return _NO_FILE, b""
    try:
        if not S_ISREG(fstat(descriptor).st_mode):
            return _NO_FILE, b""
        chunks, size = [], 0
        while size <= limit and (chunk := read_descriptor(descriptor, _CHUNK)):
            chunks.append(chunk)
            size += len(chunk)
    except OSError:
        return _NO_FILE, b""
    finally:
        close_descriptor(descriptor)
    return (_FILE_TOO_LARGE, b"") if size > limit else ("sent", b"".join(chunks))


def safe_text(error: BaseException) -> str:
    """The text of an exception, of whatever class; empty if it cannot be read."""
    try:
        text = str(error)
        if len(text) > _LONGEST_MESSAGE and _CAUSE in text:  # Keras puts the cause behind pages of configuration
            text = text.rpartition(_CAUSE)[2]
        return text[:_LONGEST_MESSAGE]
    except Exception:  # an exception class of the student's own may fail here
        return ""


def _described(error: BaseException) -> str:
    text = _text_at_any_price(error)
    return f"{name_of(type(error))}: {text}" if text else name_of(type(error))


def _text_at_any_price(error: BaseException) -> str:
    """The text of an exception, also of one whose text ends the process or takes too long."""
    try:
        return safe_text(error)
    except BaseException:  # if the observation is late, the session knows
        return ""


def _numbers(request: dict[str, Any]) -> dict[str, Any]:
    """The student's numbers, new for each observation."""
    numbers: dict[str, Any] = _read_json(request.get("numbers") or "{}")
    return numbers


def type_of(value: Any) -> str:
    """The name of the type of a value, whatever it pretends to be."""
    return name_of(type(value))[:100]


def put_back_what_was_replaced() -> None:
    """Put back the built-in functions and the modules that a cell has replaced."""
    vars(builtins).update(_BUILTINS)
    for name, module in _MODULES.items():
        if sys.modules.get(name) is not module:
            sys.modules[name] = module


def _require_type(name: str, value: Any, annotation: Any) -> None:
    """Refuse a variable that is not of the class that the annotation names; other annotations require nothing."""
    if not isinstance(annotation, type) or annotation in (inspect.Parameter.empty, Any):
        return
    if not issubclass(type(value), annotation):  # its type and not itself, because it may lie about its `__class__`
        raise Refusal(state="unsuitable", about=name, found=type_of(value), wanted=name_of(annotation))


def _loaded(name: Any, annotation: Any, module: dict[str, Any]) -> Any:
    """A file as what the annotation asks for; its path if there is no annotation.

    Args:
        name: The path.
        annotation: Of the parameter.
        module: The names in the file of the staff, which may define classes of a saved model.
    """
    if not Path(name).is_file():
        raise Refusal(state="missing", about=str(name))
    type_name = name_of(annotation) if isinstance(annotation, type) else ""
    load = _LOADERS.get(type_name)
    if load is None:
        return Path(name)
    try:
        return load(name, module)
    except Exception as error:  # a file may hold anything
        if type_name == "Model":
            _refuse_own_code(str(name), str(error), error)
        text = f"{name_of(type(error))}: {safe_text(error)}"
        raise Refusal(state="unsuitable", about=str(name), wanted=type_name, message=text) from error


def _refuse_own_code(name: str, text: str, error: Exception) -> None:
    """Refuse a model with code of the student's, with the name of what was not loaded; return if it has none."""
    if missing := _NOT_LOCATED.search(text):
        raise Refusal(state="unclear", about=name, found=missing[1], wanted=OWN_CODE, message=missing[0]) from error
    if _LAMBDA in text:
        raise Refusal(state="unsuitable", about=name, found="Lambda", wanted=OWN_CODE) from error


def _model(name: str, module: dict[str, Any]) -> Any:
    import keras

    return keras.saving.load_model(name, compile=False, custom_objects=_own_objects(name, module))


def _own_objects(name: str, module: dict[str, Any]) -> dict[str, Any]:
    """The classes and functions of the staff's file, under all names that a saved model has for them.

    A student may have registered a class under any package, such as `mine>Scale`.
    """
    classes = {key: value for key, value in module.items() if getattr(value, "__module__", "") == "observe"}
    try:
        with ZipFile(name) as archive:
            config = archive.read("config.json").decode()
    except Exception:  # then Keras says what is wrong with the file
        config = ""
    registered = {
        registered_name
        for registered_name in _REGISTERED.findall(config)
        if registered_name.rpartition(">")[2] in classes
    }
    return classes | {registered_name: classes[registered_name.rpartition(">")[2]] for registered_name in registered}


def _array(name: str, _: dict[str, Any]) -> Any:
    import numpy

    return numpy.load(name, allow_pickle=False)


def _frame(name: str, _: dict[str, Any]) -> Any:
    import pandas

    return pandas.read_csv(name)


def _text(name: str, _: dict[str, Any]) -> str:
    return Path(name).read_text(encoding="utf-8")


_LOADERS = {"Model": _model, "ndarray": _array, "DataFrame": _frame, "str": _text}


def _frames_of(error: BaseException) -> Iterator[FrameType]:
    """The frame of each function that an exception, or one that led to it, passed through."""
    seen: list[BaseException] = []
    next_one: BaseException | None = error
    while next_one is not None and len(seen) < _MOST_CAUSES:
        seen.append(next_one)
        yield from (trace.tb_frame for trace in _traces(next_one))
        next_one = next_one.__cause__ or next_one.__context__


def _traces(error: BaseException) -> Iterator[TracebackType]:
    trace = error.__traceback__
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _line(error: BaseException) -> int:
    """The line of the staff's file at which an exception was raised, from 1; 0 if it is not known."""
    lines = [trace.tb_lineno for trace in _traces(error) if trace.tb_frame.f_globals.get("__name__") == "observe"]
    if isinstance(error, SyntaxError) and not lines:
        return error.lineno or 0
    return lines[-1] if lines else 0
