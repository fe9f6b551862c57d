"""How values are written in messages to students."""

from collections.abc import Iterable, Sequence
from typing import Any

from grader.text.messages import Text, as_code, joined, message, number, shortened, spelt

_LONGEST = 200


def decimal(value: float) -> str:
    """Points or a percentage for other programs, in no language: at most two decimals, none that are zero."""
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".")  # the sum makes 0 of a negative zero


def value(thing: Any, depth: int = 4) -> Text:
    """Plain data as text, never longer than a line or two; what lies deeper than `depth` lists is `…`."""
    if isinstance(thing, bool) or thing is None:
        return str(thing)
    if isinstance(thing, int | float):
        return as_code(thing)
    if isinstance(thing, str):
        return shortened("..." if thing == "..." else f'"{thing}"')
    if isinstance(thing, list | tuple):
        inner = joined(*(value(item, depth - 1) for item in thing[:_LONGEST]), separator=", ") if depth else "…"
        return shortened(joined("[", inner, "]", separator=""))
    return message("a {kind}", kind=type(thing).__name__)


def shape(sizes: Sequence[int | None] | None) -> Text:
    """Sizes of a tensor without its batch axis: `26×26×32`; a free axis is `?`."""
    if sizes is None:
        return message("unknown")
    return joined(*("?" if size is None else spelt(size) for size in sizes[1:]), separator="×") or message(
        "a single number"
    )


def array_shape(sizes: Sequence[int]) -> Text:
    """Shape of an array with all its axes, as NumPy prints it: `(3, 10)`, `(3,)`; two shapes never read the same."""
    written = "(" + ", ".join(map(str, sizes)) + ("," if len(sizes) == 1 else "") + ")"
    return written if sizes else message("{shape} (a single number)", shape=written)


def sizes(values: Any) -> str:
    """Sizes along the axes of a window: `3×3`."""
    return "×".join(str(size) for size in values) if isinstance(values, list | tuple) else str(values)


def listing(words: Iterable[Text]) -> Text:
    """`a`, `a and b`, `a, b and c`."""
    items = list(words)
    if not items[1:]:
        return items[0] if items else ""
    return message("{first} and {last}", first=joined(*items[:-1], separator=", "), last=items[-1])


def choice(words: Iterable[Text]) -> Text:
    """`a`, `a or b`, `a, b or c`."""
    items = list(words)
    if not items[1:]:
        return items[0] if items else ""
    return message("{first} or {last}", first=joined(*items[:-1], separator=", "), last=items[-1])


def lowered(text: str) -> str:
    """The text with a small letter at its beginning."""
    return text[:1].lower() + text[1:]


def amount_of(amount: int, one: str, many: str) -> str:
    """An amount with its noun, in English: `1 cell`, `1,024 cells`."""
    return f"{amount:,} {one if amount == 1 else many}"


def first_few(names: Sequence[str], most: int, amount: int = 0) -> Text:
    """The first of many names, and how many there are beyond: `ada, bob and 3 more`.

    Args:
        names: In the order in which they are written.
        most: So many are written.
        amount: How many there are in all, where `names` has not all of them.

    Example:
        >>> str(first_few(["ada", "bob", "eve"], most=2))
        'ada, bob and 1 more'
    """
    written, more = ", ".join(names[:most]), max(amount, len(names)) - len(names[:most])
    return message("{names} and {count} more", names=written, count=number(more)) if more > 0 else written
