"""What the cells of a notebook define, read from their source without running it."""

import ast
import functools
import re
from collections.abc import Iterator

# Blanks are those of one line: across lines, a notebook of nothing but blanks would take hours.
_BLANKS = r"[^\S\n]*"
_MAGIC = re.compile(rf"^({_BLANKS})[%!?].*$", re.MULTILINE)
_MAGIC_VALUE = re.compile(rf"={_BLANKS}[%!].*$", re.MULTILINE)
_LONGEST = 100_000


def defines(source: str, name: str) -> bool:
    """Whether a cell gives `name` a value at its top level.

    Args:
        source: The cell, IPython magics and shell escapes included.
        name: A variable, function or class.
    """
    if name not in source:
        return False
    bound = _bound(source)
    if bound is None:
        word = re.escape(name)
        first = rf"^{_BLANKS}(def {_BLANKS}{word}\b|class {_BLANKS}{word}\b|{word}{_BLANKS}=[^=])"
        return bool(re.search(first, source, re.MULTILINE))
    return name in bound


def adds_to(source: str, name: str) -> bool:
    """Whether a cell calls `name.add(...)`, as a sequential model is built."""
    return bool(re.search(rf"^{_BLANKS}{re.escape(name)}\.add\(", source, re.MULTILINE))


def holds_blank(source: str) -> bool:
    """Whether a cell still holds a `...` that the student was to replace."""
    tree = parsed(source)
    if tree is None:
        return "..." in source
    return any(isinstance(node, ast.Constant) and node.value is Ellipsis for node in without_indices(tree))


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
    plain = _MAGIC_VALUE.sub("= None", _MAGIC.sub(r"\1pass", source))
    try:
        return ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):  # any text can stand in a cell
        return None


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
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            pending.extend(ast.iter_child_nodes(node))
