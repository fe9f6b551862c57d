"""Reasons that nobody wrote: a short calculation with the numbers of the question that gives exactly the wrong answer.

A student who knows no formula combines the numbers at hand. If exactly one of the shortest calculations gives the
answer, and a guess would hardly agree with one, a report can ask whether this is what the student did.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from grader.assess.chance import Numbers, chance
from grader.text.language import marked
from grader.text.messages import Text, message

_MOST_NUMBERS = 6  # of a question; of more, calculations agree with everything
_MOST_STEPS = 4  # numbers in a calculation
_CONSTANTS = {"1": 1.0, "2": 2.0}
_LARGEST = 10**12
_FEWEST_DIGITS = 3
_SURE = 0.05
_GUESS = marked("You get this value if you compute {calculation}. Is that what you did?")


@dataclass(frozen=True, slots=True)
class Calculation:
    """A calculation with the numbers of a question.

    Attributes:
        value: Its result.
        named: The calculation with the names of the numbers, for authors: `kernel * kernel * depth`.
        written: The calculation with the numbers themselves: `3 * 3 * 8`.
        size: How many numbers it contains.
        has_difference: Whether one number of the question is subtracted from another. Longer calculations with such a
            difference agree with many answers by chance.
    """

    value: float
    named: str
    written: str
    size: int
    has_difference: bool = False


def calculation_for(answer: float, right: float, numbers: Mapping[str, float]) -> Calculation | None:
    """Find the only short calculation that gives a wrong answer.

    Args:
        answer: The wrong answer.
        right: The right one.
        numbers: Name -> number that the question gives.

    Returns:
        The shortest calculation with this result; None if there are several different ones, if more than 5 % of
        similar answers would have one, or if the answer has fewer than 3 digits.
    """
    if len(numbers) > _MOST_NUMBERS or sum(map(str.isdigit, f"{answer:.12g}")) < _FEWEST_DIGITS:
        return None
    known: list[Numbers] = []
    for size, calculations in enumerate(_by_size(tuple(numbers.items())), 1):
        known += [(value,) for value in calculations]
        matching = calculations.get(answer)
        if matching and size > 1:
            is_unlikely = chance((answer,), (right,), known) <= _SURE
            return matching[0] if len(matching) == 1 and is_unlikely else None
    return None


def as_question(calculation: Calculation) -> Text:
    """Ask the student whether this is how the answer came about."""
    return message(_GUESS, calculation=calculation.written)


@lru_cache(maxsize=256)
def _by_size(numbers: tuple[tuple[str, float], ...]) -> tuple[dict[float, list[Calculation]], ...]:
    """For each size, the results of its calculations that no smaller one has, with the calculations."""
    leaves = [Calculation(value, name, _plain(value), 1) for name, value in numbers]
    constants = [Calculation(value, name, name, 1) for name, value in _CONSTANTS.items()]
    sizes: list[list[Calculation]] = [leaves]
    seen = {leaf.value for leaf in leaves}
    tables = [_by_value(leaves)]
    for size in range(2, _MOST_STEPS + 1):
        shorter = [old for old in sizes[-1] if size < _MOST_STEPS or not old.has_difference]
        longer = [new for old in shorter for leaf in (*leaves, *constants) for new in _combined(old, leaf)]
        tables.append({value: ways for value, ways in _by_value(longer).items() if value not in seen})
        seen |= set(tables[-1])
        sizes.append([ways[0] for ways in tables[-1].values()])
    return tuple(tables)


def _by_value(calculations: list[Calculation]) -> dict[float, list[Calculation]]:
    """Result -> the different calculations with this result; those that only order the same numbers anew are one."""
    by_value: dict[float, dict[tuple[str, ...], Calculation]] = {}
    for calculation in calculations:
        parts = tuple(sorted(calculation.written.replace("(", "").replace(")", "").split()))
        by_value.setdefault(calculation.value, {}).setdefault(parts, calculation)
    return {value: list(different.values()) for value, different in by_value.items()}


def _combined(first: Calculation, second: Calculation) -> Iterator[Calculation]:
    """Both in one calculation: added, multiplied, subtracted or divided, if the result is a positive whole number."""
    a, b = first.value, second.value
    is_sum = any(sign in first.written for sign in (" + ", " - "))
    for sign, value in (("*", a * b), ("+", a + b), ("-", a - b), ("/", a / b if b else 0.0)):
        if not isfinite(value) or not 0 < value < _LARGEST or value != round(value) or (sign in "*/" and b == 1):
            continue
        in_brackets = is_sum and sign in "*/"
        named = f"({first.named})" if in_brackets else first.named
        written = f"({first.written})" if in_brackets else first.written
        yield Calculation(
            float(value),
            f"{named} {sign} {second.named}",
            f"{written} {sign} {second.written}",
            first.size + second.size,
            first.has_difference or (sign == "-" and second.named not in _CONSTANTS),
        )


def _plain(value: float) -> str:
    return f"{value:.12g}"
