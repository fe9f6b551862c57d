"""Feature maps as small grey images: those of the answer, with the expected ones beside them."""

from collections.abc import Iterator
from dataclasses import replace

from markupsafe import Markup

from grader.model.figures import Cells, FeatureMaps
from grader.report import svg, words
from grader.report.figures.macros import macros
from grader.report.figures.place import FigurePlace
from grader.report.grids import number
from grader.text.language import say

_SIDE = 112
_GREYS = 17


def draw(figure: FeatureMaps, place: FigurePlace) -> Markup:
    """Draw the maps of an answer, and the expected ones beside them.

    Args:
        figure: The maps.
        place: Their place on the page; says whether the expected ones may be shown.
    """
    view = view_of(figure, place.shows_expected)
    markup: Markup = macros().steps(say("As images"), panels(view, f"{place.anchor}-maps"), reading(view))
    return markup


def view_of(figure: FeatureMaps, shows_expected: bool) -> FeatureMaps:
    """Remove the expected maps if they may not be shown."""
    return figure if shows_expected else replace(figure, expected=())


def reading(view: FeatureMaps) -> str:
    """Say in words what the pictures show."""
    low, high = map(number, _ends(view))
    scale = say("The lighter a cell, the larger its value: black is {low}, white is {high}.", low=low, high=high)
    return " ".join([_about_answer(view), *_about_expected(view), scale])


def _ends(view: FeatureMaps) -> tuple[float, float]:
    """The smallest and the largest value of all maps: black and white."""
    values = [cell for rows in (*view.found, *view.expected) for row in rows for cell in row if cell is not None]
    return (min(values), max(values)) if values else (0.0, 0.0)


def _about_answer(view: FeatureMaps) -> str:
    if len(view.found) > 1:
        return say("These are your maps, and they are right.") if view.right else say("These are your maps.")
    return say("This is your map, and it is right.") if view.right else say("This is your map.")


def _about_expected(view: FeatureMaps) -> Iterator[str]:
    if view.expected:
        several = len(view.expected) > 1
        yield say("The expected ones follow.") if several else say("The expected one is beside it.")


def panels(view: FeatureMaps, ident: str) -> list[svg.Panel]:
    """Draw feature maps.

    Args:
        view: The maps that may be shown.
        ident: Unique on the page.

    Returns:
        Small pictures in reading order.
    """
    sides = [(say("Yours"), view.found, "found"), (say("Expected"), view.expected, "expected")]
    return [
        svg.Panel(
            say("{side}, map {number}", side=name, number=index + 1) if len(maps) > 1 else name,
            _image(rows, _ends(view), name, f"{ident}-{kind}-{index}"),
        )
        for name, maps, kind in sides
        for index, rows in enumerate(maps)
    ]


def _image(rows: Cells, ends: tuple[float, float], name: str, ident: str) -> Markup:
    """A map; cells of one grey are one path, so that large maps stay small files."""
    unit = _SIDE / max(len(rows), len(rows[0]))
    commands: dict[int | None, list[str]] = {}
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            commands.setdefault(_grey(cell, ends), []).append(f"M{column} {row}h1v1h-1z")
    shapes = [
        Markup('<path d="{}" {}/>').format("".join(paths), _fill(grey))
        for grey, paths in sorted(commands.items(), key=lambda item: -1 if item[0] is None else item[0])
    ]
    scaled = Markup('<g transform="translate(1 1) scale({:.5g})" shape-rendering="crispEdges">{}</g>').format(
        unit, Markup("").join(shapes)
    )
    wide, high = len(rows[0]) * unit, len(rows) * unit
    frame = svg.rect(0.5, 0.5, wide + 1, high + 1, "plot-strip")
    return svg.picture(
        ident, wide + 2, high + 2, say("{side} as an image", side=name), _described(rows), [scaled, frame]
    )


def _grey(cell: float | None, ends: tuple[float, float]) -> int | None:
    """From 0 (black) to 16 (white); None for a cell without a number."""
    if cell is None:
        return None
    low, high = ends
    return round((cell - low) / (high - low) * (_GREYS - 1)) if high > low else _GREYS // 2


def _fill(grey: int | None) -> Markup:
    if grey is None:
        return Markup('class="steps-left-over"')
    level = f"{round(255 * grey / (_GREYS - 1)):02x}"
    return Markup('fill="#{}"').format(level * 3)


def _described(rows: Cells) -> str:
    """The range of a map, and where it is strongest: a reader who sees the picture notices this first."""
    places = [
        (cell, row, column) for row, cells in enumerate(rows) for column, cell in enumerate(cells) if cell is not None
    ]
    size = words.times((len(rows), len(rows[0])))
    if not places:
        return say("{size} cells, none of them with a number.", size=size)
    high, row, column = max(places, key=lambda place: (place[0], -place[1], -place[2]))
    low = min(cell for cell, _, _ in places)
    return say(
        ("{size} cells from {low} to {high}. The first cell with the largest value is in row {row}, column {column}."),
        size=size,
        low=number(low),
        high=number(high),
        row=row + 1,
        column=column + 1,
    )
