"""What a student types as an answer to practise is read as a notebook would compute it, and never run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course.layout import Course
from grader.model.record import AnswerState
from grader.pipeline.practice import PracticeQuestions
from grader.pipeline.practice_marking import mark_practice, read_written
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("24", 24),
        (" 24 ", 24),
        ("-2.5", -2.5),
        ("28 - 5 + 1", 24),
        ("(7 - 3) // 2 + 1", 3),
        ("3 * 3 * 16 + 1", 145),
        ("1 / 4", 0.25),
        ("7 % 4", 3),
        ("(24, 24, 6)", [24, 24, 6]),
        ("24, 24, 6", [24, 24, 6]),
        ("[[1, 2], [3, 4 + 1]]", [[1, 2], [3, 5]]),
    ],
)
def test_numbers_calculations_and_lists_are_read(written: str, value: object) -> None:
    answer = read_written(written)
    assert (answer.state, answer.value) == (AnswerState.VALUE, value)


@pytest.mark.parametrize(
    "written",
    [
        "5 %",
        "about 3",
        "24 x 24",
        "__import__('os')",
        "open('x')",
        "9 ** 9 ** 9",
        "1 / 0",
        "[1] * 3",
        "10000000 * 1e300",
    ],
)
def test_anything_else_stays_text_and_is_never_run(written: str) -> None:
    assert read_written(written).value == written


@pytest.mark.parametrize("written", ["", "  ", "..."])
def test_nothing_typed_is_a_blank(written: str) -> None:
    assert read_written(written).state is AnswerState.BLANK


def test_a_very_long_text_is_not_read() -> None:
    assert read_written("1" * 5000).state is AnswerState.TOO_LARGE


def test_a_mistake_that_is_only_possible_says_nothing_about_the_student() -> None:
    questions = PracticeQuestions(Course(ROOT))
    kinds = set()
    for seed in map(str, range(40)):
        card = questions.named_card("conv-arithmetic/stride_size", seed)
        for wrong in range(1, 2 * card.answer):
            finding = mark_practice(card, str(wrong))
            is_possible = str(finding.reason).startswith("Perhaps") or "Yours may be" in str(finding.reason)
            assert not (is_possible and finding.misconceptions)
            kinds.add((is_possible, bool(finding.misconceptions)))
    assert {(True, False), (False, True)} <= kinds


@given(st.text(max_size=300))
def test_no_text_stops_the_reading(written: str) -> None:
    assert isinstance(read_written(written).state, AnswerState)
