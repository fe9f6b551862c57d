"""`grader submit` and `grader status`: what a student's computer asks a portal."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import InputError, PortalFaultError, UnreachableError
from grader.model.api import AttemptResult, CheckedFiles, CourseState
from grader.pipeline import portal_client
from grader.pipeline.portal_client import FileToSend, PortalClient

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 10.0
"""Seconds between two questions about an attempt: the pause grows, because a long run does not end within a second."""
_OPEN = ("waiting", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitting:
    """What a student submits.

    Attributes:
        files: The notebook and other files, in any order.
        exercise: Name of the exercise; empty if the portal shall recognise it.
        only_checks: Whether the portal only checks the files.
        waits: Whether to wait until the attempt has been graded.
    """

    files: tuple[Path, ...]
    exercise: str = ""
    only_checks: bool = False
    waits: bool = False


def course_state(portal: PortalClient) -> CourseState:
    """The exercises of a course as the owner of the token may see them.

    Raises:
        PortalError, PortalFaultError: As in `PortalClient.get`.
    """
    return portal.get("/api/exercises", CourseState)


def hand_in(portal: PortalClient, submitting: Submitting, tell: Callable[[str], None]) -> AttemptResult | CheckedFiles:
    """Send files to a portal, or only have them checked.

    Args:
        portal: The portal.
        submitting: What to send.
        tell: Receives each new state of the attempt, in one sentence.

    Raises:
        InputError: A file cannot be read, there is no notebook, or the files are too large together.
        PortalError, PortalFaultError: As in `PortalClient.get`.
    """
    files = _read(submitting.files)
    # This also finds out whether the token works, before a large upload.
    most = course_state(portal)["most_bytes"]
    if (size := sum(len(file.content) for file in files)) > most:
        raise InputError(
            f"The files have {size / 1e6:,.1f} MB together, and the portal accepts {most / 1e6:,.1f} MB. "
            "Clear large outputs of the notebook, and send only the files that the task asks for."
        )
    fields = {"exercise": submitting.exercise} if submitting.exercise else {}
    if submitting.only_checks:
        return portal.send("/api/checks", CheckedFiles, fields, files)
    # A key for each call of the command, and none that depends on the files: students submit an earlier version again.
    key = secrets.token_urlsafe(24)
    try:
        result = portal.send("/api/attempts", AttemptResult, fields, files, key)
    except UnreachableError as error:
        raise UnreachableError(f"{error} `grader status` shows whether the portal has your submission.") from error
    except PortalFaultError as error:
        raise PortalFaultError(f"{error} `grader status` shows whether the portal has your submission.") from error
    return _finished(portal, result, tell) if submitting.waits else result


def _finished(portal: PortalClient, result: AttemptResult, tell: Callable[[str], None]) -> AttemptResult:
    """The same attempt once it has been graded."""
    seconds, last_state = _FIRST_PAUSE, ""
    while result["attempt"]["state"] in _OPEN:
        if result["attempt"]["message"] != last_state:
            last_state = result["attempt"]["message"]
            tell(last_state)
        portal_client.pause(seconds)
        seconds = min(_LONGEST_PAUSE, seconds * 1.25)
        attempt = result["attempt"]
        result = portal.get(f"/api/exercises/{attempt['exercise']}/attempts/{attempt['number']}", AttemptResult)
    return result


def _read(paths: Sequence[Path]) -> list[FileToSend]:
    """The files, read.

    Raises:
        InputError: One is missing, two have the same name, or none is a notebook.
    """
    names: dict[str, Path] = {}
    for path in paths:
        if not path.is_file():
            raise InputError(f"{path}: there is no such file. Name the files that you want to submit.")
        if path.name in names:
            raise InputError(f"{path}: {names[path.name]} has the same name. Give each file a separate name.")
        names[path.name] = path
    if not any(name.lower().endswith(".ipynb") for name in names):
        raise InputError(f"{paths[0]}: no file is a notebook. Name your notebook, which ends with .ipynb.")
    return [FileToSend(name=name, content=path.read_bytes()) for name, path in names.items()]
