"""How values are written in messages to students."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from grader.text import messages
from grader.text.language import marked, noted, say

_LONGEST = 200
_MORE = marked("{names} and {count} more")


def number(value: float | None) -> str:
    """A number as a reader expects it: `600,810`, `0.125`; `unknown` for None."""
    return str(messages.number(value))


def as_code(value: float | None) -> str:
    """A number of an answer: in English as `number` writes it, elsewhere as Python does, without groups."""
    return str(messages.as_code(value))


def spelt(value: Any) -> str:
    """A value as Python writes it; whole numbers that are too long for that in words."""
    return str(messages.spelt(value))


def decimal(value: float) -> str:
    """Points or a percentage for other programs, in no language: at most two decimals, none that are zero."""
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".")  # the sum makes 0 of a negative zero


def value(thing: Any, depth: int = 4) -> str:
    """Plain data as text, never longer than a line or two; what lies deeper than `depth` lists is `…`."""
    if isinstance(thing, bool) or thing is None:
        return str(thing)
    if isinstance(thing, int | float):
        return as_code(thing)
    if isinstance(thing, str):
        return shortened("..." if thing == "..." else f'"{thing}"')
    if isinstance(thing, list | tuple):
        inner = ", ".join(value(item, depth - 1) for item in thing[:_LONGEST]) if depth else "…"
        return shortened(f"[{inner}]")
    return say("a {kind}", kind=type(thing).__name__)


def shape(sizes: Sequence[int | None] | None) -> str:
    """Sizes of a tensor without its batch axis: `26×26×32`; a free axis is `?`."""
    if sizes is None:
        return say("unknown")
    return "×".join("?" if size is None else as_code(size).replace(",", "") for size in sizes[1:]) or say(
        "a single number"
    )


def array_shape(sizes: Sequence[int]) -> str:
    """Shape of an array with all its axes, as NumPy prints it: `(3, 10)`, `(3,)`; two shapes never read the same."""
    told = "(" + ", ".join(map(str, sizes)) + ("," if len(sizes) == 1 else "") + ")"
    return told if sizes else say("{shape} (a single number)", shape=told)


def sizes(values: Any) -> str:
    """Sizes along the axes of a window: `3×3`."""
    return "×".join(str(size) for size in values) if isinstance(values, list | tuple) else str(values)


def listing(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    items = list(words)
    return say("{first} and {last}", first=", ".join(items[:-1]), last=items[-1]) if items[1:] else "".join(items)


def choice(words: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    items = list(words)
    return say("{first} or {last}", first=", ".join(items[:-1]), last=items[-1]) if items[1:] else "".join(items)


def capitalised(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """The text with a small letter at its beginning."""
    return text[:1].lower() + text[1:]


def shortened(text: str, longest: int = _LONGEST) -> str:
    """The text, cut with `…` where it is too long for a message."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def amount_of(amount: int, one: str, many: str) -> str:
    """An amount with its noun, in English: `1 cell`, `1,024 cells`."""
    return f"{amount:,} {one if amount == 1 else many}"


def first_few(names: Sequence[str], most: int, amount: int = 0, tell: Callable[..., str] = noted) -> str:
    """The first of many names, and how many there are beyond: `ada, bob and 3 more`.

    Args:
        names: In the order in which they are written.
        most: So many are written.
        amount: How many there are in all, where `names` has not all of them.
        tell: `say` for the language that is spoken; in English if not said otherwise.

    Example:
        >>> first_few(["ada", "bob", "eve"], most=2)
        'ada, bob and 1 more'
    """
    written, more = ", ".join(names[:most]), max(amount, len(names)) - len(names[:most])
    return tell(_MORE, names=written, count=f"{more:,}") if more > 0 else written


def sentences(*texts: str) -> str:
    """The texts that are not empty, one after the other."""
    return " ".join(text for text in texts if text)
