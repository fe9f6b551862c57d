"""The spread of a class with the place of one student, put into a page that is written already.

A page is written as soon as its submission is marked, when the class is not known yet; so it has a gap for this.
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
"""Marks below which nothing is shown: of fewer one could tell whose they are."""

_BEGIN, _END = "<!-- class -->", "<!-- /class -->"


def with_class(page: str, percents: Sequence[float], own: float) -> str:
    """Put the spread of the class into a student's page, or take it out where too few marks are known.

    Args:
        page: As `render_student` gave it; a spread that is there already is replaced.
        percents: All marks of the class that may go out, in percent; the student's own is among them.
        own: The student's mark in percent.

    Returns:
        The page; unchanged where it has no gap, since its mark is not settled.
    """
    before, gap, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (gap and end):
        return page
    return f"{before}{gap}{_section(percents, own) if len(percents) >= FEWEST else ''}{end}{after}"


def _section(percents: Sequence[float], own: float) -> str:
    macros: Any = environment().get_template("figures.html").module
    figure = macros.figure(spread(percents, own, "class"), reading(percents, own), say("Spread of the marks"))
    return f"<h3>{escape(say('The class'))}</h3>{figure}"


def reading(percents: Sequence[float], own: float) -> str:
    """The same in words: the student's mark and the middle of the class."""
    middle = words.number(round(median(percents), 1))
    return say(
        "You have {own} %. Of {count} marks, half are {middle} % or more.",
        own=words.number(own),
        count=words.amount(len(percents)),
        middle=middle,
    )


def spread(percents: Sequence[float], own: float, ident: str) -> Markup:
    """Draw how many marks there are in each tenth, and where the student's own is.

    Args:
        percents: All marks, from 0 to 100.
        own: The student's mark.
        ident: Unique on the page.

    Returns:
        The picture.
    """
    left, top, bottom, column, height = 10, 30, 32, 36, 170
    counts = by_tenths(percent / 100 for percent in percents)
    base, wide = height - bottom, column * len(counts)
    shapes = [svg.line(left, base, left + wide, base, "grid")]
    for index, amount in enumerate(counts):
        tall = (base - top) * amount / max(counts)
        shapes.append(svg.rect(left + index * column + 2, base - tall, column - 4, tall, "spread"))
    shapes += svg.percents(left, wide, height - 14)
    x = left + wide * min(max(own, 0), 100) / 100
    shapes += [svg.line(x, 18, x, base, "pointer"), svg.dot(x, base, 5, "point you")]
    anchor = "start" if own < 15 else "end" if own > 85 else "middle"
    shapes.append(svg.text(x, 13, say("you, {percent} %", percent=words.number(own)), "label", anchor))
    told = ", ".join(words.tenth(index, amount) for index, amount in enumerate(counts) if amount)
    description = say("Number of marks: {told}. Yours is {percent} %.", told=told, percent=words.number(own))
    return svg.picture(ident, 2 * left + wide, height, say("Spread of the marks of the class"), description, shapes)
