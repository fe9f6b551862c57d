"""Text that is safe to print on a terminal."""


def printable(text: str, longest: int = 60) -> str:
    """Text without control characters, cut to a maximum length.

    Example:
        >>> printable("a\\x1bb", 60)
        'a�b'
    """
    safe = "".join(character if character.isprintable() else "�" for character in text)
    return safe if len(safe) <= longest else f"{safe[: longest - 1]}…"
