"""The language that messages are told in: one for each run of the grader, English where nobody says otherwise.

A message stands in the source as its English text, with named places for what changes: `{name}`. A catalogue (see
`grader.text.catalogues`) gives the text of a language for it; what it lacks is told as the source has it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from string import Formatter

_FIGURES = re.compile(r"[.,]")
_PLACE = re.compile(r"{\w+}")
_SENTENCE = re.compile(r"(?<=[.?!:]) ")
_FEWEST = 10  # characters that make a message recognisable
_FEWEST_AT_BEGINNING = 5  # the same, where its first word stands fast
_BEGINNING = 4  # letters by which messages are found
_LONGEST = 2_000  # characters, above which nothing is recognised
_MOST_SENTENCES = 6  # of one message
_MOST_MESSAGES = 30  # of one text
_DEEPEST = 5  # messages in the values of messages


@dataclass(frozen=True, slots=True, eq=False)
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


def spoken() -> Language:
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
    return filled(_SPOKEN.get().texts.get(text) or text, text, values)


def say_counted(amount: int, one: str, many: str, /, **values: object) -> str:
    """A message that depends on an amount, which stands in it as `{amount}`, grouped as the language does.

    Args:
        amount: 0 or more.
        one: The message in English for 1.
        many: The message in English for any other amount.
        **values: What else to put in.
    """
    language = _SPOKEN.get()
    source, forms = one if amount == 1 else many, language.forms.get(many)
    told = forms[language.form_of(amount)] if forms else source
    return filled(told or source, source, {"amount": numeral(f"{amount:,}"), **values})


def marked(text: str) -> str:
    """The text itself: marks a message that is told elsewhere, by `say`, so that catalogues have it."""
    return text


def noted(text: str, /, **values: object) -> str:
    """A message in English, to be kept and told later by `retold`, in whichever language is spoken then."""
    return text.format(**values) if values else text


def retold(text: object) -> str:
    """A kept message in the language that is spoken; as it stands where the catalogue does not know it.

    A value of `grader.text.messages` is written; a `str` is English of a key or a record that has no such values.

    It is recognised by its fixed words, whole or sentence by sentence; what stood in its places is put in again, and
    told itself where it is a message, too.
    """
    return _retold(text, _SPOKEN.get()) if isinstance(text, str) else str(text)


def numeral(text: str) -> str:
    """A number that is written in the English way, `1,024.5`, with the signs of the language."""
    language = _SPOKEN.get()
    if language.decimal == "." and language.group == ",":
        return text
    return _FIGURES.sub(lambda sign: language.decimal if sign[0] == "." else language.group, text)


def places(text: str) -> frozenset[str]:
    """The places for values in a message: the name of each, with its format where it has one.

    A translation with another format is no translation of the message: `{right:>100000000}` would make a text of
    100 MB.

    Raises:
        ValueError: If its braces are not balanced.
    """
    parsed = [(name, form, conversion) for _, name, form, conversion in Formatter().parse(text) if name is not None]
    return frozenset(
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for name, form, conversion in parsed
    )


def filled(template: str, source: str, values: Mapping[str, object]) -> str:
    """A template of a catalogue with its values; the source where a text of a catalogue does not fit them."""
    if not values:
        return template
    try:
        return template.format(**values)
    except (LookupError, ValueError, AttributeError, TypeError):
        return source.format(**values)


@lru_cache(maxsize=4096)
def _retold(text: str, language: Language, deepest: int = _DEEPEST) -> str:
    if len(text) > _LONGEST:
        return text
    told: list[str] = []
    rest = text
    for _ in range(_MOST_MESSAGES):
        whole = _recognised(rest, language, deepest)
        if whole is not None:
            return " ".join([*told, whole])
        first, rest = _parted(rest, language)
        told.append(_recognised(first, language, deepest) or first)
        if not rest:
            return " ".join(told)
    return " ".join([*told, rest])


def _recognised(text: str, language: Language, deepest: int) -> str | None:
    """One message in the language; None where the catalogue does not know it."""
    if len(text) >= _FEWEST and text in language.texts:
        return language.texts[text] or text
    for source in _candidates(text, language):
        if found := _pattern(source).fullmatch(text):
            values = found.groupdict()
            if deepest:
                values = {name: _retold(value, language, deepest - 1) for name, value in values.items()}
            return filled(language.texts[source] or source, source, values)
    return None


def _parted(text: str, language: Language) -> tuple[str, str]:
    """The first sentences of a text, as many as are one message, and the rest."""
    ends = [end.start() for end in _SENTENCE.finditer(text)][:_MOST_SENTENCES]
    known = (end for end in reversed(ends) if _is_known(text[:end], language))
    end = next(known, ends[0] if ends else len(text))
    return text[:end], text[end + 1 :]


def _is_known(text: str, language: Language) -> bool:
    return text in language.texts or any(_pattern(source).fullmatch(text) for source in _candidates(text, language))


def _candidates(text: str, language: Language) -> list[str]:
    """The messages with values that a text may have been made of; those with most fixed words first."""
    templates = _templates(language)
    found = [*templates.get(text[:_BEGINNING], ()), *templates.get("", ())]
    return sorted(found, key=lambda source: -len(_PLACE.sub("", source)))


@lru_cache(maxsize=8)
def _templates(language: Language) -> Mapping[str, list[str]]:
    """The messages with values by their first letters; those that begin with a value under the empty text."""
    found: dict[str, list[str]] = {}
    for source in language.texts:
        beginning = "" if "{" in source[:_BEGINNING] else source[:_BEGINNING]
        fewest = _FEWEST_AT_BEGINNING if beginning else _FEWEST
        if "{" in source and _is_template(source) and len(_PLACE.sub("", source)) >= fewest:
            found.setdefault(beginning, []).append(source)
    return found


def _is_template(source: str) -> bool:
    try:
        return any(places(source))
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _pattern(source: str) -> re.Pattern[str]:
    """Fixed words stand as they are, each name is a group; one that occurs again has to be the same.

    A value ends where the fixed words after it stand first, and that is final (`(?>...)`): a text that looks like a
    message nearly to its end, as a student may print, would else be tried in all ways.
    """
    parts: list[str] = []
    seen: set[str] = set()
    pieces = [(re.escape(fixed), name) for fixed, name, _, _ in Formatter().parse(source)]
    for position, (fixed, name) in enumerate(pieces):
        parts.append(fixed)
        if not name:
            continue
        after = pieces[position + 1][0] if position + 1 < len(pieces) else ""
        last = all(not later for _, later in pieces[position + 1 :])
        if name in seen:
            parts.append(f"(?P={name})")
        elif last or not after:
            parts.append(f"(?P<{name}>.+?)")
        else:
            parts.append(f"(?>(?P<{name}>.+?)(?={after}))")
        seen.add(name)
    return re.compile("".join(parts), re.DOTALL)
