"""Expressions in the variables of a notebook, such as `len(history.epoch)`; they are read, never evaluated here."""

import ast
import builtins
from collections.abc import Iterator

PACKAGES = ("keras", "np", "pd", "tf")
"""Names of packages that every expression can use; no variable of the notebook replaces them."""
SHOWN_FIGURES = "shown_figures"
"""The name under which observations get the figures that the notebook has shown."""
DRAWN_NUMBERS = "drawn_numbers"
"""The name under which observations get the numbers that were drawn for the student."""
_LONGEST = 200
_BUILTINS = frozenset(dir(builtins))


def variables(text: str) -> tuple[str, ...]:
    """Find the variables that an expression needs.

    Args:
        text: The expression, one line.

    Returns:
        The names, in the order in which they appear, without built-in functions, packages, names of its own,
        `shown_figures` and `drawn_numbers`.

    Raises:
        ValueError: It is not an expression that uses a variable with a call, an attribute or an index.

    Example:
        >>> variables("len(history.epoch)"), variables("[row['a'] for row in rows]")
        (('history',), ('rows',))
    """
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError("it is not Python") from error
    if len(text) > _LONGEST or "\n" in text:
        raise ValueError(f"an expression must be one line of at most {_LONGEST} characters")
    names = dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    provided = {*_bound_names(tree), *_BUILTINS, *PACKAGES}
    used = tuple(name for name in names if name not in provided)
    needed = tuple(name for name in used if name not in (SHOWN_FIGURES, DRAWN_NUMBERS))
    if not used or not any(isinstance(node, ast.Call | ast.Attribute | ast.Subscript) for node in ast.walk(tree)):
        raise ValueError("it uses no variable with a call, an attribute or an index")
    if any(name.startswith("_") for name in needed):
        raise ValueError("its variables must not begin with '_'")
    return needed


def is_expression(text: str) -> bool:
    """Whether an answer is an expression, not the name of a variable.

    Example:
        >>> is_expression("len(history.epoch)"), is_expression("epochs")
        (True, False)
    """
    return text != "" and not text.isidentifier()  # a question about a cell has no answer


def _bound_names(tree: ast.AST) -> Iterator[str]:
    """The names that comprehensions and functions inside an expression bind."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
