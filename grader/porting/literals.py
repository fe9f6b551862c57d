"""Evaluates expressions of literals, such as `[1, 4] + [9]` or `np.sqrt(2)`, without executing code of a course."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

_LARGEST_POWER = 200
_MOST_ITEMS = 10_000
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{f.__name__: f for f in (abs, bool, dict, float, int, len, list, max, min, range, round, set, sorted, str)},
    **{f.__name__: f for f in (frozenset, sum, tuple)},
    **{f"math.{name}": getattr(math, name) for name in ("sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan")},
    **{
        f"np.{name}": getattr(np, name)
        for name in ("abs", "arange", "array", "exp", "eye", "full", "linspace", "log", "mean", "ones", "sqrt", "sum")
    },
    **{f"np.{name}": getattr(np, name) for name in ("float32", "float64", "int32", "int64", "zeros")},
}
_VALUES = {"math.pi": math.pi, "math.e": math.e, "np.pi": math.pi, "np.e": math.e}
_TYPES = {f"np.{name}": name for name in ("float32", "float64", "int32", "int64")} | {
    "float": "float64",
    "int": "int64",
}


class NotLiteral(ValueError):
    """The value of an expression depends on the notebook, or is of a type that a key cannot contain."""


def evaluate(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """Evaluate an expression.

    Args:
        node: The expression.
        names: Variables with a known value.

    Returns:
        Numbers, texts, None, and lists, tuples, sets, dicts and NumPy arrays of them.

    Raises:
        NotLiteral: The expression contains something else, or its value is not finite.

    Example:
        >>> evaluate(ast.parse("[n, 2 * 3]", mode="eval").body, {"n": 1})
        [1, 6]
    """
    try:
        value = _value(node, names)
    except (ArithmeticError, TypeError, ValueError, LookupError, RecursionError, AttributeError) as error:
        raise NotLiteral(str(error)) from error
    _require_plain(value)
    return value


def dotted(node: ast.expr) -> str:
    """The name of a function or attribute, with `np` for `numpy`; empty for other expressions.

    Example:
        >>> dotted(ast.parse("numpy.testing.assert_equal", mode="eval").body)
        'np.testing.assert_equal'
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join(["np" if node.id == "numpy" else node.id, *parts])


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.Tuple(elts=elements):
            return tuple(_value(element, names) for element in elements)
        case ast.List(elts=elements):
            return [_value(element, names) for element in elements]
        case ast.Set(elts=elements):
            return {_value(element, names) for element in elements}
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {_value(key or node, names): _value(value, names) for key, value in pairs}  # no key: `**other`
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in _SIGNS:
            return _SIGNS[type(sign)](_value(operand, names))
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left, names), _value(right, names))
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in _OPERATORS:
            return _limited(_OPERATORS[type(operation)], _value(left, names), _value(right, names))
        case ast.Call(func=function, args=arguments, keywords=keywords):
            return _called(function, arguments, keywords, names)
        case ast.Attribute() if dotted(node) in _VALUES:
            return _VALUES[dotted(node)]
    return _refuse(node)


def _called(
    function: ast.expr, arguments: list[ast.expr], keywords: list[ast.keyword], names: Mapping[str, Any]
) -> Any:
    name = dotted(function)
    if name not in _FUNCTIONS or name.split(".")[0] in names:
        return _refuse(function)
    values = [_value(argument, names) for argument in arguments]
    named = {keyword.arg or "": _argument(keyword.value, names) for keyword in keywords}
    return _limited(_FUNCTIONS[name], *values, **named)


def _argument(node: ast.expr, names: Mapping[str, Any]) -> Any:
    return _TYPES[dotted(node)] if dotted(node) in _TYPES else _value(node, names)


def _limited(function: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """Call a function unless its numbers, which may be sizes, are large."""
    sizes = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    repeats = any(isinstance(value, str | list | tuple) for value in values) or function in (range, np.arange)
    if repeats and any(size > _MOST_ITEMS for size in sizes):
        raise ValueError("too large")
    if function in (np.zeros, np.ones, np.full, np.eye, np.linspace) and math.prod(np.ravel(values[0]).tolist()) > 1e4:
        raise ValueError("too large")
    return function(*values, **named)


def _power(base: Any, exponent: Any) -> Any:
    if not isinstance(exponent, int | float) or abs(exponent) > _LARGEST_POWER:
        raise ValueError("too large")
    return base**exponent


def _refuse(node: ast.AST) -> Any:
    raise ValueError(f"{ast.unparse(node)} is not a literal")


def _require_plain(value: Any) -> None:
    """Refuse a value that a key cannot contain."""
    if isinstance(value, np.generic | np.ndarray):
        plain = value.dtype.kind in "biu" or (value.dtype.kind == "f" and bool(np.isfinite(value).all()))
    elif isinstance(value, float):
        plain = math.isfinite(value)
    elif isinstance(value, list | tuple | set | frozenset | range):
        for item in value:
            _require_plain(item)
        plain = True
    elif isinstance(value, dict):
        for name, item in value.items():
            _require_plain(item)
            if not isinstance(name, str | int | float | bool):
                raise NotLiteral("a dict with other names")
        plain = True
    else:
        plain = value is None or isinstance(value, bool | int | str)
    if not plain:
        raise NotLiteral(f"a value of type {type(value).__name__}")
