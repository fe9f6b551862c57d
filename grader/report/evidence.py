"""What the pictures show: frozen views of a finding's evidence and of the training histories."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.report import words

_MOST_EPOCHS = 400
_MOST_CLASSES = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: a value for each epoch, None where it is not a finite number."""

    name: str
    values: tuple[float | None, ...]
    held_out: bool


@dataclass(frozen=True, slots=True)
class Curves:
    """One panel of training curves.

    Attributes:
        title: For example `Loss`.
        history: Name of the `History` in the notebook.
        epochs: Number of epochs that were trained.
        lines: Training first, then validation.
        reading: One sentence on what the curves show.
    """

    title: str
    history: str
    epochs: int
    lines: tuple[Line, ...]
    reading: str


@dataclass(frozen=True, slots=True)
class Confusion:
    """A confusion matrix: `counts[i][j]` inputs of class i were labelled j."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    reading: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One row of an alignment; `op` is equal, altered, missing or extra; shapes are of outputs, as text."""

    op: str
    expected: str
    found: str
    expected_parameters: int
    found_parameters: int
    expected_shape: str
    found_shape: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two architectures side by side; `shown` tells whether the expected one may be seen."""

    edits: tuple[Edit, ...]
    shown: bool

    @property
    def most_parameters(self) -> int:
        """The largest number of parameters in one layer that may be shown, at least 1."""
        return max([1, *(max(edit.found_parameters, self.shown * edit.expected_parameters) for edit in self.edits)])


@dataclass(frozen=True, slots=True)
class Scale:
    """Where an accuracy lies between the thresholds that give points.

    Attributes:
        accuracy: What was measured, from 0 to 1.
        interval: Its uncertainty as (low, high), or None.
        steps: (accuracy, points), rising.
        accuracy_points: Points that this accuracy gave.
    """

    accuracy: float
    interval: tuple[float, float] | None
    steps: tuple[tuple[float, float], ...]
    accuracy_points: float

    @property
    def reading(self) -> str:
        """What the scale shows, in words."""
        text = f"Your accuracy on the held-out data is {words.percent(self.accuracy)}"
        if self.interval:
            low, high = map(words.percent, self.interval)
            text += f" (with this many inputs, {low} to {high} would be no surprise)"
        steps = ", ".join(f"{words.points(points)} at {words.percent(at)}" for at, points in self.steps)
        return f"{text}. What gives points: {steps}, and in between in proportion."


def curves(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> tuple[Curves, ...]:
    """Arrange training histories as panels: loss and accuracy of each history, where it has them.

    Args:
        histories: Name -> metric -> value for each epoch; may hold NaN and infinity.

    Returns:
        Panels in the order of the histories, of at most the first 6 histories.
    """
    panels = []
    for history, metrics in list(histories.items())[:6]:
        for title, metric in (("Loss", "loss"), ("Accuracy", "accuracy")):
            panel = _panel(history, title, metric, metrics)
            if panel:
                panels.append(panel)
    return tuple(panels)


def _panel(history: str, title: str, metric: str, metrics: Mapping[str, Sequence[float]]) -> Curves | None:
    found = [(name, metrics[name]) for name in (metric, f"val_{metric}") if metrics.get(name)]
    lines = tuple(
        Line("validation" if name.startswith("val_") else "training", _finite(values), name.startswith("val_"))
        for name, values in found
    )
    if not any(value is not None for line in lines for value in line.values):
        return None
    return Curves(title, history, max(len(values) for _, values in found), lines, _curve_reading(metric, lines))


def _finite(values: Sequence[float]) -> tuple[float | None, ...]:
    stride = max(1, math.ceil(len(values) / _MOST_EPOCHS))
    return tuple(float(value) if math.isfinite(value) else None for value in values[::stride])


def _curve_reading(metric: str, lines: tuple[Line, ...]) -> str:
    """Say where the curves end, and that validation turned round where it clearly did."""
    ends = [f"{line.name} ended at {_decimal(line.values[-1])}" for line in lines if line.values[-1] is not None]
    broken = any(value is None for line in lines for value in line.values)
    text = " and ".join(ends).capitalize() + "." if ends else ""
    if broken:
        text += " Some values were no finite numbers, which often means a learning rate that is too high."
    elif metric == "loss" and len(lines) == 2:
        text += _overfitting([value for value in lines[1].values if value is not None])
    return text.strip()


def _overfitting(validation: list[float]) -> str:
    best = min(range(len(validation)), key=validation.__getitem__)
    if len(validation) - best > 2 and validation[-1] > 1.1 * validation[best]:
        return f" Validation was best in epoch {best + 1} and got worse after that: from there on it overfits."
    return ""


def _decimal(value: float | None) -> str:
    return "no number" if value is None else f"{value:.3g}"


def confusion(evidence: Mapping[str, Any]) -> Confusion | None:
    """Read a confusion matrix.

    Args:
        evidence: Of a finding; `confusion` has a row for each true class, `classes` their names.

    Returns:
        The view, or None where there is no matrix or it has more than 20 classes.
    """
    counts = tuple(tuple(int(cell) for cell in row) for row in evidence.get("confusion") or ())
    if not counts or len(counts) > _MOST_CLASSES:
        return None
    classes = tuple(str(name) for name in evidence.get("classes") or range(len(counts)))
    return Confusion(classes, counts, _confusion_reading(classes, counts))


def _confusion_reading(classes: tuple[str, ...], counts: tuple[tuple[int, ...], ...]) -> str:
    wrong = sorted((-cell, i, j) for i, row in enumerate(counts) for j, cell in enumerate(row) if i != j and cell)
    if not wrong:
        return "Every held-out input got its right label."
    named = [f"{classes[i]} taken for {classes[j]} ({-amount} of {sum(counts[i])})" for amount, i, j in wrong[:3]]
    return f"Most often mixed up: {'; '.join(named)}."


def alignment(evidence: Mapping[str, Any], shown: bool) -> Alignment | None:
    """Read an alignment of two architectures.

    Args:
        evidence: Of a finding; `alignment` has rows with op, and with text, parameters and
            shape of each side: expected, expected_parameters, expected_shape, found, ...
        shown: Whether the student may see the expected architecture.

    Returns:
        The view, or None where there is no alignment.
    """
    rows = evidence.get("alignment") or ()
    edits = tuple(
        Edit(
            op=str(row["op"]),
            expected=str(row.get("expected") or "") if shown else "",
            found=str(row.get("found") or ""),
            expected_parameters=int(row.get("expected_parameters") or 0) if shown else 0,
            found_parameters=int(row.get("found_parameters") or 0),
            expected_shape=str(row.get("expected_shape") or "") if shown else "",
            found_shape=str(row.get("found_shape") or ""),
        )
        for row in rows
    )
    return Alignment(edits, shown) if edits else None


def scale(evidence: Mapping[str, Any], earned: float) -> Scale | None:
    """Read where an accuracy lies between its thresholds.

    Args:
        evidence: Of a finding; `accuracy`, `interval` (low, high) and `thresholds` (mappings with
            accuracy and points).
        earned: The points that it gave.

    Returns:
        The view, or None where there is no accuracy or there are no thresholds.
    """
    accuracy, thresholds = evidence.get("accuracy"), evidence.get("thresholds")
    if accuracy is None or not thresholds:
        return None
    interval = evidence.get("interval")
    steps = sorted((float(step["accuracy"]), float(step["points"])) for step in thresholds)
    return Scale(
        accuracy=float(accuracy),
        interval=(float(interval[0]), float(interval[1])) if interval else None,
        steps=tuple(steps),
        accuracy_points=earned,
    )
