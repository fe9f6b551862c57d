"""The bytes of a notebook -> its cells, or a message for the student."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from grader.errors import InputError
from grader.intake.names import readable
from grader.text.messages import MessageError, Numeral, Text, message, number
from grader.text.values import first_few

MOST_BYTES = 20_000_000
MOST_CELLS = 2_000
_MOST_PICTURES = 10  # of a cell
_PICTURE_TYPES = ("image/png", "image/jpeg", "image/webp")
_PICTURE_IN_TEXT = re.compile(r"data:image/(?:png|jpeg|webp);base64,([A-Za-z0-9+/=]+)")
MOST_CODE_BYTES = 15 * 2**20
"""The most that code may take as JSON: all of it enters the sandbox in one message, which has room for 16 MiB."""

_DEEPEST = 200
_LONGEST_NAME = 60
_SAVE = message("Open it in Jupyter, save it (File > Save Notebook), and submit the .ipynb file again.")
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|[\[\]{}]', re.DOTALL)
_CONFLICT = re.compile(r"^(<<<<<<<|>>>>>>>)", re.MULTILINE)
_PYTHON = re.compile(r"^(import|from|def|class|for|if|print|#|[A-Za-z_]\w*\s*=)", re.MULTILINE)
_OTHER_KINDS = (
    (b"PK\x03\x04", message("a zip archive or an office document")),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\x1f\x8b", message("a compressed archive")),
    (b"\x89HDF", message("an HDF5 file, perhaps a saved model")),
    (b"<!DOCTYPE", message("a web page")),
    (b"<!doctype", message("a web page")),
    (b"<html", message("a web page")),
)

CellKind = Literal["code", "markdown", "raw"]


class InvalidNotebookError(InputError, MessageError):
    """The file is not a notebook that can be read; the message is for the student."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. Its outputs and metadata were dropped, because a student can write anything there.

    Attributes:
        kind: `code`, `markdown` or `raw`.
        source: Its text, with lines that end in `\\n`.
        id: The id that nbformat 4.5 introduced; empty if there is none.
        pictures: Bytes of the pictures in a Markdown cell: those attached to it, and those in its text.
    """

    kind: CellKind
    source: str
    id: str = ""
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Notebook:
    """The parts of a notebook that count.

    Attributes:
        cells: All cells, in order.
        language: The language that it names, in lower case.
        kernel: The kernel that it names; it is never used.
        remarks: Unusual properties, for the report.
    """

    cells: tuple[Cell, ...]
    language: str = "python"
    kernel: str = ""
    remarks: tuple[Text, ...] = ()

    @property
    def code(self) -> tuple[str, ...]:
        """Source of each code cell, in order."""
        return tuple(cell.source for cell in self.cells if cell.kind == "code")


def one_after_another(notebooks: Iterable[Notebook]) -> Notebook:
    """One notebook with the cells of several."""
    several = tuple(notebooks)
    return Notebook(
        tuple(cell for notebook in several for cell in notebook.cells),
        remarks=tuple(dict.fromkeys(remark for notebook in several for remark in notebook.remarks)),
    )


def parse(content: bytes, most_bytes: int = MOST_BYTES, most_cells: int = MOST_CELLS) -> Notebook:
    """Read an untrusted notebook.

    Args:
        content: The bytes as handed in.
        most_bytes: The largest size that is read.
        most_cells: The largest number of cells that is read.

    Returns:
        Its cells without outputs and metadata. nbformat 2 and 3 are converted, and a version newer than 4.5 is read
        as 4.5; a remark mentions both.

    Raises:
        InvalidNotebookError: It cannot be read. The message gives the reason and the remedy.

    Example:
        >>> parse(b'{"cells": [{"cell_type": "code", "source": "x = 1"}], "nbformat": 4}').code
        ('x = 1',)
    """
    if len(content) > most_bytes:
        raise InvalidNotebookError(too_large(len(content), most_bytes))
    text, encoding_remarks = _decoded(content)
    notebook = _notebook(_loaded(text))
    raw_cells, version_remarks = _raw_cells(notebook)
    if len(raw_cells) > most_cells:
        raise InvalidNotebookError(
            message(
                ("The notebook has {count} cells, but may have at most {most}. Remove the cells that you do not need."),
                count=number(len(raw_cells)),
                most=number(most_cells),
            )
        )
    cells = [_cell(raw) for raw in raw_cells]
    if place := next((place for place, cell in enumerate(cells, 1) if cell and _is_no_code(cell)), 0):
        raise InvalidNotebookError(
            message(
                (
                    "Cell {number} is a code cell that contains a NUL character, which Python cannot run. "
                    "Rewrite the cell, save the notebook, and submit it again."
                ),
                number=place,
            )
        )
    if problem := _too_much_code(cells):
        raise InvalidNotebookError(problem)
    language, kernel = _language(notebook)
    remarks = [
        *encoding_remarks,
        *version_remarks,
        *_unreadable(cells),
        *_other_kernel(language, kernel),
    ]
    return Notebook(tuple(cell for cell in cells if cell), language, kernel, tuple(remarks))


def _too_much_code(cells: list[Cell | None]) -> Text:
    """Why the code cannot enter the sandbox; empty if it can."""
    code = [cell.source for cell in cells if cell and cell.kind == "code"]
    # JSON takes at most 12 bytes for a character, so most notebooks need not be encoded to be measured.
    size = len(json.dumps(code)) if 12 * sum(map(len, code)) > MOST_CODE_BYTES else 0
    if size <= MOST_CODE_BYTES:
        return ""
    return message(
        (
            "The code of the notebook is {size} MiB long, but the limit is {most} MiB. Remove data "
            "from the code, and read them from the files of the exercise."
        ),
        size=Numeral(f"{size / 2**20:,.1f}"),
        most=MOST_CODE_BYTES // 2**20,
    )


def too_large(size: int, most: int) -> Text:
    """Make the message for a file that is too large.

    Args:
        size: Its size in bytes.
        most: The largest size that is read, in bytes.
    """
    return message(
        (
            "The size of the file is {size} MB, but the limit is {most} MB. Clear the outputs (Edit "
            "> Clear Outputs of All Cells), save the notebook, and submit it again."
        ),
        size=Numeral(f"{size / 1000000.0:,.1f}"),
        most=Numeral(f"{most / 1000000.0:,.0f}"),
    )


def _decoded(content: bytes) -> tuple[str, list[Text]]:
    """The text, and a remark if it is not plain UTF-8."""
    if not content.strip():
        raise InvalidNotebookError(message("The file is empty. {save}", save=_SAVE))
    for start, kind in _OTHER_KINDS:
        if content.startswith(start):
            raise InvalidNotebookError(message("The file is {kind}, not a notebook. {save}", kind=kind, save=_SAVE))
    encoding = json.detect_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidNotebookError(
            message(
                "The file is not UTF-8 text: byte {byte} does not belong there. {save}",
                byte=number(error.start),
                save=_SAVE,
            )
        ) from error
    if encoding == "utf-8":
        return text, []
    name = message("UTF-8 with a byte order mark") if encoding == "utf-8-sig" else encoding[:6].upper()
    return text.removeprefix("\ufeff"), [
        message(
            ("The file was saved as {encoding}, but notebooks are plain UTF-8. The grader could still read it."),
            encoding=name,
        )
    ]


def _loaded(text: str) -> Any:
    if _too_deep(text):
        raise InvalidNotebookError(
            message(
                "The file nests its data more than {depth} levels deep, which no notebook does. {save}",
                depth=_DEEPEST,
                save=_SAVE,
            )
        )
    try:
        # An integer may have millions of digits; as a float it costs nothing.
        return json.loads(text, parse_int=float)
    except ValueError as error:
        raise InvalidNotebookError(_diagnosis(text, error)) from error


def _too_deep(text: str) -> bool:
    """Whether brackets outside strings nest too deep. This is checked first, because the parser recurses."""
    if text.count("[") + text.count("{") <= _DEEPEST:  # too few to nest so deep; counting is far faster than matching
        return False
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        first = text[match.start()]
        depth += 1 if first in "[{" else -1 if first in "]}" else 0
        if depth > _DEEPEST:
            return True
    return False


def _diagnosis(text: str, error: ValueError) -> Text:
    """The message for a file that is not JSON: what it probably is, and what to do."""
    if _CONFLICT.search(text):
        return message(
            "The file contains the markers of a merge conflict (<<<<<<<, >>>>>>>), so it is not a notebook any more. "
            "Resolve the conflict, or start from one of the two versions, and submit it again."
        )
    if not text.lstrip().startswith(("{", "[")):
        if _PYTHON.search(text):
            return message(
                "The file is a Python script with the name of a notebook. Copy its code into the cells "
                "of the exercise's notebook, save it in Jupyter, and submit the .ipynb file."
            )
        return message("The file is text, but not a notebook. {save}", save=_SAVE)
    position = error.pos if isinstance(error, json.JSONDecodeError) else 0
    if position >= len(text.rstrip()) or str(error).startswith("Unterminated string"):
        return message("The file is cut off: it was probably not saved or copied completely. {save}", save=_SAVE)
    line = text.count("\n", 0, position) + 1
    return message(
        "The file is damaged at line {line}: it is not valid JSON there. {save}", line=number(line), save=_SAVE
    )


def _notebook(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise InvalidNotebookError(
            message("The file is JSON, but not a notebook: it contains no cells. {save}", save=_SAVE)
        )
    return data


def _raw_cells(notebook: dict[str, Any]) -> tuple[list[Any], list[Text]]:
    """The cells in the form of nbformat 4, and a remark if the version is another."""
    if not isinstance(notebook.get("cells"), list):
        sheets = notebook.get("worksheets")
        if isinstance(sheets, list):
            return [_upgraded(cell) for cell in _sheet_cells(sheets)], [
                message("The notebook is in an old format (nbformat 3 or earlier). It was converted.")
            ]
        fact = message("its cells are not a list") if "cells" in notebook else message("it contains no cells")
        raise InvalidNotebookError(
            message("The file is JSON, but not a notebook: {fact}. {save}", fact=fact, save=_SAVE)
        )
    version = (notebook.get("nbformat"), notebook.get("nbformat_minor", 0.0))
    if not all(isinstance(part, float) for part in version):
        return notebook["cells"], [
            message("The notebook does not state the version of its format. It was read as nbformat 4.")
        ]
    if version > (4.0, 5.0):
        remark = message(
            ("The notebook states nbformat {major}.{minor}. It was read as nbformat 4.5, as far as possible."),
            major=f"{version[0]:g}",
            minor=f"{version[1]:g}",
        )
        return notebook["cells"], [remark]
    return notebook["cells"], []


def _sheet_cells(sheets: list[Any]) -> Iterator[Any]:
    for sheet in sheets:
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            yield from sheet["cells"]


def _upgraded(cell: Any) -> Any:
    """A cell of nbformat 3 in the form of nbformat 4: code in `source`, headings in Markdown."""
    if not isinstance(cell, dict):
        return cell
    if cell.get("cell_type") == "code":
        return {"cell_type": "code", "source": cell.get("input", "")}
    if cell.get("cell_type") in ("heading", "html"):
        return {"cell_type": "markdown", "source": cell.get("source", "")}
    return cell


def _cell(raw: Any) -> Cell | None:
    """One cell; None if it cannot be read."""
    if not isinstance(raw, dict) or raw.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = raw.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    pictures = _pictures(raw.get("attachments"), source) if raw["cell_type"] == "markdown" else ()
    return Cell(raw["cell_type"], _clean(source), _identifier(raw.get("id")), pictures)


def _pictures(attachments: Any, source: str) -> tuple[bytes, ...]:
    """The bytes of the first pictures of a Markdown cell, whatever they are: Jupyter attaches them, Colab writes them
    into the text."""
    bundles = list(attachments.values())[:_MOST_PICTURES] if isinstance(attachments, dict) else []
    texts = [
        text
        for bundle in bundles
        if isinstance(bundle, dict)
        for kind, text in list(bundle.items())[:_MOST_PICTURES]
        if kind in _PICTURE_TYPES
    ]
    texts += [match[1] for match in islice(_PICTURE_IN_TEXT.finditer(source), _MOST_PICTURES)]
    return tuple(filter(None, map(_bytes_of, texts[:_MOST_PICTURES])))


def _bytes_of(text: Any) -> bytes:
    """The bytes of a picture in base64, which may be several lines; none if it is something else."""
    text = "".join(text) if isinstance(text, list) and all(isinstance(line, str) for line in text) else text
    try:
        return base64.b64decode(text) if isinstance(text, str) else b""
    except ValueError:
        return b""


def _is_no_code(cell: Cell) -> bool:
    """Whether Python refuses a code cell because of a NUL character."""
    return cell.kind == "code" and "\0" in cell.source


def _clean(source: str) -> str:
    """Text with `\\n` as line end, and without lone surrogates, which cannot be stored in a file."""
    text = source.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _identifier(value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value) else ""


def _unreadable(cells: list[Cell | None]) -> Iterator[Text]:
    numbers = [str(number) for number, cell in enumerate(cells, start=1) if cell is None]
    if numbers:
        cells_left_out = first_few(numbers, 10)
        yield message(
            "These cells of the notebook were left out, because they are not valid: {cells}.", cells=cells_left_out
        )
    if not any(cell and cell.kind == "code" for cell in cells):
        yield message("The notebook contains no code cell.")


def _language(notebook: dict[str, Any]) -> tuple[str, str]:
    """The language and the kernel that the metadata name; `python` and an empty text if they name none."""
    kernel = _name(notebook, "kernelspec", "name")
    language = _name(notebook, "kernelspec", "language") or _name(notebook, "language_info", "name")
    return language.lower() or "python", kernel


def _name(notebook: dict[str, Any], table: str, key: str) -> str:
    metadata = notebook.get("metadata")
    named_table = metadata.get(table) if isinstance(metadata, dict) else None
    value = named_table.get(key) if isinstance(named_table, dict) else None
    return readable(value)[:_LONGEST_NAME] if isinstance(value, str) else ""


def _other_kernel(language: str, kernel: str) -> Iterator[Text]:
    if language != "python":
        yield message(
            ("The notebook says that its language is '{language}'. It was run with the Python of the course."),
            language=language,
        )
    elif kernel not in ("", "python3"):
        yield message(
            ("The notebook says that its kernel is '{kernel}'. It was run with the Python of the course."),
            kernel=kernel,
        )
