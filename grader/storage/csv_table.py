"""Tables as text: a CSV file as it is written, and cells that no spreadsheet executes."""

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
# A spreadsheet reads a formula at the start of a cell, and at the start of what it takes for one: its list separator
# may be another one than the file's. Quotation marks and blanks before the sign change nothing.
_FORMULA_SIGN = r"""(?:['"]|[^\S;\t\r\n])*[=+\-@＝＋－＠]"""
_EXECUTED = (
    (r"\A", rf"{_FORMULA_SIGN}|'*[\t\r\n]"),  # also a sign alone: what follows may lie in the next cell
    (r"(?<=[;\t\r\n])", _FORMULA_SIGN),
    (r"(?<=,)", r"'*[=+\-@＝＋－＠]"),  # with a blank behind it, a comma is prose
)
# Both patterns only look ahead at the formula, so that adjacent ones are all found,
# and `restored` finds just what `neutral` has put in.
_FORMULA = re.compile("|".join(f"{place}(?={text})" for place, text in _EXECUTED))
_NEUTRAL = re.compile("|".join(f"{place}'(?={text})" for place, text in _EXECUTED))
# A spreadsheet on Windows writes "Unicode text" as UTF-16; the mark tells the two byte orders apart.
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DELIMITERS = (",", ";", "\t")
_MOST_SEARCHED = 100_000  # characters: enough for any heading, and a file of one line is not searched whole
# Excel writes and reads this line to name the separator; it is no row of the table.
_SEPARATOR_LINE = re.compile(r"\"?sep=(.)\"?(\r\n|\r|\n)", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
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
        """Give the text of a cell without its quotation marks; empty where the row ends before it.

        Args:
            row: Counted from 0.
            column: Counted from 0; a negative one is in no row.
        """
        cells = self.rows[row]
        return _unquoted(cells[column]) if 0 <= column < len(cells) else ""

    def header(self) -> tuple[str, ...]:
        """Give the texts of the first row; empty for an empty file."""
        return tuple(map(_unquoted, self.rows[0])) if self.rows else ()

    def line_numbers(self) -> list[int]:
        """The line of the file where each row begins, from 1; a cell in quotation marks may have several lines."""
        line = 1 + self.has_separator_line
        numbers = []
        for row in self.rows:
            numbers.append(line)
            line += 1 + sum(cell.count("\n") for cell in row)
        return numbers

    @property
    def has_separator_line(self) -> bool:
        """Whether the first line only names the separator: `sep=;`."""
        return self.mark not in [mark for mark, _ in _BYTE_ORDER_MARKS] + [b""]

    def with_texts(self, texts: Mapping[tuple[int, int], str]) -> "CsvTable":
        """The table with other texts in some cells.

        Args:
            texts: (row, column), counted from 0 -> the new text of the cell. A cell that was quoted stays quoted.

        Returns:
            The new table. A row that ended before a cell is filled up with empty cells.
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


def read_table(content: bytes) -> CsvTable:
    """Read a CSV file.

    Args:
        content: Its bytes: UTF-8 or UTF-16 with or without a byte order mark, else Windows-1252 or Latin-1; cells
            between `,`, `;` or tabs.

    Returns:
        The table; encoded again it gives the same bytes.

    Raises:
        ValueError: It is not text, or a quotation mark is never closed; the message is a clause for a sentence.

    Example:
        >>> table = read_table(b'name;grade\\n"Doe, Jane";\\n')
        >>> table.with_texts({(1, 1): "9.5"}).encoded()
        b'name;grade\\n"Doe, Jane";9.5\\n'
    """
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):  # xlsx and other archives; xls
        raise ValueError("is a workbook or an archive, not a CSV file. Save it as CSV")
    mark, encoding, text = _decoded(content)
    delimiter = ""
    if separator_line := _SEPARATOR_LINE.match(text):
        delimiter, mark = separator_line[1], mark + separator_line[0].encode(encoding)
        text = text[separator_line.end() :]
    if "\x00" in text.partition("\n")[0]:
        raise ValueError("is not text. Give a CSV file")
    delimiter = delimiter or _delimiter(text)
    rows, ends = _split(text, delimiter)
    return CsvTable(rows=rows, ends=ends, delimiter=delimiter, encoding=encoding, mark=mark)


def quoted(text: str, delimiter: str = ",", always: bool = False) -> str:
    """Write a text as a cell: in quotation marks where it needs them, or always.

    Args:
        text: Any text; it is not made safe, see `neutral`.
        delimiter: The separator of cells.
        always: Whether to quote it also where that is not necessary.
    """
    if always or delimiter in text or '"' in text or "\r" in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def cell(text: str) -> str:
    """Write a text as a cell of a table of ours: safe, and in quotation marks unless it is empty or a number.

    With quotation marks, a program that expects another separator keeps the text in one cell.

    Example:
        >>> print(cell("9.5"), cell("=1+1"))
        9.5 "'=1+1"
    """
    return text if not text or _NUMBER.fullmatch(text) else quoted(neutral(text), always=True)


def lines(rows: Iterable[Iterable[str]], end: str = "\r\n") -> str:
    """Rows of texts as CSV, each cell as `cell` writes it.

    Args:
        rows: The texts, a heading first.
        end: The end of each row.
    """
    return "".join(",".join(map(cell, row)) + end for row in rows)


def neutral(text: str) -> str:
    """Make a text safe for a cell: no spreadsheet treats it as a formula, whatever its list separator.

    `restored` undoes this.

    Returns:
        The text with `'` before each part that a spreadsheet would execute without it: at the start, after a
        separator, a tab or the end of a line. Characters that cannot be encoded or that end a text early are left out.

    Example:
        >>> neutral("=1+1"), restored("'=1+1")
        ("'=1+1", '=1+1')
    """
    if not text.isascii() or "\x00" in text:
        text = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return _FORMULA.sub("'", text)


def restored(text: str) -> str:
    """Give the text that a cell had before `neutral`."""
    return _NEUTRAL.sub("", text)


def _decoded(content: bytes) -> tuple[bytes, str, str]:
    """Byte order mark, encoding and text."""
    marks = [(mark, encoding) for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)]
    mark, encoding = marks[0] if marks else (b"", _encoding(content))
    try:
        return mark, encoding, content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"is not text in {encoding.upper()}. Save it as CSV in UTF-8") from error


def _encoding(content: bytes) -> str:
    """Guess the encoding of a file that does not name it."""
    # UTF-16 has a zero in every other byte of text such as a heading.
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
    return "latin-1"  # every byte is a character of it, so any file comes back byte for byte


def _delimiter(text: str) -> str:
    """The separator that occurs most often in the first line, outside quotation marks."""
    first = re.split(r"[\r\n]", _QUOTED.sub("", text[:_MOST_SEARCHED]), maxsplit=1)[0]
    return max(_DELIMITERS, key=first.count)


def _split(text: str, delimiter: str) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Split a text into rows of cells as they are written, and the end of each row.

    Raises:
        ValueError: A quotation mark is never closed.
    """
    here = re.escape(delimiter)
    # A quoted cell, with text after its last mark as people leave it there, or one without; then what ends it.
    cell = re.compile(rf'("[^"]*(?:""[^"]*)*"[^{here}\r\n]*|(?!")[^{here}\r\n]*)({here}|\r\n|\r|\n|\Z)')
    rows: list[tuple[str, ...]] = []
    ends: list[str] = []
    row: list[str] = []
    position, has_more = 0, bool(text)
    while has_more:
        match = cell.match(text, position)
        if match is None:
            raise ValueError(f"has a quotation mark in row {len(rows) + 1} that is never closed. Close it")
        content, end = match[1], match[2]
        row.append(content)
        position = match.end()
        # A delimiter at the end of the text is followed by an empty cell, the end of a line by nothing.
        has_more = end == delimiter or (end != "" and position < len(text))
        if end != delimiter:
            rows.append(tuple(row))
            ends.append(end)
            row = []
    return tuple(rows), tuple(ends)


def _unquoted(cell: str) -> str:
    if not cell.startswith('"'):
        return cell
    end = cell.rindex('"')
    return cell[1:end].replace('""', '"') + cell[end + 1 :]
