"""An accuracy on the scale of the thresholds that give points."""

from markupsafe import Markup

from grader.model.figures import AccuracyScale
from grader.report import svg, words
from grader.report.figures.macros import macros
from grader.report.figures.place import FigurePlace
from grader.report.words import percent
from grader.text.language import say


def draw(figure: AccuracyScale, place: FigurePlace) -> Markup:
    """Draw the points that an accuracy gives, and where this one lies.

    Args:
        figure: Accuracy, interval and thresholds.
        place: Its place on the page.
    """
    scale = picture(figure, place.points, f"{place.anchor}-scale")
    markup: Markup = macros().figure(scale, reading(figure), say("Points for accuracy"))
    return markup


def reading(figure: AccuracyScale) -> str:
    """Say in words what the scale shows."""
    accuracy = percent(figure.accuracy)
    text = say("Your accuracy on the held-out data is {accuracy}.", accuracy=accuracy)
    if figure.interval:
        low, high = map(percent, figure.interval)
        text = say(
            ("Your accuracy on the held-out data is {accuracy}. Its 95 % interval is {low} to {high}."),
            accuracy=accuracy,
            low=low,
            high=high,
        )
    steps = ", ".join(
        say("{points} at {accuracy}", points=words.points(step.points), accuracy=percent(step.accuracy))
        for step in figure.thresholds
    )
    scale = say("Points for accuracy: {steps}. Between these values, the points rise linearly.", steps=steps)
    return f"{text} {scale}"


def picture(view: AccuracyScale, earned: float, ident: str) -> Markup:
    """Draw the points that an accuracy gives, and where this one lies.

    Args:
        view: Accuracy, interval and thresholds.
        earned: The points that this accuracy gave.
        ident: Unique on the page.

    Returns:
        The picture.
    """
    left, right, top, bottom, width, height = 40, 26, 24, 34, 400, 150
    steps = [(step.accuracy, step.points) for step in view.thresholds]
    most = max(points for _, points in steps) or 1.0
    first, last = steps[0][0], steps[-1][0]
    low = max(0.0, min(first - 0.02, view.accuracy - 0.02))
    high = min(1.0, max(last + 0.02, view.accuracy + 0.02))

    def position(accuracy: float, points: float) -> tuple[float, float]:
        across = (accuracy - low) / (high - low)
        return left + across * (width - left - right), height - bottom - points / most * (height - top - bottom)

    foot = [position(first, 0)] if steps[0][1] else []  # a jump, if the first threshold gives points at once
    ramp = [position(low, 0), *foot, *(position(*step) for step in steps), position(high, steps[-1][1])]
    base = svg.line(left, height - bottom, width - right, height - bottom, "plot-grid")
    shapes = [base, svg.path(ramp, "plot-curve trained")]
    shapes += [
        svg.text(left - 6, position(low, points)[1] + 4, words.number(points), "plot-tick", "end")
        for points in sorted({0.0, steps[-1][1]})
    ]
    shapes += [svg.text(position(at, 0)[0], height - 16, percent(at), "plot-tick", "middle") for at in (first, last)]
    x, y = position(min(max(view.accuracy, low), high), earned)
    if view.interval:
        start, end = (position(min(max(limit, low), high), 0)[0] for limit in view.interval)
        shapes.append(svg.line(start, y, end, y, "plot-interval"))
    shapes += [svg.line(x, y, x, height - bottom, "plot-pointer"), svg.dot(x, y, 5, "plot-point you")]
    shapes.append(svg.text(x, y - 10, percent(view.accuracy), "plot-label", "end" if x > width / 2 else "start"))
    return svg.picture(ident, width, height, say("Points for accuracy"), reading(view), shapes)
