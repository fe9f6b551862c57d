"""Tables as text: a CSV file as it is written, and cells that no spreadsheet executes."""

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
# A spreadsheet reads a formula at the start of a cell, and at the start of what it takes for one: its list separator
# may be another one than the file's. Quotation marks and blanks before the sign change nothing.
_SIGN = r"""(?:['"]|[^\S;\t\r\n])*[=+\-@＝＋－＠]"""
_EXECUTED = (
    (r"\A", rf"{_SIGN}|'*[\t\r\n]"),  # also a sign alone: what follows may lie in the next cell
    (r"(?<=[;\t\r\n])", _SIGN),
    (r"(?<=,)", r"'*[=+\-@＝＋－＠]"),  # with a blank behind it, a comma is prose
)
_FORMULA = re.compile("|".join(f"{place}(?={text})" for place, text in _EXECUTED))
_NEUTRAL = re.compile("|".join(f"{place}'(?={text})" for place, text in _EXECUTED))
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DELIMITERS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r"\"?sep=(.)\"?(\r\n|\r|\n)", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV file, cell by cell as it is written; unchanged cells stay the same byte for byte.

    Attributes:
        rows: The cells, with their quotation marks; rows may differ in length.
        ends: What ends each row: CR LF, LF, CR, or nothing at the end of the file.
        delimiter: The separator of cells.
        encoding: Name of the encoding, for `str.encode`.
        mark: The byte order mark, and a line `sep=;` if there is one.
    """

    rows: tuple[tuple[str, ...], ...]
    ends: tuple[str, ...]
    delimiter: str
    encoding: str
    mark: bytes = b""

    def text(self, row: int, column: int) -> str:
        """What a cell says; empty where the row ends before it."""
        cells = self.rows[row]
        return _unquoted(cells[column]) if 0 <= column < len(cells) else ""

    def header(self) -> tuple[str, ...]:
        """What the cells of the first row say; empty for an empty file."""
        return tuple(map(_unquoted, self.rows[0])) if self.rows else ()

    def with_texts(self, texts: Mapping[tuple[int, int], str]) -> "Table":
        """The table with other texts in some cells.

        Args:
            texts: (row, column), counted from 0 -> the new text of the cell. A cell that was quoted stays quoted.
        """
        rows = [list(row) for row in self.rows]
        for (row, column), text in texts.items():
            cells = rows[row]
            cells += [""] * (column + 1 - len(cells))
            cells[column] = quoted(text, self.delimiter, always=cells[column].startswith('"'))
        return replace(self, rows=tuple(map(tuple, rows)))

    def encoded(self) -> bytes:
        """The bytes of the file. A character that its encoding lacks becomes `?`."""
        lines = (self.delimiter.join(row) + end for row, end in zip(self.rows, self.ends, strict=True))
        return self.mark + "".join(lines).encode(self.encoding, "replace")


def read_table(content: bytes) -> Table:
    """Read a CSV file.

    Args:
        content: Its bytes: UTF-8 or UTF-16 with or without a byte order mark, else Windows-1252 or Latin-1; cells
            between `,`, `;` or tabs.

    Returns:
        The table; encoded again it gives the same bytes.

    Raises:
        ValueError: It is not text, or a quotation mark is never closed; the message is a clause for a sentence.
    """
    if content.startswith(b"PK\x03\x04") or content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValueError("is a workbook or an archive, not a CSV file; save it as CSV")
    mark, encoding, text = _decoded(content)
    delimiter = ""
    if found := _SEPARATOR_LINE.match(text):
        delimiter, mark = found[1], mark + found[0].encode(encoding)
        text = text[found.end() :]
    if "\x00" in text.partition("\n")[0]:
        raise ValueError("is not text; give a CSV file")
    delimiter = delimiter or _delimiter(text)
    rows, ends = _split(text, delimiter)
    return Table(rows=rows, ends=ends, delimiter=delimiter, encoding=encoding, mark=mark)


def quoted(text: str, delimiter: str = ",", always: bool = False) -> str:
    """A text as it is written in a cell: in quotation marks where it needs them, or always."""
    if always or delimiter in text or '"' in text or "\r" in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def cell(text: str) -> str:
    """A text as we write it in a table of our own: safe, and in quotation marks unless it is empty or a number.

    With quotation marks a program that expects another separator keeps the text in one cell.
    """
    return text if not text or _NUMBER.fullmatch(text) else quoted(neutral(text), always=True)


def lines(rows: Iterable[Iterable[str]], end: str = "\r\n") -> str:
    """Rows of texts as CSV, each cell as `cell` writes it.

    Args:
        rows: The texts, a heading first.
        end: What ends each row.
    """
    return "".join(",".join(map(cell, row)) + end for row in rows)


def neutral(text: str) -> str:
    """Text for a cell that no spreadsheet treats as a formula, whatever its list separator; `restored` undoes this.

    Returns:
        The text with `'` before each part that a spreadsheet would execute without it, at the start, after a
        separator, a tab or the end of a line; without characters that cannot be
        encoded or that end a text early.
    """
    if not text.isascii() or "\x00" in text:
        text = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return _FORMULA.sub("'", text)


def restored(text: str) -> str:
    """What a cell said before `neutral`."""
    return _NEUTRAL.sub("", text)


def _decoded(content: bytes) -> tuple[bytes, str, str]:
    """Byte order mark, encoding and text."""
    marked = [each for each in _MARKS if content.startswith(each[0])]
    mark, encoding = marked[0] if marked else (b"", _encoding(content))
    try:
        return mark, encoding, content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"is not text in {encoding.upper()}; save it as CSV in UTF-8") from error


def _encoding(content: bytes) -> str:
    """The encoding of a file that does not name it."""
    if content[1:2] == b"\x00" and content[3:4] == b"\x00":
        return "utf-16-le"
    if content[:1] == b"\x00" and content[2:3] == b"\x00":
        return "utf-16-be"
    for encoding in ("utf-8", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _delimiter(text: str) -> str:
    """The separator that occurs most often in the first line, outside quotation marks."""
    first = re.split(r"[\r\n]", _QUOTED.sub("", text[:100_000]), maxsplit=1)[0]
    return max(_DELIMITERS, key=first.count)


def _split(text: str, delimiter: str) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """The rows of a text, and what ends each."""
    here = re.escape(delimiter)
    cell = re.compile(rf'("[^"]*(?:""[^"]*)*"[^{here}\r\n]*|(?!")[^{here}\r\n]*)({here}|\r\n|\r|\n|\Z)')
    rows: list[tuple[str, ...]] = []
    ends: list[str] = []
    row: list[str] = []
    place, more = 0, bool(text)
    while more:
        found = cell.match(text, place)
        if found is None:
            raise ValueError(f"has a quotation mark in row {len(rows) + 1} that is never closed; close it")
        row.append(found[1])
        place, more = found.end(), found[2] != "" and (found[2] == delimiter or found.end() < len(text))
        if found[2] != delimiter:
            rows.append(tuple(row))
            ends.append(found[2])
            row = []
    return tuple(rows), tuple(ends)


def _unquoted(cell: str) -> str:
    if not cell.startswith('"'):
        return cell
    end = cell.rindex('"')
    return cell[1:end].replace('""', '"') + cell[end + 1 :]
