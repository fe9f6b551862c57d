"""The cheapest way to turn one list of layers into another: an edit distance that says what happened.

What a step costs is a share of the points of one layer, so the distance is what is lost. It is the
most favourable reading of a submission, and one more fault never makes it smaller.
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
    """What became of one expected layer, or where an extra one came from."""

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
    """What can come next: how many items it takes of each list, and what it costs."""

    step: Step
    rows: int
    columns: int
    cost: float

    def pairs(self, row: int, column: int) -> list[Pair]:
        """The steps of the alignment that it makes from these positions."""
        if self.step is Step.SWAPPED:
            missing = [Pair(Step.MISSING, row + place, None, 1.0) for place in range(1, self.rows - 1)]
            extra = [Pair(Step.EXTRA, None, column + place, 1.0) for place in range(1, self.columns - 1)]
            first = Pair(self.step, row, column, 0.5)
            return [first, *missing, *extra, Pair(self.step, row + self.rows - 1, column + self.columns - 1, 0.5)]
        return [Pair(self.step, row if self.rows else None, column if self.columns else None, self.cost)]


class _Costs(Generic[Item]):
    """What each pair of items costs, worked out once and only where it is asked for."""

    def __init__(self, expected: Sequence[Item], actual: Sequence[Item], cost: Callable[[Item, Item], float]) -> None:
        self.rows = len(expected)
        self.columns = len(actual)
        self._cost = cache(lambda row, column: min(cost(expected[row], actual[column]), 1.0))
        self._columns_like = cache(lambda row: [place for place in range(self.columns) if self.pair(row, place) == 0])
        self._rows_like = cache(lambda column: [place for place in range(self.rows) if self.pair(place, column) == 0])

    def pair(self, row: int, column: int) -> float:
        return self._cost(row, column)

    def swaps(self, row: int, column: int) -> Iterator[tuple[int, int]]:
        """How many items a swap of the next neighbours takes of each list.

        Others may have come between them in one of the lists. Without that, an item that comes between two that changed
        places would cost as much as two.
        """
        if row + 1 >= self.rows or column + 1 >= self.columns or self.pair(row, column) == 0:
            return
        if self.pair(row + 1, column) == 0 and (later := _first_from(self._columns_like(row), column + 1)):
            yield 2, later[0] + 1 - column
        if self.pair(row, column + 1) == 0 and (later := _first_from(self._rows_like(column), row + 2)):
            yield later[0] + 1 - row, 2

    def are_equal(self) -> bool:
        return self.rows == self.columns and all(self.pair(place, place) == 0 for place in range(self.rows))


def _first_from(places: list[int], first: int) -> list[int]:
    """The first of some rising places that is not before another one, as a list of one; empty where there is none."""
    position = bisect_left(places, first)
    return places[position : position + 1]


def align(expected: Sequence[Item], actual: Sequence[Item], cost: Callable[[Item, Item], float]) -> list[Pair]:
    """Align two lists at the lowest cost; the same lists always give the same alignment.

    Args:
        expected: The reference.
        actual: The submission.
        cost: What it costs to take one layer for another: 0 if they are equal, at most 1. A missing
            layer, an extra one, and two neighbours that changed places cost 1.

    Returns:
        Steps in order; two neighbours that changed places give two SWAPPED steps.
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
    """The lowest cost of what follows each pair of positions."""
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
    """What can come next, the most telling first: that decides among equal costs."""
    moves: list[_Move] = []
    if row < costs.rows and column < costs.columns:
        cost = costs.pair(row, column)
        step = Step.EQUAL if cost == 0 else Step.ALTERED if cost < 1 else Step.REPLACED
        moves.append(_Move(step, 1, 1, cost))
        moves += [
            _Move(Step.SWAPPED, rows, columns, 1.0 + rows + columns - 4) for rows, columns in costs.swaps(row, column)
        ]
    if row < costs.rows:
        moves.append(_MISSING)
    if column < costs.columns:
        moves.append(_EXTRA)
    return moves
