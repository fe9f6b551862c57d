"""Whose a file is: what learning platforms and people make of the names of submissions.

Canvas     <lastfirst>[_LATE]_<student id>_<submission id>_<original name>[-<try>].ipynb
Moodle     <Full Name>_<number>_assignsubmission_file_/<original name>.ipynb
nbgrader   submitted/<student>/<assignment>/<notebook>.ipynb
by hand    <student>.ipynb, or <student>/<any name>.ipynb

Files that come with a notebook are called alike; beside <student>.ipynb they are <student>.<original name>.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
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
_NBGRADER = "submitted"
_COLLECTIONS = {_NBGRADER, "submissions"}
_BESIDE_SUBMITTED = {"source", "release", "autograded", "feedback"}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who handed a file in.

    Attributes:
        student: The name.
        number: The platform's number of that student; tells two of the same name apart.
        attempt: Which try it is; 0 is the first.
        late: Whether the platform calls it late.
        moodle: Whether the platform is Moodle.
    """

    student: str
    number: str = ""
    attempt: int = 0
    late: bool = False
    moodle: bool = field(default=False, compare=False)

    @property
    def known(self) -> bool:
        """Whether the name has the form of a platform, so that any file under it is a submission."""
        return bool(self.number)


def owner(parts: Sequence[str]) -> Owner:
    """Tell from a path who handed the file in.

    The outermost part that a platform named decides: what lies deeper was named by the student. Of an entry,
    give only the parts that are `given`.
    """
    for part in parts:
        if found := _MOODLE.fullmatch(part):
            return Owner(found["name"], found["number"], moodle=True)
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

    Raises:
        InputError: Nobody can tell whether the folder around is the class or a student: beside a folder that is named
            like the exercise it holds others.
    """
    inner = [entry for entry in entries if entry.parts[0] != ".."]
    tops = {entry.parts[0] for entry in inner}
    if len(tops) != 1 or any(len(entry.parts) < 2 for entry in inner):
        return entries
    top, seconds = tops.pop(), {entry.parts[1] for entry in inner if entry.counts}
    if owner([top]).known or top in _COLLECTIONS or any(len(entry.given) < 2 for entry in inner):
        return entries
    of_a_platform = any(owner([second]).known for second in seconds)
    if exercise in seconds and not of_a_platform and all(len(entry.given) > 2 for entry in inner if entry.counts):
        if seconds != {exercise}:
            raise InputError(
                f"{name}.zip: {top}/ holds {exercise}/ beside other folders, so it is a class or one student with"
                f" several assignments. Unpack it, and name {top}/ itself for a class, the folder around it for one"
                " student."
            )
        return entries
    same_name = top.casefold() == name.casefold() and not any(map(is_notebook, seconds))
    if len(seconds) > 1 or same_name or seconds & _COLLECTIONS:
        return unwrapped(_inside(entries, top), name, exercise)
    return entries


def collected(entries: list[Entry], exercise: str, name: str = "") -> list[Entry]:
    """Choose what belongs to the exercise where the folders are those of nbgrader.

    Args:
        entries: What was found.
        exercise: Of a student with a folder of this name the other folders are left out. Whoever did
            other assignments only is left out in a tree of nbgrader, whose folder is called `submitted`.
        name: What the folder or archive of all the entries is called.

    Raises:
        InputError: The tree holds several assignments, and none is named like the exercise; or other
            submissions lie beside a folder of submissions.
    """
    top = _collection(entries)
    if top:
        entries = _inside([entry for entry in entries if entry.parts[0] in (top, "..")], top)
    assignments = {entry.parts[1] for entry in entries if len(entry.given) > 2 and entry.counts}
    if top == _NBGRADER and len(assignments) > 1 and exercise not in assignments:
        named = ", ".join(sorted(assignments)[:10])
        raise InputError(f"submitted/: no assignment is named '{exercise}'; there are: {named}. Rename the right one.")
    if _NBGRADER in (top, name) and exercise in assignments:
        entries = _of_the_assignment(entries, exercise)
    theirs = {_key(entry) for entry in entries if _is_work(entry, exercise)}
    return [
        entry
        for entry in entries
        if len(entry.parts) < 3 or entry.parts[1] == exercise or entry.parts[0] == ".." or _key(entry) not in theirs
    ]


def _of_the_assignment(entries: list[Entry], exercise: str) -> list[Entry]:
    """Leave out, in a tree of nbgrader, who did other assignments only; its first folder is always the student."""
    own = [
        entry if entry.parts[0] == ".." else replace(entry, within=max(entry.within, len(entry.parts) - 1))
        for entry in entries
    ]
    staying = {
        _key(entry)
        for entry in own
        if (len(entry.parts) < 3 and entry.counts) or (len(entry.parts) > 1 and entry.parts[1] == exercise)
    }
    return [entry for entry in own if len(entry.parts) < 2 or entry.parts[0] == ".." or _key(entry) in staying]


def _is_work(entry: Entry, exercise: str) -> bool:
    """Whether it lies in a student's folder for the exercise."""
    return len(entry.parts) > 2 and entry.parts[1] == exercise and entry.parts[0] != ".." and entry.counts


def _key(entry: Entry) -> tuple[str, str]:
    found = owner(entry.given)
    return found.student, found.number


def _collection(entries: list[Entry]) -> str:
    """The folder that holds all submissions; empty if there is none.

    Raises:
        InputError: It seems to hold a class, but other submissions lie beside it.
    """
    for top in sorted(_COLLECTIONS, reverse=True):
        inside = [entry for entry in entries if entry.parts[0] == top and len(entry.given) > 1 and entry.counts]
        if not inside:
            continue
        outside = sorted({entry.parts[0] for entry in entries if entry.counts and _lies_beside(entry, top)})
        if not outside:
            return top
        if len({_key(replace(entry, parts=entry.parts[1:])) for entry in inside}) > 1:
            named = ", ".join(f"'{name}'" for name in outside[:5])
            raise InputError(f"{top}/: other submissions lie beside it: {named}. Name {top}/ itself, or rename it.")
    return ""


def _lies_beside(entry: Entry, top: str) -> bool:
    """Whether an entry may be a submission that is not in the folder `top`."""
    of_nbgrader = top == _NBGRADER and entry.parts[0] in _BESIDE_SUBMITTED and len(entry.given) > 1
    of_the_folder = entry.parts[0] == top and len(entry.given) > 1
    return entry.parts[0] != ".." and not of_nbgrader and not of_the_folder


def _inside(entries: list[Entry], top: str) -> list[Entry]:
    """The entries as seen from the folder `top`."""
    return [
        replace(entry, parts=entry.parts[1:]) if entry.parts[0] == top and len(entry.parts) > 1 else entry
        for entry in entries
    ]
