"""The diagnosis of training curves, which every page and every finding gives in the same words.

A history is diagnosed as a whole, so statements about its loss never contradict statements about its accuracy.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from grader.text.language import marked
from grader.text.messages import Text, message, number

History = Mapping[str, Sequence[float]]
"""Metric -> value of each epoch. Values may be NaN or infinite, and the metrics may have different lengths."""

_WORSE = 1.1  # validation loss at the end, as a multiple of the best, that is called overfitting
_JUMP = 0.1  # a rise of the training loss from one epoch to the next, as a share of the first loss
_HARDLY = 0.97  # the best training loss as a share of the first one, above which nothing was learnt
_KNOWS = 0.6  # accuracy from which a loss that does not fall means that there is nothing more to learn
_APART = 0.1  # training accuracy above validation accuracy that is called overfitting
_FALLING = 0.95  # the last loss as a share of the one before, below which it is still falling
_FEWEST = 3  # epochs that are enough for a diagnosis


class CurveSign(StrEnum):
    """A property of a curve that has a name in reports."""

    NO_NUMBER = "no_number"
    JUMPED_ONCE = "jumped_once"
    JUMPS = "jumps"
    NOT_LEARNING = "not_learning"
    GOT_WORSE = "got_worse"
    STILL_FALLING = "still_falling"
    STEADY = "steady"
    APART = "apart"
    STARTED_HIGH = "started_high"


_SENTENCES = {
    CurveSign.NO_NUMBER: marked(
        "In epoch {epoch}, the loss was not a finite number: the learning rate is too high, or "
        "the inputs are not scaled."
    ),
    CurveSign.JUMPED_ONCE: marked(
        "The training loss jumped up in epoch {epoch}: the learning rate is probably too high."
    ),
    CurveSign.JUMPS: marked(
        "The training loss jumped up several times, first in epoch {epoch}: the learning rate is probably too high."
    ),
    CurveSign.NOT_LEARNING: marked(
        "The training loss hardly fell in {epoch} epochs: the model is not learning. Check the learning rate, the "
        "loss function, and whether images and labels still match."
    ),
    CurveSign.GOT_WORSE: marked(
        "Validation was best in epoch {epoch} and got worse afterwards: from then on, the model overfitted."
    ),
    CurveSign.STILL_FALLING: marked("The loss was still falling at the end: more epochs may help."),
    CurveSign.STEADY: marked("The validation loss did not rise towards the end: there is no sign of overfitting."),
    CurveSign.APART: marked(
        "Training ended {gap} points above validation: the model fits its training data better "
        "than new data, so it overfits. From epoch {epoch} on, the two were more than {apart} "
        "points apart."
    ),
    CurveSign.STARTED_HIGH: marked(
        "The loss of the first epoch is {loss}, but guessing gives {guess}: the inputs are probably not scaled."
    ),
}
_LABELS = {
    CurveSign.NO_NUMBER: marked("no number"),
    CurveSign.JUMPED_ONCE: marked("loss jumps up"),
    CurveSign.JUMPS: marked("loss jumps up"),
    CurveSign.NOT_LEARNING: marked("no better than at the start"),
    CurveSign.GOT_WORSE: marked("validation best"),
    CurveSign.STILL_FALLING: marked("still falling"),
    CurveSign.APART: marked("{apart} points apart"),
}


@dataclass(frozen=True, slots=True)
class CurveDiagnosis:
    """One property that a curve shows, at an epoch and with numbers.

    Attributes:
        kind: The property.
        epoch: The epoch, counted from 1; None if it belongs to no particular epoch.
        figures: Name -> rounded number, for the sentence and the label: `gap` and `apart` in percentage points, and
            the losses `loss` and `guess`.
    """

    kind: CurveSign
    epoch: int | None = None
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def sentence(self) -> Text:
        """The diagnosis, with the probable cause."""
        return message(_SENTENCES[self.kind], epoch=self.epoch, **self._written)

    @property
    def label(self) -> Text:
        """A few words to write beside its epoch in a picture; empty if pictures do not mark it."""
        return message(_LABELS[self.kind], **self._written) if self.kind in _LABELS else ""

    @property
    def _written(self) -> dict[str, Text]:
        return {name: number(figure) for name, figure in self.figures.items()}


@dataclass(frozen=True, slots=True)
class CurveDiagnoses:
    """The diagnoses of the loss and the accuracy of one history; None for a curve that shows nothing special."""

    loss: CurveDiagnosis | None
    accuracy: CurveDiagnosis | None

    @property
    def learnt(self) -> bool:
        """Whether the model may have learnt: the loss is a finite number and it falls."""
        return self.loss is None or self.loss.kind not in (CurveSign.NO_NUMBER, CurveSign.NOT_LEARNING)


def diagnose(history: History) -> CurveDiagnoses:
    """Diagnose the loss and the accuracy of a history.

    Args:
        history: It may have `loss`, `val_loss`, `accuracy` and `val_accuracy`; accuracies are from 0 to 1.

    Returns:
        The most important diagnosis of each curve. They do not contradict each other: if the accuracies are far
        apart, the loss is not said to show no overfitting or to be still falling. If the loss is not a number or does
        not fall, there is no diagnosis of the accuracy.

    Example:
        >>> diagnose({"loss": [1.0, math.nan]}).loss.epoch
        2
    """
    loss, accuracy = next(_of_loss(history), None), _apart(history)
    diagnoses = CurveDiagnoses(loss, accuracy)
    if accuracy is None or loss is None:
        return diagnoses
    if not diagnoses.learnt:
        return CurveDiagnoses(loss, None)
    return CurveDiagnoses(None, accuracy) if loss.kind in (CurveSign.STEADY, CurveSign.STILL_FALLING) else diagnoses


def started_high(history: History, classes: int) -> CurveDiagnosis | None:
    """Diagnose a loss of the first epoch that is far above that of guessing.

    Args:
        history: As in `diagnose`. Without an accuracy, the loss may be one of regression, and the result is None.
        classes: Number of classes, 2 or more.

    Returns:
        The diagnosis; None if the loss is not far above that of guessing.
    """
    losses, guessing = history.get("loss", ()), math.log(classes)
    if not losses or "accuracy" not in history or not 2 * guessing < losses[0] < math.inf:
        return None
    figures = {"loss": round(losses[0], 2), "guess": round(guessing, 2)}
    return CurveDiagnosis(CurveSign.STARTED_HIGH, 1, figures)


def last_accuracy(history: History, metric: str = "accuracy") -> float | None:
    """Give the accuracy after the last epoch.

    Args:
        history: As in `diagnose`.
        metric: Name of the accuracy in the history.

    Returns:
        From 0 to 1; None if there is none or the value is outside this range.

    Example:
        >>> last_accuracy({"accuracy": [0.5, 0.75]})
        0.75
    """
    values = history.get(metric) or ()
    return values[-1] if values and 0 <= values[-1] <= 1 else None  # comparisons with NaN are false, too


def _of_loss(history: History) -> Iterator[CurveDiagnosis]:
    """Diagnoses of the loss, the most important first. Each assumes that those before it do not apply."""
    training, validation = history.get("loss") or (), history.get("val_loss") or ()
    yield from _no_number(training, validation)
    yield from _too_fast(training)
    yield from _not_learning(history, training)
    yield from _got_worse(validation)
    yield from _still_falling(validation or training)
    if len(validation) >= _FEWEST and training:
        yield CurveDiagnosis(CurveSign.STEADY)


def _no_number(training: Sequence[float], validation: Sequence[float]) -> Iterator[CurveDiagnosis]:
    for epoch in range(max(len(training), len(validation))):
        if any(not math.isfinite(values[epoch]) for values in (training, validation) if epoch < len(values)):
            yield CurveDiagnosis(CurveSign.NO_NUMBER, epoch + 1)


def _too_fast(training: Sequence[float]) -> Iterator[CurveDiagnosis]:
    """The training loss jumps up more than once, or ends above where it began."""
    jumps = [
        epoch + 1
        for epoch in range(1, len(training))
        if training[epoch] - training[epoch - 1] > _JUMP * abs(training[0])
    ]
    if len(jumps) > 1:
        yield CurveDiagnosis(CurveSign.JUMPS, jumps[0])
    elif jumps and training[-1] > training[0]:
        yield CurveDiagnosis(CurveSign.JUMPED_ONCE, jumps[0])


def _not_learning(history: History, training: Sequence[float]) -> Iterator[CurveDiagnosis]:
    accuracy = max(last_accuracy(history) or 0.0, last_accuracy(history, "val_accuracy") or 0.0)
    if len(training) >= _FEWEST and min(training) > _HARDLY * training[0] > 0 and accuracy < _KNOWS:
        yield CurveDiagnosis(CurveSign.NOT_LEARNING, len(training))


def _got_worse(validation: Sequence[float]) -> Iterator[CurveDiagnosis]:
    if not validation:
        return
    best = min(range(len(validation)), key=validation.__getitem__)
    if len(validation) - best > 2 and validation[-1] > _WORSE * validation[best]:
        yield CurveDiagnosis(CurveSign.GOT_WORSE, best + 1)


def _still_falling(values: Sequence[float]) -> Iterator[CurveDiagnosis]:
    if len(values) >= _FEWEST and values[-1] == min(values) and values[-1] < _FALLING * values[-2]:
        yield CurveDiagnosis(CurveSign.STILL_FALLING, len(values))


def _apart(history: History) -> CurveDiagnosis | None:
    """Whether training ended far above validation, and since which epoch the two are apart."""
    if last_accuracy(history) is None or last_accuracy(history, "val_accuracy") is None:
        return None
    gaps = [one - other for one, other in zip(history["accuracy"], history["val_accuracy"], strict=False)]
    if not _APART < gaps[-1] <= 1:  # neither for values that are no shares
        return None
    first = next(epoch for epoch in range(len(gaps), 0, -1) if epoch == 1 or not gaps[epoch - 2] > _APART)
    return CurveDiagnosis(CurveSign.APART, first, {"gap": round(100 * gaps[-1]), "apart": round(100 * _APART)})
