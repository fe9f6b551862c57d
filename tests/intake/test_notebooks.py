import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.notebooks import Cell, InvalidNotebookError, parse
from tests.reading import as_read


def notebook(*cells: Any, **more: Any) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more).encode()


def code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source} | more


def refusal(content: bytes, **limits: int) -> str:
    with pytest.raises(InvalidNotebookError) as caught:
        parse(content, **limits)
    return str(caught.value)


def test_only_sources_count_not_outputs_nor_metadata() -> None:
    claimed = [{"output_type": "stream", "name": "stdout", "text": "accuracy = 1.0"}]
    read = parse(notebook(code("x = 1", outputs=claimed, metadata={"points": 100}, id="a")))
    assert read.cells == (Cell("code", "x = 1", "a"),)
    assert read.remarks == ()


def test_a_source_may_be_text_or_lines_with_any_line_end() -> None:
    read = parse(notebook(code(["a\r\n", "b\r", "c"]), {"cell_type": "markdown", "source": "# T"}, code("d")))
    assert read.code == ("a\nb\nc", "d")


def test_cells_without_ids_are_read() -> None:
    assert parse(notebook(code("x"), nbformat_minor=4)).cells[0].id == ""


@pytest.mark.parametrize("strange", ["", 3, "a b", "<script>", "x" * 65, None])
def test_an_id_of_another_form_counts_as_none(strange: Any) -> None:
    assert parse(notebook(code("x", id=strange))).cells[0].id == ""


@pytest.mark.parametrize(
    ("content", "found", "remedy"),
    [
        (b"", "The file is empty.", "submit the .ipynb file again"),
        (b" \n\t", "The file is empty.", "save it"),
        (notebook(code("x = 1"))[:-20], "is cut off", "save it"),
        (b'{"cells": [{"source": "abc', "is cut off", "save it"),
        (b'{"cells": [}', "damaged at line 1", "save it"),
        (b'{\n"cells": x,\n"nbformat": 4}', "damaged at line 2", "save it"),
        (b"import keras\n\nmodel = 3\n", "is a Python script", "Copy its code into the cells"),
        (b"Dear teacher, my laptop broke.", "is text, but not a notebook", "save it"),
        (b'{\n<<<<<<< HEAD\n"a": 1\n=======\n>>>>>>> b\n}', "merge conflict", "Resolve the conflict"),
        (b'{"cells": "\xff"}', "byte 11 does not belong there", "save it"),
        (b"PK\x03\x04rest", "a zip archive or an office document", "save it"),
        (b"<!DOCTYPE html><html>", "a web page", "save it"),
        (b"\x89HDF\r\n", "an HDF5 file", "save it"),
        (b"[1, 2]", "it contains no cells", "save it"),
        (b'{"a": 1}', "it contains no cells", "save it"),
        (notebook(cells={"a": 1}), "its cells are not a list", "save it"),
        (notebook(cells=None), "its cells are not a list", "save it"),
    ],
)
def test_what_is_no_notebook_is_named_with_what_to_do(content: bytes, found: str, remedy: str) -> None:
    message = refusal(content)
    assert found in message
    assert remedy in message


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"a":' * 100_000, b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"]
)
def test_json_nested_without_end_is_refused_not_followed(content: bytes) -> None:
    assert "nests its data more than 200 levels deep" in refusal(content)


def test_brackets_in_strings_do_not_nest() -> None:
    assert parse(notebook(code("[" * 1000 + '"\\"' + "{" * 1000))).code[0].count("[") == 1000


@pytest.mark.parametrize(
    "content", [b'"\\' * 2_000_000, b'{"' * 2_000_000, b"[]" * 2_000_000, b'"' * 4_000_001, b"9" * 4_000_000]
)
def test_no_file_takes_long_to_refuse(content: bytes) -> None:
    start = time.process_time()
    refusal(content)
    assert time.process_time() - start < 10


@pytest.mark.parametrize("source", ["x = 1\0", "\0", ["a", "\0b"], "# \0 in a comment"])
def test_a_code_cell_with_a_nul_character_is_refused_by_number(source: Any) -> None:
    said = refusal(notebook(code("x = 1"), {"cell_type": "markdown", "source": "a \0"}, code(source)))
    assert said.startswith("Cell 3 is a code cell that contains a NUL character")
    assert "submit it again" in said


def test_a_notebook_that_is_too_large_says_how_large_it_may_be() -> None:
    message = refusal(b" " * 21_000_000)
    assert "is 21.0 MB, but the limit is 20 MB" in message
    assert "Clear the outputs" in message
    assert "MB" in refusal(notebook(code("x")), most_bytes=10)


def test_a_notebook_of_too_many_cells_is_refused() -> None:
    assert "has 3 cells, but may have at most 2" in refusal(notebook(*[code("x")] * 3), most_cells=2)
    assert len(parse(notebook(*[code("x")] * 2000)).cells) == 2000


def test_an_old_notebook_is_brought_up_to_date() -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "source": "Title"},
        {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"], "outputs": []},
    ]
    content = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]})
    read = parse(content.encode())
    assert read.cells == (Cell("markdown", "Title"), Cell("code", "x = 1\ny = 2"))
    assert "old format" in as_read(read.remarks[0])


@pytest.mark.parametrize(("major", "minor"), [(4, 99), (5, 0), (99999999999999999999, 0)])
def test_a_notebook_of_the_future_is_read_as_far_as_it_goes(major: int, minor: int) -> None:
    read = parse(notebook(code("x"), nbformat=major, nbformat_minor=minor))
    assert read.code == ("x",)
    assert "was read as nbformat 4.5, as far as possible" in as_read(read.remarks[0])


@pytest.mark.parametrize("version", ["4", None, True, [4]])
def test_a_notebook_without_a_version_is_read_as_nbformat_4(version: Any) -> None:
    assert "does not state the version of its format" in as_read(
        parse(notebook(code("x"), nbformat=version)).remarks[0]
    )


@pytest.mark.parametrize(
    "content", [notebook(code("x = 'é'")).decode().encode("utf-16"), b"\xef\xbb\xbf" + notebook(code("x = 'é'"))]
)
def test_other_encodings_are_read_with_a_remark(content: bytes) -> None:
    read = parse(content)
    assert read.code == ("x = 'é'",)
    assert "notebooks are plain UTF-8" in as_read(read.remarks[0])


def test_cells_that_are_none_are_left_out_and_named() -> None:
    strange: list[Any] = [3, None, {"cell_type": "code", "source": 3}, {"cell_type": "video"}, code(["a", 3]), []]
    read = parse(notebook(*strange, code("x")))
    assert read.code == ("x",)
    assert "not valid: 1, 2, 3, 4, 5, 6." in as_read(read.remarks[0])


def test_a_notebook_without_code_says_so() -> None:
    assert as_read(parse(notebook()).remarks) == ("The notebook contains no code cell.",)


def test_another_language_or_kernel_is_remarked_and_not_used() -> None:
    spec = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
    read = parse(notebook(code("x"), metadata=spec))
    assert (read.language, read.kernel) == ("r", "ir")
    assert as_read(read.remarks) == (
        "The notebook says that its language is 'r'. It was run with the Python of the course.",
    )
    assert "kernel is 'tf-gpu'" in as_read(
        parse(notebook(code("x"), metadata={"kernelspec": {"name": "tf-gpu"}})).remarks[0]
    )


@pytest.mark.parametrize("metadata", [3, [], {"kernelspec": 3}, {"kernelspec": {"name": 3}}, {"language_info": None}])
def test_strange_metadata_change_nothing(metadata: Any) -> None:
    assert parse(notebook(code("x"), metadata=metadata)).remarks == ()


def test_numbers_that_json_lacks_are_tolerated_where_nothing_uses_them() -> None:
    content = notebook(code("x")).replace(
        b'"metadata": {}, "outputs"', b'"metadata": {"a": NaN, "b": -Infinity}, "outputs"'
    )
    assert parse(content).code == ("x",)
    assert "does not say" not in " ".join(map(str, parse(notebook(code("x"), nbformat_minor=float("nan"))).remarks))


def test_half_a_character_is_replaced_and_can_be_written() -> None:
    read = parse(notebook(code("PLACE")).replace(b"PLACE", b"x = '\\ud800' + '\\ud83d\\ude42'"))
    assert read.code == ("x = '\ufffd' + '🙂'",)
    read.code[0].encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "cell_type", "source", "nbformat", "metadata", "kernelspec", "worksheets", "id", "name"]
            ),
            inner | st.sampled_from(["code", 3, 4]),
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_any_json_is_read_or_refused_with_a_message(data: Any) -> None:
    with suppress(InvalidNotebookError):
        assert isinstance(parse(json.dumps(data).encode()).cells, tuple)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_are_read_or_refused_with_a_message(noise: bytes, place: int) -> None:
    good = notebook(code("x = 1"))
    for content in (noise, good[:place] + noise + good[place:]):
        with suppress(InvalidNotebookError):
            assert all(isinstance(cell.source, str) for cell in parse(content).cells)
    assert [cell.source for cell in parse(good).cells] == ["x = 1"]
