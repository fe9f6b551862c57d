"""Reads the files of a job, and checks that they are those that its key names."""

import hashlib

from grader.errors import InputError
from grader.model.exercise import DataFile
from grader.model.submission import HandedIn


def public_content(file: DataFile) -> bytes:
    """Read a public file, and check that its bytes are those that the key of a job names.

    Raises:
        InputError: If the file has changed.
        OSError: If it cannot be read.
    """
    content = file.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise InputError(f"{file.path}: the file changed while grading. Run the command again")
    return content


def handed_in_content(file: HandedIn) -> bytes:
    """Read a file that a student submitted; it is read when its job runs, and not kept in memory after that.

    Raises:
        InputError: If they cannot be read, or are not those that its digest names any more.
    """
    try:
        content = file.content
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}. Run the command again") from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        place = file.name if isinstance(file.source, bytes) else file.source
        raise InputError(f"{place}: the file changed while grading. Run the command again")
    return content
