"""Pieces of inline SVG: every text in them is escaped, every colour comes from the page's style sheet.

A page holds hundreds of them. So they are put together as plain text, which takes a tenth of the time of
`Markup.format`; what is no number goes through `escape`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from markupsafe import Markup, escape

from grader.report.terminal import plain
from grader.text.messages import shortened

_UNITS = 16
"""Units of a drawing in the height of a letter of the page, `rem`."""
_name = cache(escape)
"""Names of classes and anchors, of which there are few."""
_KEPT = 4096
"""So many shapes are kept: a class shares its grids, and numbers in them come again and again."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several small pictures that belong together; a wide one scrolls rather than shrinks."""

    name: str
    picture: Markup
    wide: bool = False


def picture(ident: str, width: float, height: float, title: str, description: str, body: Iterable[Markup]) -> Markup:
    """Frame shapes as a picture that a screen reader can name.

    Args:
        ident: Unique on the page; letters, digits and `-`.
        width: Of the drawing, in units of about a CSS pixel; it grows with the text of the page.
        height: Likewise.
        title: What the picture is.
        description: What it shows, for whoever cannot see it.
        body: The shapes.

    Returns:
        An `svg` element with role `img`, a title and a description.
    """
    return Markup(
        '<svg class="plot" role="img" viewBox="0 0 {w:g} {h:g}" width="{wide:.5g}rem" height="{high:.5g}rem" '
        'aria-labelledby="{i}-title {i}-desc"><title id="{i}-title">{title}</title>'
        '<desc id="{i}-desc">{desc}</desc>{body}</svg>'
    ).format(
        w=width,
        h=height,
        wide=width / _UNITS,
        high=height / _UNITS,
        i=ident,
        title=plain(title),
        desc=plain(description),
        body=Markup("".join(body)),
    )


@lru_cache(_KEPT)
def text(x: float, y: float, content: str, style: str = "", anchor: str = "start") -> Markup:
    """A line of text with its baseline at (x, y)."""
    words = escape(plain(content))
    return Markup(f'<text x="{x:.4g}" y="{y:.4g}" class="{_name(style)}" text-anchor="{_name(anchor)}">{words}</text>')


def percents(left: float, width: float, y: float) -> list[Markup]:
    """The labels below an axis from 0 to 100 percent, in steps of 20; their baseline is at `y`."""
    inner = [text(left + width * at / 100, y, str(at), "plot-tick", "middle") for at in range(20, 100, 20)]
    return [text(left, y, "0 %", "plot-tick"), *inner, text(left + width, y, "100 %", "plot-tick", "end")]


@lru_cache(_KEPT)
def rect(x: float, y: float, width: float, height: float, style: str) -> Markup:
    """A rectangle with its upper left corner at (x, y)."""
    size = f'width="{max(width, 0):.5g}" height="{max(height, 0):.5g}"'
    return Markup(f'<rect x="{x:.5g}" y="{y:.5g}" {size} class="{_name(style)}"/>')


def line(x1: float, y1: float, x2: float, y2: float, style: str) -> Markup:
    """A straight line."""
    return Markup(f'<line x1="{x1:.4g}" y1="{y1:.4g}" x2="{x2:.4g}" y2="{y2:.4g}" class="{_name(style)}"/>')


def dot(x: float, y: float, radius: float, style: str) -> Markup:
    """A circle around (x, y)."""
    return Markup(f'<circle cx="{x:.4g}" cy="{y:.4g}" r="{radius:.4g}" class="{_name(style)}"/>')


def path(points: Iterable[tuple[float, float] | None], style: str) -> Markup:
    """A polyline; it is interrupted at every None."""
    commands, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        commands.append(f"{pen}{point[0]:.4g} {point[1]:.4g}")
        pen = "L"
    return Markup(f'<path d="{"".join(commands)}" class="{_name(style)}"/>')


def shortened_label(content: str, most: int) -> str:
    """A label that fits: at most `most` characters."""
    return str(shortened(plain(content).replace("\n", " "), most))


def ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers that enclose [low, high]."""
    span = (high - low) or abs(high) or 1.0
    step = 10.0 ** math.floor(math.log10(span))
    step = next(step * factor for factor in (0.2, 0.5, 1.0, 2.0) if span / (step * factor) <= 5)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{number * step:.12g}") for number in range(first, max(last, first + 1) + 1)]
