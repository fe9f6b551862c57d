"""Whose a file is: what learning platforms and people make of the names of submissions.

Canvas     <lastfirst>[_LATE]_<student id>_<submission id>_<original name>[-<try>].ipynb
Moodle     <Full Name>_<number>_assignsubmission_file_/<original name>.ipynb
nbgrader   submitted/<student>/<assignment>/<notebook>.ipynb
by hand    <student>.ipynb, or <student>/<any name>.ipynb

Files that come with a notebook are called alike; beside <student>.ipynb they are <student>.<original name>.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from grader.errors import InputError
from grader.intake.entries import Entry, is_notebook

_CANVAS = re.compile(
    r"(?P<name>.+?)(?P<late>_LATE)?_(?P<number>\d+)_\d{2,}_(?P<file>.+?)(?:-(?P<attempt>\d{1,4}))?(?:\.ipynb)?",
    re.DOTALL | re.IGNORECASE,
)
_MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?", re.DOTALL)
_CANVAS_FILE = re.compile(r".+?(?:_LATE)?_\d+_\d{2,}_(?P<file>.+)", re.DOTALL | re.IGNORECASE)
_MOODLE_FILE = re.compile(r".+_\d+_assignsubmission_file_(?P<file>.+)", re.DOTALL)
_TRY = re.compile(r"-(\d{1,4})(?=\.[^.]*$)")
_COLLECTIONS = {"submitted", "submissions"}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who handed a file in.

    Attributes:
        student: The name.
        number: The platform's number of that student; tells two of the same name apart.
        attempt: Which try it is; 0 is the first.
        late: Whether the platform calls it late.
    """

    student: str
    number: str = ""
    attempt: int = 0
    late: bool = False

    @property
    def known(self) -> bool:
        """Whether the name has the form of a platform, so that any file under it is a submission."""
        return bool(self.number)


def owner(parts: Sequence[str]) -> Owner:
    """Tell from a path who handed the file in."""
    for part in parts:
        if found := _MOODLE.fullmatch(part):
            return Owner(found["name"], found["number"])
    for part in parts:
        if found := _CANVAS.fullmatch(part):
            return Owner(found["name"], found["number"], int(found["attempt"] or 0), late=found["late"] is not None)
    first = next((part for part in parts if part != ".."), "..")
    return Owner(PurePosixPath(first).stem if is_notebook(first) else first)


def names_of(parts: Sequence[str], notebook: Sequence[str]) -> list[str]:
    """What a file may have been called when it was handed in, the likeliest first.

    Args:
        parts: Its path.
        notebook: The path of the notebook that it came with.
    """
    name, stem = parts[-1], PurePosixPath(notebook[-1]).stem
    if found := _MOODLE_FILE.fullmatch(name):
        return [found["file"]]
    if found := _CANVAS_FILE.fullmatch(name):
        return list(dict.fromkeys([_TRY.sub("", found["file"]), found["file"]]))
    if len(parts) == 1 and name.startswith(f"{stem}."):
        return [name[len(stem) + 1 :], name]
    return [name]


def try_of(parts: Sequence[str]) -> int:
    """Which try Canvas says a file other than a notebook is; 0 is the first."""
    found = _TRY.search(parts[-1]) if _CANVAS_FILE.fullmatch(parts[-1]) else None
    return int(found[1]) if found else 0


def unwrapped(entries: list[Entry], name: str, exercise: str) -> list[Entry]:
    """Take away the folders that an archive puts around the whole class.

    Args:
        entries: What is in the archive.
        name: Its name without `.zip`; the folder around is often called the same.
        exercise: A folder of this name is not the class but one student's work for the exercise.
    """
    inner = [entry for entry in entries if entry.parts[0] != ".."]
    tops = {entry.parts[0] for entry in inner}
    if len(tops) != 1 or any(len(entry.parts) < 2 for entry in inner):
        return entries
    top, seconds = tops.pop(), {entry.parts[1] for entry in inner if entry.counts}
    if owner([top]).known or top in _COLLECTIONS or exercise in seconds:
        return entries
    same_name = top.casefold() == name.casefold() and not any(map(is_notebook, seconds))
    if len(seconds) > 1 or same_name or seconds & _COLLECTIONS:
        return unwrapped(_inside(entries, top), name, exercise)
    return entries


def collected(entries: list[Entry], exercise: str) -> list[Entry]:
    """Choose what belongs to the exercise where the folders are those of nbgrader.

    Raises:
        InputError: The tree holds several assignments, and none is named like the exercise.
    """
    top = next((name for name in sorted(_COLLECTIONS, reverse=True) if _holds(entries, name)), "")
    if top:
        entries = _inside([entry for entry in entries if entry.parts[0] in (top, "..")], top)
    assignments = {entry.parts[1] for entry in entries if len(entry.parts) > 2 and entry.counts}
    if exercise in assignments:
        return [entry for entry in entries if len(entry.parts) < 2 or entry.parts[1] == exercise]
    if top == "submitted" and len(assignments) > 1:
        named = ", ".join(sorted(assignments)[:10])
        raise InputError(f"submitted/: no assignment is named '{exercise}'; there are: {named}. Rename the right one.")
    return entries


def _holds(entries: list[Entry], top: str) -> bool:
    return any(entry.parts[0] == top and len(entry.parts) > 1 and entry.counts for entry in entries)


def _inside(entries: list[Entry], top: str) -> list[Entry]:
    """The entries as seen from the folder `top`."""
    return [
        replace(entry, parts=entry.parts[1:]) if entry.parts[0] == top and len(entry.parts) > 1 else entry
        for entry in entries
    ]
