"""Two architectures side by side, layer by layer."""

from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from grader.model.figures import LayerAlignment, LayerPair
from grader.report.figures.macros import macros
from grader.report.figures.place import FigurePlace

_FEWEST_FOLDED = 2  # equal layers in a row that become one line


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two architectures side by side; `shows_expected` says whether the expected one may be shown."""

    rows: tuple[LayerPair, ...]
    shows_expected: bool

    @property
    def most_parameters(self) -> int:
        """The largest number of parameters in one layer that may be shown, at least 1."""
        counts = [row.found_parameters for row in self.rows]
        if self.shows_expected:
            counts += [row.expected_parameters for row in self.rows]
        return max([1, *counts])

    @property
    def is_equal(self) -> bool:
        """Whether no layer differs."""
        return all(row.op == "equal" for row in self.rows)

    @property
    def runs(self) -> list[tuple[bool, tuple[LayerPair, ...]]]:
        """The layers in order, in runs: whether a run is folded because its layers are equal, and its layers."""
        runs = [(is_plain, tuple(rows)) for is_plain, rows in groupby(self.rows, self._is_plain)]
        return [(is_plain and len(rows) >= _FEWEST_FOLDED and not self.is_equal, rows) for is_plain, rows in runs]

    def _is_plain(self, row: LayerPair) -> bool:
        return row.op == "equal" and not self.has_other_input(row)

    def has_other_input(self, row: LayerPair) -> bool:
        """Decide whether a layer is right, but has another number of parameters because of the layers before it."""
        return row.op == "equal" and bool(row.expected) and row.expected_parameters != row.found_parameters


def draw(figure: LayerAlignment, place: FigurePlace) -> Markup:
    """Draw an alignment; it is folded if nothing differs.

    Args:
        figure: The two architectures.
        place: Its place on the page; says whether the expected architecture may be shown.
    """
    markup: Markup = macros().alignment(view_of(figure, place.shows_expected), place.number)
    return markup


def view_of(figure: LayerAlignment, shows_expected: bool) -> Alignment:
    """Remove the expected side of an alignment if it may not be shown."""
    if shows_expected:
        return Alignment(figure.rows, shows_expected)
    rows = tuple(replace(row, expected="", expected_parameters=0, expected_shape="") for row in figure.rows)
    return Alignment(rows, shows_expected)
