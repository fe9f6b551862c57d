"""Messages as values: a template with its values, which becomes text only when a page or a line is written.

A `Text` is what a finding, a remark or the slip of a key says. A plain `str` is literal: what a student printed, what a
person typed, or what an older grader stored. A `Message` is looked up in the catalogue of the language that is spoken
when `str` is called on it, and not before. One assessment therefore serves readers of any language.

    >>> wrong = message("There are {depth} maps: {right}.", depth=8, right=number(1024.5))
    >>> str(wrong)
    'There are 8 maps: 1,024.5.'

A template contains only `{name}`. Formats, attributes and indices are refused wherever a message is created or read:
`{right:>100000000}` would make a text of 100 MB.
"""

import json
import re
from functools import lru_cache
from string import Formatter
from typing import TypeAlias

import msgspec
from msgspec import Struct

from grader.text.language import ENGLISH, current_language, fill, numeral, speaking

_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*")
_MOST_BITS = 128  # of a whole number that is written in figures; Python refuses to write very large ones at all
_DEEPEST = 8  # messages in the values of messages


class Message(Struct, frozen=True, tag="message", omit_defaults=True):
    """A sentence of a catalogue with its values.

    Attributes:
        template: The message in English, with `{name}` for each value. Without values it is taken as it is.
        values: Name and value of each place.
        singular: The template for an `amount` of 1; empty where the message depends on no amount.

    Raises:
        ValueError: A place of a template is not a plain name, or has no value; or `amount` is not a whole number.
    """

    template: str
    values: "tuple[tuple[str, Value], ...]" = ()
    singular: str = ""

    def __post_init__(self) -> None:
        names = _names(self.template) | _names(self.singular) if self.values else frozenset[str]()
        if missing := names - {name for name, _ in self.values}:
            raise ValueError(f"'{self.template}' has no value for {', '.join(sorted(missing))}")
        if self.singular and [type(value) for name, value in self.values if name == "amount"] != [int]:
            raise ValueError(f"'{self.template}' has a singular, and so needs an amount: one whole number")

    def __str__(self) -> str:
        language = current_language()
        source = self.template
        if self.singular:
            amount = next(value for name, value in self.values if name == "amount")
            assert isinstance(amount, int)
            forms = language.forms.get(self.template)
            source = self.singular if amount == 1 else self.template
            template = forms[language.form_of(amount)] if forms else ""
            values = {name: str(value) for name, value in self.values}
            values["amount"] = numeral(f"{amount:,}")
        else:
            template = language.texts.get(source) or source
            values = {name: str(value) for name, value in self.values}
        return fill(template or source, source, values)


class Numeral(Struct, frozen=True, tag="number", omit_defaults=True):
    """A number that is written in the form of the language.

    Attributes:
        figures: In the English form: `1,024.5`; a unit may follow.
        code: Whether it belongs to an answer: outside English it is then written as in Python, without groups.
    """

    figures: str
    code: bool = False

    def __str__(self) -> str:
        if not self.code:
            return numeral(self.figures)
        return self.figures if current_language().group == "," else self.figures.replace(",", "")


class Joined(Struct, frozen=True, tag="joined", omit_defaults=True):
    """Texts one after another.

    Attributes:
        parts: The texts.
        separator: The text between two of them.
        longest: The largest number of characters that are shown; 0 means no limit.
        capital: Whether the first letter becomes a capital.
    """

    parts: "tuple[Value, ...]"
    separator: str = " "
    longest: int = 0
    capital: bool = False

    def __str__(self) -> str:
        text = self.separator.join(map(str, self.parts))
        if self.capital:
            text = text[:1].upper() + text[1:]
        return text if not self.longest or len(text) <= self.longest else text[: self.longest - 1] + "…"


Text: TypeAlias = str | Message | Numeral | Joined
"""What is said to a reader: a message, or a literal text."""

Value: TypeAlias = str | int | Message | Numeral | Joined
"""What a place of a template holds."""


class MessageError(ValueError):
    """An error whose message is for the reader of a report.

    Attributes:
        text: The message.
    """

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text


def message(template: str, /, **values: object) -> Message:
    """A message, to be written later in the language of its reader.

    Args:
        template: The message in English, with `{name}` for each value. It must be a literal, because catalogues are
            made from the source.
        **values: The values. Whole numbers appear without separators, decimals with the decimal sign of the language;
            use `number` for groups of three digits. Messages may be values of messages.

    Raises:
        ValueError: A placeholder has no value, or is not a plain name.

    Example:
        >>> str(message("The filter has {size} rows: {why}", size=3, why=message("it is square.")))
        'The filter has 3 rows: it is square.'
    """
    if not values:
        return _constant(template)
    return Message(template, tuple([(name, _stored_form(value)) for name, value in values.items()]))


def counted(amount: int, one: str, many: str, /, **values: object) -> Message:
    """A message that depends on an amount, which it contains as `{amount}`.

    Args:
        amount: 0 or more.
        one: The message in English for 1.
        many: The message in English for any other amount.
        **values: The other values.

    Raises:
        ValueError: As in `message`.

    Example:
        >>> str(counted(2, "One bias is missing.", "{amount} biases are missing."))
        '2 biases are missing.'
    """
    pairs = [(name, _stored_form(value)) for name, value in values.items()]
    return Message(many, (("amount", int(amount)), *pairs), one)


def number(value: float | None) -> Text:
    """Write a number as a reader expects it: `600,810`, `0.125`, in German `600.810`, `0,125`; `unknown` for None.

    Example:
        >>> str(number(600810)), str(number(float("nan")))
        ('600,810', 'NaN')
    """
    return _in_words(value) or Numeral(_figures(value or 0))


def as_code(value: float | None) -> Text:
    """Write a number of an answer: in English as `number` does, in other languages as Python does, without groups."""
    return _in_words(value) or Numeral(_figures(value or 0), code=True)


def first_line(text: Text) -> Text:
    """Give the first line of a text that Python printed; a message has only one line."""
    return text.partition("\n")[0] if isinstance(text, str) else text


def without_stop(text: Text) -> Text:
    """Remove the full stop of a text that Python printed, for the end of a sentence; a message here has none."""
    return text.rstrip(".") if isinstance(text, str) else text


@lru_cache(maxsize=8192)
def english(text: Text) -> str:
    """Write a text in English, for comparing texts with each other: no reader sees it."""
    with speaking(ENGLISH):
        return str(text)


def spelt(value: object) -> Text:
    """Write a value as Python does. A whole number that is too long for Python is described in words."""
    return (_in_words(value) if isinstance(value, int) else "") or str(value)


def joined(*texts: Text, separator: str = " ") -> Text:
    """Join the texts that are not empty.

    Args:
        *texts: The texts.
        separator: The text between two of them.

    Example:
        >>> str(joined("The shape is right.", "", message("The values are not.")))
        'The shape is right. The values are not.'
    """
    parts = tuple(text for text in texts if text)
    if len(parts) > 1:
        return Joined(parts, separator)
    return parts[0] if parts else ""


def without(text: Text, part: Text) -> Text:
    """Leave one of several joined texts out; the text itself if it is the only one."""
    if not isinstance(text, Joined) or text.longest or text.capital:
        return text
    others = [other for other in text.parts if other != part]
    remaining = [without(other, part) if isinstance(other, Joined) else other for other in others]
    return joined(*map(_as_text, remaining), separator=text.separator) or text


def _as_text(value: Value) -> Text:
    return str(value) if isinstance(value, int) else value


def shortened(text: Text, longest: int = 200) -> Text:
    """Cut a text that is too long for a message, with `…` at its end.

    Args:
        text: The text.
        longest: The largest number of characters, with the `…`.
    """
    if isinstance(text, str):
        return text if len(text) <= longest else text[: longest - 1] + "…"
    return Joined((text,), longest=longest)


def capitalised(text: Text) -> Text:
    """Give the text a capital at its beginning."""
    return text[:1].upper() + text[1:] if isinstance(text, str) else Joined((text,), capital=True)


@lru_cache(maxsize=8192)
def _constant(template: str) -> Message:
    """A message without values: the same one each time, since the ways of `grader.mistakes` ask for it often."""
    return Message(template)


def check_text(claim: object, longest: int) -> Text:
    """Check a text that arrives from another machine, where JSON holds a message as an object.

    Args:
        claim: Text, or the object that a message became.
        longest: Characters of a literal text that are kept, and the most that a message may have in English.

    Returns:
        The text or message; a literal text is cut, and half of a surrogate pair in it becomes `?`.

    Raises:
        ValueError: It is neither, a template has a format, or the message is too long or nested too deep.
    """
    if isinstance(claim, str):
        return claim.encode("utf-8", "replace").decode()[:longest]
    whole = json.dumps(claim, ensure_ascii=False).encode("utf-8", "replace")
    text: Text = msgspec.json.decode(whole, type=Text)
    # Before it is written for the first time: a few messages in one another may stand for a text of gigabytes.
    if _length(text, 0) > longest:
        raise ValueError("a message is too long")
    return text


def _length(value: "Value", depth: int) -> int:
    """At least the number of characters that a value has in English; counted without writing it."""
    if depth > _DEEPEST:
        raise ValueError("a message is nested too deep")
    if isinstance(value, Numeral):
        return len(value.figures)
    if isinstance(value, Message):
        lengths = {name: _length(inner, depth + 1) for name, inner in value.values}
        return max(_filled_length(template, lengths) for template in (value.template, value.singular))
    if isinstance(value, Joined):
        return sum(_length(part, depth + 1) + len(value.separator) for part in value.parts)
    return len(str(value))


def _filled_length(template: str, lengths: dict[str, int]) -> int:
    """The length of a template with its values; the same value may be in several places of it."""
    return len(template) + sum(lengths.get(name or "", 0) for _, name, _, _ in Formatter().parse(template) if lengths)


def _stored_form(value: object) -> "Value":
    """A value in the form that is stored. Floats and NumPy numbers are converted, because JSON lacks some of them."""
    if isinstance(value, float):
        return Numeral(format(float(value)))
    if type(value) in {str, int, Message, Numeral, Joined}:
        return value  # type: ignore[return-value]  # mypy does not narrow by membership
    return str(value)


def _in_words(value: float | None) -> Text:
    """Words for a number that is not written in figures; empty for others."""
    if value is None:
        return message("unknown")
    if isinstance(value, int):
        return "" if value.bit_length() <= _MOST_BITS else message("a number with dozens of digits")
    if value != value:  # only NaN differs from itself
        return message("NaN")
    return message("infinity") if value in {float("inf"), float("-inf")} else ""


def _figures(value: float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):  # beyond, a float is not exact any more
        return f"{int(value):,}"
    return f"{value:,.10g}"


@lru_cache(maxsize=8192)
def _names(template: str) -> frozenset[str]:
    """The places of a template.

    Raises:
        ValueError: One has a format or is more than a name, or the braces are not balanced.
    """
    names = set[str]()
    for _, name, form, conversion in Formatter().parse(template):
        if name is None:
            continue
        if form or conversion or not _PLAIN_NAME.fullmatch(name):
            raise ValueError(f"'{{{name}}}' in '{template[:60]}' is not a plain name")
        names.add(name)
    return frozenset(names)
