"""What the pictures show: frozen views of a finding's evidence and of the training histories."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.cnn.training_curves import Diagnosis, diagnose
from grader.report import words
from grader.text.language import numeral, say
from grader.text.proportions import percent
from grader.text.values import sentences

_MOST_EPOCHS = 400
_MOST_CLASSES = 20
_LEAST_SPAN = 0.2
_LARGEST = 1e30
_PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]+={0,2}")


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
        stride: Epochs from one value to the next.
        diagnosis: What the curves show; None where there is nothing to say.
        reading: Where the curves end, and what they show.
    """

    title: str
    history: str
    epochs: int
    lines: tuple[Line, ...]
    stride: int
    diagnosis: Diagnosis | None
    reading: str

    @property
    def ends(self) -> tuple[float, float]:
        """The values that the panel spans; a loss from 0 and an accuracy over a fifth, so that flat looks flat."""
        values = [value for line in self.lines for value in line.values if value is not None]
        low, high = min(values), max(values)
        if self.title == "Loss":
            return min(low, 0.0), high
        return max(min(low, 0.0), min(low, high - _LEAST_SPAN)), high


@dataclass(frozen=True, slots=True)
class Confusion:
    """A confusion matrix: `counts[i][j]` inputs of class i were labelled j."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    reading: str


@dataclass(frozen=True, slots=True)
class Recall:
    """How many of the inputs of one class were labelled as such."""

    name: str
    right: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where there are no inputs of the class."""
        return self.right / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """One input with a wrong label that the model was sure of; `picture` is a `data:` address, or empty."""

    true: str
    found: str
    confidence: float
    picture: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One row of an alignment; shapes are of outputs, as text.

    `op` is equal, altered, replaced, swapped, missing or extra.
    """

    op: str
    expected: str
    found: str
    expected_parameters: int
    found_parameters: int
    expected_shape: str
    found_shape: str

    @property
    def fed_otherwise(self) -> bool:
        """Whether the layer is right in itself, but has other counts because of what comes before it."""
        return self.op == "equal" and bool(self.expected) and self.expected_parameters != self.found_parameters


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
        accuracy = percent(self.accuracy)
        text = say("Your accuracy on the held-out data is {accuracy}.", accuracy=accuracy)
        if self.interval:
            low, high = map(percent, self.interval)
            text = say(
                "Your accuracy on the held-out data is {accuracy} (with this many inputs, {low} to {high} would be no"
                " surprise).",
                accuracy=accuracy,
                low=low,
                high=high,
            )
        steps = ", ".join(
            say("{points} at {accuracy}", points=words.points(points), accuracy=percent(at))
            for at, points in self.steps
        )
        return f"{text} {say('What gives points: {steps}, and in between in proportion.', steps=steps)}"


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
    name: str, title: str, history: Mapping[str, Sequence[float]], metric: str, diagnosis: Diagnosis | None
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
    reading = sentences(_ends(training, validation), diagnosis.sentence if diagnosis else "")
    return Curves(title, name, epochs, lines, stride, diagnosis, reading)


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
        return say("Every held-out input got its right label.")
    named = [
        say(
            "{true} taken for {found} ({amount} of {of})",
            true=classes[i],
            found=classes[j],
            amount=-amount,
            of=sum(counts[i]),
        )
        for amount, i, j in wrong[:3]
    ]
    return say("Most often mixed up: {named}.", named="; ".join(named))


def recall(view: Confusion | None) -> tuple[Recall, ...]:
    """The recall of each class, lowest first; empty where there is no confusion matrix."""
    if view is None:
        return ()
    found = [
        Recall(name, row[place], sum(row))
        for place, (name, row) in enumerate(zip(view.classes, view.counts, strict=True))
    ]
    return tuple(sorted((each for each in found if each.of), key=lambda each: each.share))


def mistakes(evidence: Mapping[str, Any]) -> tuple[Mistake, ...]:
    """Read the mistakes that a model was surest of.

    Args:
        evidence: Of a finding; `mistakes` has mappings with true, found, confidence and picture.

    Returns:
        The views, the surest first. A picture that is no PNG of ours is left out.
    """
    return tuple(
        Mistake(
            str(each["true"]),
            str(each["found"]),
            float(each["confidence"]),
            each["picture"] if _PICTURE.fullmatch(str(each.get("picture") or "")) else "",
        )
        for each in evidence.get("mistakes") or ()
    )


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
