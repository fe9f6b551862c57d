"""What a report draws of an answer, as data: one frozen value for each kind of figure.

A figure holds nothing that the student may not see: code that makes one leaves out the right answer where the question
hides it. `grader/report/figures/` has one module for each, which draws it.

Each value names its kind in the field `kind`, which is also the tag by which stored figures are read again.
"""

from dataclasses import dataclass, field
from typing import Literal

from grader.model.windows import Axis
from grader.text.messages import Text

Cells = tuple[tuple[int | float | None, ...], ...]
"""Rows of numbers; None for a cell that is blank or too large to draw."""


class Figure:
    """One figure of a finding; `FIGURES` lists the kinds."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusionMatrix(Figure):
    """How many inputs of each class got which label.

    Attributes:
        classes: Names of the classes, shape (n,).
        counts: Shape (n, n): `counts[i][j]` inputs of class i were labelled j.
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    kind: Literal["confusion matrix"] = field(default="confusion matrix", init=False)


@dataclass(frozen=True, slots=True)
class ScaleThreshold:
    """An accuracy from 0 to 1, and the points that it earns."""

    accuracy: float
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyScale(Figure):
    """Where an accuracy lies between the thresholds that give points.

    Attributes:
        accuracy: What was measured, from 0 to 1.
        interval: Its 95 % interval as (low, high), each from 0 to 1; None where it is not known.
        thresholds: At least one, rising.
    """

    accuracy: float
    interval: tuple[float, float] | None
    thresholds: tuple[ScaleThreshold, ...]
    kind: Literal["accuracy scale"] = field(default="accuracy scale", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One input with a wrong label that the model was sure of.

    Attributes:
        true: Name of its class.
        found: Name of the class that it was taken for.
        confidence: From 0 to 1, to two decimals.
        picture: A `data:` address of a PNG; empty where it may not be shown.
    """

    true: str
    found: str
    confidence: float
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurestMistakes(Figure):
    """The mistakes that a model was surest of, the surest first."""

    mistakes: tuple[Mistake, ...]
    kind: Literal["surest mistakes"] = field(default="surest mistakes", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedCell(Figure):
    """One cell of a feature map, and all that it is computed from. Places count from 0.

    Attributes:
        image: The input without padding, shape (channels, rows, columns).
        filters: The filter of this map, shape (channels, rows, columns); empty for pooling.
        flipped: Whether the filter was turned by half a circle before it was laid on.
        before: Padding above and on the left, in cells.
        after: Padding below and on the right, in cells.
        window: Rows and columns that the window covers.
        stride: Rows and columns from one place to the next.
        by: How a window becomes one number.
        bias: What is added to it; 0 for nothing.
        relu: Whether negative values then become 0.
        place: Map, row and column of the cell.
        found: The answer, shape (maps, rows, columns); empty where it is too large to draw.
        wrong: Map, row and column of each cell that is not right; None where the answer has another shape.
        shape: Maps, rows and columns of the right answer; None where it may not be shown.
        value: What comes out; None where it may not be shown.
    """

    image: tuple[Cells, ...]
    filters: tuple[Cells, ...]
    flipped: bool
    before: tuple[int, int]
    after: tuple[int, int]
    window: tuple[int, int]
    stride: tuple[int, int]
    by: Literal["sum", "max", "mean"]
    bias: int | float
    relu: bool
    place: tuple[int, int, int]
    found: tuple[Cells, ...]
    wrong: tuple[tuple[int, int, int], ...] | None
    shape: tuple[int, ...] | None
    value: int | float | None
    kind: Literal["worked cell"] = field(default="worked cell", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSizes(Figure):
    """A window on an image of which only the sizes matter.

    Attributes:
        axes: Of the rows and of the columns; a single one for a series.
        output: A size for each axis; None where it may not be shown.
        found: The sizes of the answer, one for each axis; None where it has no such sizes.
        alone: Whether one number was asked for, the height, and not all sizes.
    """

    axes: tuple[Axis, ...]
    output: tuple[int, ...] | None
    found: tuple[int, ...] | None
    alone: bool
    kind: Literal["window sizes"] = field(default="window sizes", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureMaps(Figure):
    """The maps of an answer, as images.

    Attributes:
        found: Shape (maps, rows, columns).
        expected: The right ones, likewise; empty where they are the same or may not be shown.
        right: Whether the answer is right.
    """

    found: tuple[Cells, ...]
    expected: tuple[Cells, ...]
    right: bool
    kind: Literal["feature maps"] = field(default="feature maps", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPair:
    """One row of an alignment. What a side has no layer for is empty.

    Attributes:
        op: equal, altered, replaced, swapped, missing or extra.
        expected: The layer that was asked for, in words.
        found: The layer of the answer, in words.
        expected_parameters: Weights of the layer that was asked for.
        found_parameters: Weights of the layer of the answer.
        expected_shape: Its output shape as text.
        found_shape: Likewise.
    """

    op: str
    expected: Text = ""
    found: Text = ""
    expected_parameters: int = 0
    found_parameters: int = 0
    expected_shape: Text = ""
    found_shape: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerAlignment(Figure):
    """Two architectures side by side; made only where the expected one may be shown.

    Attributes:
        rows: The input first, then the layers.
        expected_parameters: Of the whole model that was asked for; None where it is not known.
        found_parameters: Of the whole model of the answer, likewise.
    """

    rows: tuple[LayerPair, ...]
    expected_parameters: int | None
    found_parameters: int | None
    kind: Literal["layer alignment"] = field(default="layer alignment", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures(Figure):
    """Pictures that a student handed in.

    Attributes:
        addresses: A `data:` address of a JPEG for each, decoded and encoded again here.
    """

    addresses: tuple[str, ...]
    kind: Literal["pictures"] = field(default="pictures", init=False)


FIGURES: tuple[type[Figure], ...] = (
    LayerAlignment,
    WorkedCell,
    WindowSizes,
    FeatureMaps,
    AccuracyScale,
    ConfusionMatrix,
    SurestMistakes,
    Pictures,
)
"""All kinds of figures, in the order in which a report shows them."""
