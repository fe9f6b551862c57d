"""Figures -> markup: one module draws each kind, and this explicit table finds it by type."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from grader.model.figures import (
    AccuracyScale,
    ConfusionMatrix,
    FeatureMaps,
    Figure,
    LayerAlignment,
    Pictures,
    SurestMistakes,
    WindowSizes,
    WorkedCell,
)
from grader.report.figures import (
    accuracy_scale,
    confusion_matrix,
    feature_maps,
    layer_alignment,
    pictures,
    surest_mistakes,
    window_sizes,
    worked_cell,
)
from grader.report.figures.place import FigurePlace

__all__ = ["DRAWINGS", "FigurePlace", "draw", "follows_parts", "shows_parts"]

DRAWINGS: Mapping[type[Figure], Callable[[Any, FigurePlace], Markup]] = {
    LayerAlignment: layer_alignment.draw,
    WorkedCell: worked_cell.draw,
    WindowSizes: window_sizes.draw,
    FeatureMaps: feature_maps.draw,
    AccuracyScale: accuracy_scale.draw,
    ConfusionMatrix: confusion_matrix.draw,
    SurestMistakes: surest_mistakes.draw,
    Pictures: pictures.draw,
}
"""Type of a figure -> the function that draws it."""

_AFTER_PARTS = (AccuracyScale, ConfusionMatrix, SurestMistakes)


def draw(figure: Figure, place: FigurePlace) -> Markup:
    """Draw a figure.

    Args:
        figure: The figure.
        place: Its place on the page.

    Returns:
        The markup; empty if the figure is too large to draw.
    """
    return DRAWINGS[type(figure)](figure, place)


def follows_parts(figure: Figure) -> bool:
    """Decide whether a figure is below the table of parts: it shows where the points come from."""
    return isinstance(figure, _AFTER_PARTS)


def shows_parts(figure: Figure) -> bool:
    """Decide whether a figure shows what is wrong with each part, so that the table of parts can be folded."""
    return isinstance(figure, LayerAlignment) or (isinstance(figure, WorkedCell) and bool(figure.wrong))
