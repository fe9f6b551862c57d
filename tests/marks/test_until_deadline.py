"""What a report tells of a score on held-out data before the deadline."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.assess.rounded_scores import bracket, rounded_score
from grader.marks import flags
from grader.marks.until_deadline import scored_attempts, until_then, without_scores
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import HeldOutReports
from grader.model.figures import AccuracyScale, ConfusionMatrix, ScaleThreshold
from grader.model.record import Isolation, Outcome
from grader.model.score import Accuracy, Score
from grader.text.proportions import points_of
from tests.reading import as_read

STEPS = [(0.30, 0.0), (0.80, 2.0), (0.92, 4.0)]
SHARES = st.floats(0, 1)


def scored(accuracy: float) -> Assessment:
    count = 200
    right = round(accuracy * count)
    confusion = np.diag([right // 2, right - right // 2]).tolist()
    confusion[0][1], confusion[1][0] = count // 2 - confusion[0][0], count // 2 - confusion[1][1]
    interval, points = (accuracy - 0.05, accuracy + 0.05), points_of(accuracy, STEPS)
    figures = (
        AccuracyScale(accuracy=accuracy, interval=interval, thresholds=(ScaleThreshold(0.92, 4.0),)),
        ConfusionMatrix(classes=("a", "b"), counts=tuple(map(tuple, confusion))),
    )
    score = Score(
        value=accuracy,
        rounded=rounded_score(accuracy, STEPS, "Your loss still fell."),
        accuracy=Accuracy(value=accuracy, interval=interval, images=count, guessing=0.5),
    )
    found = Finding(
        question="acc",
        verdict=Verdict.PARTIAL,
        points=points,
        max_points=4.0,
        expected="92 %",
        found=f"{accuracy:%}",
        reason="173 of 200",
        figures=figures,
        score=score,
    )
    other = Finding(
        question="size",
        verdict=Verdict.FAILED,
        points=0.0,
        max_points=2.0,
        expected="26",
        found="28",
        reason="No padding.",
    )
    return Assessment(
        student="ann",
        exercise="x",
        record="key",
        outcome=Outcome.COMPLETED,
        isolation=Isolation.SANDBOX,
        findings=(found, other),
    )


@given(SHARES, st.lists(SHARES, max_size=4))
def test_a_step_holds_the_score_and_is_narrow(score: float, thresholds: list[float]) -> None:
    low, high = bracket(score, sorted(thresholds))
    assert low <= score <= high
    assert high - low <= 1 / 20 + 1e-9
    assert not any(low < threshold < high for threshold in thresholds)


@given(SHARES, SHARES)
def test_scores_of_one_step_have_one_report(one: float, other: float) -> None:
    steps = [at for at, _ in STEPS]
    same = bracket(one, steps) == bracket(other, steps)
    assert (rounded_score(one, STEPS) == rounded_score(other, STEPS)) == same
    reports = [until_then(scored(each), HeldOutReports(), []) for each in (one, other)]
    assert (reports[0] == reports[1]) >= same


@given(SHARES)
@example(0.919921875)
def test_points_are_never_rounded_up_and_full_points_stay_full(score: float) -> None:
    exact, shown = scored(score), until_then(scored(score), HeldOutReports(), [])
    assert shown.points <= exact.points
    assert (shown.points == 4.0) == (score >= STEPS[-1][0])  # just below, 3.999 points are also written as 4


def test_nothing_of_the_exact_score_is_left() -> None:
    shown = until_then(scored(0.865), HeldOutReports(), [])
    (about, other) = shown.findings
    assert (as_read(about.found), about.figures) == ("at least 85 %", ())
    assert about.score == Score(value=0.85, accuracy=Accuracy(value=0.85, interval=(0.85, 0.9)))
    assert as_read(about.reason) == "At least 85 % and less than 90 %. Your loss still fell."
    assert other == scored(0.865).findings[1]
    assert "173" not in str(shown)
    assert "Your mark is based on the exact figure." in as_read(shown.remarks[0])


def test_after_the_scored_attempts_a_report_tells_nothing_of_the_score() -> None:
    low, high = (without_scores(scored(each), 7) for each in (0.1, 0.95))
    assert low.findings == high.findings
    assert "You have used your 7 scored attempts." in as_read(low.findings[0].reason)


def test_what_a_person_decided_is_shown() -> None:
    exact = scored(0.865)
    decided = replace(exact, findings=(replace(exact.findings[0], decided_by="T", points=3.33), exact.findings[1]))
    assert until_then(decided, HeldOutReports(), []).findings == decided.findings


def test_an_exercise_without_held_out_data_is_left_alone() -> None:
    exact = replace(scored(0.5), findings=scored(0.5).findings[1:])
    assert without_scores(exact, 1) is exact
    assert scored_attempts([exact, scored(0.5)]) == 1


@pytest.mark.parametrize(
    ("accuracies", "flagged"),
    [
        ([0.9], False),
        ([0.5, 0.5, 0.5, 0.9], False),
        ([0.5] * 4, True),
        ([0.9] * 10, False),
        ([0.9] * 11, True),
        ([], False),
    ],
)
def test_many_attempts_or_several_guesses_are_flagged_for_staff(accuracies: list[float], flagged: bool) -> None:
    found = flags.probing([scored(each) for each in accuracies], 10)
    assert [flag.kind for flag in found] == [flags.PROBING] * flagged


def test_a_report_shows_only_scores_that_are_clearly_better_than_all_earlier_ones() -> None:
    rule, attempts = HeldOutReports(), [scored(accuracy) for accuracy in (0.80, 0.79, 0.81, 0.86, 0.87, 0.95)]
    reports = [until_then(attempt, rule, attempts[:number]) for number, attempt in enumerate(attempts)]
    assert [report.findings[0].score is not None for report in reports] == [True, False, False, True, False, True]
    worse, hardly_better = reports[1].findings[0], reports[2].findings[0]
    assert worse == hardly_better, "a little better and a little worse cannot be told apart"
    assert "not clearly better than your earlier result of at least 80 %" in as_read(worse.reason)


def test_a_report_without_a_score_does_not_reveal_full_points() -> None:
    rule, earlier = HeldOutReports(scored_attempts=1), [scored(0.5)]
    full, none = (until_then(scored(accuracy), rule, earlier) for accuracy in (0.99, 0.01))
    assert full.findings[0] == none.findings[0]


def test_exact_reports_are_left_alone() -> None:
    assert until_then(scored(0.5), HeldOutReports(exact=True), [scored(0.9)]) == scored(0.5)
