"""What is said about a mark that changed."""

from dataclasses import replace

import pytest

from grader.marks.changes import Change, change
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.record import Isolation, Outcome

WRONG = Finding(question="a", verdict=Verdict.FAILED, points=0, max_points=2, reason="The stride is  missing.")
RIGHT = Finding(question="a", verdict=Verdict.PASSED, points=2, max_points=2)
OTHER = Finding(question="b", verdict=Verdict.PASSED, points=1, max_points=1)


def assessment(*findings: Finding) -> Assessment:
    return Assessment(
        student="ada",
        exercise="tiny",
        record="r1",
        outcome=Outcome.COMPLETED,
        isolation=Isolation.SANDBOX,
        findings=findings,
    )


def lines(before: Assessment, after: Assessment) -> tuple[str, ...]:
    changed = change("ada", before, after)
    return changed.because if changed else ()


def test_an_equal_mark_is_no_change() -> None:
    assert change("ada", assessment(WRONG, OTHER), assessment(WRONG, OTHER)) is None


def test_a_mark_without_an_earlier_one_is_the_first() -> None:
    assert change("ada", None, assessment(RIGHT)) == Change("ada", None, 2, ("marked for the first time",))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (WRONG, RIGHT, "a: 0 -> 2 points; right"),
        (RIGHT, WRONG, "a: 2 -> 0 points; The stride is missing."),
        (RIGHT, replace(WRONG, reason=""), "a: 2 -> 0 points; failed"),
        (RIGHT, replace(RIGHT, max_points=3, points=3), "a: worth 2 -> 3, earned 2 -> 3"),
        (WRONG, replace(WRONG, verdict=Verdict.BLOCKED), "a: failed -> blocked"),
        (
            WRONG,
            replace(RIGHT, decided_by="eve", decided_because="our fault"),
            "a: 0 -> 2 points; decided by eve: our fault",
        ),
    ],
)
def test_a_question_says_what_changed_and_why(before: Finding, after: Finding, said: str) -> None:
    assert lines(assessment(before, OTHER), assessment(after, OTHER)) == (said,)


def test_a_long_reason_is_cut() -> None:
    (said,) = lines(assessment(RIGHT), assessment(replace(WRONG, reason="word " * 100)))
    assert said.endswith("…")
    assert len(said) == len("a: 2 -> 0 points; ") + 160


def test_questions_that_are_new_or_gone_are_named() -> None:
    assert lines(assessment(WRONG), assessment(OTHER)) == (
        "b: is new, 1 of 1 points",
        "a: was removed, 0 points less",
    )


def test_another_run_and_another_outcome_are_named() -> None:
    first = assessment(RIGHT)
    assert lines(first, replace(first, record="r2")) == ("another attempt counts",)
    assert lines(first, replace(first, outcome=Outcome.TIMED_OUT)) == ("completed -> timed_out",)
