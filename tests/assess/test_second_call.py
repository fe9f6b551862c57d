"""Two calls with the same images: what they tell, what is flagged, and that no mark hangs on the second one."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies

from grader.assess.engine import assess
from grader.assess.heldout import SecondPass, ShuffledData
from grader.assess.second_call import compare
from grader.cohort.alike_names import alike_name_flags
from grader.marks import flags
from grader.model.assessment import Assessment
from grader.model.record import Isolation, ProbeResult, ProbeState
from grader.model.score import SecondCall
from tests.assess.assess_samples import answer_key, exercise, question, record, returned
from tests.conftest import present
from tests.reading import as_read

COUNT = 400
TRUTH = np.arange(COUNT) % 8
LIGHT = np.arange(COUNT // 2)
MIXED = np.random.default_rng(4).permutation(COUNT + COUNT // 2)
SECOND = SecondPass(np.concatenate([np.arange(COUNT), LIGHT])[MIXED], MIXED < COUNT)
SHOWN = ShuffledData(TRUTH, None, SECOND)
PREDICT = question(
    "accuracy",
    10,
    "predict",
    thresholds=[{"accuracy": 0.5, "points": 0}, {"accuracy": 0.9, "points": 10}],
    altered=True,
)


def wrong(labels: np.ndarray, count: int, begin: int = 0) -> np.ndarray:
    """The labels with `count` wrong ones."""
    found = labels.copy()
    found[begin : begin + count] = (found[begin : begin + count] + 1) % 8
    return found


def in_second(altered: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """What the second call gives, from the labels of each image as altered and as it is."""
    return np.where(SECOND.altered, altered[SECOND.places], plain[SECOND.places])


def marked(first: np.ndarray, second: ProbeResult | np.ndarray | None, **fields: Any) -> Assessment:
    probes = {"predict": returned(first)}
    if second is not None:
        probes["predict, second pass"] = second if isinstance(second, ProbeResult) else returned(second)
    run = record(probes=probes, **fields)
    assessment = assess("ada", exercise(PREDICT), answer_key(classes=tuple("abcdefgh")), run, {"q": SHOWN})
    return replace(assessment, flags=flags.flags_of(exercise(PREDICT), run, assessment.findings))


def kinds(assessment: Assessment) -> list[str]:
    return [flag.kind for flag in assessment.flags]


def test_equal_calls_raise_nothing_and_their_counts_are_kept() -> None:
    first = wrong(TRUTH, 80)
    assessment = marked(first, in_second(first, first))
    assert kinds(assessment) == []
    score = present(assessment.findings[0].score)
    assert present(present(score.accuracy).second_call).differing == 0
    assert "second time" not in as_read(assessment.findings[0].reason)


def test_the_mark_stands_on_the_first_call_alone() -> None:
    first = wrong(TRUTH, 80)
    seconds = [in_second(first, first), in_second(wrong(first, 300), TRUTH), None, ProbeResult(ProbeState.TIMED_OUT)]
    assert {marked(first, second).points for second in seconds} == {7.5}


def test_calls_that_disagree_are_told_to_student_and_instructor() -> None:
    first = wrong(TRUTH, 80)
    assessment = marked(first, in_second(wrong(first, 30, 200), first))
    assert kinds(assessment) == [flags.BATCH]
    assert "30 of 400 got a different label" in as_read(assessment.findings[0].reason)
    assert "training images" in as_read(assessment.findings[0].reason)


def test_one_close_call_that_rounding_turns_over_is_no_disagreement() -> None:
    first = wrong(TRUTH, 80)
    assessment = marked(first, in_second(wrong(first, 1, 399), first))
    assert kinds(assessment) == []
    assert "got a different label" not in as_read(assessment.findings[0].reason)


def test_images_known_by_heart_are_flagged_and_cost_nothing() -> None:
    first = wrong(TRUTH, 240)
    assessment = marked(first, in_second(first, TRUTH))
    assert flags.MEMORISED in kinds(assessment)
    assert assessment.points == marked(first, in_second(first, first)).points
    assert "see them before" in as_read(assessment.flags[0].text)
    assert "beforehand" not in as_read(assessment.findings[0].reason)


def test_what_a_small_shift_costs_an_honest_model_is_not_flagged() -> None:
    first = wrong(TRUTH, 150)
    assert kinds(marked(first, in_second(first, wrong(TRUTH, 138)))) == []


def test_a_second_call_that_gives_nothing_is_said_and_flagged() -> None:
    first = wrong(TRUTH, 80)
    raised = marked(first, ProbeResult(ProbeState.RAISED, message="ValueError: called twice"))
    assert kinds(raised) == [flags.SECOND_CALL]
    assert "ValueError" in as_read(raised.findings[0].reason)
    assert "called twice" not in str(raised)  # it could carry images
    assert kinds(marked(first, TRUTH[:5])) == [flags.SECOND_CALL]


@pytest.mark.parametrize(
    "second",
    [
        ProbeResult(ProbeState.RAISED, message="Pixels_81_34_7: "),
        ProbeResult(ProbeState.RAISED, message="Pixels_81_34_7"),
        ProbeResult(ProbeState.RAISED, message="ValueError: Pixels_81_34_7"),
        ProbeResult(ProbeState.REFUSED, message="the result contains values of type Pixels_81_34_7, not numbers"),
        ProbeResult(ProbeState.REFUSED, message="the result has shape (813407, 813407), which is far too large"),
        ProbeResult(ProbeState.TIMED_OUT, message="Pixels_81_34_7"),
        np.full(COUNT + LIGHT.sum(), 813407),
        np.zeros(813407 % 10_000),
    ],
)
def test_no_word_or_number_that_the_notebook_chose_comes_out_of_the_second_call(
    second: ProbeResult | np.ndarray,
) -> None:
    told = str(marked(wrong(TRUTH, 80), second))
    assert "Pixels" not in told
    assert "8134" not in told
    assert "3407" not in told


@given(strategies.lists(strategies.integers(0, 7), min_size=COUNT, max_size=COUNT), strategies.integers(0, COUNT))
def test_counts_are_those_of_a_count_by_hand(again: list[int], errors: int) -> None:
    first = wrong(TRUTH, errors)
    altered, plain = np.array(again), wrong(TRUTH, errors // 2)
    found = compare(SHOWN, first, in_second(altered, plain))
    assert found.differing == sum(one != other for one, other in zip(first, altered, strict=True))
    assert (found.images, found.pairs) == (COUNT, COUNT // 2)
    assert found.altered_right == int((altered == TRUTH)[LIGHT].sum())
    assert found.unaltered_right == int((plain == TRUTH)[LIGHT].sum())
    assert found.unaltered_right - found.altered_right == found.only_unaltered - found.only_altered


def test_noise_is_no_knowledge_and_a_few_images_prove_nothing() -> None:
    def comparison(pairs: int, only_unaltered: int, only_altered: int) -> SecondCall:
        return SecondCall(
            images=2 * pairs,
            differing=0,
            pairs=pairs,
            altered_right=50,
            unaltered_right=50 + only_unaltered - only_altered,
            only_altered=only_altered,
            only_unaltered=only_unaltered,
        )

    assert not comparison(200, 30, 20).knows_originals
    assert not comparison(5, 3, 0).knows_originals
    assert not comparison(2000, 100, 0).knows_originals  # beyond noise, but no more than a shift may cost
    assert comparison(200, 60, 5).knows_originals


def history(*values: float) -> dict[str, dict[str, tuple[float, ...]]]:
    return {"history": {"accuracy": values, "val_accuracy": values}}


@pytest.mark.parametrize(
    ("validated", "right", "flagged"),
    [
        (0.99, 200, True),
        (0.60, 200, False),
        (0.72, 300, False),
        (0.99, 50, False),  # no better than guessing: `predict` prepares the images in another way
        (float("nan"), 200, False),
        (50.0, 200, False),
    ],
)
def test_a_validation_accuracy_that_unseen_images_do_not_bear_out_is_flagged(
    validated: float, right: int, flagged: bool
) -> None:
    first = wrong(TRUTH, COUNT - right)
    assessment = marked(first, in_second(first, first), histories=history(0.2, validated))
    assert (flags.VALIDATION in kinds(assessment)) is flagged


def test_what_altering_costs_is_not_taken_for_training_on_validation_images() -> None:
    first = wrong(TRUTH, 200)
    assessment = marked(first, in_second(first, wrong(TRUTH, 90)), histories=history(0.6))
    assert flags.VALIDATION not in kinds(assessment)


def test_weak_isolation_is_flagged() -> None:
    first = wrong(TRUTH, 80)
    assert kinds(marked(first, in_second(first, first), isolation=Isolation.DEGRADED)) == [flags.ISOLATION]


def test_numbers_of_somebody_else_are_flagged_with_the_remark() -> None:
    assert flags.other_numbers("") == ()
    assert flags.other_numbers("The notebook has other numbers.")[0].text == "The notebook has other numbers."


def test_names_that_differ_only_in_case_or_unicode_form_are_flagged() -> None:
    found = alike_name_flags(["alice", "Alice", "bob", "caf\u00e9", "cafe\u0301", "\uff21lice"])
    assert set(found) == {"alice", "Alice", "\uff21lice", "caf\u00e9", "cafe\u0301"}
    assert as_read(found["alice"].text) == (
        "Another submission has nearly the same name: 'Alice', '\uff21lice'. Both were graded."
    )
    assert alike_name_flags(["ada", "bob"]) == {}
