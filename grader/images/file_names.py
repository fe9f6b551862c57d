"""Names of files and folders that came from anywhere, made safe to print and to compare."""

import os
import re
import unicodedata

_SYSTEM = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "$recycle.bin"}
_JOINER = "\u200d"  # is between the parts of some emoji, and counts as not printable
_MOST_DIGITS = 18  # Python takes long to read a number of thousands of digits, and refuses more than 4,300


def readable(name: str) -> str:
    r"""A name as text: bytes that are not UTF-8 and characters that do not print become codes.

    Example:
        >>> readable("ann\n")
        'ann\\n'
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        character
        if character.isprintable() or character == _JOINER
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def class_name(folder: str) -> str:
    """The name of a class: the same for the two ways in which systems write an accented letter."""
    return unicodedata.normalize("NFC", readable(folder)).strip()


def is_made_by_a_system(name: str) -> bool:
    """Whether a file or folder is hidden, or comes from a file manager."""
    return name.startswith((".", "~$")) or name.casefold() in _SYSTEM


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which `person2` comes before `person10`, and numbers come before letters.

    Example:
        >>> sorted(["person10", "person2", "7"], key=natural)
        ['7', 'person2', 'person10']
    """
    pieces = re.findall("[0-9]+|[^0-9]+", name)
    steps = ((0, int(piece[:_MOST_DIGITS]), "") if piece[0] in "0123456789" else (1, 0, piece) for piece in pieces)
    return (*steps, (-1, 0, name))
