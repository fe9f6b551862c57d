"""Reads notebooks of other courses, and the names that their cells define."""

import ast
import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.errors import InputError
from grader.porting.parts import Cell
from grader.text.python_source import bound_names, parsed

_MUTATORS = frozenset(
    ("add", "append", "clear", "compile", "drop", "extend", "fill", "fit", "insert", "pop", "popitem")
) | frozenset(("remove", "reverse", "set_weights", "setdefault", "shuffle", "sort", "update"))
_LONGEST_SLUG = 40
_IGNORED = ("__pycache__", "nbgrader_config.py", "gradebook.db", "Thumbs.db")


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook of nbformat 4.

    Raises:
        InputError: The file is not such a notebook.
    """
    try:
        notebook = json.loads(path.read_bytes())
        cells = notebook["cells"]
        valid = all(isinstance(source_of(cell), str) and cell["cell_type"] for cell in cells)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{path}: is not a notebook of nbformat 4. Open and save it with Jupyter.") from error
    if not valid:
        raise InputError(f"{path}: has a cell without a source. Open and save it with Jupyter.")
    return dict(notebook)


def source_of(cell: Cell) -> str:
    """The source of a cell, which nbformat stores as text or as a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def notebooks_of(folder: Path) -> list[Path]:
    """The notebooks in a folder, sorted."""
    return [path for path in sorted(folder.glob("*.ipynb")) if path.is_file() and not path.name.startswith(".")]


def assignment_files(folder: Path) -> dict[str, Path]:
    """The files of an assignment that are not notebooks."""
    files = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part in _IGNORED for part in parts)
        if path.is_file() and not path.is_symlink() and not hidden and path.suffix not in (".ipynb", ".pyc"):
            files["/".join(parts)] = path
    return files


def imports_of(sources: Sequence[str]) -> dict[str, str]:
    """Name -> the import statement of a notebook that defines it."""
    statements: dict[str, str] = {}
    for source in sources:
        for node in ast.walk(parsed(source) or ast.Module([], [])):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for alias in node.names:
                    name = alias.asname or alias.name.split(".")[0]
                    single = ast.Import([alias]) if isinstance(node, ast.Import) else _single(node, alias)
                    statements[name] = ast.unparse(single)
    return statements


def functions_of(sources: Sequence[str]) -> set[str]:
    """The names of all functions and classes of a notebook."""
    trees = [tree for source in sources if (tree := parsed(source))]
    return {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def set_again(names: Collection[str], later: Sequence[str]) -> set[str]:
    """The variables that later cells assign again."""
    return {name for source in later for name in bound_names(source)} & set(names)


def changed_in_place(names: Collection[str], later: Sequence[str]) -> set[str]:
    """The variables whose values later cells change: by an index, an operator such as `+=`, or a method."""
    return {name for source in later for name in _changed(parsed(source))} & set(names)


def slug_of(*names: str) -> str:
    """A name for an exercise.

    Example:
        >>> slug_of("Problem Set 1", "Part_2")
        'problem-set-1-part-2'
    """
    plain = unicodedata.normalize("NFKD", " ".join(names).lower()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    slug = slug if slug[:1].isalpha() else f"exercise-{slug}".strip("-")
    return slug[:_LONGEST_SLUG].strip("-")


def unique(name: str, existing: Collection[str], separator: str = "_") -> str:
    """A name with a number behind it if it exists already."""
    candidate, number = name, 1
    while candidate in existing:
        number += 1
        candidate = f"{name}{separator}{number}"
    return candidate


def heading_of(cells: Sequence[Cell]) -> str:
    """The first heading of a notebook, in one line; empty if there is none."""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            for line in source_of(cell).splitlines():
                if match := re.match(r"#{1,3}\s+(.+?)\s*#*$", line):
                    return re.sub(r"[*_`]", "", match[1]).strip()
    return ""


def _single(node: ast.ImportFrom, alias: ast.alias) -> ast.ImportFrom:
    return ast.ImportFrom(module=node.module, names=[alias], level=node.level)


def _changed(tree: ast.Module | None) -> Iterator[str]:
    for node in ast.walk(tree) if tree else ():
        match node:
            case ast.AugAssign(target=ast.Name(id=name)):
                yield name
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _MUTATORS:
                yield name
