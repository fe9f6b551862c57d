"""The accuracy of a function of the student's on held-out data."""

from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field, field_validator

from grader.assess import options, training
from grader.assess.answers import ENDINGS, why_missing
from grader.assess.evidence import Evidence
from grader.assess.findings import finding, unmarked
from grader.assess.predictions import PredictionsError, decode, labels_of
from grader.assess.wording import number, sentences, shortened
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.key import AnswerKey
from grader.model.record import ProbeState

Labels = npt.NDArray[Any]
Z_95 = 1.959964
_MOST_CAUSES = 2


class Threshold(options.Options):
    """What an accuracy is worth."""

    accuracy: float = Field(ge=0, le=1)
    points: float = Field(ge=0)


class AccuracyOptions(options.Options):
    """Accuracies and their points; linear between two of them, constant outside."""

    thresholds: tuple[Threshold, ...] = Field(min_length=1)

    @field_validator("thresholds")
    @classmethod
    def _ascending(cls, thresholds: tuple[Threshold, ...]) -> tuple[Threshold, ...]:
        for one, next_one in pairwise(thresholds):
            if next_one.accuracy <= one.accuracy or next_one.points < one.points:
                raise ValueError("a higher accuracy must come later and never earn less")
        return thresholds


def check_options(question: Question, key: AnswerKey) -> list[str]:
    """See `Kind.check_options`: the highest threshold earns all points, and there is held-out data."""
    found = options.problems(AccuracyOptions, question.options)
    if not found:
        most = options.read(AccuracyOptions, question.options).thresholds[-1].points
        if most != question.points:
            found = [f"the last threshold gives {most:g} points; it must give all {question.points:g}."]
    if question.id not in key.heldout and question.id not in key.not_here:
        found = [*found, "there is no held-out data for it; name it in HELDOUT in key.py."]
    return found


def assess(question: Question, evidence: Evidence) -> Finding:
    """See `Kind.assess`: points by the thresholds, with a 95 % interval, a confusion matrix and a diagnosis.

    Raises:
        ValueError: If no held-out labels were handed in.
    """
    if evidence.labels is None:
        raise ValueError("no held-out labels were handed in")
    unable = _unable(question, evidence)
    if unable:
        return unable
    classes = evidence.key.heldout[question.id].classes
    try:
        result = decode(evidence.probe.array) if evidence.probe else np.empty(0)
        found = labels_of(result, len(evidence.labels), len(classes))
    except PredictionsError as problem:
        return finding(question, 0, expected=_goal(question), reason=str(problem))
    return _marked(question, evidence, found, classes)


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a proportion: between 0 and 1 also for none or all of a few."""
    share, spread = right / count, Z_95**2 / count
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * sqrt(share * (1 - share) / count + spread / (4 * count))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _unable(question: Question, evidence: Evidence) -> Finding | None:
    """The finding for a function that gave no result; None if it gave one."""
    name, probe = evidence.name, evidence.probe
    state = probe.state if probe else ProbeState.NOT_REACHED
    message = shortened(probe.message) if probe else ""
    if state is ProbeState.RETURNED:
        return None
    if state is ProbeState.BLANK:
        reason = f"`{name}` is still `...`: this question was not attempted."
        return unmarked(question, Verdict.NOT_ATTEMPTED, reason)
    if state is ProbeState.MISSING:
        absent = why_missing(evidence)
        return unmarked(question, absent.verdict, absent.reason)
    if state is ProbeState.NOT_REACHED:
        ending = ENDINGS.get(evidence.record.outcome, "the run ended early")
        reason = f"`{name}` was never called on the held-out images, because {ending}."
        return unmarked(question, Verdict.BLOCKED, reason)
    reasons = {
        ProbeState.RAISED: f"`{name}` stopped on the held-out images: {message}",
        ProbeState.TIMED_OUT: sentences(f"`{name}` took longer on the held-out images than it may.", message),
        ProbeState.REFUSED: f"What `{name}` returned could not be taken over: {message}",
    }
    return finding(question, 0, expected=_goal(question), reason=reasons[state])


def _marked(question: Question, evidence: Evidence, found: Labels, classes: tuple[str, ...]) -> Finding:
    thresholds = options.read(AccuracyOptions, question.options).thresholds
    truth = np.asarray(evidence.labels, dtype=np.int64)
    right, count = int((truth == found).sum()), len(truth)
    accuracy, interval = right / count, wilson(right, count)
    confusion = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(confusion, (truth, found), 1)
    points = float(np.interp(accuracy, [rule.accuracy for rule in thresholds], [rule.points for rule in thresholds]))
    share = points / question.points if question.points else float(accuracy >= thresholds[-1].accuracy)
    reason = f"{right:,} of {count:,} held-out images are labelled correctly: {_percent(accuracy)}"
    reason += f" (95 % interval {_percent(interval[0])} to {_percent(interval[1])})."
    why = training.causes(evidence, len(classes), accuracy)[:_MOST_CAUSES] if share < 1 else []
    return finding(
        question,
        share,
        expected=_goal(question),
        found=_percent(accuracy),
        reason=sentences(
            reason, _noise(thresholds, accuracy, interval), _diagnosis(confusion, classes, share, interval), *why
        ),
        evidence={
            "accuracy": accuracy,
            "interval": list(interval),
            "thresholds": [{"accuracy": rule.accuracy, "points": rule.points} for rule in thresholds],
            "classes": list(classes),
            "confusion": confusion.tolist(),
            "recall": [_recall(row, index) for index, row in enumerate(confusion.tolist())],
        },
    )


def _goal(question: Question) -> str:
    last = options.read(AccuracyOptions, question.options).thresholds[-1]
    return f"{100 * last.accuracy:g} % or more"


def _noise(thresholds: tuple[Threshold, ...], accuracy: float, interval: tuple[float, float]) -> str:
    missed = next((rule for rule in thresholds if accuracy < rule.accuracy <= interval[1]), None)
    if missed is None:
        return ""
    return f"That is within the noise of the threshold at {100 * missed.accuracy:g} %: another seed may pass it."


def _diagnosis(
    confusion: npt.NDArray[np.int64], classes: tuple[str, ...], share: float, interval: tuple[float, float]
) -> str:
    """What the confusion matrix tells: one class only, no better than chance, or the worst mix-up."""
    predicted, true = confusion.sum(axis=0), confusion.sum(axis=1)
    if share >= 1:
        return ""
    if predicted.max() == predicted.sum():
        name = classes[int(predicted.argmax())]
        return (
            f"Every image is labelled {name}: the model has learnt nothing yet, or what `predict` feeds it is not"
            " scaled as the training images were."
        )
    if interval[0] <= true.max() / true.sum():
        return (
            "That is no better than guessing: the model is probably untrained, or `predict` does not standardise the"
            " images as was done for training."
        )
    mixed = confusion.copy()
    np.fill_diagonal(mixed, 0)
    if mixed.max() < 2:
        return ""
    row, column = divmod(int(mixed.argmax()), len(classes))
    return f"Most often {classes[row]} is taken for {classes[column]} ({number(int(mixed.max()))} times)."


def _recall(row: list[int], index: int) -> float | None:
    return row[index] / sum(row) if sum(row) else None


def _percent(share: float) -> str:
    """One decimal at most, and 100 % only for all."""
    rounded = round(100 * share, 1)
    return f"{min(rounded, 99.9) if share < 1 else rounded:g} %"
