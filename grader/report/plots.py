"""The pictures, as inline SVG drawn from view models.

Colour never carries a meaning alone: curves differ by dashes and labels, cells by numbers, bars by hatching.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from grader.cnn.training_curves import CurveDiagnosis
from grader.model.assessment import Finding, Verdict
from grader.report import svg, words
from grader.report.curve_panels import Curves
from grader.report.views import QuestionView
from grader.report.words import percent
from grader.text.language import say

_CHARACTERS = {
    Verdict.PASSED: "●",
    Verdict.PARTIAL: "◐",
    Verdict.FAILED: "◇",
    Verdict.NOT_ATTEMPTED: "○",
    Verdict.BLOCKED: "□",
    Verdict.NEEDS_HUMAN: "◎",
    Verdict.CHECK_ERROR: "△",
}
_DOTS = {verdict: Markup(f'<i class="{verdict.value}">{shape}</i>') for verdict, shape in _CHARACTERS.items()}

_EXCUSED = Markup('<i class="not_attempted">–</i>')


def curves(view: Curves, ident: str) -> Markup:
    """Draw training and validation over the epochs.

    Args:
        view: One panel.
        ident: Unique on the page.

    Returns:
        The picture.
    """
    left, right, top, bottom, width, height = 46, 86, 14, 34, 400, 230
    marks = svg.ticks(*view.ends)
    low, span = marks[0], (marks[-1] - marks[0]) or 1.0
    high = low + span
    most = max(len(line.values) for line in view.lines)

    def place(index: float, value: float) -> tuple[float, float]:
        across = index / (most - 1) if most > 1 else 0.5
        return left + across * (width - left - right), top + (high - value) / span * (height - top - bottom)

    shapes = []
    for mark in marks:
        y = place(0, mark)[1]
        shapes.append(svg.line(left, y, width - right, y, "plot-grid"))
        shapes.append(svg.text(left - 6, y + 4, f"{mark:g}", "plot-tick", "end"))
    unit = say("epoch") if most > 1 else say("epoch 1")
    shapes.append(svg.text((left + width - right) / 2, height - 14, unit, "plot-tick", "middle"))
    if most > 1:
        shapes.append(svg.text(left, height - 14, "1", "plot-tick", "middle"))
        shapes.append(svg.text(width - right, height - 14, str(view.epochs), "plot-tick", "middle"))
    if view.diagnosis and view.diagnosis.epoch:
        shapes += _pointer(view.diagnosis, place((view.diagnosis.epoch - 1) / view.stride, high), height - bottom)
    labels: list[float] = []
    for line in view.lines:
        style = "held-out" if line.held_out else "trained"
        points = [None if value is None else place(index, value) for index, value in enumerate(line.values)]
        drawn = [point for point in points if point is not None]
        shapes.append(svg.path(points, f"plot-curve {style}"))
        if len(points) <= 15:
            shapes += [svg.dot(*point, 2.6, f"plot-point {style}") for point in drawn]
        if drawn:
            labels.append(_apart(drawn[-1][1], labels))
            shapes.append(svg.text(width - right + 8, labels[-1] + 4, line.name, f"plot-label {style}"))
    return svg.picture(ident, width, height, say("{title} over the epochs", title=view.title), view.reading, shapes)


def _pointer(diagnosis: CurveDiagnosis, top: tuple[float, float], bottom: float) -> list[Markup]:
    """A vertical line at the epoch of a diagnosis, and a few words."""
    x, y = top
    anchor = "end" if x > 180 else "start"
    text = f"{diagnosis.epoch}: {diagnosis.label}"
    label = svg.text(x - 5 if anchor == "end" else x + 5, y + 9, text, "plot-sign", anchor)
    return [svg.line(x, y, x, bottom, "plot-pointer"), label]


def _apart(y: float, labels: list[float]) -> float:
    """Move a label away from the ones that are there already."""
    for other in labels:
        if abs(y - other) < 14:
            return other + 14 if y >= other else other - 14
    return y


def mark_strip(questions: Sequence[QuestionView], ident: str) -> Markup:
    """Draw all questions as one bar: as wide as their points, filled as far as they were earned.

    Args:
        questions: The cards, in order.
        ident: Unique on the page.

    Returns:
        The picture.
    """
    width, gap = 600, 3
    total = sum(card.max_points for card in questions) or 1.0
    room = width - gap * (len(questions) - 1)
    shapes, x = [], 0.0
    for card in questions:
        wide = room * card.max_points / total
        shapes.append(svg.rect(x + 0.5, 0.5, wide - 1, 17, "plot-strip"))
        shapes.append(svg.rect(x, 0, wide * card.share, 18, "plot-earned"))
        x += wide + gap
    earned = ", ".join(
        say(
            "question {number}: {points} of {most}",
            number=card.number,
            points=words.number(card.points),
            most=words.number(card.max_points),
        )
        for card in questions
    )
    return svg.picture(ident, width, 18, say("Points for each question"), earned, shapes)


def dot(verdict: Verdict) -> Markup:
    """Draw the shape of a verdict as a character."""
    return _DOTS[verdict]


def strip(findings: Iterable[Finding]) -> Markup:
    """Draw many verdicts side by side, as characters; the page says the same as text."""
    return Markup("".join([_EXCUSED if finding.excused else _DOTS[finding.verdict] for finding in findings]))


_BOARD_WIDTH, _BOARD_MARGIN = 240, 16


def interval_bar(accuracy: float, low: float, high: float, start: float, leader: float) -> Markup:
    """Draw an accuracy with its interval; the numbers are beside it as text.

    Args:
        accuracy: From 0 to 1.
        low: Lower end of its interval.
        high: Upper end of its interval.
        start: Accuracy at the left end of the scale; the right end is 1.
        leader: The lower end of the interval of the first line, drawn as a dotted line.

    Returns:
        A small picture.
    """
    left, middle, right, mark = (_across(value, start) for value in (low, accuracy, high, leader))
    shapes = [
        svg.line(mark, 0, mark, 16, "plot-pointer"),
        svg.line(left, 8, right, 8, "plot-interval"),
        svg.dot(middle, 8, 3.5, "plot-point trained"),
    ]
    return _board_picture(16, shapes)


def interval_scale(start: float) -> Markup:
    """Draw the scale above the intervals, from `start` to 1."""
    ticks = (start, (1 + start) / 2, 1.0)
    return _board_picture(14, [svg.text(_across(at, start), 11, percent(at), "plot-tick", "middle") for at in ticks])


def _across(value: float, start: float) -> float:
    share = (value - start) / (1 - start)
    return _BOARD_MARGIN + share * (_BOARD_WIDTH - 2 * _BOARD_MARGIN)


def _board_picture(height: int, shapes: Sequence[Markup]) -> Markup:
    return Markup('<svg class="plot plot-intervals" aria-hidden="true" viewBox="0 0 {} {}">{}</svg>').format(
        _BOARD_WIDTH, height, Markup("").join(shapes)
    )


def histogram(counts: Sequence[int], ident: str, title: str = "", counted: str = "") -> Markup:
    """Draw how many submissions got which mark, or how many students which share of some points.

    Args:
        counts: Submissions from 0 to below 10 percent, ..., from 90 to 100 percent.
        ident: Unique on the page.
        title: Title of the picture; empty for the spread of the marks.
        counted: Description of the numbers; empty for submissions by mark.

    Returns:
        The picture.
    """
    left, top, bottom, column, height = 8, 22, 32, 36, 190
    most = max(counts) or 1
    base, wide = height - bottom, column * len(counts)
    shapes = [svg.line(left, base, left + wide, base, "plot-grid")]
    for index, amount in enumerate(counts):
        tall = (base - top) * amount / most
        x = left + index * column
        shapes.append(svg.rect(x + 2, base - tall, column - 4, tall, "plot-bar"))
        if amount:
            shapes.append(svg.text(x + column / 2, base - tall - 6, str(amount), "plot-label", "middle"))
    shapes += svg.percents(left, wide, height - 14)
    what = counted or say("Number of submissions by mark")
    description = f"{what}. {words.tenths(counts) or say('No marks yet')}."
    title = title or say("Distribution of the marks")
    return svg.picture(ident, 2 * left + wide, height, title, description, shapes)


def small_histogram(counts: Sequence[int], title: str) -> Markup:
    """Draw a histogram for a cell of a table: bars without numbers.

    Args:
        counts: Students from 0 to below 10 percent, ..., from 90 to 100 percent.
        title: What is counted, by what.

    Returns:
        A small picture with the numbers as its text.
    """
    most = max(counts) or 1
    width = 8 * len(counts) - 2
    bars = []
    for index, amount in enumerate(counts):
        if amount:
            tall = max(1, 20 * amount / most)
            bars.append(svg.rect(8 * index, 20 - tall, 6, tall, "plot-bar"))
    base = svg.line(0, 20.5, width, 20.5, "plot-grid")
    picture = '<svg class="plot-small-histogram" role="img" aria-label="{}: {}" viewBox="0 0 {} 21">{}{}</svg>'
    return Markup(picture).format(title, words.tenths(counts), width, Markup("").join(bars), base)
