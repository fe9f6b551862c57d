"""What the training curves show: frozen views of training histories, one for each panel."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.cnn.training_curves import CurveDiagnosis, diagnose
from grader.text.language import numeral, say
from grader.text.messages import joined

_MOST_EPOCHS = 400
_LEAST_SPAN = 0.2
_LARGEST = 1e30


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: a value for each epoch, None where it is not a finite number."""

    name: str
    values: tuple[float | None, ...]
    held_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """One panel of training curves.

    Attributes:
        title: For example `Loss`, in the language of the page.
        metric: `loss` or `accuracy`.
        history: Name of the `History` in the notebook.
        epochs: Number of epochs that were trained.
        lines: Training first, then validation.
        stride: Epochs from one value to the next.
        diagnosis: What the curves show; None where there is nothing to say.
        reading: Where the curves end, and what they show.
    """

    title: str
    metric: str
    history: str
    epochs: int
    lines: tuple[Line, ...]
    stride: int
    diagnosis: CurveDiagnosis | None
    reading: str

    @property
    def ends(self) -> tuple[float, float]:
        """The values that the panel spans; a loss from 0 and an accuracy over a fifth, so that flat looks flat."""
        values = [value for line in self.lines for value in line.values if value is not None]
        low, high = min(values), max(values)
        if self.metric == "loss":
            return min(low, 0.0), high
        return max(min(low, 0.0), min(low, high - _LEAST_SPAN)), high


def curves(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> tuple[Curves, ...]:
    """Arrange training histories as panels: loss and accuracy of each history, where it has them.

    Args:
        histories: Name -> metric -> value for each epoch; may hold NaN and infinity.

    Returns:
        Panels in the order of the histories, of at most the first 6 histories.
    """
    panels = []
    for name, history in list(histories.items())[:6]:
        diagnoses = diagnose(history)
        panels += [
            _panel(name, say("Loss"), history, "loss", diagnoses.loss),
            _panel(name, say("Accuracy"), history, "accuracy", diagnoses.accuracy),
        ]
    return tuple(panel for panel in panels if panel)


def _panel(
    name: str, title: str, history: Mapping[str, Sequence[float]], metric: str, diagnosis: CurveDiagnosis | None
) -> Curves | None:
    training, validation = history.get(metric) or (), history.get(f"val_{metric}") or ()
    epochs = max(len(training), len(validation))
    stride = max(1, math.ceil(epochs / _MOST_EPOCHS))
    lines = tuple(
        Line(label, _finite(values[::stride]), values is validation)
        for label, values in ((say("training"), training), (say("validation"), validation))
        if values
    )
    if not any(value is not None for line in lines for value in line.values):
        return None
    reading = str(joined(_ends(training, validation), diagnosis.sentence if diagnosis else ""))
    return Curves(
        title=title,
        metric=metric,
        history=name,
        epochs=epochs,
        lines=lines,
        stride=stride,
        diagnosis=diagnosis,
        reading=reading,
    )


def _ends(training: Sequence[float], validation: Sequence[float]) -> str:
    """Where the curves end; one that ends in no number is not named."""
    first, second = (
        numeral(f"{values[-1]:.3g}") if values and math.isfinite(values[-1]) else ""
        for values in (training, validation)
    )
    if first and second:
        return say(
            "Training ended at {training} and validation ended at {validation}.", training=first, validation=second
        )
    if first:
        return say("Training ended at {end}.", end=first)
    return say("Validation ended at {end}.", end=second) if second else ""


def _finite(values: Sequence[float]) -> tuple[float | None, ...]:
    """The values that can be drawn: finite, and of a size that leaves room for arithmetic."""
    drawn = (float(value) if abs(value) <= _LARGEST else None for value in values)  # NaN is not, either
    return tuple(0.0 if value is not None and abs(value) < 1 / _LARGEST else value for value in drawn)
