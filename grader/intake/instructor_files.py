"""Files that an instructor names: they are read whole, up to a limit."""

from pathlib import Path

from grader.errors import InputError


def content_of(path: Path, what: str, most_bytes: int, remedy: str) -> bytes:
    """Read a file.

    The size is not checked beforehand, because the size of a pipe is unknown and a device may never end.

    Args:
        path: The file or pipe.
        what: The purpose of the file, for a message: `roster`.
        most_bytes: A size that no such file exceeds.
        remedy: What to do if it cannot be read, for a message.

    Returns:
        Its bytes, at most `most_bytes` of them.

    Raises:
        InputError: It cannot be read, or is larger.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). {remedy}.") from error
    if len(content) > most_bytes:
        raise InputError(f"{path}: is larger than {most_bytes // 10**6} MB, too large for a {what}. {remedy}.")
    return content
