"""Padding, window and stride on an image of which only the size matters, and the resulting feature map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from grader.model.figures import WindowSizes
from grader.model.windows import Axis
from grader.report import svg, words
from grader.report.figures.macros import macros
from grader.report.figures.place import FigurePlace
from grader.text.language import say, say_counted
from grader.text.messages import capitalised

_MOST_CELLS = 32
_ROOM = 244  # units for the longest side of a drawing
_TEXT = 16  # units for a line of the legend


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """An image under a window, by its sizes.

    Attributes:
        down: The rows; a single one for a series.
        across: The columns.
        series: Whether there is only one axis.
        alone: Whether the question asks for one number, the height, and not for all sizes.
        output: Rows and columns of the feature map; None if they may not be shown.
        answer: Rows and columns of the answer; None if it has no such sizes.
    """

    down: Axis
    across: Axis
    series: bool
    alone: bool
    output: tuple[int, int] | None
    answer: tuple[int, int] | None

    @property
    def schematic(self) -> bool:
        """Whether there are too many cells to draw each of them."""
        return max(self.down.length, self.across.length) > _MOST_CELLS

    @property
    def reading(self) -> str:
        """The picture in words."""
        axes = [(say("Downwards"), self.down), (say("Across"), self.across)]
        if self.down == self.across:
            axes = [(say("Downwards and across"), self.down)]
        if self.series:
            axes = [("", self.across)]
        sentences = [_axis_in_words(name, axis, shows_steps=self.output is not None) for name, axis in axes]
        if self.output and self.answer:
            output = self.sizes_in_words(self.output)
            sentences.append(
                say("So the output has {output}, but you have {own}.", output=output, own=self.answer_in_words)
            )
        return " ".join(sentences)

    @property
    def answer_in_words(self) -> str:
        """The sizes of the answer in words; empty if it has none."""
        if not self.answer:
            return ""
        return str(self.answer[0]) if self.alone else self.sizes_in_words(self.answer)

    def sizes_in_words(self, sizes: tuple[int, int]) -> str:
        """Write rows and columns in words."""
        return say("{count} places", count=sizes[1]) if self.series else words.times(sizes)


def _axis_in_words(name: str, axis: Axis, shows_steps: bool) -> str:
    """How the window moves along one axis, with its numbers; the steps would reveal the size of the output."""
    cells = say("{size} cells", size=axis.size)
    if axis.before or axis.after:
        cells = say(
            "{size} cells and {before} + {after} of padding make {length}",
            size=axis.size,
            before=axis.before,
            after=axis.after,
            length=axis.length,
        )
    begins = f"{name}: {cells}" if name else str(capitalised(cells))
    moves = capitalised(say("the window covers {window} and moves by {stride}", window=axis.window, stride=axis.stride))
    return f"{begins}. {moves}: {_steps(axis)}." if shows_steps else f"{begins}. {moves}."


def _steps(axis: Axis) -> str:
    """The number of steps that the window makes, and the cells that are left over."""
    room, steps = axis.length - axis.window, axis.last // axis.stride
    count = f"({axis.length} − {axis.window}) / {axis.stride}"
    rounded = say("{count}, rounded down, = {steps}", count=count, steps=steps)
    exact = rounded if room % axis.stride else f"{count} = {steps}"
    if not axis.left_over:
        return say(
            "{exact} steps after the first position, so {steps} + 1 = {places} positions",
            exact=exact,
            steps=steps,
            places=steps + 1,
        )
    return say_counted(
        axis.left_over,
        "{exact} steps after the first position, so {steps} + 1 = {places} positions, and {amount} cell is left over",
        "{exact} steps after the first position, so {steps} + 1 = {places} positions, and {amount} cells are left over",
        exact=exact,
        steps=steps,
        places=steps + 1,
    )


def draw(figure: WindowSizes, place: FigurePlace) -> Markup:
    """Draw how the window moves.

    Args:
        figure: The sizes.
        place: Its place on the page; says whether the expected sizes may be shown.
    """
    view = view_of(figure, place.shows_expected)
    markup: Markup = macros().steps(say("How the window moves"), panels(view, f"{place.anchor}-sizes"), view.reading)
    return markup


def view_of(figure: WindowSizes, shows_expected: bool) -> Sizes:
    """Collect the sizes of both axes, without the expected output if it may not be shown."""
    series = len(figure.axes) == 1
    return Sizes(
        down=Axis(size=1, window=1) if series else figure.axes[0],
        across=figure.axes[-1],
        series=series,
        alone=figure.alone,
        output=_rows_and_columns(figure.output) if shows_expected else None,
        answer=_rows_and_columns(figure.found),
    )


def _rows_and_columns(sizes: Sequence[int] | None) -> tuple[int, int] | None:
    return (1 if len(sizes) == 1 else sizes[0], sizes[-1]) if sizes else None


# ---- View -> SVG -----------------------------------------------------------------------------------------------------


def panels(view: Sizes, ident: str) -> list[svg.Panel]:
    """Draw padding and stride.

    Args:
        view: The sizes that may be shown.
        ident: Unique on the page.

    Returns:
        Small pictures in reading order, the feature map only if it may be shown.
    """
    unit = _unit(view)
    pictures = [svg.Panel(say("The window on the input"), _input(view, unit, f"{ident}-input"))]
    if view.output:
        pictures.append(svg.Panel(say("The feature map"), _output(view, view.output, unit, f"{ident}-output")))
    return pictures


def _unit(view: Sizes) -> float:
    """The side of a cell; the input and the feature map are drawn to the same scale."""
    return min(20.0, _ROOM / max(view.down.length, view.across.length, *(view.output or (1, 1))))


def _input(view: Sizes, unit: float, ident: str) -> Markup:
    down, across = view.down, view.across
    tall = max(unit, 18) if view.series else unit
    left = top = 3.0

    def block(row: float, column: float, rows: float, columns: float, style: str) -> Markup:
        return svg.rect(left + column * unit, top + row * tall, columns * unit, rows * tall, style)

    shapes: list[Markup] = []
    if down.length > down.size or across.length > across.size:
        shapes.append(block(0, 0, down.length, across.length, "steps-square padding"))
    shapes.append(block(down.before, across.before, down.size, across.size, "steps-square inside"))
    if not view.schematic:
        shapes += _lines(left, top, view, unit, tall)
    shapes += _left_over(view, block) if view.output else []
    for place, style in _places(view):
        shapes.append(block(*place, down.window, across.window, style))
    bottom = top + down.length * tall + 4
    legend = _legend(view)
    shapes += _legend_lines(legend, bottom)
    wide = max(left + across.length * unit + 3, _longest(legend))
    return svg.picture(ident, wide, bottom + _TEXT * len(legend) + 4, say("Input"), _described(view), shapes)


def _lines(left: float, top: float, view: Sizes, unit: float, tall: float) -> Iterable[Markup]:
    right, bottom = left + view.across.length * unit, top + view.down.length * tall
    for column in range(1, view.across.length):
        yield svg.line(left + column * unit, top, left + column * unit, bottom, "plot-grid")
    for row in range(1, view.down.length):
        yield svg.line(left, top + row * tall, right, top + row * tall, "plot-grid")


def _left_over(view: Sizes, block: Any) -> Iterable[Markup]:
    down, across = view.down, view.across
    if down.left_over:
        yield block(down.length - down.left_over, 0, down.left_over, across.length, "steps-left-over")
    if across.left_over:
        yield block(0, across.length - across.left_over, down.length, across.left_over, "steps-left-over")


def _places(view: Sizes) -> list[tuple[tuple[int, int], str]]:
    """Places of the window that are drawn, with their styles.

    These are the last place if it may be shown, one step each way, and the first place, which is drawn over the others.
    """
    down, across = view.down, view.across
    places: list[tuple[tuple[int, int], str]] = []
    if view.output and (down.last or across.last):
        places.append(((down.last, across.last), "steps-window last"))
    if across.last:
        places.append(((0, across.stride), "steps-window next"))
    if down.last:
        places.append(((down.stride, 0), "steps-window next"))
    return [*places, ((0, 0), "steps-window")]


def _legend(view: Sizes) -> list[tuple[str, str]]:
    """Styles and their meanings, only of shapes that are in the picture."""
    down, across = view.down, view.across
    sizes = words.times([across.size] if view.series else [down.size, across.size])
    window = words.times([across.window] if view.series else [down.window, across.window])
    legend = [("steps-square inside", say("input, {size}", size=sizes))]
    if down.length > down.size or across.length > across.size:
        legend.append(("steps-square padding", say("dashed: padding")))
    legend.append(("steps-window", say("window, {size}, at its first position", size=window)))
    if across.last or down.last:
        step = say("dotted: one step further") if view.series else say("dotted: one step further in each direction")
        legend.append(("steps-window next", step))
    if view.output and (across.last or down.last):
        legend.append(("steps-window last", say("long dashes: its last position")))
    if view.output and (down.left_over or across.left_over):
        legend.append(("steps-left-over", say("filled: left over")))
    return legend


def _legend_lines(legend: Sequence[tuple[str, str]], top: float) -> Iterable[Markup]:
    for index, (style, text) in enumerate(legend):
        y = top + index * _TEXT
        yield svg.rect(3, y + 3, 14, 10, style)
        yield svg.text(23, y + 12, text, "plot-tick")


def _longest(legend: Sequence[tuple[str, str]]) -> float:
    return 26 + 6.8 * max(len(text) for _, text in legend)


def _described(view: Sizes) -> str:
    legend = f"{', '.join(text for _, text in _legend(view))}."
    return (
        f"{legend} {say('There are too many cells to draw each one. The sizes are to scale.')}"
        if view.schematic
        else legend
    )


def _output(view: Sizes, output: tuple[int, int], unit: float, ident: str) -> Markup:
    """The feature map, and the size of the answer as a dashed frame over it."""
    tall = max(unit, 18) if view.series else unit
    rows, columns = output
    legend = [("steps-square inside", say("feature map, {size}", size=view.sizes_in_words(output)))]
    shapes = [svg.rect(3, 3, columns * unit, rows * tall, "steps-square inside")]
    if max(output) <= _MOST_CELLS:
        shapes += [svg.line(3 + at * unit, 3, 3 + at * unit, 3 + rows * tall, "plot-grid") for at in range(1, columns)]
        shapes += [svg.line(3, 3 + at * tall, 3 + columns * unit, 3 + at * tall, "plot-grid") for at in range(1, rows)]
    high, wide = rows * tall, columns * unit
    if view.answer and view.answer != output:
        answer_high, answer_wide = view.answer[0] * tall, view.answer[1] * unit
        if max(answer_high, answer_wide) <= 1.6 * _ROOM:
            legend.append(("steps-answer-size", say("dashed: yours, {size}", size=view.answer_in_words)))
            shapes.append(svg.rect(3, 3, answer_wide, answer_high, "steps-answer-size"))
            high, wide = max(high, answer_high), max(wide, answer_wide)
        else:
            legend.append(("steps-answer-size", say("yours, {size}, is too large to draw", size=view.answer_in_words)))
    shapes += _legend_lines(legend, high + 7)
    described = ", ".join(text for _, text in legend)
    size = max(wide + 6, _longest(legend)), high + 11 + _TEXT * len(legend)
    return svg.picture(ident, *size, say("Feature map"), f"{described}.", shapes)
