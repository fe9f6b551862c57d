"""Wrong answers without a thought behind them: typing errors, slips of mental arithmetic, plain guesses.

No reason is right for these, since there is none: whoever is told one reads of a mistake that was not made.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any, cast

from grader.storage.answer_data import as_answer

NOTHING = r"^$"
DIGITS = r"^$|\bdigits?\b"
"""For typing errors: nothing, or that it is one."""

Guess = tuple[str, Any, str]
"""The mistake, the answer, and words of a correct reason (a regular expression)."""


def guesses(right: Any, seed: str) -> Iterator[Guess]:
    """Wrong answers for a number or an array of numbers; the same ones for the same seed."""
    rng, value = random.Random(seed), as_answer(right)
    if isinstance(value, list):
        yield from _of_array(value, rng)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _of_number(value, rng)


def _of_number(value: float, rng: random.Random) -> Iterator[Guess]:
    """Typing errors first: each changes the digits as they are written."""
    for name, change in _TYPED.items():
        text = _typed(value, rng, change)
        if text:
            yield name, type(value)(text), DIGITS
    if isinstance(value, int):
        yield "a carry forgotten", value - 10 if value > 10 else value + 10, NOTHING
        yield "a carry too many", value + (100 if value > 300 else 10), NOTHING
        yield "off by a few", value + rng.choice((-1, 1)) * rng.randint(3, 9), NOTHING
        yield "near", max(value + rng.choice((-1, 1)) * max(2, round(value * rng.uniform(0.05, 0.3))), 0), NOTHING
        yield "anything", round(value * rng.uniform(0.3, 3)) + 2, NOTHING
    else:
        yield "near", _digits(value * (1 + rng.choice((-1, 1)) * rng.uniform(0.05, 0.3))), NOTHING
        yield "anything", _digits(value * rng.uniform(0.3, 3)), NOTHING


def _of_array(value: list[Any], rng: random.Random) -> Iterator[Guess]:
    """One cell a little off, two cells off, and all of them."""
    places = list(_places(value))
    size = max(2, round(max(abs(_cell(value, place)) for place in places) * 0.3))
    yield "one cell off", _with(value, rng.sample(places, 1), size, rng), NOTHING
    if len(places) > 1:
        yield "two cells off", _with(value, rng.sample(places, 2), size, rng), NOTHING
        yield "all cells off", _with(value, places, size, rng), NOTHING


def _with(value: list[Any], places: list[tuple[int, ...]], size: int, rng: random.Random) -> list[Any]:
    changed: list[Any] = _copy(value)
    for place in places:
        row = changed
        for index in place[:-1]:
            row = row[index]
        row[place[-1]] = _digits(row[place[-1]] + rng.choice((-1, 1)) * rng.randint(1, size) * _unit(row[place[-1]]))
    return changed


def _unit(value: float) -> float:
    return 1 if isinstance(value, int) or abs(value) >= 10 else 0.17


def _copy(value: Any) -> Any:
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _places(value: Any) -> Iterator[tuple[int, ...]]:
    if not isinstance(value, list):
        yield ()
        return
    for index, item in enumerate(value):
        yield from ((index, *rest) for rest in _places(item))


def _cell(value: Any, place: tuple[int, ...]) -> float:
    for index in place:
        value = value[index]
    return cast(float, value)


def _digits(value: float) -> float:
    return value if isinstance(value, int) else float(f"{value:.4g}")


def _typed(value: float, rng: random.Random, change: Callable[[str, int, random.Random], str]) -> str | None:
    """The number with a typing error among its digits; None where there are too few of them."""
    text = str(value) if isinstance(value, int) else f"{value:.4g}"
    places = [place for place in range(len(text) - 1) if text[place : place + 2].isdigit()]
    changed = [new for place in places if float(new := change(text, place, rng)) != float(text)]
    return rng.choice(changed) if changed else None


def _swapped(text: str, place: int, _: random.Random) -> str:
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _left_out(text: str, place: int, _: random.Random) -> str:
    return text[: place + 1] + text[place + 2 :]


def _struck(text: str, place: int, rng: random.Random) -> str:
    return text[: place + 1] + rng.choice("0123456789") + text[place + 2 :]


_TYPED = {"two digits swapped": _swapped, "a digit left out": _left_out, "a wrong digit": _struck}
