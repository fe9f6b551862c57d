"""A convolution by hand at one place: the window, the filter, the products with their running sum, and the answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from markupsafe import Markup

from grader.model.figures import WorkedCell
from grader.report import svg, words
from grader.report.figures.macros import macros
from grader.report.figures.place import FigurePlace
from grader.report.grids import Area, Cells, Grid, diamond, grid_of, number, numbers, rows_as_text, width_for
from grader.text.language import marked, say

Rows = tuple[tuple[float | None, ...], ...]

_LINE = 18  # units for a line of text
_MARK = 12  # units beside a number, so that a diamond does not touch it
_ONE_WRONG = marked("One cell is not right yet: {cell}.")
_ALL_WRONG = marked("Rows: {maps}. Not right yet: all {amount} cells.")
_RESULTS = {"max": marked("the largest value"), "mean": marked("the mean"), "sum": marked("the sum")}

# By whether there is a filter, and whether the window is partly on padding.
_POSITIONS = {
    (True, False): marked("There, the filter covers {where} of the input"),
    (True, True): marked("There, the filter covers {where} of the input and some padding beside them"),
    (False, False): marked("There, the window covers {where} of the input"),
    (False, True): marked("There, the window covers {where} of the input and some padding beside them"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """One cell of a feature map, and how it is computed.

    Attributes:
        fields: The input with its padding, a grid for each channel.
        filters: The filter, a grid for each channel; empty for pooling.
        flipped: Whether the filter was turned by half a circle before it was laid on.
        before: Rows above and columns to the left that are padding.
        inner: Rows and columns of the input itself.
        window: The cells under the window, in the input with its padding.
        by: `sum`, `max` or `mean`.
        bias: The bias; 0 for none.
        relu: Whether negative values then become 0.
        value: The value of the cell; None if it may not be shown.
        place: Map, row and column of the cell, counted from 0.
        answer: The maps of the answer; empty if they are too large to draw.
        wrong: Map, row and column of each wrong cell; None if the shapes differ.
        shape: Maps, rows and columns of the expected answer; None if it may not be shown.
    """

    fields: tuple[Rows, ...]
    filters: tuple[Rows, ...]
    flipped: bool
    before: tuple[int, int]
    inner: tuple[int, int]
    window: Area
    by: str
    bias: float
    relu: bool
    value: float | None
    place: tuple[int, int, int]
    answer: tuple[Rows, ...]
    wrong: frozenset[tuple[int, int, int]] | None
    shape: tuple[int, ...] | None

    @property
    def windows(self) -> tuple[Rows, ...]:
        """The cells under the window, a grid for each channel."""
        area = self.window
        return tuple(
            tuple(row[area.column : area.column + area.columns] for row in field[area.row : area.row + area.rows])
            for field in self.fields
        )

    @property
    def reading(self) -> str:
        """The picture in words."""
        return f"{self._mistakes()} {self._position()}{self._result()}."

    def _mistakes(self) -> str:
        if self.wrong is None:
            return self._expected_cell()
        if len(self.wrong) == 1:
            one = marked("One number is not right yet: {cell}.") if self.is_series else _ONE_WRONG
            return say(one, cell=self._cell_name())
        several = (
            marked("{count} numbers are not right yet. The first of them is {cell}.")
            if self.is_series
            else marked("{count} cells are not right yet. The first of them is {cell}.")
        )
        return say(several, count=len(self.wrong), cell=self._cell_name())

    def _expected_cell(self) -> str:
        """Which cell is worked out for an answer of another shape."""
        if not self.shape:
            return say("Here is how to compute {cell}.", cell=self._cell_name())
        if self.is_series:
            return say(
                "Here is how to compute {cell} of the {count} numbers.", cell=self._cell_name(), count=self.shape[-1]
            )
        size = words.times(size for size in self.shape if size > 1)
        return say("Here is how to compute {cell} of a map with {size} cells.", cell=self._cell_name(), size=size)

    def _cell_name(self) -> str:
        index, row, column = (axis + 1 for axis in self.place)
        if self.is_series:
            return say("number {number}", number=column)
        maps = self.shape[0] if self.wrong is None and self.shape else len(self.answer)
        if maps > 1:
            return say("map {map}, row {row}, column {column}", map=index, row=row, column=column)
        return say("row {row}, column {column}", row=row, column=column)

    @property
    def is_series(self) -> bool:
        """Whether the input has only one axis."""
        return len(self.fields[0]) == 1

    def _position(self) -> str:
        area = self.window
        columns = area.column - self.before[1], area.columns, self.inner[1]
        if self.is_series:
            where = _span(*columns, marked("number {first}"), marked("numbers {first} to {last}"))
        else:
            rows = _span(
                area.row - self.before[0],
                area.rows,
                self.inner[0],
                marked("row {first}"),
                marked("rows {first} to {last}"),
            )
            across = _span(*columns, marked("column {first}"), marked("columns {first} to {last}"))
            where = say("{rows} and {columns}", rows=rows, columns=across)
        return say(_POSITIONS[bool(self.filters), _hangs_over(self)], where=where)

    def _result(self) -> str:
        if self.value is None:
            return ""
        value = number(self.value)
        if not self.filters:
            result = say(", and {what} there is {value}", what=say(_RESULTS[self.by]), value=value)
            return result + self._answer_at_place()
        if self.relu:
            value = say("{value} after ReLU", value=value)
        if self.bias:
            bias = number(self.bias)
            result = say(", and the sum of the products and the bias {bias} is {value}", bias=bias, value=value)
        else:
            result = say(", and the sum of the products is {value}", value=value)
        return result + self._answer_at_place()

    def _answer_at_place(self) -> str:
        if self.wrong is None or not self.answer:
            return ""
        index, row, column = self.place
        cell = self.answer[index][row][column]
        return say(", but you left it blank") if cell is None else say(", but you have {own}", own=number(cell))


def draw(figure: WorkedCell, place: FigurePlace) -> Markup:
    """Draw the cell step by step.

    Args:
        figure: The cell.
        place: Its place on the page; says whether the expected value may be shown.
    """
    view = view_of(figure, place.shows_expected)
    markup: Markup = macros().steps(say("One cell, step by step"), panels(view, f"{place.anchor}-worked"), view.reading)
    return markup


def view_of(figure: WorkedCell, shows_expected: bool) -> Worked:
    """Lay out a cell with its padding, without the expected value if it may not be shown."""
    before, after, stride, place = figure.before, figure.after, figure.stride, figure.place
    return Worked(
        fields=tuple(_padded(channel, before, after) for channel in figure.image),
        filters=figure.filters,
        flipped=figure.flipped,
        before=before,
        inner=(len(figure.image[0]), len(figure.image[0][0])),
        window=Area(place[1] * stride[0], place[2] * stride[1], *figure.window),
        by=figure.by,
        bias=float(figure.bias),
        relu=figure.relu,
        value=figure.value if shows_expected else None,
        place=place,
        answer=figure.found,
        wrong=None if figure.wrong is None else frozenset(figure.wrong),
        shape=figure.shape if shows_expected else None,
    )


def _padded(cells: Rows, before: Sequence[int], after: Sequence[int]) -> Rows:
    wide = before[1] + len(cells[0]) + after[1]
    inner = [(*[0] * before[1], *row, *[0] * after[1]) for row in cells]
    return tuple(map(tuple, ([(0,) * wide] * before[0]) + inner + ([(0,) * wide] * after[0])))


def _span(first: int, count: int, size: int, one: str, many: str) -> str:
    """The part of a block of cells that is within the input, counted from 1: `row 2`, `rows 1 to 3`."""
    low, high = max(first, 0) + 1, min(first + count, size)
    return say(one, first=low) if low == high else say(many, first=low, last=high)


def _hangs_over(view: Worked) -> bool:
    area, (above, left), (rows, columns) = view.window, view.before, view.inner
    down, across = area.row + area.rows, area.column + area.columns
    return area.row < above or area.column < left or down > above + rows or across > left + columns


# ---- View -> SVG -----------------------------------------------------------------------------------------------------


def panels(view: Worked, ident: str) -> list[svg.Panel]:
    """Draw a hand convolution.

    Args:
        view: The cell, with all that may be shown.
        ident: Unique on the page.

    Returns:
        Small pictures in reading order, only of what may be shown.
    """
    pictures = list(_inputs_and_filters(view, ident))
    if view.value is not None:
        name = say("Products, and their running sum") if view.filters else _pooling_title(view)
        pictures.append(svg.Panel(name, _sum(view, f"{ident}-sum"), view.window.columns > 4))
    if view.answer:
        name = say("Your maps") if len(view.answer) > 1 else say("Your list") if view.is_series else say("Your map")
        pictures.append(svg.Panel(name, _answer(view, f"{ident}-answer"), _is_wide(view.answer[0])))
    return pictures


def _inputs_and_filters(view: Worked, ident: str) -> Iterable[svg.Panel]:
    """For each channel the input with the window on it, and the filter."""
    input_title = say("The filter on the input") if view.filters else say("The window on the input")
    filter_title = say("The filter, rotated by 180 degrees") if view.flipped else say("The filter")
    for channel, field in enumerate(view.fields):
        suffix = f", {say('channel {number}', number=channel + 1)}" if len(view.fields) > 1 else ""
        picture = _input(view, field, f"{ident}-input-{channel}")
        yield svg.Panel(f"{input_title}{suffix}", picture, _is_wide(field))
        if view.filters:
            weights = view.filters[channel]
            picture = _filter(weights, f"{ident}-filter-{channel}")
            yield svg.Panel(f"{filter_title}{suffix}", picture, _is_wide(weights))


def _is_wide(cells: Cells) -> bool:
    return len(cells[0]) > 8


def _pooling_title(view: Worked) -> str:
    if view.by == "max":
        return say("The largest one")
    return say("The sum so far, and the mean") if view.by == "mean" else say("The sum so far")


def _input(view: Worked, field: Cells, ident: str) -> Markup:
    grid = grid_of(field)
    (above, left), (rows, columns) = view.before, view.inner
    inner = Grid(
        rows=rows,
        columns=columns,
        wide=grid.wide,
        high=grid.high,
        top=grid.top + above * grid.high,
        left=grid.left + left * grid.wide,
    )
    inside: dict[tuple[int, int], str] = {}
    padding: dict[tuple[int, int], str] = {}
    for (row, column), text in numbers(field).items():
        is_inside = 0 <= row - above < rows and 0 <= column - left < columns
        (inside if is_inside else padding)[row, column] = text
    shapes = []
    if padding:
        shapes += [grid.frames(padding, "steps-square padding", 1.5), grid.write(padding, "steps-number plot-tick")]
    shapes += [inner.lines(), grid.write(inside), grid.box(view.window, "steps-window")]
    template = marked("The window begins at row {row} and column {column} of these rows: {rows}.")
    if view.is_series:
        template = marked("The window begins at number {column} of these: {rows}.")
        if padding:
            template = marked("The window begins at number {column} of these, padding included: {rows}.")
    elif padding:
        template = marked("The window begins at row {row} and column {column} of these rows, padding included: {rows}.")
    described = say(template, row=view.window.row + 1, column=view.window.column + 1, rows=rows_as_text(field))
    return _framed(ident, grid, say("Input"), described, shapes)


def _filter(cells: Cells, ident: str) -> Markup:
    grid = grid_of(cells)
    shapes = [grid.lines(), grid.write(numbers(cells)), grid.box(Area(0, 0, grid.rows, grid.columns), "steps-window")]
    return _framed(ident, grid, say("Filter"), say("Rows: {rows}.", rows=rows_as_text(cells)), shapes)


def _framed(ident: str, grid: Grid, title: str, description: str, shapes: Iterable[Markup]) -> Markup:
    return svg.picture(ident, grid.right + 3, grid.bottom + 3, title, description, shapes)


def _sum(view: Worked, ident: str) -> Markup:
    """Each product with its factors, the sum so far beside each row, and the result."""
    assert view.value is not None
    shapes: list[Markup] = []
    total, top, right = 0.0, 20.0, 0.0
    running_sums: list[str] = []
    products_in_words = (
        [_factors(*pair) for pair in zip(view.windows, view.filters, strict=True)] if view.filters else []
    )
    wide = width_for([text for factors in products_in_words for text in factors.values()], 36)
    for channel, window in enumerate(view.windows):
        weights = view.filters[channel] if view.filters else None
        products = _products(window, weights) if weights else window
        factors = products_in_words[channel] if weights else numbers(window)
        grid = Grid(
            rows=len(window),
            columns=len(window[0]),
            wide=wide if weights else grid_of(window).wide,
            high=40 if weights else 32,
            top=top,
        )
        sums = grid.right + 10
        shapes += [
            grid.lines(),
            grid.write(factors, "steps-number plot-tick", 0.27) if weights else grid.write(factors),
        ]
        shapes += [grid.write(numbers(products), "steps-number plot-label", 0.7)] if weights else []
        for row, cells in enumerate(products if view.by != "max" else ()):
            total = _tidy(total + sum(cell or 0 for cell in cells))
            shapes.append(svg.text(sums, grid.top + (row + 0.5) * grid.high + 4, number(total), "plot-label"))
            running_sums.append(number(total))
        top, right = grid.bottom + 8, max(right, sums + _width_of_sums(running_sums))
    if view.by != "max":
        shapes.append(svg.text(sums, 13, say("so far"), "plot-tick"))
    ending = list(_ending(view, total))
    shapes += [svg.text(3, top + _LINE * (index + 0.7), text, "plot-label") for index, text in enumerate(ending)]
    whole = max(right, *(7.4 * len(text) + 6 for text in ending))
    description = f"{'; '.join(ending)}."
    if running_sums:
        description = f"{say('After each row: {sums}.', sums=', '.join(running_sums))} {description}"
    return svg.picture(ident, whole, top + _LINE * len(ending) + 4, say("Worked cell"), description, shapes)


def _products(window: Cells, weights: Cells) -> Rows:
    pairs = (zip(*rows, strict=True) for rows in zip(window, weights, strict=True))
    return tuple(tuple(_tidy((cell or 0) * (weight or 0)) for cell, weight in row) for row in pairs)


def _factors(window: Cells, weights: Cells) -> dict[tuple[int, int], str]:
    """`5 · −1`, by row and column."""
    values, factors = numbers(window), numbers(weights)
    return {place: f"{values[place]} · {factors[place]}" for place in values}


def _width_of_sums(running_sums: Sequence[str]) -> float:
    return max(42.0, 7.5 * max(map(len, running_sums), default=0) + 6)


def _ending(view: Worked, total: float) -> Iterable[str]:
    """The last steps after the sum, line by line, and the result."""
    cells = sum(len(window) * len(window[0]) for window in view.windows)
    if view.by == "max":
        yield say("largest of {cells}: {value}", cells=cells, value=number(view.value))
        return
    if view.by == "mean":
        yield f"{number(total)} / {cells} = {number(view.value)}"
        return
    if not view.bias and not view.relu:
        yield say("sum: {total}", total=number(total))
    if view.bias:
        yield say(
            "with bias: {total} + {bias} = {value}",
            total=number(total),
            bias=_bracketed(view.bias),
            value=number(_tidy(total + view.bias)),
        )
    if view.relu:
        yield say("after ReLU: {value}", value=number(view.value))


def _bracketed(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def _tidy(value: float) -> float:
    """Round away the errors of adding floats; `+ 0.0` turns -0.0 into 0.0."""
    return round(value, 6) + 0.0


def _answer(view: Worked, ident: str) -> Markup:
    """The maps of the answer, one below the other. Wrong cells have a diamond, and the worked cell has a frame."""
    top, shapes, right = 3.0, [], 0.0
    for index, cells in enumerate(view.answer):
        if len(view.answer) > 1:
            shapes.append(svg.text(3, top + 11, say("map {number}", number=index + 1), "plot-tick"))
            top += _LINE
        grid = grid_of(cells, top, room=_MARK)
        wrong = [(row, column) for map_index, row, column in sorted(view.wrong or ()) if map_index == index]
        shapes += [grid.frames(wrong, "steps-wrong", 2)] if wrong else []
        shapes += [grid.lines(), grid.write(numbers(cells))]
        shapes += [grid.diamond(*place) for place in wrong]
        if view.wrong is not None and index == view.place[0]:
            shapes.append(grid.box(Area(view.place[1], view.place[2], 1, 1), "steps-window"))
        top, right = grid.bottom + 8, max(right, grid.right + 3)
    if view.wrong is not None:
        shapes += [diamond(8, top + 9), svg.text(18, top + 13, say("not right yet"), "plot-tick")]
        shapes += [
            svg.rect(3, top + _LINE + 3, 11, 11, "steps-window"),
            svg.text(18, top + _LINE + 13, say("worked out"), "plot-tick"),
        ]
        top, right = top + 2 * _LINE + 2, max(right, 98.0)
    return svg.picture(ident, right, top, say("Your answer"), _described(view), shapes)


def _described(view: Worked) -> str:
    maps = ". ".join(map(rows_as_text, view.answer))
    if view.wrong is None:
        return say("Rows: {maps}. They were not compared, because the shape is not right.", maps=maps)
    amount = sum(map(len, chain.from_iterable(view.answer)))
    if len(view.wrong) == amount > 1:
        every = marked("Numbers: {maps}. Not right yet: all {amount} of them.") if view.is_series else _ALL_WRONG
        return say(every, maps=maps, amount=amount)
    if view.is_series:
        numbers_of_list = (say("number {number}", number=column + 1) for _, _, column in sorted(view.wrong))
        return say("Numbers: {maps}. Not right yet: {places}.", maps=maps, places="; ".join(numbers_of_list))
    places = []
    for index, row, column in sorted(view.wrong):
        map_name = f"{say('map {number}', number=index + 1)}, " if len(view.answer) > 1 else ""
        places.append(map_name + say("row {row}, column {column}", row=row + 1, column=column + 1))
    return say("Rows: {maps}. Not right yet: {places}.", maps=maps, places="; ".join(places))
