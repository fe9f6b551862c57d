"""The final grade of a student, by the rules of a course."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.marks.final_grade import final_grade
from grader.model.final_grade import FinalRules, ShareState

POINTS = {"a": 10.0, "b": 20.0, "c": 30.0}
STANDINGS = {"a": 100.0, "b": 50.0, "c": 80.0}
RULES = [
    # rules, standings, percentage
    (FinalRules(), STANDINGS, 73.33),  # (10 * 100 + 20 * 50 + 30 * 80) / 60
    (FinalRules(weights={"a": 1, "b": 1}), STANDINGS, 75),
    (FinalRules(weights={"a": 1, "b": 1, "c": 1}, drop_lowest=1), STANDINGS, 90),
    (FinalRules(weights={"a": 1, "b": 1, "c": 1}, drop_lowest=2), STANDINGS, 100),
    (FinalRules(weights={"a": 1, "b": 1, "c": 1}, drop_lowest=9), STANDINGS, 100),  # one always counts
    (FinalRules(weights={"a": 1, "b": 1, "c": 1}, bonus=("a",)), STANDINGS, 100),  # (50 + 80 + 100) / 2, at most 100
    (FinalRules(weights={"a": 0.1, "b": 1, "c": 1}, bonus=("a",)), STANDINGS, 70),
    (FinalRules(), {"a": 100.0, "b": ShareState.EXCUSED, "c": 80.0}, 85),
    (FinalRules(), {"a": 100.0, "b": ShareState.OPEN, "c": 80.0}, 85),
    (FinalRules(), {"a": 100.0, "c": 80.0}, 85),
    (FinalRules(), {"a": 100.0, "b": ShareState.MISSING, "c": 80.0}, 56.67),
    (FinalRules(drop_lowest=1), {"a": 100.0, "b": ShareState.MISSING, "c": 80.0}, 85),
    (FinalRules(bonus=("b",)), {"a": 100.0, "b": ShareState.MISSING, "c": 80.0}, 85),  # a bonus never costs anything
    (FinalRules(), {"a": ShareState.EXCUSED, "b": ShareState.OPEN}, None),
    (FinalRules(), {}, None),
]


@pytest.mark.parametrize(("rules", "standings", "percent"), RULES)
def test_a_final_grade_follows_the_rules(
    rules: FinalRules, standings: dict[str, float | ShareState], percent: float | None
) -> None:
    assert final_grade("ada", standings, POINTS, rules).percent == percent


@pytest.mark.parametrize(("percent", "letter"), [(100, "A"), (90, "A"), (89.99, "B"), (50, "B"), (49.99, ""), (0, "")])
def test_a_letter_needs_its_lowest_percentage(percent: float, letter: str) -> None:
    rules = FinalRules(weights={"a": 1}, letters={"B": 50, "A": 90}, pass_mark=50)
    grade = final_grade("ada", {"a": percent}, POINTS, rules)
    assert (grade.letter, grade.passed) == (letter, percent >= 50)


def test_a_grade_is_final_once_no_exercise_is_open() -> None:
    assert final_grade("ada", STANDINGS, POINTS, FinalRules()).is_final
    assert not final_grade("ada", {"a": 100.0, "b": 50.0}, POINTS, FinalRules()).is_final
    assert final_grade("ada", {"a": 100.0}, POINTS, FinalRules(weights={"a": 1})).is_final


STANDING = st.one_of(st.floats(0, 100), st.sampled_from([ShareState.MISSING, ShareState.EXCUSED, ShareState.OPEN]))


@given(st.fixed_dictionaries(dict.fromkeys(POINTS, STANDING)), st.integers(0, 3), st.sampled_from(["a", "b", "c"]))
def test_no_rule_costs_a_student_what_a_better_mark_would_gain(
    standings: dict[str, float | ShareState], dropped: int, slug: str
) -> None:
    rules = FinalRules(weights={"a": 1, "b": 2, "c": 3}, drop_lowest=dropped, bonus=("c",))
    before = final_grade("ada", standings, POINTS, rules).percent
    if not isinstance(standings[slug], ShareState):
        after = final_grade("ada", standings | {slug: 100.0}, POINTS, rules).percent
        assert before is None or (after is not None and after >= before - 0.01)
    assert before is None or 0 <= before <= 100
