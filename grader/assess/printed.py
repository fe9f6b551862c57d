"""Reads lists of numbers that were given as text: as Python writes them, as NumPy prints them, or by hand."""

import re
from typing import Any

from grader.assess.numerals import UnreadableError, is_numeral, without_types
from grader.text import values
from grader.text.messages import message

_NAME_BEFORE = re.compile(r"\s*(?:[A-Za-z_][\w.]*\(?)?\s*(?=[\[(])")
_MORE_BEHIND = re.compile(r"\s*(?:,\s*\w+\s*=.*)?\)?\s*", re.DOTALL)
_MOST_AXES = 8  # lists inside one another; a student chooses the text
_PIECES = re.compile(r"[\[\]()]|[^\[\]()]+")
_PARTED = re.compile(r"[\d.]\s+[-+.\d]")
_CURLY = str.maketrans("{}", "[]")
_WORDS: dict[str, Any] = {"none": None, "--": None, "true": True, "false": False}


def values_in(text: str) -> list[Any] | None:
    """Read a list from text.

    Args:
        text: `[1, 2]`, `[[1 2] [3 4]]`, `array([1., 2.])`, `(26, 26, 32)`, or `1; 2` and `1, 2` without brackets.

    Returns:
        Nested lists. Each number is still a text, and None is a blank cell. None if the text is not a list.

    Raises:
        UnreadableError: If the text begins like a list and is none, if NumPy printed only part of an array, or if its
            commas have two meanings.

    Example:
        >>> values_in("[[1 2] [3 4]]"), values_in("1; 2")
        ([['1', '2'], ['3', '4']], ['1', '2'])
    """
    text = without_types(text)
    if text.lstrip().startswith("{"):
        text = text.translate(_CURLY)
    before = _NAME_BEFORE.match(text)
    return _nested(text, before.end()) if before else _bare(text)


def _bare(text: str) -> list[Any] | None:
    """The numbers of a list, or the rows of a table, without brackets; None if the text is neither."""
    bare = text.strip().rstrip(",")
    lines = [line.strip().rstrip(";") for line in bare.splitlines() if line.strip()]
    if len(lines) == 1 and ";" in bare:
        lines = [part.strip() for part in bare.rstrip(";").split(";")]
        if not all(_PARTED.search(part) or part.count(",") > 1 for part in lines):
            lines = [bare]
    if len(lines) > 1:
        rows = [_row(line, text) for line in lines]
        return [row[0] for row in rows] if all(len(row) == 1 for row in rows) else rows
    is_list = ";" in bare or re.search(r",\s", bare) or (_PARTED.search(bare) and not is_numeral(bare))
    return _row(bare, text) if is_list else None


def _nested(text: str, begin: int) -> list[Any]:
    outside: list[Any] = []
    open_lists = [outside]
    for piece in _PIECES.finditer(text, begin):
        inside = open_lists[-1]
        if piece[0] in "[(":
            if len(open_lists) > _MOST_AXES or any(not isinstance(item, list) for item in inside):
                raise _no_list(text)
            inside.append([])
            open_lists.append(inside[-1])
        elif piece[0] in ")]":
            open_lists.pop()
            if len(open_lists) == 1:
                if not _MORE_BEHIND.fullmatch(text, piece.end()):
                    raise _no_list(text)
                return list(outside[0])
        elif piece[0].strip(" \t\r\n,;"):
            if inside:
                raise _no_list(text)
            inside.extend(_row(piece[0], text))
    raise _no_list(text)


def _row(row: str, text: str) -> list[Any]:
    """The numbers between two brackets."""
    row = row.strip().removesuffix(",").removesuffix(";")
    with_blank, without = (len(re.findall(pattern, row)) for pattern in (r",\s", r",(?=\S)"))
    if ";" in row:
        cells = row.split(";")
    elif with_blank and without:
        raise UnreadableError(
            message(
                (
                    "In {answer}, a comma could separate two numbers or be a decimal comma. Write a list, "
                    "with a point for decimals."
                ),
                answer=values.value(text),
            )
        )
    elif with_blank or (without and not re.search(r"\s", row)):
        cells = row.split(",")
    else:
        cells = row.split()
    return [_cell(cell.strip().strip("'\""), text) for cell in cells]


def _cell(cell: str, text: str) -> Any:
    if cell in ("...", "…"):
        raise UnreadableError(
            message(
                "{answer} is only part of a printed array. Give the array itself, without quotes.",
                answer=values.value(text),
            )
        )
    return _WORDS.get(cell.lower(), cell)


def _no_list(text: str) -> UnreadableError:
    return UnreadableError(message("{answer} is not a list of numbers.", answer=values.value(text)))
