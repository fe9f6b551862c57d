"""The cheapest way to turn one list of layers into another: an edit distance that lists its steps.

The cost of a step is a share of the points of one layer, so the distance is the loss of points. The cheapest alignment
is the most favourable reading of a submission, and one more fault never makes it smaller.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Generic, TypeVar

from grader.text.language import marked

Item = TypeVar("Item")


class Step(StrEnum):
    """The fate of one expected layer, or the origin of an extra one."""

    EQUAL = marked("equal")
    ALTERED = marked("altered")
    REPLACED = marked("replaced")
    SWAPPED = marked("swapped")
    MISSING = marked("missing")
    EXTRA = marked("extra")


@dataclass(frozen=True, slots=True)
class Pair:
    """One step of an alignment: positions in the two lists, None where there is none."""

    step: Step
    expected: int | None
    actual: int | None
    cost: float


@dataclass(frozen=True, slots=True)
class _Move:
    """A possible next step: how many items it uses of each list, and its cost."""

    step: Step
    rows: int
    columns: int
    cost: float

    def pairs(self, row: int, column: int) -> list[Pair]:
        """The steps of the alignment from these positions on; a swap costs 1, half of it for each of the two."""
        if self.step is not Step.SWAPPED:
            return [Pair(self.step, row if self.rows else None, column if self.columns else None, self.cost)]
        first = Pair(self.step, row, column, 0.5)
        last = Pair(self.step, row + self.rows - 1, column + self.columns - 1, 0.5)
        missing = [Pair(Step.MISSING, row + place, None, 1.0) for place in range(1, self.rows - 1)]
        extra = [Pair(Step.EXTRA, None, column + place, 1.0) for place in range(1, self.columns - 1)]
        return [first, *missing, *extra, last]


class _Costs(Generic[Item]):
    """The cost of each pair of items, computed once and only when it is needed."""

    def __init__(self, expected: Sequence[Item], actual: Sequence[Item], cost: Callable[[Item, Item], float]) -> None:
        self.rows = len(expected)
        self.columns = len(actual)
        self._cost = cache(lambda row, column: min(cost(expected[row], actual[column]), 1.0))
        self._columns_like = cache(lambda row: [place for place in range(self.columns) if self.pair(row, place) == 0])
        self._rows_like = cache(lambda column: [place for place in range(self.rows) if self.pair(place, column) == 0])

    def pair(self, row: int, column: int) -> float:
        """The cost of taking one item for the other, from 0 to 1."""
        return self._cost(row, column)

    def swaps(self, row: int, column: int) -> Iterator[tuple[int, int]]:
        """Swaps of the next two neighbours, each as the number of items that it uses of each list.

        Other items may have come between the two in one of the lists. If that were not allowed, an item between two
        that changed places would cost as much as two.
        """
        if row + 1 >= self.rows or column + 1 >= self.columns or self.pair(row, column) == 0:
            return
        if self.pair(row + 1, column) == 0 and (later := _first_from(self._columns_like(row), column + 1)):
            yield 2, later[0] + 1 - column
        if self.pair(row, column + 1) == 0 and (later := _first_from(self._rows_like(column), row + 2)):
            yield later[0] + 1 - row, 2

    def are_equal(self) -> bool:
        """Whether both lists are the same, item by item; then no search is needed."""
        return self.rows == self.columns and all(self.pair(place, place) == 0 for place in range(self.rows))


def _first_from(places: list[int], first: int) -> list[int]:
    """The first of rising places that is at least `first`, as a list of one; empty if there is none."""
    position = bisect_left(places, first)
    return places[position : position + 1]


def align(expected: Sequence[Item], actual: Sequence[Item], cost: Callable[[Item, Item], float]) -> list[Pair]:
    """Align two lists at the lowest cost; the same lists always give the same alignment.

    Args:
        expected: The reference.
        actual: The submission.
        cost: The cost of taking one item for another: 0 if they are equal, at most 1. A missing item, an extra one,
            and two neighbours that changed places cost 1.

    Returns:
        Steps in order; two neighbours that changed places give two SWAPPED steps.

    Example:
        >>> steps = align("abc", "ac", lambda first, second: float(first != second))
        >>> [str(pair.step) for pair in steps]
        ['equal', 'missing', 'equal']
    """
    costs = _Costs(expected, actual, cost)
    if costs.are_equal():
        return [Pair(Step.EQUAL, place, place, 0.0) for place in range(len(actual))]
    cost_to_go = _cost_to_go(costs)
    pairs: list[Pair] = []
    row = column = 0
    while row < len(expected) or column < len(actual):
        best = min(
            _moves(costs, row, column), key=lambda move: move.cost + cost_to_go[row + move.rows, column + move.columns]
        )
        pairs += best.pairs(row, column)
        row, column = row + best.rows, column + best.columns
    return pairs


def _cost_to_go(costs: _Costs[Item]) -> dict[tuple[int, int], float]:
    """The lowest cost of aligning all that follows each pair of positions."""
    cost_to_go: dict[tuple[int, int], float] = {(costs.rows, costs.columns): 0.0}
    for row in range(costs.rows, -1, -1):
        for column in range(costs.columns, -1, -1):
            if (row, column) not in cost_to_go:
                moves = _moves(costs, row, column)
                cost_to_go[row, column] = min(
                    move.cost + cost_to_go[row + move.rows, column + move.columns] for move in moves
                )
    return cost_to_go


_MISSING, _EXTRA = _Move(Step.MISSING, 1, 0, 1.0), _Move(Step.EXTRA, 0, 1, 1.0)


def _moves(costs: _Costs[Item], row: int, column: int) -> list[_Move]:
    """The possible next steps. `align` takes the first of equal costs, so the most informative step comes first."""
    moves: list[_Move] = []
    if row < costs.rows and column < costs.columns:
        moves.append(_paired(costs.pair(row, column)))
        for rows, columns in costs.swaps(row, column):
            between = rows + columns - 4  # items that came between the two, each missing or extra
            moves.append(_Move(Step.SWAPPED, rows, columns, 1.0 + between))
    if row < costs.rows:
        moves.append(_MISSING)
    if column < costs.columns:
        moves.append(_EXTRA)
    return moves


def _paired(cost: float) -> _Move:
    if cost == 0:
        return _Move(Step.EQUAL, 1, 1, cost)
    return _Move(Step.ALTERED if cost < 1 else Step.REPLACED, 1, 1, cost)
