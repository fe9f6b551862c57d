"""How values are written in messages to students."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from grader.text.messages import Joined, Numeral, Text, Value, as_code, joined, message, number, shortened, spelt

_LONGEST = 200  # characters of a value


def decimal(value: float) -> str:
    """Write points or a percentage for other programs: with a point, at most two decimals, and no trailing zeros.

    Example:
        >>> decimal(2.50), decimal(-0.0)
        ('2.5', '0')
    """
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".")  # the sum makes 0 of a negative zero


def value(thing: Any, depth: int = 4) -> Text:
    """Write plain data as text that is never longer than a line or two.

    Args:
        thing: JSON data, for example the answer of a student.
        depth: Lists deeper than so many lists are written as `…`.

    Example:
        >>> str(value([1, 2.5, [True, "a"]]))
        '[1, 2.5, [True, "a"]]'
    """
    if isinstance(thing, bool) or thing is None:
        return str(thing)
    if isinstance(thing, int | float):
        return as_code(thing)
    if isinstance(thing, str):
        return shortened("..." if thing == "..." else f'"{thing}"', _LONGEST)
    if isinstance(thing, list | tuple):
        inner = joined(*_first_items(thing, depth - 1), separator=", ") if depth else "…"
        return shortened(joined("[", inner, "]", separator=""), _LONGEST)
    return message("a {kind}", kind=type(thing).__name__)


def _first_items(things: Sequence[Any], depth: int) -> Iterator[Text]:
    """The items of a list that a reader sees before the text is cut: no others are written and stored."""
    room = _LONGEST
    for thing in things:
        item = value(thing, depth)
        yield item
        room -= _fewest_characters(item) + len(", ")
        if room < 0:  # with its brackets the text is now longer than a value may be, in every language
            return


def _fewest_characters(text: Value) -> int:
    """The fewest characters that a text has in any language."""
    if isinstance(text, Joined):
        separators = len(text.separator) * (len(text.parts) - 1)
        characters = sum(map(_fewest_characters, text.parts)) + separators
        return min(characters, text.longest) if text.longest else characters
    if isinstance(text, Numeral):
        return len(text.figures.replace(",", ""))  # some languages do not group digits
    return len(text) if isinstance(text, str) else 1


def shape(sizes: Sequence[int | None] | None) -> Text:
    """Write the sizes of a tensor without its batch axis: `26×26×32`.

    Args:
        sizes: The shape with the batch axis first; None in it is a free axis, written as `?`. None if it is not known.

    Example:
        >>> str(shape((None, 26, 26, 32)))
        '26×26×32'
    """
    if sizes is None:
        return message("unknown")
    without_batch = ["?" if size is None else spelt(size) for size in sizes[1:]]
    return joined(*without_batch, separator="×") or message("a single number")


def array_shape(sizes: Sequence[int]) -> Text:
    """Write the shape of an array with all its axes as NumPy does: `(3, 10)`, `(3,)`. No two shapes look the same."""
    written = "(" + ", ".join(map(str, sizes)) + ("," if len(sizes) == 1 else "") + ")"
    return written if sizes else message("{shape} (a single number)", shape=written)


def sizes(values: Any) -> str:
    """Write the sizes along the axes of a window: `3×3`; a single number stays one."""
    return "×".join(str(size) for size in values) if isinstance(values, list | tuple) else str(values)


def listing(words: Iterable[Text]) -> Text:
    """Join words with "and": `a`, `a and b`, `a, b and c`.

    Example:
        >>> str(listing(["rows", "columns", "maps"]))
        'rows, columns and maps'
    """
    items = list(words)
    if not items[1:]:
        return items[0] if items else ""
    return message("{first} and {last}", first=joined(*items[:-1], separator=", "), last=items[-1])


def choice(words: Iterable[Text]) -> Text:
    """Join words with "or": `a`, `a or b`, `a, b or c`."""
    items = list(words)
    if not items[1:]:
        return items[0] if items else ""
    return message("{first} or {last}", first=joined(*items[:-1], separator=", "), last=items[-1])


def lowered(text: str) -> str:
    """Give the text a small letter at its beginning."""
    return text[:1].lower() + text[1:]


def amount_of(amount: int, one: str, many: str) -> str:
    """Write an amount with its noun, in English: `1 cell`, `1,024 cells`.

    Args:
        amount: 0 or more.
        one: The noun for 1.
        many: The noun for any other amount.
    """
    return f"{amount:,} {one if amount == 1 else many}"


def first_few(names: Sequence[str], most: int, amount: int = 0) -> Text:
    """Write the first of many names, and how many more there are: `ada, bob and 3 more`.

    Args:
        names: In the order in which they are written.
        most: The largest number of names that are written.
        amount: How many there are in all, if `names` does not have all of them.

    Example:
        >>> str(first_few(["ada", "bob", "eve"], most=2))
        'ada, bob and 1 more'
    """
    written, more = ", ".join(names[:most]), max(amount, len(names)) - len(names[:most])
    return message("{names} and {count} more", names=written, count=number(more)) if more > 0 else written
