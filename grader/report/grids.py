"""Grids of numbers as SVG: cells, a window on them, and marks in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grader.report import svg

Cells = Sequence[Sequence[float | None]]

_DIGIT_WIDTH = 7.8
_HEIGHT = 32


@dataclass(frozen=True, slots=True)
class Area:
    """A block of cells; counted from 0."""

    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a grid in a drawing.

    Attributes:
        rows: Number of rows.
        columns: Number of columns.
        wide: Width of a cell.
        high: Height of a cell.
        top: Where the first row begins.
        left: Where the first column begins.
    """

    rows: int
    columns: int
    wide: float
    high: float = _HEIGHT
    top: float = 3
    left: float = 3

    @property
    def right(self) -> float:
        """Where the last column ends."""
        return self.left + self.columns * self.wide

    @property
    def bottom(self) -> float:
        """Where the last row ends."""
        return self.top + self.rows * self.high

    def box(self, area: Area, style: str) -> Markup:
        """A rectangle around a block of cells."""
        x, y = self.left + area.column * self.wide, self.top + area.row * self.high
        return svg.rect(x, y, area.columns * self.wide, area.rows * self.high, style)

    def frames(self, places: Iterable[tuple[int, int]], style: str, inset: float) -> Markup:
        """Single cells framed a little inside their borders, as one shape."""
        wide, high = self.wide - 2 * inset, self.high - 2 * inset
        commands = [
            f"M{self.left + column * self.wide + inset:.5g} {self.top + row * self.high + inset:.5g}"
            f"h{wide:.5g}v{high:.5g}h-{wide:.5g}z"
            for row, column in places
        ]
        return Markup('<path d="{}" class="{}"/>').format("".join(commands), style)

    def lines(self) -> Markup:
        """All cells, as one shape."""
        wide, high = self.right - self.left, self.bottom - self.top
        across = [f"M{self.left:.5g} {self.top + row * self.high:.5g}h{wide:.5g}" for row in range(self.rows + 1)]
        down = [f"M{self.left + at * self.wide:.5g} {self.top:.5g}v{high:.5g}" for at in range(self.columns + 1)]
        return Markup('<path d="{}" class="steps-square"/>').format("".join(across + down))

    def write(self, texts: Mapping[tuple[int, int], str], style: str = "steps-number", down: float = 0.5) -> Markup:
        """Texts in the middle of their cells, by row and column; `down` is where in the height, from 0 to 1."""
        written = (
            Markup('<text x="{:.5g}" y="{:.5g}">{}</text>').format(
                self.left + (column + 0.5) * self.wide, self.top + (row + down) * self.high + 4, text
            )
            for (row, column), text in texts.items()
        )
        return Markup('<g class="{}">{}</g>').format(style, Markup("").join(written))

    def diamond(self, row: int, column: int) -> Markup:
        """A small diamond in the upper right corner of a cell."""
        return diamond(self.left + (column + 1) * self.wide - 7, self.top + row * self.high + 7)


def diamond(x: float, y: float, size: float = 4) -> Markup:
    """Draw the mark of a wrong cell, around (x, y)."""
    return Markup('<path d="M{:g} {:g}l{s:g} {s:g}-{s:g} {s:g}-{s:g}-{s:g}z" class="steps-wrong-mark"/>').format(
        x, y - size, s=size
    )


def grid_of(cells: Cells, top: float = 3, room: float = 0) -> Grid:
    """Lay out a grid whose cells are wide enough for the longest number, with `room` beside it."""
    wide = width_for([number(cell) for row in cells for cell in row])
    return Grid(len(cells), len(cells[0]), wide + room, top=top)


def width_for(texts: Sequence[str], least: float = 32) -> float:
    """Compute the width of a cell for the longest of some texts."""
    return max(least, _DIGIT_WIDTH * max(map(len, texts), default=0) + 10)


def number(cell: float | None) -> str:
    """Write a number: with a real minus sign, at most four significant digits, integers in full; None as a dash.

    Example:

    >>> number(-1.23456), number(25.0), number(None)
    ('−1.235', '25', '–')
    """
    if cell is None:
        return "–"
    text = str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e7 else f"{cell:.4g}"
    return text.replace("-", "−")


def numbers(cells: Cells) -> dict[tuple[int, int], str]:
    """Write all cells, by row and column."""
    return {(row, column): number(cell) for row, line in enumerate(cells) for column, cell in enumerate(line)}


def rows_as_text(cells: Cells) -> str:
    """Write rows of numbers for readers who cannot see the picture: `1 2; 3 4`."""
    return "; ".join(" ".join(number(cell) for cell in row) for row in cells)
