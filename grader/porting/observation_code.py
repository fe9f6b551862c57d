"""Writes the observation of a test: a function whose value is compared with the key."""

import ast
import builtins
import symtable
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.porting import checked
from grader.porting.parts import Check, Statement, Step

_WRAPPERS = {"number": "_number", "range": "_number", "text": "_text", "array": "_array", "spread": "_spread"}
_KINDS = {"number": "number", "text": "string", "range": "interval"}
_LONGEST_LABEL = 100
_LARGEST_COMMON_TOLERANCE = 0.4  # with which whole numbers still differ
_BUILTINS = frozenset(dir(builtins))
_FOUND, _NOTEBOOK, _BEFORE = "_found", "_notebook", "_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedTest:
    """A test as a question about an observation.

    Attributes:
        code: The function.
        kind: The kind of the question.
        options: Its options.
        expected: The value in the key.
        reads: The variables of the notebook that it needs.
        imports: The import statements that it needs.
        read: Number of comparisons with the key.
        weaker: Number of comparisons in the function itself.
    """

    code: str
    kind: str
    options: Mapping[str, Any]
    expected: Any
    reads: tuple[str, ...]
    imports: tuple[str, ...]
    read: int
    weaker: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookNames:
    """The names that a test finds in its notebook.

    Attributes:
        imports: Name -> the import statement that defines it.
        functions: The names of functions and classes.
        copies: Variable -> the name of a copy with its value at the place of the test, if a later cell changes it.
    """

    imports: Mapping[str, str]
    functions: Collection[str]
    copies: Mapping[str, str]


def observe(name: str, steps: Sequence[Step], notebook: NotebookNames, is_hidden: bool) -> ObservedTest:
    """Write the observation of a test.

    Args:
        name: The name of the function.
        steps: The steps of the test.
        notebook: The names that the test finds in its notebook.
        is_hidden: Whether messages must not contain the test.

    Raises:
        SyntaxError: The test replaces functions of the notebook in a way that a function cannot repeat.
    """
    steps = _with_one_tolerance(steps)
    checks = [step for step in steps if isinstance(step, Check)]
    alone = len(checks) == 1 and checks[0].form in _KINDS
    lines, expected = _body(steps, alone)
    names = list(_free_names(lines, notebook))
    reads = [variable for variable in names if variable not in notebook.imports]
    if changed := _changed(lines, notebook.functions):
        lines = _in_namespace(lines, reads, changed, notebook.functions)
        reads = [variable for variable in reads if variable not in changed]
    return ObservedTest(
        code=_function(name, lines, reads, notebook.copies, alone, is_hidden),
        kind=_KINDS[checks[0].form] if alone else "structure",
        options=_options(checks, alone),
        expected=next(iter(expected.values())) if alone else expected,
        reads=tuple(reads),
        imports=tuple(dict.fromkeys(notebook.imports[name] for name in names if name in notebook.imports)),
        read=len(checks),
        weaker=sum(step.compares for step in steps if isinstance(step, Statement)),
    )


def _with_one_tolerance(steps: Sequence[Step]) -> list[Step]:
    """The steps with one tolerance for all checks. Checks with another one, and ranges among others, become code."""
    checks = [step for step in steps if isinstance(step, Check)]
    stated = Counter((check.tolerance, check.relative_tolerance) for check in checks if _is_stated(check))
    common = max(stated, key=lambda rule: stated[rule], default=(0.0, 0.0))
    return [
        step
        if isinstance(step, Statement) or _fits(step, common, len(checks) == 1)
        else Statement(step.source, compares=True)
        for step in steps
    ]


def _is_stated(check: Check) -> bool:
    return bool(check.tolerance or check.relative_tolerance)


def _fits(check: Check, common: tuple[float, float], alone: bool) -> bool:
    if check.form == "range":
        return alone
    if _is_stated(check):
        return (check.tolerance, check.relative_tolerance) == common
    largest = max((abs(number) for number in _numbers(check.expected)), default=0.0)
    return common[0] + common[1] * largest < _LARGEST_COMMON_TOLERANCE


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float):
        yield value


def _options(checks: Sequence[Check], alone: bool) -> dict[str, Any]:
    if alone and checks[0].form == "text":
        return {"spaces": "exact"}
    if alone and checks[0].form == "range":
        return {}
    together = {} if alone else {"together": True}
    return together | {
        option: value
        for option in ("tolerance", "relative_tolerance")
        if (value := max((getattr(check, option) for check in checks), default=0.0))
    }


def _body(steps: Sequence[Step], alone: bool) -> tuple[list[str], dict[str, Any]]:
    """The statements of the function, and the expected values by label."""
    lines: list[str] = []
    expected: dict[str, Any] = {}
    for step in steps:
        if isinstance(step, Statement):
            lines.append(_with_messages(step.code) if step.compares else step.code)
            continue
        label = _label(step.label, expected)
        if alone:
            lines.append(f"{_FOUND} = {_WRAPPERS[step.form]}({step.code})")
            expected[label] = step.expected
        elif step.form == "data":
            types = f"types of {label}"
            lines.append(f"{_FOUND}[{label!r}], {_FOUND}[{types!r}] = _data({step.code})")
            expected[label], expected[types] = checked._data(step.expected)
        elif step.form == "text":
            lines.append(f"{_FOUND}[{label!r}] = repr(_text({step.code}))")
            expected[label] = repr(step.expected)
        else:
            wrapper = _WRAPPERS.get(step.form)
            lines.append(f"{_FOUND}[{label!r}] = {f'{wrapper}({step.code})' if wrapper else step.code}")
            expected[label] = step.expected
    if not expected:
        lines.append(f"{_FOUND}['all tests'] = True")
        expected["all tests"] = True
    return lines, expected


def _label(text: str, existing: Collection[str]) -> str:
    text = " ".join(text.split())
    base = text if len(text) <= _LONGEST_LABEL else f"{text[:_LONGEST_LABEL]}…"
    label, number = base, 1
    while label in existing:
        number += 1
        label = f"{base} ({number})"
    return label


class _Messages(ast.NodeTransformer):
    """Gives each assert without a message its own text as message."""

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        """The assert with a message."""
        if node.msg is None:
            node.msg = ast.Constant(f"This test failed: {ast.unparse(node.test)}")
        return node


def _with_messages(code: str) -> str:
    return ast.unparse(ast.fix_missing_locations(_Messages().visit(ast.parse(code))))


def _free_names(lines: Sequence[str], notebook: NotebookNames) -> Iterator[str]:
    """The names that statements use before they define them, each once."""
    bound: set[str] = {_FOUND}
    ours = {name for name in vars(checked) if name.startswith("_")}
    for node in ast.parse("\n".join(lines)).body:
        table = symtable.symtable(ast.unparse(node), "test", "exec")
        assigned = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
        simple = isinstance(node, ast.Assign | ast.AugAssign)
        for name in dict.fromkeys(_referenced(table)):
            is_builtin = name in _BUILTINS and name not in notebook.functions
            if name not in bound and name not in ours and not is_builtin and (simple or name not in assigned):
                bound.add(name)
                yield name
        bound |= assigned


def _referenced(table: symtable.SymbolTable) -> Iterator[str]:
    """The names of the module that a piece of code uses or deletes."""
    is_module = table.get_type() == "module"
    for symbol in table.get_symbols():
        is_used = symbol.is_referenced() or not symbol.is_assigned()  # `del name` does neither
        if is_used and not symbol.is_imported() and (is_module or symbol.is_global()):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _referenced(inner)


def _changed(lines: Sequence[str], functions: Collection[str]) -> set[str]:
    """The functions of the notebook that statements delete or define again."""
    names: set[str] = set()
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return names & set(functions)


class _InNamespace(ast.NodeTransformer):
    """Replaces names by entries of the notebook's namespace."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The entry for a name."""
        if node.id not in self._names:
            return node
        return ast.Subscript(ast.Name(_NOTEBOOK, ast.Load()), ast.Constant(node.id), node.ctx)


def _in_namespace(
    lines: Sequence[str], reads: Sequence[str], changed: Collection[str], functions: Collection[str]
) -> list[str]:
    """Statements that delete or replace functions of the notebook, so that its other functions notice it."""
    others = [name for name in reads if name in functions and name not in changed]
    tree = ast.parse("\n".join(lines))
    if not others or any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.walk(tree)):
        raise SyntaxError("the test replaces a function of the notebook")
    inner = ast.unparse(ast.fix_missing_locations(_InNamespace(changed).visit(tree)))
    return [
        f"{_NOTEBOOK} = {others[0]}.__globals__  # other functions use the changed names from here",
        f"{_BEFORE} = dict({_NOTEBOOK})",
        "try:",
        *(f"    {line}" for line in inner.splitlines()),
        "finally:",
        f"    {_NOTEBOOK}.update({_BEFORE})",
    ]


def _function(
    name: str, lines: Sequence[str], reads: Sequence[str], copies: Mapping[str, str], alone: bool, is_hidden: bool
) -> str:
    copied = {variable: copies[variable] for variable in reads if variable in copies}
    body = [
        *(f"{variable} = {copy}" for variable, copy in copied.items()),
        *([] if alone else [f"{_FOUND} = {{}}"]),
        f"with _test({'hidden=True' if is_hidden else ''}):",
        *(f"    {line}" for text in lines for line in text.splitlines()),
        f"return {_FOUND}",
    ]
    parameters = ", ".join(copied.get(variable, variable) for variable in reads)
    return "\n".join([f"def {name}({parameters}):", *(f"    {line}" for line in body)])
