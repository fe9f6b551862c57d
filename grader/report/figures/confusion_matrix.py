"""A confusion matrix, and the recall of each class."""

from dataclasses import dataclass

from markupsafe import Markup

from grader.model.figures import ConfusionMatrix
from grader.report import svg
from grader.report.figures.macros import macros
from grader.report.figures.place import FigurePlace
from grader.text.language import say

_MOST_CLASSES = 20
_MANY_CLASSES = 10
_SHADES = (0.0, 0.05, 0.2, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Recall:
    """The number of inputs of one class that were labelled correctly, and of all its inputs."""

    name: str
    right: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 if there are no inputs of the class."""
        return self.right / self.of if self.of else 0.0


def draw(figure: ConfusionMatrix, place: FigurePlace) -> Markup:
    """Draw a confusion matrix, and a folded table of recalls.

    Args:
        figure: The matrix.
        place: Its place on the page.

    Returns:
        The markup; empty if there are more than 20 classes.
    """
    classes = len(figure.counts)
    if not 0 < classes <= _MOST_CLASSES:
        return Markup("")
    matrix = macros().figure(
        picture(figure, f"{place.anchor}-confusion"),
        reading(figure),
        say("Confusion matrix"),
        "figure-many" if classes > _MANY_CLASSES else "",
    )
    return Markup("{}\n{}").format(matrix, macros().recall(recall(figure), place.number))


def reading(figure: ConfusionMatrix) -> str:
    """Say in words which classes are mixed up most often."""
    classes, counts = figure.classes, figure.counts
    confusions = [(-amount, i, j) for i, row in enumerate(counts) for j, amount in enumerate(row) if i != j and amount]
    if not confusions:
        return say("Every held-out input was labelled correctly.")
    most_frequent = [
        say(
            "{true} labelled as {found} ({amount} of {of})",
            true=classes[i],
            found=classes[j],
            amount=-amount,
            of=sum(counts[i]),
        )
        for amount, i, j in sorted(confusions)[:3]
    ]
    return say("Most often mixed up: {named}.", named="; ".join(most_frequent))


def recall(figure: ConfusionMatrix) -> tuple[Recall, ...]:
    """Compute the recall of each class that has inputs, lowest first."""
    rows = zip(figure.classes, figure.counts, strict=True)
    recalls = [Recall(name, row[place], sum(row)) for place, (name, row) in enumerate(rows) if sum(row)]
    return tuple(sorted(recalls, key=lambda class_recall: class_recall.share))


def picture(view: ConfusionMatrix, ident: str) -> Markup:
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
        svg.text(left + size / 2, 14, say("labelled as"), "plot-tick", "middle"),
        Markup(
            '<text transform="translate(15 {:g}) rotate(-90)" class="plot-tick" text-anchor="middle">{}</text>'
        ).format(top + size / 2, say("true class")),
    ]
    for i, name in enumerate(names):
        shapes.append(svg.text(left - 8, top + (i + 0.5) * cell + 4, name, "plot-label", "end"))
        shapes.append(_column_name(left + (i + 0.5) * cell, top - 8, name, tilted))
        total = sum(view.counts[i]) or 1
        for j, amount in enumerate(view.counts[i]):
            x, y, shade = left + j * cell, top + i * cell, _shade(amount / total)
            style = f"plot-shade-{shade} plot-right" if i == j else f"plot-shade-{shade}"
            shapes.append(svg.rect(x + 1, y + 1, cell - 2, cell - 2, style))
            if amount:
                shapes.append(svg.text(x + cell / 2, y + cell / 2 + 4, str(amount), f"plot-on-{shade}", "middle"))
    return svg.picture(ident, left + size + 8, top + size + 8, say("Confusion matrix"), reading(view), shapes)


def _column_name(x: float, y: float, name: str, tilted: bool) -> Markup:
    if not tilted:
        return svg.text(x, y, name, "plot-label", "middle")
    return Markup('<text transform="translate({:g} {:g}) rotate(-45)" class="plot-label">{}</text>').format(x, y, name)


def _shade(share: float) -> int:
    """0 (nothing) to 5 (nearly the whole row)."""
    return sum(share > bound for bound in _SHADES)
