"""Copies of Keras whose models and layers cannot be combined with those of Keras, and the cells that import them."""

import ast
from collections.abc import Iterator, Sequence

from grader.text.messages import Text, joined, message
from grader.text.python_source import parsed

_COPIES = ("tensorflow.python.keras", "tf_keras", "tensorflow.compat.v1.keras", "tensorflow.compat.v2.keras")


def of_another_keras(type_name: str) -> str:
    """The copy of Keras to which a class belongs, by its full name; empty for all other classes."""
    return next((copy for copy in _COPIES if type_name.startswith(f"{copy}.")), "")


def of_wrong_keras(name: str, copy: str) -> Text:
    """Describe a model that was made with a copy of Keras.

    Args:
        name: The answer.
        copy: The copy, from `of_another_keras`.
    """
    expected = message(
        ("Expected a model made with `keras` or `tensorflow.keras`. `{name}` was made with `{found}`."),
        name=name,
        found=copy,
    )
    return joined(expected, wrong_import(copy))


def wrong_import(copy: str) -> Text:
    """The problem with a copy of Keras, and the right import."""
    if copy == "tf_keras":
        problem = message(
            "`tf_keras` is a separate package with Keras 2: its models and layers do not work with those of Keras 3."
        )
    else:
        problem = message(
            (
                "`{copy}` is a private copy of Keras inside TensorFlow: its models and layers do not "
                "work with those of Keras."
            ),
            copy=copy,
        )
    return joined(
        problem,
        message(
            "Import from `tensorflow.keras` or from `keras`, for example `from "
            "tensorflow.keras.models import Sequential`. Import models and layers from the same "
            "package."
        ),
    )


def wrong_import_in(cells: Sequence[str]) -> Text:
    """Describe the first import of a copy of Keras in the code cells; empty if there is none."""
    for index, source in enumerate(cells):
        for module in _imports(source) if "keras" in source else ():
            if copy := of_another_keras(f"{module}."):
                imports = message("Cell {cell} imports from `{module}`.", cell=index + 1, module=module)
                return joined(imports, wrong_import(copy))
    return ""


def _imports(source: str) -> Iterator[str]:
    for node in ast.walk(parsed(source) or ast.Module([], [])):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
