"""What the cells of a notebook define, read from their source without running it."""

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
_LONGEST = 100_000


def defines(source: str, name: str) -> bool:
    """Whether a cell gives `name` a value at its top level.

    Args:
        source: The cell, IPython magics and shell escapes included.
        name: A variable, function or class.
    """
    if name not in source or not runs_here(cell_magic(source)):
        return False
    bound = _bound(source)
    if bound is None:
        word = re.escape(name)
        first = rf"^{_BLANKS}(def {_BLANKS}{word}\b|class {_BLANKS}{word}\b|{word}{_BLANKS}:?=(?!=))"
        return bool(re.search(first, source, re.MULTILINE))
    return name in bound


def bound_names(source: str) -> frozenset[str]:
    """The names that a cell gives a value at its top level; none where it is no Python."""
    return (_bound(source) or frozenset()) if runs_here(cell_magic(source)) else frozenset()


def assigned_call(cells: Sequence[str], name: str) -> str:
    """Last name of the call that the last assignment to `name` consists of; empty for any other value."""
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
    found = _CELL_MAGIC.match(source)
    return found[1] if found else ""


def runs_here(magic: str) -> bool:
    """Whether what stands below a cell magic runs as Python and its variables stay; also where the magic is unknown."""
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
    """Whether what a cell does with `name`, or at a line, still holds a `...`; any of a cell that is no Python."""
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
    """All that a piece of source consists of, without indices: the `...` of `image[..., 0]` is no blank."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending.extend([node.value] if isinstance(node, ast.Subscript) else ast.iter_child_nodes(node))


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell, IPython magics and shell escapes replaced; None where it is no Python, or endless."""
    if len(source) > _LONGEST:
        return None
    plain = _MAGIC_VALUE.sub("= None", _MAGIC.sub(_without_magic, source))
    try:
        return ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):  # any text can stand in a cell
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
            yield from (inner.target.id for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr))
        elif isinstance(node, ast.Delete) or (isinstance(node, ast.AnnAssign) and node.value is None):
            continue
        elif not isinstance(node, ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))
