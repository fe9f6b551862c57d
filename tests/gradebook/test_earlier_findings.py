"""Findings of earlier graders: their figures and scores are read, and what cannot be read costs nothing else."""

import json
from typing import Any

import pytest

from grader.gradebook.texts import assessment_of, text_of
from grader.model.assessment import Assessment, Finding
from grader.model.figures import (
    AccuracyScale,
    ConfusionMatrix,
    FeatureMaps,
    Figure,
    LayerAlignment,
    LayerPair,
    Mistake,
    ScaleThreshold,
    SurestMistakes,
    WindowSizes,
)
from grader.model.score import Accuracy, Retrieval, RoundedScore, Score, SecondCall
from grader.model.windows import Axis
from tests.gradebook import book_samples as samples
from tests.report import picture_samples

ROUNDED = {"points": 2.0, "low": 0.85, "high": 0.9, "reason": "At least 85 %."}
PASSES = {
    **{"images": 10, "differing": 1, "pairs": 5, "altered_right": 4, "unaltered_right": 5},
    **{"only_altered": 0, "only_unaltered": 1},
}
HELD_OUT = {
    "accuracy": 0.875,
    "interval": [0.8, 0.92],
    "thresholds": [{"accuracy": 0.5, "points": 0.0}, {"accuracy": 0.9, "points": 4.0}],
    "classes": ["cat", "dog"],
    "confusion": [[4, 1], [0, 3]],
    "recall": [0.8, 1.0],
    "mistakes": [{"true": "cat", "found": "dog", "confidence": 0.98, "picture": ""}],
    "until_deadline": ROUNDED,
    "passes": PASSES,
}
WORKED = {
    "image": [[[1, 2, 0, 3], [0, 3, 1, 1], [2, 0, 4, 2], [1, 1, 0, 5]]],
    "filter": [[[0, -1, 0], [-1, 4, -1], [0, -1, 0]]],
    "flipped": False,
    **{"before": [1, 1], "after": [1, 1], "window": [3, 3], "stride": [1, 1]},
    **{"by": "sum", "bias": 0, "relu": False, "place": [0, 0, 1]},
    "found": [[[2, 5, -6, 11], [-6, 9, None, -2], [7, -10, 13, -2], [1, 3, -10, 18]]],
    "wrong": [[[False, True, False, False], [False, False, True, False], [False] * 4, [False] * 4]],
    "shape": [1, 4, 4],
    "value": 4,
}
SIZES = {
    "axes": [{"size": 13, "window": 2, "stride": 2, "before": 0, "after": 1}],
    **{"output": [7], "found": None, "alone": True},
}
ALIGNMENT = {
    "alignment": [
        {"op": "equal", "expected": "Conv2D", "found": "Conv2D", "expected_parameters": 320, "found_parameters": 320},
        {"op": "missing", "expected": "Flatten", "found": "", "expected_parameters": 0, "found_parameters": None},
    ],
    "parameters": {"expected": 320, "found": None},
}


def earlier(evidence: Any) -> str:
    """An assessment with one finding, as graders stored it when a finding had `evidence`."""
    data = json.loads(text_of(samples.assessment()))
    (finding, *_) = data["findings"]
    for name in ("figures", "score", "follows_from", "fault"):
        del finding[name]
    return json.dumps(data | {"findings": [finding | {"evidence": evidence}]}, separators=(",", ":"))


def read(evidence: Any) -> Finding:
    (finding,) = assessment_of(earlier(evidence)).findings
    return finding


@pytest.mark.parametrize(
    ("evidence", "figures"),
    [
        ({}, []),
        ({"worked": WORKED}, [picture_samples.worked()]),
        (
            {"sizes": SIZES},
            [
                WindowSizes(
                    axes=(Axis(size=13, window=2, stride=2, before=0, after=1),), output=(7,), found=None, alone=True
                )
            ],
        ),
        (
            {"maps": {"found": [[[0, 0.5], [-1, None]]], "expected": None, "right": True}},
            [FeatureMaps(found=(((0, 0.5), (-1, None)),), expected=(), right=True)],
        ),
        (
            ALIGNMENT,
            [
                LayerAlignment(
                    rows=(
                        LayerPair(
                            op="equal",
                            expected="Conv2D",
                            found="Conv2D",
                            expected_parameters=320,
                            found_parameters=320,
                        ),
                        LayerPair(op="missing", expected="Flatten"),
                    ),
                    expected_parameters=320,
                    found_parameters=None,
                )
            ],
        ),
        (
            HELD_OUT,
            [
                AccuracyScale(
                    accuracy=0.875,
                    interval=(0.8, 0.92),
                    thresholds=(ScaleThreshold(0.5, 0.0), ScaleThreshold(0.9, 4.0)),
                ),
                ConfusionMatrix(classes=("cat", "dog"), counts=((4, 1), (0, 3))),
                SurestMistakes(mistakes=(Mistake(true="cat", found="dog", confidence=0.98),)),
            ],
        ),
    ],
)
def test_each_figure_of_an_earlier_finding_is_drawn_as_before(evidence: dict[str, Any], figures: list[Figure]) -> None:
    assert list(read(evidence).figures) == figures


def test_the_score_of_an_earlier_finding_is_still_rounded_and_flagged() -> None:
    accuracy = Accuracy(value=0.875, interval=(0.8, 0.92), images=8, guessing=5 / 8, second_call=SecondCall(**PASSES))
    assert read(HELD_OUT).score == Score(value=0.875, rounded=RoundedScore(**ROUNDED), accuracy=accuracy)  # type: ignore[arg-type]
    failed = read({**{name: HELD_OUT[name] for name in ("accuracy", "interval")}, "second_call": "the time was up"})
    assert failed.score == Score(
        value=0.875,
        accuracy=Accuracy(value=0.875, interval=(0.8, 0.92), second_call_failure="the time was up"),
    )
    listed = read({"precision": 0.5, "recalled": 1.0, "f1": 2 / 3, "until_deadline": ROUNDED})
    assert listed.score == Score(
        value=2 / 3,
        rounded=RoundedScore(**ROUNDED),  # type: ignore[arg-type]
        retrieval=Retrieval(precision=0.5, recall=1.0, f1=2 / 3),
    )


def test_faults_and_credit_of_an_earlier_finding_are_kept() -> None:
    assert read({"check_error": "RuntimeError: a bug"}).fault == "RuntimeError: a bug"
    assert read({"follow_on": ["conv1", "conv2"]}).follows_from == ("conv1", "conv2")


@pytest.mark.parametrize("broken", [{}, [], "text", 7, {"axes": [{}]}, {"found": 3}])
@pytest.mark.parametrize("name", ["worked", "sizes", "maps", "alignment", "confusion", "mistakes", "thresholds"])
def test_a_figure_that_cannot_be_read_costs_that_figure_alone(name: str, broken: Any) -> None:
    finding = read({"maps": {"found": [[[1]]], "expected": None, "right": True}, **{name: broken}})
    assert finding.reason == samples.assessment().findings[0].reason
    if name != "maps":
        assert FeatureMaps(found=(((1,),),), expected=(), right=True) in finding.figures


def test_what_is_stored_today_names_no_evidence_and_is_read_as_it_is() -> None:
    told = 'a student writes ,"evidence":{"accuracy":1} and {"evidence": 1}'
    assessment = samples.assessment(reason=told, found=told, figures=(picture_samples.worked(),))
    assert assessment_of(text_of(assessment)) == assessment
    again: Assessment = assessment_of(text_of(assessment_of(earlier({"worked": WORKED}))))
    assert again.findings[0].figures == (picture_samples.worked(),)
