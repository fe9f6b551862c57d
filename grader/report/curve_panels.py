"""Training curves: frozen views of training histories, one for each panel."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.cnn.training_curves import CurveDiagnosis, diagnose
from grader.text.language import numeral, say
from grader.text.messages import joined

_MOST_HISTORIES = 6
"""Histories that are drawn; a notebook can train any number of models."""
_MOST_POINTS = 400
"""Points of a curve: with more epochs, only every second, third... epoch is drawn."""
_LEAST_SPAN = 0.2
_LARGEST = 1e30
"""Values beyond this are not drawn, because differences and products of them could overflow."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve: a value for each epoch, None if it is not a finite number; `held_out` is true for validation."""

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
        lines: The curves: training first, then validation.
        stride: Epochs from one value to the next.
        diagnosis: What the curves show; None if there is nothing to say.
        reading: The last values of the curves, and the diagnosis, in words.
    """

    title: str
    metric: str
    history: str
    epochs: int
    lines: tuple[Curve, ...]
    stride: int
    diagnosis: CurveDiagnosis | None
    reading: str

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest value of the axis.

        A loss begins at 0 and an accuracy spans at least a fifth, so that a flat curve looks flat.
        """
        values = [value for line in self.lines for value in line.values if value is not None]
        low, high = min(values), max(values)
        if self.metric == "loss":
            return min(low, 0.0), high
        return max(min(low, 0.0), min(low, high - _LEAST_SPAN)), high


def curves(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> tuple[Curves, ...]:
    """Arrange training histories as panels: loss and accuracy of each history, if it has them.

    Args:
        histories: Name -> metric -> value for each epoch; may hold NaN and infinity.

    Returns:
        Panels in the order of the histories, of at most the first 6 histories.
    """
    panels = []
    for name, history in list(histories.items())[:_MOST_HISTORIES]:
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
    stride = max(1, math.ceil(epochs / _MOST_POINTS))
    lines = tuple(
        Curve(label, _drawable(values[::stride]), values is validation)
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
    """A sentence with the last values; a curve whose last value is not a finite number is left out."""
    training_end, validation_end = _last_value(training), _last_value(validation)
    if training_end and validation_end:
        return say(
            "Training ended at {training} and validation ended at {validation}.",
            training=training_end,
            validation=validation_end,
        )
    if training_end:
        return say("Training ended at {end}.", end=training_end)
    return say("Validation ended at {end}.", end=validation_end) if validation_end else ""


def _last_value(values: Sequence[float]) -> str:
    return numeral(f"{values[-1]:.3g}") if values and math.isfinite(values[-1]) else ""


def _drawable(values: Sequence[float]) -> tuple[float | None, ...]:
    """The values that can be drawn: finite, and of a size that leaves room for arithmetic; None for any other one."""
    drawable: list[float | None] = []
    for value in values:
        if not abs(value) <= _LARGEST:  # also true for NaN, for which every comparison is false
            drawable.append(None)
        else:
            drawable.append(0.0 if abs(value) < 1 / _LARGEST else float(value))
    return tuple(drawable)
