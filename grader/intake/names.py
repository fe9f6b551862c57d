"""Names that other people chose, made safe to show and to use for files."""

import hashlib
import re
import unicodedata

_LONGEST = 50
_DIGITS = 12
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


def readable(name: str) -> str:
    """A name with every character that does not print (line ends, controls, bytes that are no text) escaped."""
    return "".join(character if character.isprintable() else _escaped(character) for character in name)


def composed(name: str) -> str:
    """A name with letters and their accents in one character each, whichever way a system or an archive wrote it."""
    return unicodedata.normalize("NFC", name)


def folder_name(student: str) -> str:
    """The name of a student's folder.

    Args:
        student: Any text.

    Returns:
        The same name where it is short and plain: lower-case ASCII letters, digits, `-` and `_`,
        beginning with a letter or digit. Else what is readable of it and a hash of the whole.
        Different students get different names, also where case or Unicode form does not count.
    """
    if _plain(student):
        return student
    kept = re.sub(r"[^\w-]+|_{2,}", "-", student).strip("-_")[:_LONGEST] or "student"
    return f"{kept}-{_hash(student)}"


def _plain(student: str) -> bool:
    """Whether a name can stand as it is; one that looks as if it ended in a hash cannot."""
    fits = re.fullmatch(rf"[a-z0-9][a-z0-9_-]{{0,{_LONGEST - 1}}}", student) is not None
    return fits and student not in _RESERVED and not re.search(rf"-[0-9a-f]{{{_DIGITS}}}$", student)


def _hash(student: str) -> str:
    return hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _escaped(character: str) -> str:
    # A byte of a file name that is no UTF-8 reaches Python as a surrogate from U+DC80 on.
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
