"""Reads the statements of a test: which expression is compared with which expected value."""

import ast
import builtins
import copy
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.porting.literals import NotLiteral, dotted, evaluate
from grader.porting.parts import Check, Statement, Step

_MOST_ROUNDS = 60  # of a loop that is written out
_PREDICATES = ("isinstance", "issubclass", "callable", "hasattr")
_ABSOLUTE = ("abs", "np.abs", "np.absolute", "np.fabs", "math.fabs")
_BUILTINS = frozenset(dir(builtins))
_EXACT = 1e-12  # of a number with decimals, for which the grader would otherwise accept two digits
_SCALAR = re.compile(r"\Anp\.(?:(True|False)_|u?int\d+\(([^()]*)\)|float\d+\(([^()]*)\))\Z")
_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


def read_test(source: str) -> list[Step]:
    """Read a test.

    Args:
        source: Statements, such as the source of a cell with asserts.

    Returns:
        The comparisons that could be read, and the other statements, in order.

    Raises:
        SyntaxError: The source is not Python, for example because it contains a magic.

    Example:
        >>> [step] = read_test("assert area(2) == 2 * 6")
        >>> step.label, step.expected
        ('area(2)', 12)
    """
    return _Reader().steps(ast.parse(source).body)


def read_examples(examples: Sequence[tuple[str, str]]) -> list[Step]:
    """Read the examples of a doctest, which compares the text that a session prints for an expression.

    Args:
        examples: The statements after `>>>`, and the text below them.

    Raises:
        SyntaxError: The statements are not Python, or a comparison of their printed text is not possible.

    Example:
        >>> [step] = read_examples([("area(2)", "12")])
        >>> step.code, step.expected
        ('_shown(area(2))', '12')
    """
    used = {name for source, _ in examples for name in _loaded(source)}
    return [step for source, printed in examples for step in _read_example(source, printed, used)]


def _read_example(source: str, printed: str, used: set[str]) -> list[Step]:
    printed = _SCALAR.sub(lambda match: match[1] or match[2] or match[3], printed.strip())
    body = ast.parse(source).body
    if not printed:
        return _Reader().steps(body, used)
    if not body or not isinstance(body[-1], ast.Expr):
        raise SyntaxError("these statements print nothing that could be compared")
    before = _Reader().steps(body[:-1], used)
    node = body[-1].value
    if printed == "True" and (checks := _Reader().checks(node)):
        return [*before, *(replace(check, source=f"assert {ast.unparse(node)}") for check in checks)]
    label = code = ast.unparse(node)
    match node:
        case ast.Call(func=ast.Name(id="print"), args=[argument], keywords=[]):
            code = f"str({ast.unparse(argument)})"
        case ast.Call(func=ast.Name(id="print")):
            raise SyntaxError("the text of this call of print cannot be compared")
        case _:
            code = f"_shown({code})"
    return [
        *before,
        Check(label=label, code=code, form="text", expected=printed, source=f"assert {code} == {printed!r}"),
    ]


class _Reader:
    """Reads the statements of one test, and remembers its variables with a known value."""

    def __init__(self, names: Mapping[str, Any] | None = None) -> None:
        self._names = dict(names or {})
        self._functions: set[str] = set()  # that the test defines itself

    def steps(self, body: list[ast.stmt], also_used: Collection[str] = ()) -> list[Step]:
        """The steps of statements, without assignments of literals that no other step uses."""
        assigned_twice, changed = _assigned_twice(body), set(_perhaps_changed(body))
        steps: list[Step] = []
        literals: dict[int, str] = {}
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                self._functions.add(node.name)
            name = _single_name(node)
            is_single = name and name not in assigned_twice and isinstance(node, ast.Assign)
            if is_single and self._remember(name, node, name in changed):
                literals[len(steps)] = name
            steps += self._steps_of(node)
        others = [step for place, step in enumerate(steps) if place not in literals]
        used = {*also_used, *(name for step in others for name in _loaded(step.code))}
        return [step for place, step in enumerate(steps) if literals.get(place) not in {*literals.values()} - used]

    def checks(self, test: ast.expr) -> list[Check] | None:
        """The comparisons of an asserted expression; None if it cannot be read."""
        match test:
            case ast.BoolOp(op=ast.And(), values=values):
                parts = [self.checks(value) for value in values]
                return None if None in parts else [check for part in parts for check in part or ()]
            case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Call() as operand) if not self._decides(operand):
                return [replace(truth(operand), expected=False)]
            case ast.Compare(left=left, ops=[operation], comparators=[right]):
                return self._comparison(test, left, operation, right)
            case ast.Compare(left=low, ops=[ast.Lt() | ast.LtE(), ast.Lt() | ast.LtE()], comparators=[middle, high]):
                return self._range(middle, (low, test.ops[0]), (high, test.ops[1]))
            case ast.Call():
                return self._call(test)
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return [truth(test)]
        return None

    def _steps_of(self, node: ast.stmt) -> list[Step]:
        checks: list[Check] | None = None
        match node:
            case ast.Assert(test=test):
                checks = self.checks(test)
            case ast.Expr(value=ast.Call() as call):
                checks = self._helper(call)
            case ast.With(items=[ast.withitem(context_expr=ast.Call() as call)], body=[ast.Expr(value=value)]):
                checks = self._context(call, value)
            case ast.Try(body=[ast.Expr(value=value)], handlers=[handler], finalbody=[]):
                checks = _attempt(value, handler, node.orelse)
            case ast.For(target=ast.Name() | ast.Tuple() as target, orelse=[]):
                if (unrolled := self._unrolled(node, target)) is not None:
                    return unrolled
        source = ast.unparse(node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return []  # a docstring
        if checks is None:
            return [Statement(source, _may_fail(node))]
        return [replace(check, source=check.source or source) for check in checks]

    def _remember(self, name: str, node: ast.stmt, may_change: bool) -> bool:
        value = self._value(node.value) if isinstance(node, ast.Assign) else ()
        if not value or (may_change and isinstance(value[0], list | dict | set | np.ndarray)):
            return False
        self._names[name] = value[0]
        return True

    def _value(self, node: ast.expr) -> tuple[Any, ...]:
        """The value of a literal, in a tuple; empty for another expression."""
        try:
            return (evaluate(node, self._names),)
        except NotLiteral:
            return ()

    def _decides(self, node: ast.expr) -> bool:
        """Whether a call is a comparison that other cases read."""
        return isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in ("all", "any", "allclose", "isclose")

    def _sides(self, left: ast.expr, right: ast.expr) -> tuple[ast.expr, Any] | None:
        """The expression and the expected value, in whatever order they are; None if not exactly one is a literal."""
        on_left, on_right = self._value(left), self._value(right)
        if bool(on_left) == bool(on_right):
            return None
        return (left, on_right[0]) if on_right else (right, on_left[0])

    def _comparison(
        self, test: ast.Compare, left: ast.expr, operation: ast.cmpop, right: ast.expr
    ) -> list[Check] | None:
        if isinstance(operation, ast.Eq):
            return _listed(self._equal(left, right))
        if (
            isinstance(operation, ast.Is | ast.IsNot)
            and self._value(right)
            and self._value(right)[0] in (None, True, False)
        ):
            return [truth(test)]
        if type(operation) in _FLIPPED:
            if self._value(left):
                left, operation, right = right, _FLIPPED[type(operation)](), left
            if isinstance(operation, ast.Lt | ast.LtE):
                return self._near(left, right) or self._range(left, None, (right, operation))
            return self._range(left, (right, operation), None)
        return None

    def _equal(self, left: ast.expr, right: ast.expr) -> Check | None:
        sides = self._sides(left, right)
        return value_check(*sides) if sides else None

    def _near(self, left: ast.expr, right: ast.expr) -> list[Check] | None:
        """`abs(x - 2.5) < 1e-6`."""
        tolerance = self._value(right)
        match left:
            case ast.Call(func=function, args=[ast.BinOp(left=one, op=ast.Sub(), right=other)]):
                if dotted(function) in _ABSOLUTE and tolerance and (sides := self._sides(one, other)):
                    return _listed(_close(*sides, tolerance[0], 0.0))
        return None

    def _range(
        self, middle: ast.expr, low: tuple[ast.expr, ast.cmpop] | None, high: tuple[ast.expr, ast.cmpop] | None
    ) -> list[Check] | None:
        if self._value(middle):
            return None
        limits: list[float | None] = []
        for limit, away in ((low, np.inf), (high, -np.inf)):
            value = self._value(limit[0]) if limit else (None,)
            if not value or not isinstance(value[0], int | float | None):
                return None
            strict = limit is not None and isinstance(limit[1], ast.Lt | ast.Gt)
            limits.append(float(np.nextafter(value[0], away)) if strict and value[0] is not None else value[0])
        label = ast.unparse(middle)
        return [Check(label=label, code=label, form="range", expected=tuple(limits))]

    def _call(self, call: ast.Call) -> list[Check] | None:
        name = dotted(call.func)
        if name in ("np.allclose", "np.isclose", "math.isclose", "np.array_equal", "np.array_equiv"):
            return self._helper(call)
        if name in ("np.all", "all") and len(call.args) == 1:
            return self._all(call.args[0])
        if isinstance(call.func, ast.Attribute) and call.func.attr == "all" and not call.args:
            return self._all(call.func.value)
        if name in _PREDICATES or (name.isidentifier() and name not in _BUILTINS and name not in self._functions):
            return [truth(call)]
        return None

    def _all(self, test: ast.expr) -> list[Check] | None:
        """`(x == array).all()`."""
        match test:
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
                return _listed(_array_check(*sides) if (sides := self._sides(left, right)) else None)
            case ast.Call() if dotted(test.func) == "np.isclose":
                return self._helper(test)
        return None

    def _helper(self, call: ast.Call) -> list[Check] | None:
        """A call of a function that compares, such as `assert_equal(f(2), 4)` or `self.assertAlmostEqual(x, 0.1)`."""
        dotted_name = dotted(call.func)
        name = dotted_name.split(".")[-1].replace("_", "").lower()
        if not name or dotted_name in self._functions:
            return None
        named = {keyword.arg: self._value(keyword.value) for keyword in call.keywords}
        options = {str(key): value[0] for key, value in named.items() if value}
        arguments = call.args
        if name in _TRUTHS and arguments:
            return self.checks(_TRUTHS[name](arguments))
        if name == "assertraises" and len(arguments) >= 2:
            inner = ast.Call(func=arguments[1], args=arguments[2:], keywords=call.keywords)
            return [_raising(arguments[0], inner)]
        if len(arguments) < 2 or len(options) != len(named) or not (sides := self._sides(*arguments[:2])):
            return None
        extra = [value[0] for argument in arguments[2:] if (value := self._value(argument))]
        return _listed(_compared(dotted_name, name, *sides, options, extra))

    def _context(self, call: ast.Call, value: ast.expr) -> list[Check] | None:
        """`with pytest.raises(ValueError): f(0)`."""
        name = dotted(call.func).split(".")[-1].replace("_", "").lower()
        if name in ("raises", "assertraises") and len(call.args) == 1 and not call.keywords:
            return [_raising(call.args[0], value)]
        return None

    def _unrolled(self, loop: ast.For, target: ast.expr) -> list[Step] | None:
        """The steps of each round of a loop over literals whose body only compares; None for another loop."""
        rounds = self._rounds(loop.iter)
        names = [target] if isinstance(target, ast.Name) else getattr(target, "elts", [])
        only_compares = all(isinstance(node, ast.Assert | ast.Expr) for node in loop.body)
        if rounds is None or not only_compares or not all(isinstance(name, ast.Name) for name in names):
            return None
        steps: list[Step] = []
        for item in rounds:
            parts = [item] if isinstance(target, ast.Name) else getattr(item, "elts", None)
            if parts is None or len(parts) != len(names):
                return None
            replaced = _Replace({name.id: part for name, part in zip(names, parts, strict=True)})
            reader = _Reader(self._names)
            steps += reader.steps([replaced.visit(copy.deepcopy(node)) for node in loop.body])
        return steps if len(steps) <= _MOST_ROUNDS else None

    def _rounds(self, iterated: ast.expr) -> list[ast.expr] | None:
        if (
            isinstance(iterated, ast.Call)
            and isinstance(iterated.func, ast.Attribute)
            and iterated.func.attr == "items"
        ):
            iterated = ast.Call(func=ast.Name("list"), args=[iterated.func.value], keywords=[])
            values = self._value(iterated.args[0])
            items: Any = list(values[0].items()) if values and isinstance(values[0], dict) else None
        elif isinstance(iterated, ast.List | ast.Tuple):
            return iterated.elts
        else:
            values = self._value(iterated)
            items = values[0] if values and isinstance(values[0], list | tuple | range) else None
        if items is None or len(items) > _MOST_ROUNDS:
            return None
        return [ast.parse(repr(item), mode="eval").body for item in items]


_TRUTHS: dict[str, Callable[[list[ast.expr]], ast.expr]] = {
    "asserttrue": lambda arguments: arguments[0],
    "assertfalse": lambda arguments: ast.UnaryOp(ast.Not(), arguments[0]),
    "assertisnone": lambda arguments: ast.Compare(arguments[0], [ast.Is()], [ast.Constant(None)]),
    "assertisnotnone": lambda arguments: ast.Compare(arguments[0], [ast.IsNot()], [ast.Constant(None)]),
    "assertisinstance": lambda arguments: ast.Call(ast.Name("isinstance"), arguments[:2], []),
    "assertless": lambda arguments: ast.Compare(arguments[0], [ast.Lt()], arguments[1:2]),
    "assertgreater": lambda arguments: ast.Compare(arguments[0], [ast.Gt()], arguments[1:2]),
    "assertlessequal": lambda arguments: ast.Compare(arguments[0], [ast.LtE()], arguments[1:2]),
    "assertgreaterequal": lambda arguments: ast.Compare(arguments[0], [ast.GtE()], arguments[1:2]),
}
"""Function that compares, without underscores -> the expression that must hold."""


def truth(node: ast.expr) -> Check:
    """The check that an expression counts as true."""
    label = ast.unparse(node)
    return Check(label=label, code=f"bool({label})", form="truth", expected=True)


def value_check(node: ast.expr, expected: Any) -> Check | None:
    """The check that `expression == expected`; None for an expected value that cannot be compared entry by entry."""
    label = ast.unparse(node)
    if isinstance(expected, np.ndarray):
        return None  # the truth of an array is an error, or a matter of one cell
    if isinstance(expected, np.generic):
        expected = expected.item()
    if expected is None or isinstance(expected, bool):
        return replace(truth(node), code=f"bool(({label}) == {expected})", label=f"{label} == {expected}")
    form = "number" if isinstance(expected, int | float) else "text" if isinstance(expected, str) else "data"
    if isinstance(expected, range):
        return None
    exact = _EXACT if any(isinstance(number, float) for number in _numbers(expected)) else 0.0
    return Check(label=label, code=label, form=form, expected=expected, tolerance=exact, relative_tolerance=exact)


def _array_check(node: ast.expr, expected: Any) -> Check | None:
    label = ast.unparse(node)
    array = np.asarray(expected)
    if array.dtype.kind not in "biuf" or not array.size:
        return None
    form = "array" if array.ndim else "spread"
    label = label if array.ndim else f"smallest and largest number of {label}"
    value = array.astype(float).tolist() if array.ndim else [float(array), float(array)]
    code = ast.unparse(node)
    return Check(label=label, code=code, form=form, expected=value, tolerance=_EXACT, relative_tolerance=_EXACT)


def _close(node: ast.expr, expected: Any, tolerance: float, relative: float, array: bool = False) -> Check | None:
    """The check that a number, or each cell of an array, is near the expected one."""
    if np.ndim(expected) or array:
        check = _array_check(node, expected)
        return replace(check, tolerance=float(tolerance), relative_tolerance=float(relative)) if check else None
    if isinstance(expected, bool) or not isinstance(expected, int | float | np.number):
        return None
    allowed = float(tolerance) + float(relative) * abs(float(expected))
    check = value_check(node, float(expected) if isinstance(expected, np.floating) else expected)
    return replace(check, tolerance=allowed, relative_tolerance=0.0) if check else None


def _compared(
    dotted_name: str, name: str, node: ast.expr, expected: Any, options: dict[str, Any], extra: list[Any]
) -> Check | None:
    """The check of a function that compares two values."""
    by_numpy = dotted_name.startswith("np") or name.endswith(("allclose", "arrayequal", "arrayalmostequal"))
    relative, absolute = _tolerances(dotted_name, name, options, extra)
    match name:
        case "assertequal" | "assertequals" | "asserteq" | "assertlistequal" | "assertdictequal" | "asserttupleequal":
            is_array = dotted_name.startswith("np") and not isinstance(expected, str | dict | int | float | bool | None)
            return _array_check(node, expected) if is_array else value_check(node, expected)
        case "assertsetequal" | "assertmultilineequal" | "assertcountequal":
            return value_check(node, expected) if name != "assertcountequal" else None
        case "assertarrayequal" | "arrayequal":
            return _array_check(node, expected) if np.ndim(expected) or name == "assertarrayequal" else None
        case "isclose" | "allclose" | "assertallclose" | "assertalmostequal" | "assertarrayalmostequal":
            return _close(node, expected, absolute, relative, array=by_numpy and name not in ("isclose",))
    return None


def _tolerances(dotted_name: str, name: str, options: dict[str, Any], extra: list[Any]) -> tuple[float, float]:
    """The relative and the absolute tolerance of a function that compares numbers."""
    if "almost" in name:
        of_numpy = name == "assertarrayalmostequal" or dotted_name.startswith("np")
        digits = options.get("decimal", options.get("places", extra[0] if extra else (6 if "array" in name else 7)))
        if "delta" in options:
            return 0.0, float(options["delta"])
        return 0.0, (1.5 if of_numpy else 0.5) * 10.0 ** -int(digits)
    usual = (1e-9, 0.0) if dotted_name == "math.isclose" else (1e-7, 0.0) if name == "assertallclose" else (1e-5, 1e-8)
    by_position = [*extra, *usual[len(extra) :]] if not dotted_name.startswith("math") else list(usual)
    relative = options.get("rtol", options.get("rel_tol", by_position[0]))
    return float(relative), float(options.get("atol", options.get("abs_tol", by_position[1])))


def _raising(exception: ast.expr, value: ast.expr) -> Check:
    """The check that an expression raises an exception."""
    name, called = ast.unparse(exception), ast.unparse(value)
    return Check(
        label=f"{called} raises {name}", code=f"_raises({name}, lambda: {called})", form="truth", expected=True
    )


def _attempt(value: ast.expr, handler: ast.ExceptHandler, otherwise: list[ast.stmt]) -> list[Check] | None:
    """`try: f(0)`, `except ValueError: pass`, `else: raise AssertionError`."""
    passes = all(isinstance(node, ast.Pass) for node in handler.body)
    fails = len(otherwise) == 1 and ast.unparse(otherwise[0]).startswith(("raise AssertionError", "assert False"))
    if handler.type is None or handler.name or not passes or not fails:
        return None
    return [_raising(handler.type, value)]


class _Replace(ast.NodeTransformer):
    """Replaces variables by expressions."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The expression for a variable."""
        return copy.deepcopy(self._values.get(node.id, node))


def _listed(check: Check | None) -> list[Check] | None:
    return [check] if check else None


def _single_name(node: ast.stmt) -> str:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    return ""


def _assigned_twice(body: list[ast.stmt]) -> set[str]:
    names = [node.id for stmt in body for node in ast.walk(stmt) if isinstance(node, ast.Name) and not _is_load(node)]
    return {name for name in names if names.count(name) > 1}


def _perhaps_changed(body: list[ast.stmt]) -> Iterator[str]:
    """The variables of which a list may get other entries: by a method, an index, or a function of the student."""
    for node in (inner for stmt in body for inner in ast.walk(stmt)):
        match node:
            case ast.Attribute(value=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
                yield name
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Call(func=function, args=arguments) if not _is_harmless(dotted(function)):
                yield from (argument.id for argument in arguments if isinstance(argument, ast.Name))


def _is_harmless(function: str) -> bool:
    """Whether a function leaves its arguments as they are."""
    return function in _BUILTINS or function.startswith(("np.", "math.")) or "assert" in function.lower()


def _is_load(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _loaded(code: str) -> Iterator[str]:
    return (node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name) and _is_load(node))


def _may_fail(node: ast.stmt) -> bool:
    """Whether a statement compares something, and does not only prepare a comparison."""
    if any(isinstance(inner, ast.Assert | ast.Raise) for inner in ast.walk(node)):
        return not isinstance(node, ast.FunctionDef | ast.ClassDef)
    match node:
        case ast.Expr(value=ast.Call(func=function)):
            return dotted(function).split(".")[-1].lower().startswith("assert")
        case ast.With(items=[ast.withitem(context_expr=ast.Call(func=function)), *_]):
            return "raises" in dotted(function).lower()
    return False


def _numbers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _numbers(item)
    else:
        yield value
