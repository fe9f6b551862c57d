"""Which points count of the marks of several people."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from grader.marks.second_marking import Agreement, marked_answers, settled
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.course_settings import ManualGrading

AT = datetime(2026, 3, 1, tzinfo=UTC)
TWO = ManualGrading(markers=2, max_difference=25)
PLACES = {"why": 4.0}


def mark(author: str, points: float, minute: int = 0, kind: AdjustmentKind = AdjustmentKind.MARK) -> Adjustment:
    return Adjustment(
        student="ada",
        exercise="tiny",
        kind=kind,
        author=author,
        reason="read",
        at=AT + timedelta(minutes=minute),
        question="why",
        points=points,
    )


@pytest.mark.parametrize(
    ("points", "agreement", "counting"),
    [
        ((3,), Agreement.TOO_FEW, None),
        ((3, 3), Agreement.AGREED, 3),
        ((3, 4), Agreement.AGREED, 3.5),
        ((2.99, 4), Agreement.DISAGREED, None),
        ((0, 4), Agreement.DISAGREED, None),
        ((0, 4, 4), Agreement.AGREED, 4),
        ((0, 3, 4), Agreement.AGREED, 3),
        ((0, 1, 4), Agreement.AGREED, 1),
        ((0, 2, 4), Agreement.DISAGREED, None),
        ((0, 0, 4, 4), Agreement.DISAGREED, None),
        ((0, 1, 2, 4), Agreement.AGREED, 1.5),
    ],
)
def test_the_median_counts_if_a_mark_is_near_it(
    points: tuple[float, ...], agreement: Agreement, counting: float | None
) -> None:
    for order in permutations(points):
        marks = [mark(f"marker {number}", value, number) for number, value in enumerate(order)]
        (answer,) = marked_answers(marks, TWO, PLACES)
        assert answer.agreement is agreement
        assert [decision.points for decision in settled(marks, TWO, PLACES)] == ([] if counting is None else [counting])


def test_tenths_at_the_limit_agree() -> None:
    rules = ManualGrading(markers=2, max_difference=10)
    (answer,) = marked_answers([mark("a", 0.3), mark("b", 0.2)], rules, {"why": 1.0})
    assert answer.agreement is Agreement.AGREED


def test_points_of_staff_replace_all_marks_until_they_are_taken_back() -> None:
    marks = [mark("a", 3), mark("b", 4)]
    staff = mark("staff", 1, 5, AdjustmentKind.POINTS)
    back = Adjustment(**{**{name: getattr(staff, name) for name in staff.__slots__}, "points": None, "at": AT})
    assert [decision.points for decision in settled([*marks, staff], TWO, PLACES)] == [1]
    assert 3.5 in [decision.points for decision in settled([*marks, back], TWO, PLACES)]


def test_other_decisions_stay_as_they_are() -> None:
    decisions = [mark("a", 3, kind=AdjustmentKind.POINTS)]
    assert settled(decisions, TWO, PLACES) is decisions
