"""Whether a slip counts as right is asked of one rule: when numbers are drawn, and when a key is checked."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.assess.engine import validate
from grader.course.answer_key import _collisions
from grader.model.key import Slip
from tests.assess.assess_samples import answer_key, exercise, question

NUMBERS = st.one_of(
    st.integers(-200, 200),
    st.integers(-2000, 2000).map(lambda number: number / 100),
    st.floats(-1e6, 1e6, allow_subnormal=False),
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "tolerance": st.sampled_from([0.01, 0.5, 2.0]),
        "relative_tolerance": st.sampled_from([0.001, 0.05, 0.2]),
        "decimals": st.integers(0, 3),
        "digits": st.integers(1, 4),
    },
)
NEAR = st.sampled_from([0.0, 0.004, 0.005, 0.01, 0.049, 0.05, 0.2, 0.5, 1.0, 2.0])


@settings(deadline=None)
@given(NUMBERS, NEAR, st.sampled_from([1, -1]), st.booleans(), OPTIONS)
def test_drawing_and_checking_agree_on_slips_of_numbers(
    right: float, apart: float, sign: int, relative: bool, options: dict[str, Any]
) -> None:
    value = right + sign * apart * (abs(right) if relative else 1)
    asked = exercise(question("number", **options))
    [drawn, checked] = counts_as_right(asked, right, value)
    assert drawn is checked


@settings(deadline=None)
@example([0, 1.4e-45], 0.004, False, {"tolerance": 0.01})  # the same number in all cells, which earns nothing
@example([-2e-191], 2.0, False, {"tolerance": 2.0})  # too far by less than a float can tell
@given(st.lists(NUMBERS, min_size=1, max_size=3), NEAR, st.booleans(), OPTIONS)
def test_drawing_and_checking_agree_on_slips_of_lists(
    right: list[float], apart: float, in_a_row: bool, options: dict[str, Any]
) -> None:
    asked = exercise(question("array", form="array", **options))
    value = [number + apart for number in right]
    [drawn, checked] = counts_as_right(asked, right, [value] if in_a_row else value)
    assert drawn is checked


def counts_as_right(asked: Any, right: Any, value: Any) -> tuple[bool, bool]:
    """Whether a slip counts as right when numbers are drawn, and when the key is checked."""
    slip = Slip(value, "Why.", "What next.")
    found = {"answers": {"q": right}, "slips": {"q": [slip]}}
    problems = validate(asked, answer_key(right, (slip,)))
    return bool(list(_collisions(asked, found))), any("is marked as correct" in line for line in problems)
