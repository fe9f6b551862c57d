"""Reads from the source of cells, without running it, which names they define and which blanks they contain.

The source is a student's text, so it may be anything: no Python, very long, or nested so deep that the parser gives up.
"""

import ast
import functools
import re
from collections.abc import Iterator, Sequence

# Blanks are those of one line: across lines, a notebook of nothing but blanks would take hours.
_BLANKS = r"[^\S\n]*"
_MAGIC = re.compile(rf"^({_BLANKS})([%!?].*)$", re.MULTILINE)
_PYTHON_LINE = re.compile(r"%(?:time|prun)\b(?:\s+-\S+)*\s+(\S.*)$")
_CELL_MAGIC = re.compile(r"\s*%%([\w!]+)")
_OTHER_CELLS = frozenset(
    (
        *("!", "bash", "sh", "script", "cmd", "sx", "system", "perl", "ruby", "python", "python2", "python3", "pypy"),
        *("html", "HTML", "js", "javascript", "latex", "markdown", "svg", "SVG", "writefile", "file", "timeit"),
    )
)
"""Cell magics that IPython has and that set no variable of the notebook."""
_MAGIC_VALUE = re.compile(rf"={_BLANKS}[%!].*$", re.MULTILINE)
_LONGEST_SOURCE = 100_000  # characters; no cell that a person writes comes near, and the syntax tree of more takes long


def defines(source: str, name: str) -> bool:
    """Whether a cell gives `name` a value at its top level.

    Args:
        source: The cell, IPython magics and shell escapes included.
        name: A variable, function or class.

    Example:
        >>> defines("%time width = 28", "width"), defines("print(width)", "width")
        (True, False)
    """
    if name not in source or not runs_here(cell_magic(source)):
        return False
    bound = _bound(source)
    if bound is None:  # no Python, such as a cell with a line that is not finished: the lines before it may still count
        word = re.escape(name)
        first = rf"^{_BLANKS}(def {_BLANKS}{word}\b|class {_BLANKS}{word}\b|{word}{_BLANKS}:?=(?!=))"
        return bool(re.search(first, source, re.MULTILINE))
    return name in bound


def bound_names(source: str) -> frozenset[str]:
    """The names that a cell gives a value at its top level; none where it is no Python."""
    return (_bound(source) or frozenset()) if runs_here(cell_magic(source)) else frozenset()


def assigned_call(cells: Sequence[str], name: str) -> str:
    """Find the call whose result a name gets in its last assignment.

    Args:
        cells: Sources of the cells, in order.
        name: The variable.

    Returns:
        The last part of the name of what is called (`Sequential` for `keras.Sequential(...)`); empty if the value is
        not a call.
    """
    called = ""
    for text in cells:
        tree = parsed(text) if name in text else None
        for node in tree.body if tree else ():
            if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == name for target in node.targets):
                function = node.value.func if isinstance(node.value, ast.Call) else None
                called = str(getattr(function, "attr", getattr(function, "id", "")))
    return called


def cell_magic(source: str) -> str:
    """The magic that a cell begins with, without `%%`; empty where there is none."""
    magic = _CELL_MAGIC.match(source)
    return magic[1] if magic else ""


def runs_here(magic: str) -> bool:
    """Whether the code below a cell magic runs as Python and its variables stay; also if the magic is not known."""
    return magic not in _OTHER_CELLS


def adds_to(source: str, name: str) -> bool:
    """Whether a cell calls `name.add(...)`, as a sequential model is built."""
    return bool(re.search(rf"^{_BLANKS}{re.escape(name)}\.add\(", source, re.MULTILINE))


def holds_blank(source: str) -> bool:
    """Whether a cell still holds a `...` that the student was to replace."""
    tree = parsed(source)
    if tree is None:
        return "..." in source
    return any(isinstance(node, ast.Constant) and node.value is Ellipsis for node in without_indices(tree))


def leaves_blank(source: str, name: str, line: int = 0) -> bool:
    """Whether a statement of a cell that uses a name, or that is at a line, still contains a `...`.

    Args:
        source: The cell. If it is not Python, any `...` in it counts.
        name: A variable, function or class.
        line: Counted from 1; 0 for none.
    """
    tree = parsed(source)
    if tree is None:
        return "..." in source
    return any(
        isinstance(node, ast.Constant) and node.value is Ellipsis
        for statement in tree.body
        if statement.lineno <= line <= (statement.end_lineno or line) or _speaks_of(statement, name)
        for node in without_indices(statement)
    )


def _speaks_of(statement: ast.stmt, name: str) -> bool:
    return any(getattr(node, "id", "") == name or getattr(node, "name", "") == name for node in ast.walk(statement))


def without_indices(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk through a syntax tree, but not into indices: the `...` of `image[..., 0]` is not a blank."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending.extend([node.value] if isinstance(node, ast.Subscript) else ast.iter_child_nodes(node))


def parsed(source: str) -> ast.Module | None:
    """Parse a cell, with IPython magics and shell escapes replaced; None if it is not Python, or too long."""
    if len(source) > _LONGEST_SOURCE:
        return None
    python = _MAGIC_VALUE.sub("= None", _MAGIC.sub(_without_magic, source))
    try:
        return ast.parse(python)
    except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):  # a cell may contain any text
        return None


def _without_magic(line: re.Match[str]) -> str:
    """A line of a magic as Python: what `%time` runs, else nothing."""
    runs = _PYTHON_LINE.match(line[2])
    return f"{line[1]}{runs[1] if runs else 'pass'}"


@functools.lru_cache(maxsize=4096)
def _bound(source: str) -> frozenset[str] | None:
    """The names that a cell gives a value; None where it is no Python."""
    tree = parsed(source)
    return None if tree is None else frozenset(_bound_names(tree.body))


def _bound_names(body: list[ast.stmt]) -> Iterator[str]:
    """The names that statements bind in their own scope; with a list instead of recursion, since nesting is free."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            # It has a scope of its own, which only `:=` leaves.
            yield from (inner.target.id for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr))
        elif isinstance(node, ast.Delete) or (isinstance(node, ast.AnnAssign) and node.value is None):
            continue
        elif not isinstance(node, ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))
