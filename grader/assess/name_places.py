"""The places where the source of a cell uses a name, and what the cell does with it; nothing is run."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from grader.text import python_source as source

_FENCE = re.compile(r"^\s*(```|~~~).*$", re.MULTILINE)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_TRY = (ast.Try, ast.TryStar)


class Way(StrEnum):
    """Something that a cell does with a name."""

    SET = "set"
    BRANCH = "branch"
    LOOP = "loop"
    TRY = "try"
    HANDLER = "handler"
    FUNCTION = "function"
    CLASS = "class"
    COMPREHENSION = "comprehension"
    ANNOTATED = "annotated"
    COMPARED = "compared"
    COMMENT = "comment"
    STRING = "string"
    ITEM = "item"
    REMOVED = "removed"
    RESET = "reset"
    TIMED = "timed"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class NamePlace:
    """One place in a cell.

    Attributes:
        way: The thing that the cell does with the name there.
        line: From 1 in the cell; 0 if it is not known.
        detail: The function, class, magic or statement that contains the place.
    """

    way: Way
    line: int = 0
    detail: str = ""


def places(text: str, name: str) -> list[NamePlace]:
    """Find out what a code cell does with a name.

    Args:
        text: The cell, IPython magics included.
        name: A variable, function or class.

    Returns:
        The places in order of their lines; empty if the cell only reads the name, or does not contain it.
    """
    magic = source.cell_magic(text)
    if magic and not source.runs_here(magic):
        way = Way.TIMED if magic == "timeit" else Way.FOREIGN
        body = text.lstrip().partition("\n")[2]
        return [NamePlace(way, 0, f"%%{magic}")] if holds_assignment(body, name) else []
    tree = source.parsed(text)
    name_places = list(_resets(text))
    if tree is None:
        return [*name_places, *_commented(text, name)]
    name_places += _in_body(tree.body, name, Way.SET, "")
    name_places += _timed(text, name)
    if not any(place.way is Way.SET for place in name_places):
        name_places += _commented(text, name)
    return name_places


def holds_assignment(text: str, name: str) -> bool:
    """Find out whether a text that does not run contains code that would set a name.

    Args:
        text: Of a Markdown or raw cell, or of a string. The code may be in a fence or indented.
        name: A variable, function or class.
    """
    if name not in text:
        return False
    word = re.escape(name)
    line = rf"^[^\S\n]*(?:>>> ?)?(?:def {word}\b|class {word}\b|{word}[^\S\n]*(?::[^=\n]*)?=(?!=))"
    return bool(re.search(line, _FENCE.sub("", text), re.MULTILINE))


def mentioned(texts: Sequence[str], name: str) -> bool:
    """Find out whether a text contains the name as a whole word.

    Args:
        texts: The texts.
        name: A variable, function or class.
    """
    return any(name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for text in texts)


def _in_body(body: Sequence[ast.AST], name: str, way: Way, detail: str) -> Iterator[NamePlace]:
    for node in body:
        yield from _in_node(node, name, way, detail)


def _in_node(node: ast.AST, name: str, way: Way, detail: str) -> Iterator[NamePlace]:
    line = getattr(node, "lineno", 0)
    if isinstance(node, _SCOPES):
        if getattr(node, "name", None) == name:
            yield NamePlace(way, line, detail)
        yield from _in_scope(node, name)
    elif isinstance(node, _COMPREHENSIONS):
        named = [inner.target for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr)]
        if any(target.id == name for target in named):  # these outlive the comprehension
            yield NamePlace(way, line, detail)
        elif any(_stores(inner, name) for inner in ast.walk(node)):
            yield NamePlace(Way.COMPREHENSION, line)
    elif isinstance(node, ast.AnnAssign) and node.value is None:
        if _stores(node.target, name):
            yield NamePlace(Way.ANNOTATED, line)
    elif isinstance(node, ast.If | ast.While | ast.For | ast.AsyncFor | ast.Match | ast.Try | ast.TryStar):
        yield from _in_block(node, name, way, detail)
    elif _pops(node, name) or (isinstance(node, ast.Delete) and any(_removes(part, name) for part in node.targets)):
        yield NamePlace(Way.REMOVED, line, ast.unparse(node)[:60])
    else:
        yield from _in_expression(node, name, way, detail)


def _in_expression(node: ast.AST, name: str, way: Way, detail: str) -> Iterator[NamePlace]:
    line = getattr(node, "lineno", 0)
    if _stores(node, name) or (isinstance(node, ast.alias) and (node.asname or node.name.partition(".")[0]) == name):
        yield NamePlace(way, line, detail)
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare) and _is_name(node.value.left, name):
        yield NamePlace(Way.COMPARED, line, "==" if isinstance(node.value.ops[0], ast.Eq) else "")
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        if holds_assignment(node.value.value, name):
            yield NamePlace(Way.STRING, line)
        return
    if isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if (isinstance(target, ast.Attribute) and target.attr == name) or _is_item(target, name):
                yield NamePlace(Way.ITEM, line, ast.unparse(target)[:60])
    yield from _in_body(list(ast.iter_child_nodes(node)), name, way, detail)


def _in_block(node: ast.AST, name: str, way: Way, detail: str) -> Iterator[NamePlace]:
    """A statement whose body may not run, or not to its end."""
    word = {ast.If: "if", ast.While: "while", ast.Match: "match"}.get(type(node), "for")
    inner_way = Way.BRANCH if isinstance(node, ast.If | ast.Match) else Way.LOOP
    inner_detail = f"{word} (line {getattr(node, 'lineno', 0)})"
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            if isinstance(node, _TRY):
                yield from _in_try(field, child, name, line=node.lineno, outer=(way, detail))
            elif field in ("body", "orelse", "cases", "target"):
                yield from _in_node(child, name, inner_way, inner_detail)
            else:
                yield from _in_node(child, name, way, detail)


def _in_try(field: str, child: ast.AST, name: str, *, line: int, outer: tuple[Way, str]) -> Iterator[NamePlace]:
    if outer[0] is not Way.SET or field == "finalbody":  # the block around it may be the reason why it did not run
        yield from _in_node(child, name, *outer)
    elif isinstance(child, ast.ExceptHandler):
        yield from _in_body(child.body, name, Way.HANDLER, str(line))
    else:
        yield from _in_node(child, name, Way.TRY, str(line))


def _in_scope(node: ast.AST, name: str) -> Iterator[NamePlace]:
    """A name that is set within a function or class only."""
    way = Way.CLASS if isinstance(node, ast.ClassDef) else Way.FUNCTION
    detail = getattr(node, "name", "lambda")
    if any(isinstance(inner, ast.Global) and name in inner.names for inner in ast.walk(node)):
        yield NamePlace(Way.BRANCH, getattr(node, "lineno", 0), f"{detail}()")
        return
    for inner in ast.walk(node):
        if inner is not node and (_stores(inner, name) or getattr(inner, "name", None) == name):
            if isinstance(inner, ast.alias | ast.ExceptHandler):
                continue
            yield NamePlace(way, getattr(inner, "lineno", 0), detail)
            return


def _stores(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _removes(node: ast.AST, name: str) -> bool:
    """`del name`, `del (a, name)`, `del globals()["name"]`."""
    if isinstance(node, ast.Tuple | ast.List):
        return any(_removes(item, name) for item in node.elts)
    return _is_name(node, name) or (_is_item(node, name) and "globals()" in ast.unparse(node))


def _pops(node: ast.AST, name: str) -> bool:
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return False
    text = ast.unparse(node)
    return text == "globals().clear()" or text.startswith(
        (f"globals().pop('{name}'", f"globals().__delitem__('{name}'")
    )


def _is_item(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == name


_RESET = re.compile(r"^[^\S\n]*(%reset(?:_selective)?\b[^\n]*|%xdel\b[^\n]*)", re.MULTILINE)
_TIMED = re.compile(r"^[^\S\n]*%timeit\b(?:[^\S\n]+-\S+)*[^\S\n]*([^\n]*)", re.MULTILINE)
_COMMENT = re.compile(r"^[^\S\n]*#+[^\S\n]*([^\n]*)", re.MULTILINE)


def _resets(text: str) -> Iterator[NamePlace]:
    """Magics that delete variables; of `%xdel` and `%reset_selective` only what they name is deleted."""
    for match in _RESET.finditer(text):
        yield NamePlace(Way.RESET, text.count("\n", 0, match.start()) + 1, match[1].strip()[:60])


def _timed(text: str, name: str) -> Iterator[NamePlace]:
    for match in _TIMED.finditer(text):
        if holds_assignment(match[1], name):
            yield NamePlace(Way.TIMED, text.count("\n", 0, match.start()) + 1, "%timeit")


def _commented(text: str, name: str) -> Iterator[NamePlace]:
    for match in _COMMENT.finditer(text):
        if holds_assignment(match[1], name):
            yield NamePlace(Way.COMMENT, text.count("\n", 0, match.start()) + 1)
            return
