"""Where known mistakes explain many answers, agreement with one of them says little."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.assess.chance import chance, matches_as_written, numbers_of, step
from grader.assess.evidence import Evidence
from grader.assess.kinds import KINDS
from grader.model.assessment import Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey, Slip
from grader.model.mistakes import Erring, Method
from grader.text import catalogues
from grader.text.language import speaking
from grader.text.messages import message
from tests.assess.assess_samples import answer_key, question, record, value

MAY_BE = "Perhaps"


def reason(key: AnswerKey, answer: Any, kind: str = "number", **options: Any) -> str:
    asked = question(kind, show_expected=False, **options)
    run = record(answers={asked.answer: value(answer)})
    return str(KINDS[kind].assess(asked, Evidence(question="q", name=asked.answer, key=key, record=run)).reason)


def slips(right: Any, *values: Any) -> AnswerKey:
    mistakes = (Slip(wrong, f"Mistake {place} was made.", "x") for place, wrong in enumerate(values))
    return answer_key(right, tuple(mistakes))


def test_one_mistake_among_many_answers_like_it_is_told_as_what_was_done() -> None:
    assert reason(slips(28_405, 27_405), 27_405) == "Mistake 0 was made."


def test_a_mistake_among_many_that_are_as_near_is_told_as_a_possibility() -> None:
    told = reason(slips(28_405, *(28_405 + by for by in range(2, 9))), 28_409)
    assert told.startswith(MAY_BE)
    assert "Mistake 2 was made." in told


def test_a_small_number_that_many_mistakes_give_is_told_as_a_possibility() -> None:
    assert reason(slips(12, 10, 11, 13, 14, 16, 18), 14).startswith(MAY_BE)


def test_a_single_slip_of_the_author_is_told_even_of_a_small_number() -> None:
    assert reason(slips(26, 28), 28) == "Mistake 0 was made."


def test_mistakes_that_are_much_farther_off_do_not_make_one_less_sure() -> None:
    assert reason(slips(28_405, 27_405, *range(28_400, 28_404)), 27_405) == "Mistake 0 was made."


def method(*wrong: int) -> Method:
    return method_of(600, *wrong)


def method_of(right: int, *wrong: int) -> Method:
    return Method(lambda erring: erring.pick(right, {f"Mistake {each} was made.": each for each in wrong}))


def test_a_mistake_of_a_method_is_weighed_like_one_of_the_author() -> None:
    key = replace(answer_key(600, ()), methods={"q": method(*range(602, 612))})
    assert reason(key, 605).startswith(MAY_BE)
    assert reason(replace(key, methods={"q": method(400)}), 400) == "Mistake 400 was made."


def two_at_once(parts: int) -> Method:
    def work(erring: Erring) -> int:
        return 1000 + sum(1 << place for place in range(parts) if erring(f"Part {place} was added."))

    return Method(work)


def test_two_mistakes_that_would_explain_most_answers_are_not_told() -> None:
    key = replace(answer_key(1000, ()), methods={"q": two_at_once(4)})
    assert "two mistakes here" not in reason(key, 1003)


def test_two_mistakes_that_explain_few_answers_are_told() -> None:
    def work(erring: Erring) -> int:
        return erring.pick(90, {"A row was left out.": 80}) * erring.pick(70, {"A column was left out.": 61})

    assert "two mistakes here" in reason(replace(answer_key(6300, ()), methods={"q": Method(work)}), 4880)


def test_two_mistakes_are_less_sure_than_one_that_explains_as_many_answers() -> None:
    def twice(erring: Erring) -> int:
        return 6300 - 50 * erring("A row was left out.") - 20 * erring("A column was left out.")

    once = replace(answer_key(6300, ()), methods={"q": method_of(6300, 6230)})
    assert reason(once, 6230) == "Mistake 6230 was made."
    told = reason(replace(once, methods={"q": Method(twice)}), 6230)
    assert told.startswith(MAY_BE)
    assert "There are two mistakes here." in told


def test_an_array_of_zeros_is_explained_as_a_possibility() -> None:
    assert reason(slips([[2, 0], [1, 7]], [[0, 0], [0, 0]]), [[0, 0], [0, 0]], "array").startswith(MAY_BE)
    assert reason(slips([[2, 0], [1, 7]], [[5, 0], [9, 3]]), [[5, 0], [9, 3]], "array").startswith(
        "Mistake 0 was made."
    )


@pytest.mark.parametrize(("common", "sure"), [(22_045, True), (220, False), (397, False)])
def test_the_answer_for_the_common_numbers_is_a_possibility_if_it_is_near_or_short(common: int, sure: bool) -> None:
    told = reason(replace(answer_key(42_045 if sure else 420, ()), common={"q": common}), common)
    assert "public notebook" in told
    assert told.startswith(MAY_BE) is not sure


@pytest.mark.parametrize(("answer", "told"), [(61_076, "Two digits are swapped."), (6_706, "A digit is missing.")])
def test_a_slip_of_the_pen_is_told_beside_a_mistake_that_gives_the_same(answer: int, told: str) -> None:
    found = reason(slips(61_706, answer), answer)
    assert "Mistake 0 was made." in found
    assert told in found


def test_a_slip_of_the_pen_comes_before_two_mistakes() -> None:
    def work(erring: Erring) -> int:
        return erring.pick(60, {"A row was left out.": 50}) * erring.pick(35, {"A column was left out.": 24})

    key = replace(answer_key(2100, ()), methods={"q": Method(work)})
    told = reason(key, 1200)
    assert 0 < told.index("Two digits are swapped.") < told.index("There are two mistakes here.")


def test_a_number_near_a_mistake_is_not_told_unless_it_is_that_one_with_fewer_digits() -> None:
    key = slips(0.7616, 0.4621172)
    assert reason(key, 0.46, tolerance=0.005) == "Mistake 0 was made."
    assert "Mistake" not in reason(key, 0.4583, tolerance=0.005)


def test_an_array_wrong_in_one_cell_is_weighed_by_that_cell_alone() -> None:
    near = [[3, 1, 4 + by, 1, 5] for by in (1, 2, 3)]
    assert reason(slips([3, 1, 4, 1, 5], *near), near[1], "array").startswith(MAY_BE)
    assert reason(slips([3, 1, 4, 1, 5], [9, 9, 8, 7, 9]), [9, 9, 8, 7, 9], "array").startswith("Mistake 0 was made.")


@pytest.mark.parametrize(
    ("number", "unit"), [(7, 1), (7.0, 1), (0.25, 0.01), (3.5, 0.1), (0.0003, 0.0001), (1e22, 1), (-0.5, 0.1)]
)
def test_the_unit_is_that_of_the_last_digit_written(number: float, unit: float) -> None:
    assert step(number) == pytest.approx(unit)


@pytest.mark.parametrize(
    ("found", "of", "fits"),
    [(0.67, 2 / 3, True), (0.66, 2 / 3, True), (0.68, 2 / 3, False), (0.7, 2 / 3, True), (50, 50.4, True)],
)
def test_fewer_digits_are_rounded_or_cut_off(found: float, of: float, fits: bool) -> None:
    assert matches_as_written((found,), (of,)) is fits


def test_another_length_or_a_blank_says_enough() -> None:
    assert chance((1.0, 2.0), (1.0,), [(1.0, 2.0)]) == 0
    assert chance((1.0, None), (1.0, 2.0), [(1.0, 3.0)]) == 0


@pytest.mark.parametrize("odd", [10**400, float("nan"), float("inf"), "7", [1, "x"], None, [], {}])
def test_odd_values_are_no_numbers_and_break_nothing(odd: Any) -> None:
    assert chance(numbers_of(odd), (3.0,), [numbers_of(odd), (4.0,)]) == 0


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.lists(st.integers(-(10**6), 10**6), max_size=20))
def test_more_known_mistakes_never_make_chance_less_likely(found: int, right: int, known: list[int]) -> None:
    one = chance((float(found),), (float(right),), [numbers_of(each) for each in known[:10]])
    assert 0 <= one <= chance((float(found),), (float(right),), [numbers_of(each) for each in known])


EXTREME = st.sampled_from([0.0, 5e-324, 1.5e-323, 1e-310, 1e-300, 0.2, 1e-10, 1.0, 28_405.0, 2.0**53 + 1, 1e308])
ANY = st.one_of(st.none(), st.floats(), EXTREME, EXTREME.map(lambda each: -each))


@given(ANY, ANY, st.lists(ANY, max_size=4), st.booleans())
@example(5e-324, 1.0, [], True)  # the unit of its last digit is no float
@example(1e-310, 1.0, [0.3], True)  # another number is infinitely many such units
def test_every_float_has_a_chance(
    found: float | None, right: float | None, known: list[float | None], whole: bool
) -> None:
    assert chance((found,), (right,), [(each,) for each in known], whole) >= 0
    assert matches_as_written((found,), (right,)) in (True, False)


@pytest.mark.parametrize("answer", [5e-324, -5e-324, 1.5e-323, 1e-310, 1e-300, 1e308])
@pytest.mark.parametrize("right", [1, -2, 28_405, 0.3])
def test_a_number_at_the_end_of_the_floats_is_marked_as_wrong_like_any_other(right: float, answer: float) -> None:
    key = slips(right, right + 0.3, 2 * right, 0.2, answer)
    assert KINDS["number"].assess(*_asked(key, answer)).verdict is Verdict.FAILED
    assert KINDS["array"].assess(*_asked(slips([right, 1], [0.2, 1]), [answer, 1], "array")).points == 2.0


def _asked(key: AnswerKey, answer: Any, kind: str = "number") -> tuple[Question, Evidence]:
    asked = question(kind)
    return asked, Evidence(
        question="q", name=asked.answer, key=key, record=record(answers={asked.answer: value(answer)})
    )


@given(st.integers(1, 500), st.integers(2, 100))
def test_the_chance_is_the_share_of_explained_guesses(right: int, off: int) -> None:
    every = [(float(right + by),) for by in range(-4 * off, 4 * off) if by]
    assert chance((float(right + off),), (float(right),), every) == pytest.approx(1, abs=1)
    assert chance((float(right + off),), (float(right),), every) >= 0.9


def test_a_possibility_is_told_in_the_language_that_is_spoken() -> None:
    key = replace(answer_key(600, ()), methods={"q": Method(_many_biases)})
    with speaking(catalogues.language("de")):
        assert reason(key, 605) == "Vielleicht: Die Biases fehlen."


def _many_biases(erring: Erring) -> int:
    return erring.pick(
        600,
        {
            message("The biases are missing."): 605,
            **{message("Mistake {by} was made.", by=by): 600 + by for by in range(2, 5)},
        },
    )
