"""Two architectures side by side, layer by layer."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from grader.model.figures import LayerAlignment, LayerPair
from grader.report.figures.macros import macros
from grader.report.figures.place import Place


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two architectures side by side; `shown` tells whether the expected one may be seen."""

    rows: tuple[LayerPair, ...]
    shown: bool

    @property
    def most_parameters(self) -> int:
        """The largest number of parameters in one layer that may be shown, at least 1."""
        return max([1, *(max(row.found_parameters, self.shown * row.expected_parameters) for row in self.rows)])

    @property
    def is_equal(self) -> bool:
        """Whether no layer differs."""
        return all(row.op == "equal" for row in self.rows)

    def is_fed_otherwise(self, row: LayerPair) -> bool:
        """Whether a layer is right in itself, but has other counts because of what comes before it."""
        return row.op == "equal" and bool(row.expected) and row.expected_parameters != row.found_parameters


def draw(figure: LayerAlignment, place: Place) -> Markup:
    """Draw an alignment; folded where nothing differs.

    Args:
        figure: The two architectures.
        place: Where it is on the page; says whether the expected architecture may be seen.
    """
    markup: Markup = macros().alignment(view_of(figure, place.shown), place.number)
    return markup


def view_of(figure: LayerAlignment, shown: bool) -> Alignment:
    """An alignment, without the expected side where that may not be shown."""
    hidden = {"expected": "", "expected_parameters": 0, "expected_shape": ""}
    rows = figure.rows if shown else tuple(replace(row, **hidden) for row in figure.rows)  # type: ignore[arg-type]
    return Alignment(rows, shown)
