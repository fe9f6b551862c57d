"""Whether a student's class is still the one of the exercise, as its source shows."""

import ast
from collections.abc import Sequence

from grader.assess import function_source
from grader.text import python_source as source


def unwritten(cells: Sequence[str], name: str) -> tuple[str, str]:
    """Find the part of a class that has not been written.

    Args:
        cells: Source of each code cell.
        name: Of the class.

    Returns:
        The class or its method, such as `Stop.on_epoch_end`, and the placeholder that it still contains, such as `...`;
        twice an empty text if there is no such class, or if it is written. A method that is only `pass` is written,
        because some methods have nothing to do.
    """
    node = _definition(cells, name)
    if node is None:
        return "", ""
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    for method in methods:
        placeholder = function_source.placeholder(method)
        if placeholder not in ("", "pass"):
            return f"{name}.{method.name}", placeholder
    if not all(_is_placeholder(item) for item in node.body):
        return "", ""
    if any(isinstance(item, ast.Pass) for item in node.body):
        return name, "pass"
    has_dots = any(isinstance(item, ast.Expr) and ast.unparse(item) == "..." for item in node.body)
    return name, "..." if has_dots else '"""..."""'


def _definition(cells: Sequence[str], name: str) -> ast.ClassDef | None:
    """The last class of this name that the cells define."""
    trees = [source.parsed(text) for text in cells if name in text]
    nodes = [node for tree in trees if tree for node in ast.walk(tree)]
    return next((node for node in reversed(nodes) if isinstance(node, ast.ClassDef) and node.name == name), None)


def _is_placeholder(item: ast.stmt) -> bool:
    """Whether a statement of a class is a docstring, `...` or `pass`."""
    is_constant = isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)
    return is_constant or isinstance(item, ast.Pass)
