"""The pictures, as inline SVG drawn from view models.

Colour never carries a meaning alone: curves differ by dashes and labels, cells by numbers, bars by hatching.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from markupsafe import Markup

from grader.cnn.training_curves import Diagnosis
from grader.model.assessment import Finding, Verdict
from grader.report import svg, words
from grader.report.evidence import Confusion, Curves, Scale
from grader.report.views import QuestionView
from grader.text.language import say
from grader.text.proportions import percent

_SHADES = (0.0, 0.05, 0.2, 0.5, 0.9)
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
        shapes += [svg.line(left, y, width - right, y, "grid"), svg.text(left - 6, y + 4, f"{mark:g}", "tick", "end")]
    unit = say("epoch") if most > 1 else say("epoch 1")
    shapes.append(svg.text((left + width - right) / 2, height - 14, unit, "tick", "middle"))
    if most > 1:
        shapes.append(svg.text(left, height - 14, "1", "tick", "middle"))
        shapes.append(svg.text(width - right, height - 14, str(view.epochs), "tick", "middle"))
    if view.diagnosis and view.diagnosis.epoch:
        shapes += _pointed_out(view.diagnosis, place((view.diagnosis.epoch - 1) / view.stride, high), height - bottom)
    labels: list[float] = []
    for line in view.lines:
        style = "held-out" if line.held_out else "trained"
        points = [None if value is None else place(index, value) for index, value in enumerate(line.values)]
        seen = [point for point in points if point is not None]
        shapes.append(svg.path(points, f"curve {style}"))
        if len(points) <= 15:
            shapes += [svg.dot(*point, 2.6, f"point {style}") for point in seen]
        if seen:
            labels.append(_apart(seen[-1][1], labels))
            shapes.append(svg.text(width - right + 8, labels[-1] + 4, line.name, f"label {style}"))
    return svg.picture(ident, width, height, say("{title} over the epochs", title=view.title), view.reading, shapes)


def _pointed_out(diagnosis: Diagnosis, top: tuple[float, float], bottom: float) -> list[Markup]:
    """The epoch of a diagnosis: a line across, and a few words."""
    x, y = top
    anchor = "end" if x > 180 else "start"
    text = f"{diagnosis.epoch}: {diagnosis.label}"
    label = svg.text(x - 5 if anchor == "end" else x + 5, y + 9, text, "sign", anchor)
    return [svg.line(x, y, x, bottom, "pointer"), label]


def _apart(y: float, taken: list[float]) -> float:
    """Move a label away from the one that is there already."""
    for other in taken:
        if abs(y - other) < 14:
            return other + 14 if y >= other else other - 14
    return y


def confusion(view: Confusion, ident: str) -> Markup:
    """Draw a confusion matrix: a row for each true class, shaded by its share of the row.

    Args:
        view: The matrix.
        ident: Unique on the page.

    Returns:
        The picture.
    """
    names = [svg.shortened_label(name, 12) for name in view.classes]
    longest = max(len(name) for name in names)
    cell, left, top = 36, 34 + 8 * longest, 46
    tilted = longest > 4
    top += 5 * longest if tilted else 0
    size = cell * len(names)
    shapes = [
        svg.text(left + size / 2, 14, say("labelled as"), "tick", "middle"),
        Markup('<text transform="translate(15 {:g}) rotate(-90)" class="tick" text-anchor="middle">{}</text>').format(
            top + size / 2, say("true class")
        ),
    ]
    for i, name in enumerate(names):
        shapes.append(svg.text(left - 8, top + (i + 0.5) * cell + 4, name, "label", "end"))
        shapes.append(_column_name(left + (i + 0.5) * cell, top - 8, name, tilted))
        total = sum(view.counts[i]) or 1
        for j, amount in enumerate(view.counts[i]):
            x, y, shade = left + j * cell, top + i * cell, _shade(amount / total)
            shapes.append(svg.rect(x + 1, y + 1, cell - 2, cell - 2, f"shade-{shade}" + (" right" if i == j else "")))
            if amount:
                shapes.append(svg.text(x + cell / 2, y + cell / 2 + 4, str(amount), f"on-{shade}", "middle"))
    return svg.picture(ident, left + size + 8, top + size + 8, say("Confusion matrix"), view.reading, shapes)


def _column_name(x: float, y: float, name: str, tilted: bool) -> Markup:
    if not tilted:
        return svg.text(x, y, name, "label", "middle")
    return Markup('<text transform="translate({:g} {:g}) rotate(-45)" class="label">{}</text>').format(x, y, name)


def _shade(share: float) -> int:
    """0 (nothing) to 5 (nearly the whole row)."""
    return sum(share > bound for bound in _SHADES)


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


def scale(view: Scale, ident: str) -> Markup:
    """Draw the points that an accuracy gives, and where this one lies.

    Args:
        view: Accuracy, interval and thresholds.
        ident: Unique on the page.

    Returns:
        The picture.
    """
    left, right, top, bottom, width, height = 40, 26, 24, 34, 400, 150
    most = max(points for _, points in view.steps) or 1.0
    first, last = view.steps[0][0], view.steps[-1][0]
    low = max(0.0, min(first - 0.02, view.accuracy - 0.02))
    high = min(1.0, max(last + 0.02, view.accuracy + 0.02))

    def place(accuracy: float, points: float) -> tuple[float, float]:
        across = (accuracy - low) / (high - low)
        return left + across * (width - left - right), height - bottom - points / most * (height - top - bottom)

    foot = [place(first, 0)] if view.steps[0][1] else []
    ramp = [place(low, 0), *foot, *(place(*step) for step in view.steps), place(high, view.steps[-1][1])]
    shapes = [svg.line(left, height - bottom, width - right, height - bottom, "grid"), svg.path(ramp, "curve trained")]
    shapes += [
        svg.text(left - 6, place(low, points)[1] + 4, words.number(points), "tick", "end")
        for points in sorted({0.0, view.steps[-1][1]})
    ]
    shapes += [svg.text(place(at, 0)[0], height - 16, percent(at), "tick", "middle") for at in (first, last)]
    x, y = place(min(max(view.accuracy, low), high), view.accuracy_points)
    if view.interval:
        ends = (place(min(max(end, low), high), 0)[0] for end in view.interval)
        shapes.append(svg.line(next(ends), y, next(ends), y, "interval"))
    shapes += [svg.line(x, y, x, height - bottom, "pointer"), svg.dot(x, y, 5, "point you")]
    shapes.append(svg.text(x, y - 10, percent(view.accuracy), "label", "end" if x > width / 2 else "start"))
    return svg.picture(ident, width, height, say("Points for accuracy"), view.reading, shapes)


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
        shapes.append(svg.rect(x + 0.5, 0.5, wide - 1, 17, "strip"))
        shapes.append(svg.rect(x, 0, wide * card.share, 18, "strip-earned"))
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
    """The shape of a verdict as a character."""
    return _DOTS[verdict]


def strip(findings: Iterable[Finding]) -> Markup:
    """Many verdicts side by side, as characters; what they say stands beside them as text."""
    return Markup("".join([_DOTS[finding.verdict] for finding in findings]))


@lru_cache(1024)  # a class has few different marks
def share_bar(share: float) -> Markup:
    """Draw a share from 0 to 1; the number stands beside it as text."""
    all_of_it, filled = svg.rect(0.5, 1.5, 119, 9, "strip"), svg.rect(0, 1, 120 * share, 10, "strip-earned")
    return Markup(f'<svg class="bars" aria-hidden="true" viewBox="0 0 120 12">{all_of_it}{filled}</svg>')


_BOARD_WIDTH, _BOARD_MARGIN = 240, 16


def interval_bar(accuracy: float, low: float, high: float, start: float, leader: float) -> Markup:
    """Draw an accuracy with its interval; the numbers stand beside it as text.

    Args:
        accuracy: From 0 to 1.
        low: Lower end of its interval.
        high: Upper end of its interval.
        start: Accuracy at the left end of the scale; the right end is 1.
        leader: The lower end of the interval of whoever stands first, drawn as a dotted line.

    Returns:
        A small picture.
    """
    left, middle, right, mark = (_across(value, start) for value in (low, accuracy, high, leader))
    shapes = [
        svg.line(mark, 0, mark, 16, "pointer"),
        svg.line(left, 8, right, 8, "interval"),
        svg.dot(middle, 8, 3.5, "point trained"),
    ]
    return _board_picture(16, shapes)


def interval_scale(start: float) -> Markup:
    """Draw the scale above the intervals, from `start` to 1."""
    ticks = (start, (1 + start) / 2, 1.0)
    return _board_picture(14, [svg.text(_across(at, start), 11, percent(at), "tick", "middle") for at in ticks])


def _across(value: float, start: float) -> float:
    share = (value - start) / (1 - start)
    return _BOARD_MARGIN + share * (_BOARD_WIDTH - 2 * _BOARD_MARGIN)


def _board_picture(height: int, shapes: Sequence[Markup]) -> Markup:
    return Markup('<svg class="plot intervals" aria-hidden="true" viewBox="0 0 {} {}">{}</svg>').format(
        _BOARD_WIDTH, height, Markup("").join(shapes)
    )


def histogram(counts: Sequence[int], ident: str, title: str = "", counted: str = "") -> Markup:
    """Draw how many submissions got which mark, or how many students which share of some points.

    Args:
        counts: Submissions from 0 to below 10 percent, ..., from 90 to 100 percent.
        ident: Unique on the page.
        title: What the picture is; the spread of the marks where it is empty.
        counted: What is counted, by what; submissions by mark where it is empty.

    Returns:
        The picture.
    """
    left, top, bottom, column, height = 8, 22, 32, 36, 190
    most = max(counts) or 1
    base, wide = height - bottom, column * len(counts)
    shapes = [svg.line(left, base, left + wide, base, "grid")]
    for index, amount in enumerate(counts):
        tall = (base - top) * amount / most
        x = left + index * column
        shapes.append(svg.rect(x + 2, base - tall, column - 4, tall, "bar"))
        if amount:
            shapes.append(svg.text(x + column / 2, base - tall - 6, str(amount), "label", "middle"))
    shapes += svg.percents(left, wide, height - 14)
    told = ", ".join(words.tenth(index, amount) for index, amount in enumerate(counts) if amount)
    what = counted or say("Number of submissions by mark")
    description = f"{what}. {told or say('No marks yet')}."
    title = title or say("Spread of the marks")
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
    told = ", ".join(words.tenth(index, amount) for index, amount in enumerate(counts) if amount)
    bars = [
        svg.rect(8 * index, 20 - max(1, 20 * amount / most), 6, max(1, 20 * amount / most), "bar")
        for index, amount in enumerate(counts)
        if amount
    ]
    return Markup('<svg class="small-histogram" role="img" aria-label="{}: {}" viewBox="0 0 {} 21">{}{}</svg>').format(
        title, told, 8 * len(counts) - 2, Markup("").join(bars), svg.line(0, 20.5, 8 * len(counts) - 2, 20.5, "grid")
    )
