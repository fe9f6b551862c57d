"""Numbers as text: read where one reading is possible, else explained; never another number in silence."""

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies

from grader.assess.answer_forms import read_array, read_indices, read_number, read_shape
from grader.assess.numerals import ANY, WHOLE, NumberForm, UnreadableError, number_in
from grader.assess.printed import values_in
from grader.model.assessment import Verdict
from grader.model.record import Answer, AnswerState
from tests.assess.assess_samples import question, value
from tests.assess.conftest import Mark
from tests.reading import as_read

GROUPS = [",", ".", " ", "'", "_", "\u00a0", "\u202f", "\u2009", "’"]


def grouped(number: int, sign: str) -> str:
    return f"{number:,}".replace(",", sign)


@pytest.mark.parametrize("sign", GROUPS)
@given(number=strategies.integers(1000, 10**10))
def test_thousands_are_read_where_a_whole_number_is_asked_for(sign: str, number: int) -> None:
    text = grouped(number, sign)
    if sign == "." and number < 10**6 and number % 1000 == 0:
        with pytest.raises(UnreadableError, match="more than one way"):  # 12.000 is 12 as well
            number_in(text, WHOLE)
    else:
        assert number_in(text, WHOLE)[0] == number


@given(number=strategies.integers(1000, 999_999))
def test_one_comma_before_three_digits_is_explained_where_decimals_are_possible(number: int) -> None:
    with pytest.raises(UnreadableError) as told:
        number_in(grouped(number, ","), ANY)
    assert str(number) in str(told.value)
    assert f"{number // 1000}.{number % 1000:03}".rstrip("0").rstrip(".") in str(told.value)


@given(strategies.integers(0, 9999), strategies.integers(0, 99), strategies.sampled_from([ANY, WHOLE]))
def test_a_decimal_comma_before_one_or_two_digits_is_read(before: int, behind: int, asked: NumberForm) -> None:
    assert number_in(f"{before},{behind:02}", asked)[0] == pytest.approx(before + behind / 100)
    assert number_in(f"{before},{behind % 10}", asked)[0] == pytest.approx(before + behind % 10 / 10)


@given(strategies.floats(-1e6, 1e6, allow_nan=False))
def test_what_python_writes_is_read_as_python_reads_it(number: float) -> None:
    assert number_in(repr(number))[0] == number
    assert number_in(f"{number:.3f}")[0] == float(f"{number:.3f}")


@given(strategies.text(alphabet="0123456789.,'_ +-eE%/", max_size=9), strategies.sampled_from([ANY, WHOLE]))
def test_whatever_stands_there_is_one_number_or_explained(text: str, asked: NumberForm) -> None:
    with suppress(UnreadableError):
        number, note = number_in(text, asked)
        assert math.isfinite(number)
        assert note


@pytest.mark.parametrize(
    ("text", "asked", "number"),
    [
        ("0,96", ANY, 0.96),
        ("40,0", ANY, 40),
        ("0,960", ANY, 0.96),
        ("1.386,5", ANY, 1386.5),
        ("1,386.5", ANY, 1386.5),
        ("1 386,5", ANY, 1386.5),
        ("1,386,000", ANY, 1386000),
        ("12,", ANY, 12),
        ("64.", ANY, 64),
        ("3.2e1", ANY, 32),
        ("1,5e-3", ANY, 0.0015),
        ("−3", ANY, -3),
        ("≈ 0.96", ANY, 0.96),
        ("ca. 26", ANY, 26),
        ("= 26", ANY, 26),
        ("96 %", ANY, 0.96),
        ("96%", ANY, 0.96),
        ("96,5 %", ANY, 0.965),
        ("96 percent", ANY, 0.96),
        ("96 Prozent", ANY, 0.96),
        ("96 %", NumberForm(unit="%"), 96),
        ("96 %", WHOLE, 96),
        ("0.96.", ANY, 0.96),
        ("1386;", WHOLE, 1386),
        ("'1386'", WHOLE, 1386),
        ("**1,386**", WHOLE, 1386),
        ("params = 1386", WHOLE, 1386),
        ("params: 1,386", WHOLE, 1386),
        ("np.int64(26)", ANY, 26),
        ("np.float32(0.5)", ANY, 0.5),
        ("tf.Tensor(26, shape=(), dtype=int32)", ANY, 26),
        ("26 px", ANY, 26),
        ("26px", ANY, 26),
        ("26 pixels", NumberForm(unit="px"), 26),
        ("1460 parameters", WHOLE, 1460),
        ("1,460 Parameter", WHOLE, 1460),
        ("40 MiB", NumberForm(unit="MiB"), 40),
        ("40,0 mib", NumberForm(unit="MiB"), 40),
        ("1386 trainable parameters", WHOLE, 1386),
        ("1,386 parameters (rounded)", WHOLE, 1386),
        ("1386 (parameters)", WHOLE, 1386),
        ("0,96 (gerundet)", ANY, 0.96),
        ("96 % (rounded)", ANY, 0.96),
        ("40 MiB (rounded)", NumberForm(unit="MiB"), 40),
        ("Total params: 1,386", WHOLE, 1386),
        ("number of weights = 1386", WHOLE, 1386),
        ("$1386$", WHOLE, 1386),
        ("1.386e3", WHOLE, 1386),
        ("1,386e3", WHOLE, 1386),
    ],
)
def test_one_reading_is_taken(text: str, asked: NumberForm, number: float) -> None:
    assert number_in(text, asked)[0] == pytest.approx(number)


@pytest.mark.parametrize(
    ("text", "asked", "word"),
    [
        ("1,386", ANY, "Write 1.386 or 1386"),
        ("12.000", WHOLE, "Write 12 or 12000"),
        ("5 Mio", WHOLE, "`Mio`"),
        ("1.4 million", ANY, "`million`"),
        ("62 k", WHOLE, "`k`"),
        ("40 MB", ANY, "`MB`"),
        ("40 MB", NumberForm(unit="MiB"), "Write the number in MiB"),
        ("0.04 GiB", NumberForm(unit="MiB"), "Write the number in MiB"),
        ("96 %", NumberForm(unit="MiB"), "Write the number in MiB"),
        ("(3*3*8+1)*20", WHOLE, "a calculation in quotes"),
        ("24/25", ANY, "a calculation in quotes"),
        ("5-3", ANY, "a calculation in quotes"),
        ("26 or 27", WHOLE, "not a number"),
        ("26 or so", WHOLE, "is not part of a number"),
        ("5 million parameters", WHOLE, "is not part of a number"),
        ("5 less than 30", WHOLE, "not a number"),
        ("5 less than that", WHOLE, "not a number"),
        ("26 (or 27)", WHOLE, "not a number"),
        ("24 of 25", ANY, "not a number"),
        ("6,00,810", WHOLE, "not a number"),
        ("twenty-six", WHOLE, "not a number"),
        ("", ANY, "not a number"),
        ("1e999", ANY, "not a number"),
    ],
)
def test_what_could_be_several_numbers_or_none_is_explained(text: str, asked: NumberForm, word: str) -> None:
    with pytest.raises(UnreadableError) as told:
        number_in(text, asked)
    assert word in str(told.value)


@pytest.mark.parametrize(
    ("parts", "options", "word"),
    [
        ([786, 688], {}, "Python reads 786,688 as 2 numbers. Write 786688."),
        ([1, 386, 920], {}, "Python reads 1,386,920 as 3 numbers. Write 1386920."),
        ([0, 96], {"decimals": 2}, "Python reads 0,96 as 2 numbers. Write 0.96."),
        ([40, 0], {"tolerance": 0.1}, "Python reads 40,0 as 2 numbers. Write 40000 or 40.0."),
        ([786, 688], {"decimals": 2}, "Write 786688 or 786.688."),
        ([26, 26, 32], {}, "3 entries. The question asks for one number"),
        ([1.5, 2], {}, "2 entries. The question asks for one number"),
    ],
)
def test_a_comma_that_made_a_tuple_is_explained(
    mark: Mark, parts: list[float], options: dict[str, Any], word: str
) -> None:
    given_tuple = Answer(AnswerState.VALUE, parts, "tuple")
    finding = mark(question("number", **options), 786688, given=given_tuple)
    assert (finding.verdict, word in finding.reason) == (Verdict.FAILED, True), finding.reason


def test_a_list_of_two_is_no_number_with_a_comma(mark: Mark) -> None:
    reason = mark(question("number"), 786688, given=value([786, 688])).reason
    assert "Python reads" not in reason
    assert "2 entries" in reason


def test_a_comma_at_the_end_is_read_with_a_note(mark: Mark) -> None:
    finding = mark(question("number"), 12, given=Answer(AnswerState.VALUE, [12], "tuple"))
    assert (finding.verdict, "comma at the end" in finding.reason) == (Verdict.PASSED, True)


@pytest.mark.parametrize(
    ("expected", "options", "text", "verdict"),
    [
        (1386, {}, "1,386", Verdict.PASSED),
        (1386, {}, "1.386", Verdict.PASSED),
        (1.386, {"decimals": 3}, "1.386", Verdict.PASSED),
        (1.386, {"decimals": 3}, "1,386", Verdict.FAILED),
        (1386, {"tolerance": 1}, "1,386", Verdict.FAILED),
        (0.96, {"digits": 2}, "96 %", Verdict.PASSED),
        (40, {"unit": "MiB", "tolerance": 0.01}, "40 MiB", Verdict.PASSED),
        (40, {"unit": "MiB", "tolerance": 0.01}, "40,0", Verdict.PASSED),
    ],
)
def test_what_a_text_means_depends_on_what_was_asked(
    mark: Mark, expected: float, options: dict[str, Any], text: str, verdict: Verdict
) -> None:
    finding = mark(question("number", **options), expected, given=value(text))
    assert finding.verdict is verdict
    assert finding.reason


def test_a_point_that_was_to_part_thousands_is_named(mark: Mark) -> None:
    finding = mark(question("number"), 786688, given=value(786.688))
    assert (finding.verdict, "does not separate thousands" in finding.reason) == (Verdict.FAILED, True)


@pytest.mark.parametrize("number", [12.5, 25.25252525, 0.5, 1234.567])
def test_of_decimals_that_are_no_thousands_none_are_spoken_of(mark: Mark, number: float) -> None:
    reason = mark(question("number"), 13, given=value(number)).reason
    assert "The question asks for a whole number." in reason
    assert "thousands" not in reason


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.integers(0, 10**9), strategies.sampled_from(GROUPS), strategies.booleans())
def test_a_text_never_passes_for_another_number(mark: Mark, number: int, sign: str, decimals: bool) -> None:
    asked = question("number", decimals=2) if decimals else question("number")
    finding = mark(asked, number + 1, given=value(grouped(number, sign)))
    assert finding.verdict is not Verdict.PASSED


@pytest.mark.parametrize("array", [np.arange(6).reshape(2, 3), np.array([0.5, 1.5, -2]), np.array([[1]]), np.eye(3)])
@pytest.mark.parametrize(
    "write", [str, repr, lambda array: str(array.tolist()), lambda array: repr(tuple(array.tolist()))]
)
def test_an_array_that_was_printed_is_read(array: np.ndarray, write: Any) -> None:
    reading = read_array(write(array))
    assert reading.shape == array.shape
    assert list(reading.cells) == array.ravel().tolist()
    assert "quotes" in as_read(reading.note)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("[1,5 2,5]", [1.5, 2.5]),
        ("[1,5; 2,5]", [1.5, 2.5]),
        ("1; 2; 3", [1, 2, 3]),
        ("1, 2, 3", [1, 2, 3]),
        ("tf.Tensor([1 2], shape=(2,), dtype=int32)", [1, 2]),
        ("[ 1.  2.]", [1, 2]),
        ("[np.int64(1), np.int64(2)]", [1, 2]),
        ("[np.float64(0.5), np.float64(1.5)]", [0.5, 1.5]),
        ("[True, False]", [1, 0]),
        ("[1 -- 3]", [1, None, 3]),
        ("['1', '2']", [1, 2]),
        ("0,5 0,25 0,75", [0.5, 0.25, 0.75]),
        ("1 2 3", [1, 2, 3]),
        ("1\n2\n3", [1, 2, 3]),
        ("{1, 2, 3}", [1, 2, 3]),
    ],
)
def test_lists_in_text_are_read_in_several_ways_of_writing(text: str, cells: list[float | None]) -> None:
    assert list(read_array(text).cells) == cells


@pytest.mark.parametrize(
    "text",
    ["1 2 3\n4 5 6", "1 2 3; 4 5 6", "1,2,3\n4,5,6", "1,2,3;4,5,6", "1, 2, 3\n4, 5, 6\n", "{{1,2,3},{4,5,6}}",
     "1,0 2,0 3,0\n4,0 5,0 6,0"],
)  # fmt: skip
def test_a_table_in_text_is_read_row_by_row(text: str) -> None:
    reading = read_array(text)
    assert (reading.shape, list(reading.cells)) == ((2, 3), [1, 2, 3, 4, 5, 6])


@pytest.mark.parametrize("read", [read_number, read_array, read_shape])
def test_a_dict_is_explained(read: Callable[..., Any]) -> None:
    with pytest.raises(UnreadableError, match="names with values"):
        read({"height": 26})


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[1,5, 2,5]", "a comma could separate two numbers"),
        ("[0 1 2 ... 7 8 9]", "only part of a printed array"),
        ("[1, 2", "not a list"),
        ("[[1, 2], 3]", "not a list"),
        ("[" * 5000, "not a list"),
        ("[1, two]", "not a number"),
        ("[1,386 2,5]", "more than one way"),
        ("[[1, 2], [3]]", "same length"),
    ],
)
def test_a_text_that_is_no_clear_list_is_explained(text: str, word: str) -> None:
    with pytest.raises(UnreadableError, match=word):
        read_array(text)


@given(strategies.text(alphabet="[]() ,;.0123456789-Na'", max_size=20))
def test_any_text_is_a_list_or_none_or_explained(text: str) -> None:
    with suppress(UnreadableError):
        assert isinstance(values_in(text), list | None)


@pytest.mark.parametrize(
    "text",
    ["26x26x32", "26 x 26 x 32", "26×26×32", "26*26*32", "(26, 26, 32)", "[26 26 32]", "(None, 26, 26, 32)",
     "26, 26, 32", "26 by 26 by 32", "TensorShape([None, 26, 26, 32])", "None x 26 x 26 x 32",
     "26X26X32", "26x26x32 px", "26px × 26px × 32", "26/26/32", "26-26-32", "26 | 26 | 32", "(batch, 26, 26, 32)",
     "N, 26, 26, 32", "nonex26x26x32", "26, 26, 32,"],
)  # fmt: skip
def test_a_shape_in_text_is_read(text: str) -> None:
    assert read_shape(text)[0] == (26, 26, 32)


@pytest.mark.parametrize("batch", [None, "None", "?", "batch", "N", "nan"])
def test_the_batch_axis_has_many_names(batch: str | None) -> None:
    assert read_shape([batch, 26, 26, 32])[0] == (26, 26, 32)


@pytest.mark.parametrize("sizes", [[[26, 26], 32], [[26, 26, 32]], [26, [26, 32]]])
def test_a_shape_in_parts_is_read(sizes: list[Any]) -> None:
    assert read_shape(sizes)[0] == (26, 26, 32)


@pytest.mark.parametrize("text", ["26x26 (32 maps)", "26x26, 32 channels", "32@26x26"])
def test_a_shape_with_words_in_it_is_explained(text: str) -> None:
    with pytest.raises(UnreadableError, match="is not a"):
        read_shape(text)


@pytest.mark.parametrize("read", [read_shape, read_array])
@pytest.mark.parametrize("type_name", ["set", "frozenset"])
def test_a_set_is_no_array_since_it_has_no_order(read: Callable[..., Any], type_name: str) -> None:
    with pytest.raises(UnreadableError, match="no order"):
        read([8, 22], type_name)


def test_a_set_of_indices_and_a_set_of_one_number_are_read() -> None:
    assert read_indices([3, 14])[0] == (3, 14)
    assert read_number([12], WHOLE, "set").value == 12


def test_truth_values_in_an_array_are_ones_and_noughts() -> None:
    reading = read_array([True, False, True])
    assert (reading.cells, "The grader read True as 1" in as_read(reading.note)) == ((1, 0, 1), True)
