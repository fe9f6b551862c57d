"""The text of a question is found in the notebook that students get."""

import json
from typing import Any

import pytest

from grader.course.question_texts import named_in, question_texts
from grader.errors import SpecificationError


def notebook(*cells: tuple[str, str]) -> bytes:
    content: dict[str, Any] = {"cells": [{"cell_type": kind, "source": source} for kind, source in cells]}
    return json.dumps(content).encode()


GIVEN = "import numpy as np\n\nimage = np.array([[1, 2],\n [3, 4]])\nsize, stride = 7, 2"
HEADING = ("markdown", "# Convolution")


def test_a_question_has_the_text_cell_before_its_answer() -> None:
    texts = question_texts(notebook(("markdown", "**How wide?**"), ("code", "width = ...")), ["width"])
    assert texts["width"].text == "**How wide?**"
    assert texts["width"].before == ""


def test_two_answers_share_the_text_that_asks_for_both() -> None:
    cells = ("markdown", "**1 and 2.** How wide and how high?"), ("code", "width = ..."), ("code", "height = ...")
    texts = question_texts(notebook(*cells), ["width", "height"])
    assert texts["width"].text == texts["height"].text


def test_earlier_questions_of_the_section_come_before_the_text_but_not_those_of_other_sections() -> None:
    cells = (
        HEADING,
        ("markdown", "## 1. Another section"),
        ("markdown", "**1.** Elsewhere?"),
        ("code", "elsewhere = ..."),
        ("markdown", "## 2. Sizes"),
        ("markdown", "**2.** How wide is it without padding?"),
        ("code", "width = ..."),
        ("markdown", "**3.** The same with zero padding?"),
        ("code", "padded = ..."),
    )
    text = question_texts(notebook(*cells), ["elsewhere", "width", "padded"])["padded"]
    assert text.text == "**3.** The same with zero padding?"
    assert text.before == "## 2. Sizes\n\n**2.** How wide is it without padding?"


def test_code_that_students_get_is_part_of_the_text() -> None:
    cells = ("markdown", "**1.** What does this give?"), ("code", "layers = 3"), ("code", "total = ...")
    assert question_texts(notebook(*cells), ["total"])["total"].text.endswith("```python\nlayers = 3\n```")


def test_numbers_of_earlier_cells_are_listed_by_name_unless_the_text_prints_them() -> None:
    printed = ("markdown", "Take `image`:\n\n```\n[[1, 2],\n [3, 4]]\n```")
    not_printed = ("markdown", "Take `image`.")
    for text, names in ((printed, {"size", "stride"}), (not_printed, {"image", "size", "stride"})):
        texts = question_texts(notebook(HEADING, ("code", GIVEN), text, ("code", "answer = ...")), ["answer"])
        assert set(texts["answer"].assignments) == names
        assert texts["answer"].assignments["size"] == "size, stride = 7, 2"


def test_an_answer_is_never_listed_as_a_number() -> None:
    cells = HEADING, ("markdown", "One?"), ("code", "one = ..."), ("markdown", "Two?"), ("code", "two = ...")
    assert question_texts(notebook(*cells), ["one", "two"])["two"].assignments == {}


def test_an_answer_without_a_text_before_it_has_none() -> None:
    assert question_texts(notebook(("code", "width = ...")), ["width"]) == {}


def test_a_cell_that_is_not_python_has_no_numbers() -> None:
    cells = ("code", "%matplotlib inline\nsize = 3"), ("markdown", "`size`?"), ("code", "width = ...")
    assert question_texts(notebook(*cells), ["width"])["width"].assignments == {}


def test_names_in_fenced_blocks_are_not_names_of_a_text() -> None:
    assert named_in("Take `image` and `weights[0]`.\n\n```\nother `name`\n```\n") == {"image", "weights"}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"cells": [{"source": 3}]}', b'{"cells": 3}'])
def test_bytes_that_are_not_a_notebook_are_refused(content: bytes) -> None:
    with pytest.raises(SpecificationError, match="is not a notebook"):
        question_texts(content, ["width"])
