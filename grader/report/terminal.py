"""Text as a terminal would leave it on the screen: nothing in it moves a cursor, rings or changes direction."""

import re

from grader.text.language import numeral, say

_ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # cursor and colours
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles and links of the terminal window
    r"|\x1b[ -/]*[0-~]?"
)
_MOVES = re.compile(r"([\r\x08]+)")
_UNSEEN = re.compile(r"[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_TURNS = re.compile("[\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Give the text that a terminal would show in the end.

    ANSI sequences are dropped, carriage returns and backspaces overwrite (so that a progress bar is
    one line), other control characters are dropped, and lone surrogates and characters that change
    the direction of what follows become `\ufffd`.

    Args:
        text: Anything.

    Returns:
        Text that holds no control characters but tab and newline, and can be encoded as UTF-8.
    """
    if not _SUSPECT.search(text):
        return text
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    if _MOVES.search(text):
        text = "\n".join(_settled(line) for line in text.split("\n"))
    return _TURNS.sub("\ufffd", _UNSEEN.sub("", text))


def _settled(line: str) -> str:
    """Play the carriage returns and backspaces of one line."""
    screen: list[str] = []
    column = 0
    for piece in _MOVES.split(line):
        if piece[:1] in ("\r", "\x08"):
            column = 0 if "\r" in piece else max(0, column - len(piece))
        else:
            screen[column : column + len(piece)] = piece
            column += len(piece)
    return "".join(screen).rstrip() if len(screen) > column else "".join(screen)


def without_middle(text: str, most_lines: int, most_characters: int) -> tuple[str, int]:
    """Keep the beginning and the end of a long text.

    Args:
        text: Anything.
        most_lines: More lines than this are cut in the middle.
        most_characters: More characters than this are cut in the middle, too.

    Returns:
        The text, with a line that says what was left out where something was, and the number of
        characters that were left out.
    """
    lines = text.split("\n")
    head, tail = text, ""
    if len(lines) > most_lines:
        head, tail = "\n".join(lines[: most_lines * 2 // 3]), "\n".join(lines[-(most_lines // 3) :])
    if len(head) + len(tail) > most_characters:
        together = head + tail
        head, tail = together[: most_characters * 2 // 3], together[-(most_characters // 3) :]
    missing = len(text) - len(head) - len(tail)
    if not missing:
        return text, 0
    left_out = say("… {count} characters left out …", count=numeral(f"{missing:,}"))
    return f"{head}\n{left_out}\n{tail}", missing
