"""Bars in the cells of tables. The numbers are beside them as text, so they are hidden from screen readers."""

from functools import lru_cache

from markupsafe import Markup

from grader.report import svg


@lru_cache(1024)  # a class has few different marks
def share_bar(share: float) -> Markup:
    """Draw a share from 0 to 1."""
    frame, filled = svg.rect(0.5, 1.5, 119, 9, "plot-strip"), svg.rect(0, 1, 120 * share, 10, "plot-earned")
    return Markup(f'<svg class="plot-bars" aria-hidden="true" viewBox="0 0 120 12">{frame}{filled}</svg>')


def parameter_bar(parameters: int, most: int, expected: bool = False) -> Markup:
    """Draw the parameters of one layer as a share of those of the largest.

    Args:
        parameters: Number of parameters of this layer.
        most: Number of parameters of the largest layer, whose bar has the full width.
        expected: Whether it is a layer of the expected architecture; its bar is hollow.

    Returns:
        A small picture.
    """
    length = max(1.5, 119 * parameters / most) if parameters else 0.0  # a few parameters are still visible
    bar = svg.rect(0.5, 1, length, 7, "plot-bar-expected" if expected else "plot-bar")
    frame = '<svg class="plot-bars" aria-hidden="true" viewBox="0 0 120 9" preserveAspectRatio="none">{}</svg>'
    return Markup(frame).format(bar)
