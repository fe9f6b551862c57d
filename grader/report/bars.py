"""Bars in the cells of tables; the numbers stand beside them as text, so screen readers leave them out."""

from functools import lru_cache

from markupsafe import Markup

from grader.report import svg


@lru_cache(1024)  # a class has few different marks
def share_bar(share: float) -> Markup:
    """Draw a share from 0 to 1; the number stands beside it as text."""
    all_of_it, filled = svg.rect(0.5, 1.5, 119, 9, "strip"), svg.rect(0, 1, 120 * share, 10, "strip-earned")
    return Markup(f'<svg class="bars" aria-hidden="true" viewBox="0 0 120 12">{all_of_it}{filled}</svg>')


def parameter_bar(parameters: int, most: int, expected: bool = False) -> Markup:
    """Draw the parameters of one layer as a share of those of the largest.

    The numbers stand beside it as text, so it is hidden from screen readers.

    Args:
        parameters: Of this layer.
        most: Of the largest layer, which fills the width.
        expected: Whether it is a layer of the expected architecture; its bar is hollow.

    Returns:
        A small picture.
    """
    length = max(1.5, 119 * parameters / most) if parameters else 0.0
    bar = svg.rect(0.5, 1, length, 7, "bar-expected" if expected else "bar")
    frame = '<svg class="bars" aria-hidden="true" viewBox="0 0 120 9" preserveAspectRatio="none">{}</svg>'
    return Markup(frame).format(bar)
