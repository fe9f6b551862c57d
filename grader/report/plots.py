"""The pictures, as inline SVG drawn from view models.

Colour never carries a meaning alone: curves differ by dashes and labels, cells by numbers, bars by hatching.
"""

from collections.abc import Sequence

from markupsafe import Markup

from grader.report import svg, words
from grader.report.evidence import Alignment, Confusion, Curves, Edit, Scale
from grader.report.views import QuestionView

_SHADES = (0.0, 0.05, 0.2, 0.5, 0.9)


def curves(view: Curves, ident: str) -> Markup:
    """Draw training and validation over the epochs.

    Args:
        view: One panel.
        ident: Unique on the page.

    Returns:
        The picture.
    """
    left, right, top, bottom, width, height = 46, 86, 14, 34, 400, 230
    values = [value for line in view.lines for value in line.values if value is not None]
    marks = svg.ticks(min(values), max(values))
    low, high = marks[0], marks[-1]
    most = max(len(line.values) for line in view.lines)

    def place(index: int, value: float) -> tuple[float, float]:
        across = index / (most - 1) if most > 1 else 0.5
        return left + across * (width - left - right), top + (high - value) / (high - low) * (height - top - bottom)

    shapes = []
    for mark in marks:
        y = place(0, mark)[1]
        shapes += [svg.line(left, y, width - right, y, "grid"), svg.text(left - 6, y + 4, f"{mark:g}", "tick", "end")]
    unit = "epoch" if most > 1 else "epoch 1"
    shapes.append(svg.text((left + width - right) / 2, height - 14, unit, "tick", "middle"))
    if most > 1:
        shapes.append(svg.text(left, height - 14, "1", "tick", "middle"))
        shapes.append(svg.text(width - right, height - 14, str(view.epochs), "tick", "middle"))
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
    return svg.picture(ident, width, height, f"{view.title} over the epochs", view.reading, shapes)


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
        svg.text(left + size / 2, 14, "labelled as", "tick", "middle"),
        Markup(
            '<text transform="translate(12 {:g}) rotate(-90)" class="tick" text-anchor="middle">true class</text>'
        ).format(top + size / 2),
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
    return svg.picture(ident, left + size + 8, top + size + 8, "Confusion matrix", view.reading, shapes)


def _column_name(x: float, y: float, name: str, tilted: bool) -> Markup:
    if not tilted:
        return svg.text(x, y, name, "label", "middle")
    return Markup('<text transform="translate({:g} {:g}) rotate(-45)" class="label">{}</text>').format(x, y, name)


def _shade(share: float) -> int:
    """0 (nothing) to 5 (nearly the whole row)."""
    return sum(share > bound for bound in _SHADES)


def parameter_bar(edit: Edit, view: Alignment) -> Markup:
    """Draw the parameters of one layer: what was found, and below it what was expected where it differs.

    The numbers stand beside it as text, so it is hidden from screen readers.

    Args:
        edit: The row.
        view: The alignment that it is in; the largest layer fills the width.

    Returns:
        A small picture.
    """
    shapes = [svg.rect(0, 3, _length(edit.found_parameters, view.most_parameters), 7, "bar")]
    if edit.expected_parameters != edit.found_parameters:
        shapes.append(svg.rect(0.5, 11.5, _length(edit.expected_parameters, view.most_parameters), 5, "bar-expected"))
    return Markup('<svg class="bars" aria-hidden="true" viewBox="0 0 120 18">{}</svg>').format(Markup("").join(shapes))


def _length(amount: int, most: int) -> float:
    return max(1.5, 119 * amount / most) if amount else 0.0


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

    ramp = [place(low, view.steps[0][1]), *(place(*step) for step in view.steps), place(high, view.steps[-1][1])]
    shapes = [svg.line(left, height - bottom, width - right, height - bottom, "grid"), svg.path(ramp, "curve trained")]
    shapes += [
        svg.text(left - 6, place(low, points)[1] + 4, words.number(points), "tick", "end")
        for points in (view.steps[0][1], view.steps[-1][1])
    ]
    shapes += [svg.text(place(at, 0)[0], height - 16, words.percent(at), "tick", "middle") for at in (first, last)]
    x, y = place(min(max(view.accuracy, low), high), view.accuracy_points)
    if view.interval:
        ends = (place(min(max(end, low), high), 0)[0] for end in view.interval)
        shapes.append(svg.line(next(ends), y, next(ends), y, "interval"))
    shapes += [svg.line(x, y, x, height - bottom, "pointer"), svg.dot(x, y, 5, "point you")]
    shapes.append(svg.text(x, y - 10, words.percent(view.accuracy), "label", "end" if x > width / 2 else "start"))
    return svg.picture(ident, width, height, "Points for accuracy", view.reading, shapes)


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
        f"question {card.number}: {words.number(card.points)} of {words.number(card.max_points)}" for card in questions
    )
    return svg.picture(ident, width, 18, "Points for each question", earned, shapes)


def share_bar(share: float) -> Markup:
    """Draw a share from 0 to 1; the number stands beside it as text."""
    filled = svg.rect(0, 1, 120 * share, 10, "strip-earned")
    return Markup('<svg class="bars" aria-hidden="true" viewBox="0 0 120 12">{}{}</svg>').format(
        svg.rect(0.5, 1.5, 119, 9, "strip"), filled
    )


def histogram(counts: Sequence[int], ident: str) -> Markup:
    """Draw how many submissions got which mark.

    Args:
        counts: Submissions from 0 to below 10 percent, ..., from 90 to 100 percent.
        ident: Unique on the page.

    Returns:
        The picture.
    """
    left, top, bottom, column, height = 8, 22, 34, 52, 230
    most = max(counts) or 1
    base = height - bottom
    shapes = [svg.line(left, base, left + column * len(counts), base, "grid")]
    for index, amount in enumerate(counts):
        tall = (base - top) * amount / most
        x = left + index * column
        shapes.append(svg.rect(x + 3, base - tall, column - 6, tall, "bar"))
        if amount:
            shapes.append(svg.text(x + column / 2, base - tall - 6, str(amount), "label", "middle"))
    shapes += [
        svg.text(left + edge * column, height - 14, f"{10 * edge} %", "tick", "middle" if 0 < edge < 10 else "start")
        for edge in range(0, len(counts), 2)
    ]
    shapes.append(svg.text(left + column * len(counts), height - 14, "100 %", "tick", "end"))
    told = ", ".join(f"{10 * index} to {10 * index + 10} %: {amount}" for index, amount in enumerate(counts) if amount)
    description = f"Number of submissions by mark. {told or 'No marks yet'}."
    return svg.picture(ident, 2 * left + column * len(counts), height, "Spread of the marks", description, shapes)
