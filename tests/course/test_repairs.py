"""Repairs: what they change in a notebook, and the file that holds them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grader.course.layout import Course
from grader.course.repairs import FILE, add_repair, read_repairs, undo_repair
from grader.errors import InputError, SpecificationError
from grader.model.repair import Repair, repaired

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
NP_UTILS = Repair(
    line="from keras.utils import np_utils",
    replacement="import keras.utils as np_utils",
    reason="Keras 3 moved it.",
    author="ada",
    at=AT,
)


@pytest.mark.parametrize(
    ("line", "replacement", "before", "after"),
    [
        ("a = 1", "a = 2", "a = 1\nb = a = 1\na = 11\n# a = 1\n", "a = 2\nb = a = 1\na = 11\n# a = 1\n"),
        ("a = 1", "a = 2", "if b:\n    a = 1\n\ta = 1  ", "if b:\n    a = 2\n\ta = 2"),
        ("a = 1", "a = 2\nb = 3", "if b:\n    a = 1\nc", "if b:\n    a = 2\n    b = 3\nc"),
        ("a = 1", "", "if b:\n    a = 1", "if b:\n    pass"),
        ("!pip install x", "", "!pip install x", "pass"),
        ("a = 1", "a = 2", "a  =  1\r\nx", "a  =  1\r\nx"),
    ],
)
def test_only_the_whole_line_is_replaced_with_its_indentation(
    line: str, replacement: str, before: str, after: str
) -> None:
    assert replace(NP_UTILS, line=line, replacement=replacement).apply(before) == after


def test_repairs_apply_in_order_and_those_that_were_undone_do_not() -> None:
    second = replace(NP_UTILS, line="import keras.utils as np_utils", replacement="np_utils = None")
    undone = replace(NP_UTILS, line="x = 1", replacement="x = 2", undone=AT)
    cells, applied = repaired(("x = 1", NP_UTILS.line, "y"), (NP_UTILS, second, undone))
    assert cells == ("x = 1", "np_utils = None", "y")
    assert [(each.repair, each.cells) for each in applied] == [(NP_UTILS, (2,)), (second, (2,))]
    assert repaired(("y",), (NP_UTILS,)) == (("y",), ())


def test_a_repair_is_read_as_it_was_stored_whatever_it_says(small: Course) -> None:
    odd = replace(NP_UTILS, line='print("ü\\n\t😀")', replacement="a\n\"b'\x7f", reason="“so” # = [x]")
    add_repair(small, "tiny", NP_UTILS)
    add_repair(small, "tiny", odd)
    assert read_repairs(small, "tiny") == (NP_UTILS, odd)
    undo_repair(small, "tiny", 1, AT)
    assert read_repairs(small, "tiny") == (replace(NP_UTILS, undone=AT), odd)
    add_repair(small, "tiny", NP_UTILS)  # which is possible, since the first is undone
    assert len(read_repairs(small, "tiny")) == 3


def test_what_makes_no_sense_is_refused_and_changes_nothing(small: Course) -> None:
    add_repair(small, "tiny", NP_UTILS)
    before = read_repairs(small, "tiny")
    for wrong in (
        NP_UTILS,
        replace(NP_UTILS, line=""),
        replace(NP_UTILS, line="a\nb"),
        replace(NP_UTILS, line=" a"),
        replace(NP_UTILS, line="a", replacement="a"),
    ):
        with pytest.raises(InputError, match=r"^--"):
            add_repair(small, "tiny", wrong)
    for number in (0, 2):
        with pytest.raises(InputError, match=f"there is no repair {number} in force"):
            undo_repair(small, "tiny", number, AT)
    assert read_repairs(small, "tiny") == before


def test_a_damaged_file_is_named_with_its_line(small: Course) -> None:
    path = small.solution_folder("tiny") / FILE
    path.write_text('[[repairs]]\nline = ""\n')
    with pytest.raises(SpecificationError, match=r"solutions/tiny/repairs\.toml: repair 1: .*must not be empty"):
        read_repairs(small, "tiny")
