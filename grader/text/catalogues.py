"""Catalogues of messages: one `.po` file for each language, read with Babel into a `Language`.

The folder `locale/` beside this module has the messages of reports; a course may have folders of its own with the texts
of its exercises. A text that a language lacks is taken from `en.po`, and what that lacks from the source.
"""

from collections.abc import Iterable
from functools import lru_cache
from gettext import c2py
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

from grader.errors import InputError
from grader.text.language import Language, places
from grader.text.languages import CATALOGUES, require_language

FOLDER = CATALOGUES
SOURCE = "en"
"""The language of the source; its catalogue has only the texts that a teacher wants to be different."""


def language(code: str = SOURCE, folders: Iterable[Path] = ()) -> Language:
    """Read the texts of a language.

    Args:
        code: `en`, `de`, ...: the name of a catalogue in `locale/`.
        folders: Folders of catalogues of a course; those that do not exist are ignored.

    Returns:
        The language. It is read again only if one of its files has changed.

    Raises:
        InputError: There is no such catalogue, or one cannot be read; the message says which.

    Example:
        >>> language("de").decimal
        ','
    """
    require_language(code, FOLDER)
    of_course = [path for folder in folders if (path := folder / f"{code}.po").exists()]
    files = [FOLDER / f"{SOURCE}.po", FOLDER / f"{code}.po", *of_course]
    return _language(code, tuple((path, path.stat().st_mtime_ns) for path in dict.fromkeys(files)))


@lru_cache(maxsize=16)
def _language(code: str, files: tuple[tuple[Path, int], ...]) -> Language:
    """The texts of all files together; a text of a later one replaces that of an earlier one.

    Args:
        code: As in `language`.
        files: Path and time of the last change of each; the time is only there to tell versions apart in the cache.
    """
    texts: dict[str, str] = {}
    forms: dict[str, tuple[str, ...]] = {}
    plural = "n != 1"  # the rule of English; the last file is one of the language that is asked for
    for path, _ in files:
        catalog = read_catalogue(path)
        plural = catalog.plural_expr
        for message in catalog:
            if message.pluralizable:
                if is_translated(message):
                    forms[message.id[1]] = _translated_forms(message)
            elif message.id:  # the header has none
                texts.setdefault(str(message.id), "")
                if is_translated(message):
                    texts[str(message.id)] = str(message.string)
    locale = Locale.parse(code)
    return Language(
        code=code,
        texts=texts,
        forms=forms,
        form_of=c2py(plural),
        decimal=get_decimal_symbol(locale),
        group=get_group_symbol(locale),
    )


def read_catalogue(path: Path) -> Catalog:
    """Read a catalogue.

    Raises:
        InputError: It is no `.po` file in UTF-8, or is named for no language.
    """
    try:
        with path.open("rb") as file:
            return read_po(file, locale=path.stem, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, UnknownLocaleError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as a catalogue ({error}). Correct it, or restore it.") from error


def is_translated(message: Message) -> bool:
    """Whether a message is translated, and its text has the same places for values as the message itself.

    Of a message that depends on an amount, a form may leave `{amount}` out ("one map"), except for the last one,
    which is that for many.
    """
    try:
        if not message.pluralizable:
            return bool(message.string) and places(str(message.string)) == places(str(message.id))
        expected, forms = places(message.id[1]), _translated_forms(message)
        actual = [places(form) for form in forms]
        if not all(forms) or actual[-1] != expected:
            return False
        return all(names | {"amount"} == expected | {"amount"} for names in actual)
    except ValueError:  # a brace too many
        return False


def _translated_forms(message: Message) -> tuple[str, ...]:
    return tuple(map(str, message.string or ()))
