"""Names that other people chose, made safe to show and to use for files."""

import hashlib
import re
import unicodedata

_LONGEST = 50
_DIGITS = 12
_RESERVED = {  # names of devices in Windows
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}


def readable(name: str) -> str:
    """Escape every character of a name that does not print: line ends, controls, and bytes that are not text.

    Example:
        >>> readable("ada\\n")
        'ada\\\\n'
    """
    return "".join(character if character.isprintable() else _escaped(character) for character in name)


def composed(name: str) -> str:
    """Write each letter and its accent as one character, because systems and archives differ in this."""
    return unicodedata.normalize("NFC", name)


def folder_name(student: str) -> str:
    """Make a name for a student's folder.

    Args:
        student: Any text.

    Returns:
        The same name if it is short and plain: lower-case ASCII letters, digits, `-` and `_`, beginning with a letter
        or digit. Otherwise the readable part of it and a hash of the whole name.
        Different students get different names, also on file systems that ignore case or Unicode form.

    Example:
        >>> folder_name("ada_lovelace")
        'ada_lovelace'
    """
    if _plain(student):
        return student
    readable_part = re.sub(r"[^\w-]+|_{2,}", "-", student).strip("-_")[:_LONGEST] or "student"
    return f"{readable_part}-{_hash(student)}"


def _plain(student: str) -> bool:
    """Whether a name can be a folder's name as it is. One with the form of a name and its hash cannot."""
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
