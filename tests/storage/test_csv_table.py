"""CSV files byte for byte, and cells that no spreadsheet executes."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Literal

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from grader.storage.csv_table import lines, neutral, read_table, restored

CELLS = st.text(st.sampled_from("ab,;\t\"'\r\n =+-@é"), max_size=6)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5)
HOSTILE = st.text(st.sampled_from("=+-@;,\"'\t\r\n ＝ab1(\x01"), max_size=8) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20
)

Quoting = Literal[0, 1, 2, 3]  # of the module csv


def encoded(
    rows: list[list[str]], delimiter: str = ",", end: str = "\r\n", quoting: Quoting = csv.QUOTE_MINIMAL
) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([["head", "of", "table", "x"], *rows])
    return stream.getvalue()


@given(
    ROWS,
    st.sampled_from(",;\t"),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"]),
)
def test_a_file_is_read_as_written_and_comes_back_byte_for_byte(
    rows: list[list[str]], delimiter: str, end: str, quoting: Quoting, encoding: str
) -> None:
    # The standard writer leaves a lone CR bare where lines end in LF.
    assume(
        end == "\r\n" or quoting == csv.QUOTE_ALL or "\r" not in str.join("", (cell for row in rows for cell in row))
    )
    content = encoded(rows, delimiter, end, quoting).encode(encoding)
    table = read_table(content)
    assert table.encoded() == content
    assert [
        [table.text(row, column) for column in range(len(table.rows[row]))] for row in range(1, len(rows) + 1)
    ] == rows


@given(ROWS, st.data())
def test_only_the_cell_that_is_filled_changes(rows: list[list[str]], data: st.DataObject) -> None:
    table = read_table(encoded(rows).encode())
    row = data.draw(st.integers(1, len(rows)))
    column = data.draw(st.integers(0, 3))
    text = data.draw(CELLS)
    filled = read_table(table.with_texts({(row, column): text}).encoded())
    for there, cells in enumerate(filled.rows):
        for place in range(len(cells)):
            expected = text if (there, place) == (row, column) else table.text(there, place)
            assert filled.text(there, place) == expected


def test_a_cell_that_was_quoted_stays_quoted_and_others_are_not() -> None:
    table = read_table(b'a,b\n"1",2\n')
    assert table.with_texts({(1, 0): "7", (1, 1): "8"}).encoded() == b'a,b\n"7",8\n'


def test_a_row_that_is_too_short_is_made_longer() -> None:
    assert read_table(b"a,b,c\n1\n").with_texts({(1, 2): "x"}).encoded() == b"a,b,c\n1,,x\n"


def test_a_file_without_an_end_of_line_gets_none() -> None:
    assert read_table(b"a,b\n1,2").encoded() == b"a,b\n1,2"


def test_the_line_that_names_the_separator_is_kept() -> None:
    content = b"sep=|\r\na|b\r\n1|2\r\n"
    table = read_table(content)
    assert (table.header(), table.encoded()) == (("a", "b"), content)


def test_a_character_that_the_encoding_lacks_is_marked() -> None:
    table = read_table("é;b\n1;2\n".encode("latin-1"))
    assert table.with_texts({(1, 0): "日"}).encoded() == "é;b\n?;2\n".encode("latin-1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04" + bytes(20), "is a workbook or an archive, not a CSV file. Save it as CSV"),
        (b"\xd0\xcf\x11\xe0" + bytes(20), "is a workbook or an archive"),
        (b"ab\x00\x01c,d\n", "is not text. Give a CSV file"),
        (codecs.BOM_UTF8 + b"\xff\xfe", "is not text in UTF-8"),
        (b'a,b\n1,"2\n', "has a quotation mark in row 2 that is never closed. Close it"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        read_table(content)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tb", "  =1", "＝1", "'=1", "''+1", '"=1', "-", "="])
def test_formulas_are_neutral(text: str) -> None:
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", ["", "'", "O'Neil", "'tis", "a=b", "1-2", "a, -3", "a;b", "a - b", "x\ty"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert neutral(text) == restored(text) == text


# The first text of all reads the tables of Unicode, which takes seconds.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(HOSTILE)
def test_neutral_text_is_no_formula_and_comes_back(text: str) -> None:
    assert restored(neutral(text)) == text
    assert not _is_formula(neutral(text))


@pytest.mark.parametrize("separator", [";", "\t", "\r", "\n", "; ", ";'", ';"', "a;b;", "a\n\n", ","])
@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "＝1"])
def test_a_formula_after_any_separator_is_neutral_in_every_spreadsheet(separator: str, formula: str) -> None:
    text = f"Anna{separator}{formula}"
    assert restored(neutral(text)) == text
    for cell in _as_spreadsheets_read(lines([["1", text], [text, "2"]])):
        assert not _is_formula(cell)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.lists(HOSTILE, min_size=1, max_size=3), min_size=1, max_size=3))
@example([["-1", ""]])
def test_no_cell_of_any_table_is_a_formula_whatever_the_list_separator(rows: list[list[str]]) -> None:
    for cell in _as_spreadsheets_read(lines(rows)):
        assert not _is_formula(cell)


def test_texts_are_quoted_and_numbers_are_not() -> None:
    assert lines([["name", "points"], ["Anna", "2.5"], ["007", "-0.12"], ["", "1,5"]]) == (
        '"name","points"\r\n"Anna",2.5\r\n007,-0.12\r\n,"1,5"\r\n'
    )


@pytest.mark.parametrize("piece", ["=", ";=", "'", '"', ";'", " ", "\n", "\t=", "=\n", ",-", "+ "])
def test_the_work_grows_with_the_length_of_a_text(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    assert restored(neutral(text)) == text


def _as_spreadsheets_read(text: str) -> Iterator[str]:
    """All cells that programs with one list separator or another see; a quotation mark counts at a cell's start."""
    for delimiter in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield from row


def _is_formula(cell: str) -> bool:
    """Whether a spreadsheet executes a cell.

    A plain number does no harm, also with the cells behind it where a comma separates nothing: a formula cannot go on
    with a comma, and what begins behind one is looked at as a cell of its own.
    """
    bare = cell.strip()
    return len(bare) > 1 and bare.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) and not _is_number(bare)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-\d+(\.\d+)?(,.*)?", text, re.ASCII | re.DOTALL))
