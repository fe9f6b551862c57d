"""Names of files and folders that came from anywhere, made safe to print and to compare."""

import os
import re
import unicodedata

_SYSTEM = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "$recycle.bin"}
_JOINS = "\u200d"  # between the parts of some emoji


def readable(name: str) -> str:
    """A name with bytes that are no UTF-8 and characters that do not print written as codes."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        character
        if character.isprintable() or character == _JOINS
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def class_name(folder: str) -> str:
    """The name of a class: the same for the two ways in which systems write an accented letter."""
    return unicodedata.normalize("NFC", readable(folder)).strip()


def is_made_by_a_system(name: str) -> bool:
    """Whether a file or folder is hidden, or put there by a file manager."""
    return name.startswith((".", "~$")) or name.casefold() in _SYSTEM


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """What to sort by, so that `person2` stands before `person10`, and numbers before letters."""
    pieces = re.findall("[0-9]+|[^0-9]+", name)
    steps = ((0, int(piece[:18]), "") if piece[0] in "0123456789" else (1, 0, piece) for piece in pieces)
    return (*steps, (-1, 0, name))
