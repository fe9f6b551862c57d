"""Feature maps as small grey images: what was found, and what was expected beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from grader.report import svg, words
from grader.report.grids import number
from grader.text.language import say

Rows = tuple[tuple[float | None, ...], ...]

_SIDE = 112
_GREYS = 17


@dataclass(frozen=True, slots=True)
class FeatureMaps:
    """The maps of an answer.

    Attributes:
        found: The maps of the answer.
        expected: The right ones; empty where they are the same or may not be shown.
        right: Whether the answer is right.
    """

    found: tuple[Rows, ...]
    expected: tuple[Rows, ...]
    right: bool

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest value of all maps: black and white."""
        values = [cell for rows in (*self.found, *self.expected) for row in rows for cell in row if cell is not None]
        return (min(values), max(values)) if values else (0.0, 0.0)

    @property
    def reading(self) -> str:
        """What the pictures show, in words."""
        low, high = map(number, self.ends)
        told = [self._own(), *self._beside()]
        scale = say("The lighter a cell, the larger its value: black is {low}, white is {high}.", low=low, high=high)
        return " ".join([*told, scale])

    def _own(self) -> str:
        if len(self.found) > 1:
            return say("These are your maps, and they are right.") if self.right else say("These are your maps.")
        return say("This is your map, and it is right.") if self.right else say("This is your map.")

    def _beside(self) -> Iterator[str]:
        if self.expected:
            several = len(self.expected) > 1
            yield say("The expected ones follow.") if several else say("The expected one is beside it.")


def read(evidence: Mapping[str, Any], shown: bool) -> FeatureMaps | None:
    """Read feature maps.

    Args:
        evidence: Of a finding; `maps` has the maps of the answer and the expected ones.
        shown: Whether the expected ones may be shown.

    Returns:
        The view, or None where there is none.
    """
    data = evidence.get("maps")
    if not data:
        return None
    expected = data["expected"] if shown else None
    return FeatureMaps(_maps(data["found"]), _maps(expected or ()), bool(data["right"]))


def _maps(maps: Iterable[Sequence[Sequence[float | None]]]) -> tuple[Rows, ...]:
    return tuple(tuple(tuple(row) for row in rows) for rows in maps)


def panels(view: FeatureMaps, ident: str) -> list[svg.Panel]:
    """Draw feature maps.

    Args:
        view: What is shown.
        ident: Unique on the page.

    Returns:
        Small pictures in reading order.
    """
    sides = [(say("Yours"), view.found, "found"), (say("Expected"), view.expected, "expected")]
    return [
        svg.Panel(
            say("{side}, map {number}", side=name, number=index + 1) if len(maps) > 1 else name,
            _image(rows, view.ends, name, f"{ident}-{kind}-{index}"),
        )
        for name, maps, kind in sides
        for index, rows in enumerate(maps)
    ]


def _image(rows: Rows, ends: tuple[float, float], name: str, ident: str) -> Markup:
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
    frame = svg.rect(0.5, 0.5, wide + 1, high + 1, "strip")
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
        return Markup('class="left-over"')
    level = f"{round(255 * grey / (_GREYS - 1)):02x}"
    return Markup('fill="#{}"').format(level * 3)


def _described(rows: Rows) -> str:
    """Where the map is strongest: that is what one sees at once."""
    places = [
        (cell, row, column) for row, cells in enumerate(rows) for column, cell in enumerate(cells) if cell is not None
    ]
    size = words.times((len(rows), len(rows[0])))
    if not places:
        return say("{size} cells, none of them with a number.", size=size)
    high, row, column = max(places, key=lambda place: (place[0], -place[1], -place[2]))
    low = min(cell for cell, _, _ in places)
    return say(
        "{size} cells from {low} to {high}; the first with the largest value is in row {row}, column {column}.",
        size=size,
        low=number(low),
        high=number(high),
        row=row + 1,
        column=column + 1,
    )
