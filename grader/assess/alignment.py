"""The cheapest way to turn one list of layers into another: an edit distance that says what happened.

What a step costs is a share of the points of one layer, so the distance is what is lost. It is the
most favourable reading of a submission, and one more fault never makes it smaller.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from grader.model.language import marked

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
    found: int | None
    cost: float


@dataclass(frozen=True, slots=True)
class _Costs(Generic[Item]):
    expected: Sequence[Item]
    found: Sequence[Item]
    cost: Callable[[Item, Item], float]

    def pair(self, row: int, column: int) -> float:
        return min(self.cost(self.expected[row], self.found[column]), 1.0)

    def is_swap(self, row: int, column: int) -> bool:
        if row + 1 >= len(self.expected) or column + 1 >= len(self.found):
            return False
        return self.pair(row, column + 1) == 0 and self.pair(row + 1, column) == 0 and self.pair(row, column) > 0


def align(expected: Sequence[Item], found: Sequence[Item], cost: Callable[[Item, Item], float]) -> list[Pair]:
    """Align two lists at the lowest cost; the same lists always give the same alignment.

    Args:
        expected: The reference.
        found: The submission.
        cost: What it costs to take one layer for another: 0 if they are equal, at most 1. A missing
            layer, an extra one, and two neighbours that changed places cost 1.

    Returns:
        Steps in order; two neighbours that changed places give two SWAPPED steps.
    """
    costs = _Costs(expected, found, cost)
    rest = _rest(costs)
    pairs: list[Pair] = []
    row = column = 0
    while row < len(expected) or column < len(found):
        steps = _steps(costs, row, column)
        best = min(steps, key=lambda pairs: (_total(pairs) + rest[_after(pairs, row, column)], steps.index(pairs)))
        pairs += best
        row, column = _after(best, row, column)
    return pairs


def _rest(costs: _Costs[Item]) -> dict[tuple[int, int], float]:
    """The lowest cost of what follows each pair of positions."""
    rows, columns = len(costs.expected), len(costs.found)
    rest: dict[tuple[int, int], float] = {(rows, columns): 0.0}
    for row in range(rows, -1, -1):
        for column in range(columns, -1, -1):
            if (row, column) not in rest:
                steps = _steps(costs, row, column)
                rest[row, column] = min(_total(pairs) + rest[_after(pairs, row, column)] for pairs in steps)
    return rest


def _steps(costs: _Costs[Item], row: int, column: int) -> list[list[Pair]]:
    """What can come next, the most telling first: that decides among equal costs."""
    steps: list[list[Pair]] = []
    if row < len(costs.expected) and column < len(costs.found):
        cost = costs.pair(row, column)
        step = Step.EQUAL if cost == 0 else Step.ALTERED if cost < 1 else Step.REPLACED
        steps.append([Pair(step, row, column, cost)])
        if costs.is_swap(row, column):
            half = 0.5
            swap = [Pair(Step.SWAPPED, row, column, half), Pair(Step.SWAPPED, row + 1, column + 1, half)]
            steps.append(swap)
    if row < len(costs.expected):
        steps.append([Pair(Step.MISSING, row, None, 1.0)])
    if column < len(costs.found):
        steps.append([Pair(Step.EXTRA, None, column, 1.0)])
    return steps


def _after(pairs: Sequence[Pair], row: int, column: int) -> tuple[int, int]:
    taken = sum(pair.expected is not None for pair in pairs), sum(pair.found is not None for pair in pairs)
    return row + taken[0], column + taken[1]


def _total(pairs: Sequence[Pair]) -> float:
    return sum(pair.cost for pair in pairs)
