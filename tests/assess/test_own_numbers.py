"""A calculation that nobody wrote is found only if it is the only short one, and if a guess would hardly agree."""

from grader.assess.own_numbers import as_question, calculation_for
from tests.conftest import present
from tests.reading import as_read

NUMBERS = {"kernel": 5.0, "depth": 12.0, "filters": 34.0}
RIGHT = (5 * 5 * 12 + 1) * 34.0


def test_the_only_short_calculation_is_found_with_names_and_numbers() -> None:
    calculation = present(calculation_for(5 * 12 * 34, RIGHT, NUMBERS))
    assert sorted(calculation.named.split(" * ")) == ["depth", "filters", "kernel"]
    assert sorted(calculation.written.split(" * ")) == ["12", "34", "5"]
    assert as_read(as_question(calculation)).endswith("Is that what you did?")


def test_an_answer_that_no_short_calculation_gives_has_none() -> None:
    assert calculation_for(2053, RIGHT, NUMBERS) is None


def test_several_different_calculations_explain_nothing() -> None:
    assert calculation_for(144, 500.0, {"a": 12.0, "b": 72.0, "c": 2.0}) is None


def test_small_answers_and_questions_with_many_numbers_have_none() -> None:
    assert calculation_for(17, RIGHT, NUMBERS) is None
    assert calculation_for(5 * 12 * 34, RIGHT, {f"n{index}": float(index + 3) for index in range(7)}) is None


def test_a_number_that_the_question_gives_is_no_calculation() -> None:
    assert calculation_for(340, RIGHT, {"a": 340.0, "b": 3.0}) is None
