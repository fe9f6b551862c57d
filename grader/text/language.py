"""The language that messages are told in: one for each run of the grader, English where nobody says otherwise.

A message stands in the source as its English text, with named places for what changes: `{name}`. A catalogue (see
`grader.text.catalogues`) gives the text of a language for it; what it lacks is told as the source has it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from string import Formatter

_SIGNS = re.compile(r"[.,]")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Language:
    """A language with the texts that it has.

    Attributes:
        code: As in the attribute `lang` of HTML: `en`, `de`.
        texts: Text of the source -> text of the language; empty or missing ones are told as the source has them.
        forms: The same for texts that depend on an amount: the form for many in the source -> all forms.
        form_of: Which of the forms belongs to an amount.
        decimal: The sign before decimals.
        group: The sign between groups of three digits.
    """

    code: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    form_of: Callable[[int], int] = lambda amount: int(amount != 1)
    decimal: str = "."
    group: str = ","


ENGLISH = Language()
_SPOKEN: ContextVar[Language] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Tell every message in this language until the block ends."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def current_language() -> Language:
    """The language that messages are told in."""
    return _SPOKEN.get()


def say(text: str, /, **values: object) -> str:
    """A message in the language that is spoken.

    Args:
        text: The message in English, with `{name}` for each value.
        **values: What to put in.

    Example:
        >>> say("`{name}` is still `...`.", name="width")
        '`width` is still `...`.'
    """
    return fill(_SPOKEN.get().texts.get(text) or text, text, values)


def say_counted(amount: int, one: str, many: str, /, **values: object) -> str:
    """A message that depends on an amount, which it contains as `{amount}`, grouped as the language does.

    Args:
        amount: 0 or more.
        one: The message in English for 1.
        many: The message in English for any other amount.
        **values: What else to put in.

    Example:
        >>> say_counted(1024, "One cell is empty.", "{amount} cells are empty.")
        '1,024 cells are empty.'
    """
    language = _SPOKEN.get()
    source, forms = one if amount == 1 else many, language.forms.get(many)
    template = forms[language.form_of(amount)] if forms else source
    return fill(template or source, source, {"amount": numeral(f"{amount:,}"), **values})


def marked(text: str) -> str:
    """The text itself: marks a message that is told elsewhere, by `say`, so that catalogues have it."""
    return text


def numeral(text: str) -> str:
    """Write a number, given in the English form `1,024.5`, with the signs of the language."""
    language = _SPOKEN.get()
    if language.decimal == "." and language.group == ",":
        return text
    # In one pass: one replacement after the other would turn a comma into a point, and that into a comma again.
    return _SIGNS.sub(lambda sign: language.decimal if sign[0] == "." else language.group, text)


def places(text: str) -> frozenset[str]:
    """The places for values in a message: the name of each, with its format where it has one.

    A translation with another format is no translation of the message: `{right:>100000000}` would make a text of
    100 MB.

    Raises:
        ValueError: If its braces are not balanced.

    Example:
        >>> sorted(places("{found} of {most:,}"))
        ['found', 'most:,']
    """
    parsed = [(name, form, conversion) for _, name, form, conversion in Formatter().parse(text) if name is not None]
    return frozenset(
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for name, form, conversion in parsed
    )


def fill(template: str, source: str, values: Mapping[str, object]) -> str:
    """Put values into a template of a catalogue.

    Args:
        template: The text of the catalogue.
        source: The message in English, which is used if the text of the catalogue does not fit the values.
        values: Name of each place -> value.
    """
    if not values:
        return template
    try:
        return template.format(**values)
    except (LookupError, ValueError, AttributeError, TypeError):
        return source.format(**values)
