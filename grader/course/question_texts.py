"""What a notebook asks: the text of one question, and the parts of the notebook before it that belong to it."""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from grader.errors import SpecificationError

_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class QuestionText:
    """What a student reads before answering one question, as Markdown.

    Attributes:
        text: The cell that asks it. It may ask several questions, one for each of the next cells.
        before: The section of the notebook up to this cell, with the code that students get; empty if there is none.
        assignments: The assignments in the notebook before this cell, by name, as Python code. Those whose value is
            printed above are left out.
    """

    text: str
    before: str = ""
    assignments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement at the top level: the names that it defines, its source, and the source of its value."""

    names: frozenset[str]
    source: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class _AskingCell:
    is_code: bool
    source: str
    statements: tuple[_Statement, ...] = ()

    def defines(self, names: AbstractSet[str]) -> bool:
        return any(statement.names & names for statement in self.statements)


def question_texts(notebook: bytes, answer_names: Sequence[str]) -> dict[str, QuestionText]:
    """Find the text of each question in a student notebook.

    Args:
        notebook: The notebook that students get, with their numbers; see `student_notebook`.
        answer_names: The variables and functions that the questions of the exercise name.

    Returns:
        Name of an answer -> the text of its question. A name without a text cell before it is left out.

    Raises:
        SpecificationError: The bytes are not a notebook.

    Example:
        >>> cells = [
        ...     {"cell_type": "markdown", "source": "# Convolution"},
        ...     {"cell_type": "markdown", "source": "## Sizes"},
        ...     {"cell_type": "markdown", "source": "**How wide** is the map of a 5 x 5 filter on 28 pixels?"},
        ...     {"cell_type": "code", "source": "width = ..."},
        ... ]
        >>> question_texts(json.dumps({"cells": cells}).encode(), ["width"])["width"].before
        '## Sizes'
    """
    cells = tuple(_cells(notebook))
    answers = frozenset(answer_names)
    texts: dict[str, QuestionText] = {}
    for place, cell in enumerate(cells):
        if cell.is_code and (text := _text(cells[:place], answers)):
            texts |= {name: text for name in answer_names if cell.defines({name})}
    return texts


def _cells(notebook: bytes) -> Iterator[_AskingCell]:
    try:
        for cell in json.loads(notebook)["cells"]:
            source = cell["source"]
            source = source if isinstance(source, str) else "".join(source)
            is_code = cell["cell_type"] == "code"
            yield _AskingCell(is_code, source.strip(), tuple(_statements(source)) if is_code else ())
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SpecificationError("The notebook of the exercise is not a notebook. Save it with Jupyter.") from error


def _statements(source: str) -> Iterator[_Statement]:
    """The assignments and definitions at the top level; none if the source is not plain Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for statement in tree.body:
        written = ast.get_source_segment(source, statement) or ""
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield _Statement(frozenset([statement.name]), written)
        elif isinstance(statement, ast.Assign):
            nodes = (node for target in statement.targets for node in ast.walk(target))
            names = frozenset(node.id for node in nodes if isinstance(node, ast.Name))
            value = statement.value
            if isinstance(value, ast.Call) and len(value.args) == 1:  # np.array([[...]])
                value = value.args[0]
            yield _Statement(names, written, ast.get_source_segment(source, value) or "")


def _text(before: Sequence[_AskingCell], answers: AbstractSet[str]) -> QuestionText | None:
    """The text of the question whose cell comes after these cells; None if no text cell comes before it."""
    place = next((place for place in reversed(range(len(before))) if not before[place].is_code), None)
    if place is None:
        return None
    between = [cell for cell in before[place + 1 :] if not cell.defines(answers)]
    text = _joined([before[place], *between])
    section = () if _HEADING.search(before[place].source) else _section(before[:place])
    context = _joined(cell for cell in section if not cell.defines(answers))
    printed = f"{context}\n{text}"
    assignments = {
        name: statement.source
        for cell in before
        for statement in cell.statements
        for name in statement.names - answers
        if statement.value and statement.source not in printed and not _is_printed(statement.value, printed)
    }
    return QuestionText(text, context, assignments)


def _section(before: Sequence[_AskingCell]) -> tuple[_AskingCell, ...]:
    """The cells from the last heading on; none if this is the heading of the notebook."""
    starts = [place for place, cell in enumerate(before) if not cell.is_code and _HEADING.search(cell.source)]
    return tuple(before[starts[-1] :]) if len(starts) > 1 else ()


def _is_printed(value: str, text: str) -> bool:
    """Whether a text prints a value of several lines, such as an image."""
    return "\n" in value and value in text


def _joined(cells: Iterable[_AskingCell]) -> str:
    return "\n\n".join(f"```python\n{cell.source}\n```" if cell.is_code else cell.source for cell in cells)


def named_in(text: str) -> frozenset[str]:
    """The names in the inline code of a text.

    Example:
        >>> sorted(named_in("Take `photo` and `weights[0]`."))
        ['photo', 'weights']
    """
    prose = "".join(text.split("```")[::2])
    return frozenset(name for code in _CODE.findall(prose) for name in _NAME.findall(code))
