"""Text that is safe to print on a terminal."""


def printable(text: str, longest: int = 60) -> str:
    """Remove control characters from a text, which could change the terminal, and cut it.

    Args:
        text: Any text, such as the name of a file of a student.
        longest: The largest number of characters.

    Example:
        >>> printable("a\\x1bb", 60)
        'a�b'
    """
    safe = "".join(character if character.isprintable() else "�" for character in text)
    return safe if len(safe) <= longest else f"{safe[: longest - 1]}…"
