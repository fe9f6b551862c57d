"""The spread of a class with the place of one student, added to a page that is already written.

A page is written as soon as its submission is marked, before the marks of the class are known. So it has a gap for
this.
"""

from collections.abc import Sequence
from statistics import median
from typing import Any

from markupsafe import Markup, escape

from grader.report import svg, words
from grader.report.page import environment
from grader.text.language import say
from grader.text.proportions import by_tenths

FEWEST = 10
"""With fewer marks nothing is shown, because students could tell whose they are."""

_BEGIN, _END = "<!-- class -->", "<!-- /class -->"


def with_class(page: str, percents: Sequence[float], percent: float) -> str:
    """Put the spread of the class into a student's page, or remove it if too few marks are known.

    Args:
        page: A page from `render_student`; a spread from an earlier call is replaced.
        percents: All marks of the class that may be published, in percent, with the student's mark among them.
        percent: The student's mark in percent.

    Returns:
        The page; unchanged if it has no gap, because its mark is not settled.
    """
    before, gap, remainder = page.partition(_BEGIN)
    _, end, after = remainder.partition(_END)
    if not (gap and end):
        return page
    section = _section(percents, percent) if len(percents) >= FEWEST else ""
    return f"{before}{gap}{section}{end}{after}"


def _section(percents: Sequence[float], percent: float) -> str:
    macros: Any = environment().get_template("figures.html").module
    figure = macros.figure(
        spread(percents, percent, "class"), reading(percents, percent), say("Distribution of the marks")
    )
    return f"<h3>{escape(say('The class'))}</h3>{figure}"


def reading(percents: Sequence[float], percent: float) -> str:
    """Say the same in words: the student's mark and the median of the class."""
    middle = words.number(round(median(percents), 1))
    return say(
        "You have {own} %. Of {count} marks, half are {middle} % or higher.",
        own=words.number(percent),
        count=words.amount(len(percents)),
        middle=middle,
    )


def spread(percents: Sequence[float], percent: float, ident: str) -> Markup:
    """Draw how many marks there are in each tenth, and where the student's mark is.

    Args:
        percents: All marks, from 0 to 100.
        percent: The student's mark.
        ident: Unique on the page.

    Returns:
        The picture.
    """
    left, top, bottom, column, height = 10, 30, 32, 36, 170
    counts = by_tenths(mark / 100 for mark in percents)
    base, wide = height - bottom, column * len(counts)
    shapes = [svg.line(left, base, left + wide, base, "plot-grid")]
    for index, amount in enumerate(counts):
        tall = (base - top) * amount / max(counts)
        shapes.append(svg.rect(left + index * column + 2, base - tall, column - 4, tall, "plot-spread"))
    shapes += svg.percents(left, wide, height - 14)
    x = left + wide * min(max(percent, 0), 100) / 100
    shapes += [svg.line(x, 18, x, base, "plot-pointer"), svg.dot(x, base, 5, "plot-point you")]
    # Near the edges, a label in the middle would leave the picture.
    anchor = "middle"
    if percent < 15:
        anchor = "start"
    elif percent > 85:
        anchor = "end"
    shapes.append(svg.text(x, 13, say("you, {percent} %", percent=words.number(percent)), "plot-label", anchor))
    description = say(
        "Number of marks: {told}. Yours is {percent} %.", told=words.tenths(counts), percent=words.number(percent)
    )
    return svg.picture(ident, 2 * left + wide, height, say("Distribution of the class's marks"), description, shapes)
