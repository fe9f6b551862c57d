"""Held-out accuracy: points, interval, confusion and diagnosis."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies
from hypothesis import strategies as st

from grader.assess.engine import validate
from grader.model.assessment import Verdict
from grader.model.exercise import Question
from grader.model.figures import AccuracyScale, ConfusionMatrix, ScaleThreshold
from grader.model.record import Outcome, ProbeResult, ProbeState
from grader.text.proportions import points_of, wilson
from tests.assess.assess_samples import answer_key, exercise, failing, question, returned
from tests.assess.conftest import Mark
from tests.conftest import present

TRUTH = np.arange(1000) % 10


def with_errors(count: int) -> np.ndarray:
    found = TRUTH.copy()
    found[:count] = (found[:count] + 1) % 10
    return found


@pytest.mark.parametrize(("errors", "points"), [(0, 10), (100, 5), (199, 0.05), (200, 0), (500, 0)])
def test_points_are_linear_between_the_thresholds(mark_predictions: Mark, errors: int, points: float) -> None:
    assert mark_predictions(returned(with_errors(errors)), TRUTH).points == points


def test_all_right_passes_with_everything_a_report_needs(mark_predictions: Mark) -> None:
    finding = mark_predictions(returned(TRUTH), TRUTH)
    assert finding.verdict is Verdict.PASSED
    scale, matrix = finding.figures
    assert isinstance(scale, AccuracyScale)
    assert (scale.accuracy, scale.interval) == (1.0, wilson(1000, 1000))
    assert scale.thresholds[-1] == ScaleThreshold(1.0, 10)
    assert isinstance(matrix, ConfusionMatrix)
    assert np.array_equal(matrix.counts, 100 * np.eye(10, dtype=int))
    score = present(finding.score)
    accuracy = present(score.accuracy)
    assert (accuracy.value, accuracy.images, accuracy.guessing) == (1.0, 1000, 0.1)
    assert present(score.rounded).points == 10


def test_rows_of_the_confusion_matrix_are_true_classes(mark_predictions: Mark) -> None:
    finding = mark_predictions(returned([1, 1, 0]), [0, 1, 0], classes=2)
    [matrix] = [figure for figure in finding.figures if isinstance(figure, ConfusionMatrix)]
    assert matrix.counts == ((1, 1), (0, 1))


def test_a_threshold_within_the_noise_is_named(mark_predictions: Mark) -> None:
    reason = mark_predictions(returned(with_errors(60)), TRUTH, thresholds=((0.9, 2), (0.95, 10))).reason
    assert "so close to the 95 % threshold that another seed might reach it" in reason


@pytest.mark.parametrize(("errors", "is_near"), [(0, None), (50, True), (200, True), (201, False), (900, False)])
def test_the_next_step_near_the_goal_is_another_than_far_from_it(
    mark_predictions: Mark, errors: int, is_near: bool | None
) -> None:
    steps = {"hint": "Scale the images.", "near_hint": "Train for more epochs."}
    by_hand = ("def predict(images):\n    return (images.sum(axis=(1, 2)) > 3).astype(int)",)
    finding = mark_predictions(
        returned(with_errors(errors)), TRUTH, thresholds=((0.8, 5), (0.97, 10)), options=steps, sources=by_hand
    )
    assert finding.hint == {None: "", True: "Train for more epochs.", False: "Scale the images."}[is_near]


def test_before_the_training_is_written_the_next_step_is_to_train(mark_predictions: Mark) -> None:
    cells = ("model.fit(..., ..., epochs=...)", "def predict(images):\n    ...")
    finding = mark_predictions(
        ProbeResult(ProbeState.BLANK), TRUTH, sources=cells, options={"hint": "Scale the images."}
    )
    assert finding.verdict is Verdict.NOT_ATTEMPTED
    assert finding.hint == "First train the model: cell 1, which calls `fit`, still contains `...`."


def test_accuracies_have_one_decimal_and_only_all_is_a_hundred_percent(mark_predictions: Mark) -> None:
    truth = np.arange(3000) % 10
    found = truth.copy()
    found[0] = 5
    finding = mark_predictions(returned(found), truth)
    assert finding.found == "99.9 %"
    assert "99.9 % (95 % interval 99.8 % to 99.9 %)" in finding.reason


def test_a_constant_prediction_is_named(mark_predictions: Mark) -> None:
    finding = mark_predictions(returned(np.full(1000, 7)), TRUTH)
    assert finding.points == 0
    assert "Every image is labelled 7" in finding.reason


def test_rules_without_a_model_are_not_told_of_training(mark_predictions: Mark) -> None:
    rules = ("def predict(images):\n    return [0 if image.mean() > 3 else 1 for image in images]",)
    constant = mark_predictions(returned(np.full(1000, 7)), TRUTH, sources=rules).reason
    guessed = mark_predictions(returned(np.random.default_rng(1).integers(0, 10, 1000)), TRUTH, sources=rules).reason
    assert "Every image is labelled 7, whatever it shows." in constant
    assert "no better than guessing." in guessed
    assert "model" not in constant + guessed


def test_guessing_is_named(mark_predictions: Mark) -> None:
    reason = mark_predictions(returned(np.random.default_rng(1).integers(0, 10, 1000)), TRUTH).reason
    assert "no better than guessing" in reason


def test_the_worst_mix_up_is_named(mark_predictions: Mark) -> None:
    found = TRUTH.copy()
    found[TRUTH == 4] = 9
    assert "The most common mix-up: 4 labelled as 9 (100 times)." in mark_predictions(returned(found), TRUTH).reason


def test_probabilities_earn_nothing_and_are_explained(mark_predictions: Mark) -> None:
    finding = mark_predictions(returned(np.eye(10)[TRUTH]), TRUTH)
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0.0)
    assert "argmax over the last axis" in finding.reason


@pytest.mark.parametrize("array", [TRUTH[:-1], TRUTH.astype(str), TRUTH + 1, TRUTH * np.nan, [], 5])
def test_unusable_predictions_earn_nothing(mark_predictions: Mark, array: Any) -> None:
    finding = mark_predictions(returned(array), TRUTH)
    assert (finding.verdict, finding.points) == (Verdict.FAILED, 0.0)
    assert finding.reason


@pytest.mark.parametrize(
    ("probe", "verdict", "word"),
    [
        (ProbeResult(ProbeState.BLANK), Verdict.NOT_ATTEMPTED, "..."),
        (ProbeResult(ProbeState.MISSING), Verdict.NOT_ATTEMPTED, "`predict` did not exist"),
        (
            ProbeResult(ProbeState.RAISED, message="ValueError: shapes differ"),
            Verdict.FAILED,
            "ValueError: shapes differ",
        ),
        (
            ProbeResult(ProbeState.RAISED, message="ValueError: In a call.\n\nInput 0 is wrong."),
            Verdict.FAILED,
            "images: ValueError: In a call.\n\nInput 0 is wrong.",  # Keras names the cause in the last lines
        ),
        (ProbeResult(ProbeState.TIMED_OUT), Verdict.FAILED, "longer"),
        (ProbeResult(ProbeState.REFUSED, message="an object array"), Verdict.FAILED, "an object array. Expected: one"),
        (ProbeResult(ProbeState.NOT_REACHED), Verdict.BLOCKED, "never called"),
        (ProbeResult(ProbeState.RETURNED, b"junk"), Verdict.FAILED, "not an array"),
        (None, Verdict.BLOCKED, "never called"),
    ],
)
def test_a_function_that_gave_nothing_is_explained(
    mark_predictions: Mark, probe: ProbeResult | None, verdict: Verdict, word: str
) -> None:
    finding = mark_predictions(probe, TRUTH)
    assert (finding.verdict, finding.points) == (verdict, 0.0)
    assert word in finding.reason


def test_a_function_whose_cell_stopped_is_blocked(mark_predictions: Mark) -> None:
    source = "def predict(images)\n    return 1"
    run = failing("SyntaxError", "expected ':'")
    finding = mark_predictions(ProbeResult(ProbeState.MISSING), TRUTH, sources=(source,), cells=(run,))
    assert finding.verdict is Verdict.BLOCKED
    assert "Cell 1 stopped with SyntaxError" in finding.reason


def test_not_reached_says_why(mark_predictions: Mark) -> None:
    finding = mark_predictions(ProbeResult(ProbeState.NOT_REACHED), TRUTH, outcome=Outcome.TIMED_OUT)
    assert "ran longer than allowed" in finding.reason


@pytest.mark.parametrize(("right", "count"), [(0, 10), (10, 10), (1900, 2000), (1, 1)])
def test_the_interval_holds_the_proportion_and_stays_within_0_and_1(right: int, count: int) -> None:
    low, high = wilson(right, count)
    assert 0 <= low <= right / count <= high <= 1


def test_the_interval_is_the_published_one() -> None:
    low, high = wilson(81, 263)  # an example of Newcombe, Statistics in Medicine 17 (1998), table I
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def thresholds(*pairs: tuple[float, int]) -> Question:
    return question("accuracy", 10, thresholds=[{"accuracy": accuracy, "points": points} for accuracy, points in pairs])


def test_thresholds_that_make_no_sense_are_refused() -> None:
    key = answer_key(classes=("0", "1"))
    assert validate(exercise(thresholds((0.8, 0), (0.9, 10))), key) == []
    for wrong, word in [
        (thresholds((0.8, 0), (0.9, 9)), "must give all 10"),
        (thresholds((0.9, 0), (0.8, 10)), "higher accuracy"),
        (thresholds((0.8, 5), (0.9, 3)), "higher accuracy"),
        (thresholds((80, 10)), "must be 1 or less"),
        (thresholds(), "at least one entry"),
        (question("accuracy", 10), "`thresholds` is missing"),
    ]:
        assert any(word in problem for problem in validate(exercise(wrong), key)), word


def test_an_accuracy_without_held_out_data_is_refused() -> None:
    assert "HELDOUT" in validate(exercise(thresholds((0.8, 10))), answer_key())[0]


@pytest.mark.parametrize("steps", [((0.9, 4),), ((0.3, 1), (0.9, 4)), ((0.3, 0), (0.9, 4)), ((0.5, 4),)])
@pytest.mark.parametrize("right", [0, 65, 299, 300, 499, 500, 600, 899, 900, 1000])
def test_below_the_first_threshold_there_are_no_points(
    mark_predictions: Mark, steps: tuple[tuple[float, int], ...], right: int
) -> None:
    points = mark_predictions(returned(with_errors(1000 - right)), TRUTH, thresholds=steps).points
    first, least = steps[0]
    assert (points == 0) == (right / 1000 < first or (least == 0 and right / 1000 == first))
    assert (points == 4) == (right >= 900 or (first == 0.5 and right >= 500))


def test_one_threshold_is_all_or_nothing(mark_predictions: Mark) -> None:
    untrained = mark_predictions(returned(with_errors(935)), TRUTH, thresholds=((0.90, 4),))
    assert (untrained.found, untrained.points, untrained.verdict) == ("6.5 %", 0, Verdict.FAILED)


@given(
    strategies.lists(strategies.integers(0, 100), min_size=1, max_size=4, unique=True).map(sorted),
    strategies.integers(0, 100),
    strategies.data(),
)
def test_points_rise_with_the_share_from_nothing_to_all(shares: list[int], share: int, data: st.DataObject) -> None:
    worth = sorted(data.draw(strategies.lists(strategies.integers(0, 12), min_size=len(shares), max_size=len(shares))))
    steps = [(at / 100, float(points)) for at, points in zip(shares, worth, strict=True)]
    points = points_of(share / 100, steps)
    if share < shares[0]:
        assert points == 0
    else:
        assert worth[0] <= points <= worth[-1]
        assert points_of(share / 100 - 1e-6, steps) <= points
    assert all(points_of(*step[:1], steps) == step[1] for step in steps)
