"""Files that an instructor names: read whole, but never more than such a file can hold."""

from pathlib import Path

from grader.errors import InputError


def content_of(path: Path, what: str, most_bytes: int, remedy: str) -> bytes:
    """The bytes of a file.

    Its size is not asked for beforehand: that of a pipe is not known, and a device may never end.

    Args:
        path: The file; a pipe, too.
        what: What it is to be, for a message: `roster`.
        most_bytes: More than any such file holds.
        remedy: What to do where it cannot be read, for a message.

    Raises:
        InputError: It cannot be read, or holds more.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); {remedy}.") from error
    if len(content) > most_bytes:
        raise InputError(f"{path}: is larger than {most_bytes // 10**6} MB, which no {what} is; {remedy}.")
    return content
