"""Reads answer regions: the parts of a solution's code that a student has to write.

### BEGIN SOLUTION
model.add(Conv2D(filters=32, kernel_size=(3, 3)))
### STUDENT SEES
# model.add(Conv2D(filters=..., kernel_size=(..., ...)))
### END SOLUTION
"""

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

BEGIN = "### BEGIN SOLUTION"
SEES = "### STUDENT SEES"
END = "### END SOLUTION"

# Also matches misspelt markers: a line that is not taken for one goes to students, and a solution with it.
_NEARLY = re.compile(r"\s*#+\s*(?:(?:begin|end)[\s_-]*solution|student[\s_-]*sees)\b.*", re.IGNORECASE)


class RegionError(ValueError):
    """The markers of a cell do not fit together.

    Attributes:
        line: The line of the cell, counted from 1.
        fact: The problem in that line, with its remedy.
    """

    def __init__(self, line: int, fact: str) -> None:
        super().__init__(f"line {line}: {fact}")
        self.line = line
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Region:
    """One answer region.

    Attributes:
        indent: White space in front of its first marker.
        solution: The lines that only the staff see.
        stub: The lines that a student gets in their place.
    """

    indent: str
    solution: tuple[str, ...]
    stub: tuple[str, ...]


def split(source: str) -> list[str | Region]:
    """Split code into the lines outside regions, and the regions.

    Args:
        source: The source of one cell.

    Returns:
        Lines (without line ends) and regions, in order.

    Raises:
        RegionError: A marker is misspelt, missing, repeated or in the wrong place.
    """
    parts: list[str | Region] = []
    numbered = enumerate(source.split("\n"), start=1)
    for number, line in numbered:
        marker = _marker(number, line)
        if marker == BEGIN:
            parts.append(_region(number, line, numbered))
        elif marker:
            raise RegionError(number, f"'{marker}' is outside a region. Put '{BEGIN}' before it")
        else:
            parts.append(line)
    return parts


def strip(source: str) -> str:
    """The code that a student gets: each region is replaced by its stub.

    Raises:
        RegionError: A marker is misspelt, missing, repeated or in the wrong place.

    Example:
        >>> print(strip("### BEGIN SOLUTION\\nwidth = 28 - 3 + 1\\n### END SOLUTION"))
        width = ...
    """
    lines: list[str] = []
    for part in split(source):
        lines += [part] if isinstance(part, str) else part.stub
    return "\n".join(lines)


def solved(source: str) -> str:
    """The code of the solution without its markers.

    Raises:
        RegionError: A marker is misspelt, missing, repeated or in the wrong place.

    Example:
        >>> print(solved("### BEGIN SOLUTION\\nwidth = 28 - 3 + 1\\n### END SOLUTION"))
        width = 28 - 3 + 1
    """
    lines: list[str] = []
    for part in split(source):
        lines += [part] if isinstance(part, str) else part.solution
    return "\n".join(lines)


def has_marker(source: str) -> bool:
    """Whether a text has a marker, spelt correctly or not."""
    return any(_NEARLY.fullmatch(line) for line in source.split("\n"))


def _marker(number: int, line: str) -> str:
    """The marker on a line; empty if there is none.

    Raises:
        RegionError: The line is nearly a marker.
    """
    if line.strip() in (BEGIN, SEES, END):
        return line.strip()
    if _NEARLY.fullmatch(line):
        raise RegionError(number, f"'{line.strip()}' is nearly a marker. Write '{BEGIN}', '{SEES}' or '{END}'")
    return ""


def _region(first: int, begin: str, numbered: Iterator[tuple[int, str]]) -> Region:
    """Read the lines from a BEGIN marker to its END.

    Args:
        first: Number of the line with the marker.
        begin: That line.
        numbered: The lines after it, with their numbers; those of the region are consumed.
    """
    indent = begin[: len(begin) - len(begin.lstrip())]
    solution: list[str] = []
    stub: list[str] | None = None  # None until the marker for it
    for number, line in numbered:
        marker = _marker(number, line)
        if marker == END:
            lines = _default_stub(solution) if stub is None else stub
            return Region(indent, tuple(solution), tuple(f"{indent}{text}".rstrip() for text in lines))
        if marker == BEGIN or (marker == SEES and stub is not None):
            raise RegionError(number, f"'{marker}' is inside the region of line {first}. End that one first")
        if marker == SEES:
            stub = []
        elif stub is None:
            solution.append(line)
        else:
            stub.append(_uncommented(number, line))
    raise RegionError(first, f"'{BEGIN}' has no '{END}'. Add it")


def _uncommented(number: int, line: str) -> str:
    """A line of a stub without its comment sign: `# x = ...` -> `x = ...`."""
    text = line.strip()
    if text and not text.startswith("#"):
        raise RegionError(number, f"a line below '{SEES}' must be a comment. Put '# ' in front of it")
    return text.removeprefix("#").removeprefix(" ")


def _default_stub(solution: list[str]) -> list[str]:
    """The stub if the author writes none: the names or the signature, and `...`."""
    try:
        statements = ast.parse(textwrap.dedent("\n".join(solution))).body
    except (SyntaxError, ValueError):
        return ["..."]
    stubs = [_stub_of(statement) for statement in statements]
    if not stubs or not all(stubs):
        return ["..."]
    return [line for stub in dict.fromkeys(tuple(stub) for stub in stubs) for line in stub]


def _stub_of(statement: ast.stmt) -> list[str]:
    """The stub of one statement; empty if it has none of its own."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return _signature(statement)
    if isinstance(statement, ast.Assign):
        targets = [name for target in statement.targets for name in _flat(target)]
    elif isinstance(statement, ast.AnnAssign):
        targets = _flat(statement.target)
    else:
        return []
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return [f"{name} = ..." for name in names] if len(names) == len(targets) else []


def _flat(target: ast.expr) -> list[ast.expr]:
    """The single targets of an assignment: `(a, [b, c])` -> a, b, c."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return [part for element in target.elts for part in _flat(element)]
    return [target]


def _signature(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The function with its docstring, and `...` for its body."""
    docstring = function.body[:1] if ast.get_docstring(function, clean=False) is not None else []
    function.body = [*docstring, ast.Expr(ast.Constant(...))]
    return ast.unparse(function).split("\n")
