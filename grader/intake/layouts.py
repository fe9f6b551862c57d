"""Which part of what was found is the class: folders around it, and the trees of nbgrader.

nbgrader   submitted/<student>/<assignment>/<notebook>.ipynb, with timestamp.txt beside the notebook
           inbound/<student>+<assignment>+<time>+<random>/<notebook>.ipynb

Files that come with a notebook are called alike; beside <student>.ipynb they are <student>.<original name>.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from grader.errors import InputError
from grader.intake.edx import is_unit
from grader.intake.entries import Entry, is_notebook
from grader.intake.platforms import METADATA, WITH_ATTEMPTS, gradescope_number, ilias_owner, is_ilias_team, owner_of
from grader.model.submission import Platform

_NUMBERED = re.compile(r"(?P<start>[^.]+?)-[0-9]{1,4}(?P<rest>(?:\..*)?)", re.DOTALL)
_NBGRADER = "submitted"
_COLLECTIONS = {_NBGRADER, "submissions"}
_BESIDE_SUBMITTED = {"source", "release", "autograded", "feedback"}


def likely_names(parts: Sequence[str], notebook: Sequence[str]) -> list[str]:
    """What a file may have been called when it was handed in, the likeliest first.

    Args:
        parts: Its path.
        notebook: The path of the notebook that it came with.
    """
    name, stem = parts[-1], PurePosixPath(notebook[-1]).stem
    who = owner_of(parts[:1])
    if len(parts) == 1 and who.file:
        return original_names(who.file) if who.platform is Platform.CANVAS else [who.file]
    if len(parts) == 1 and name.startswith(f"{stem}."):
        return [name[len(stem) + 1 :], name]
    return [name]


def original_names(name: str) -> list[str]:
    """What a file in Canvas may have been called; where a name was used before, `-1`, `-2` come before all suffixes."""
    found = _NUMBERED.fullmatch(name)
    return [found["start"] + found["rest"], name] if found else [name]


def unwrap_archive(entries: list[Entry], name: str, exercise: str) -> list[Entry]:
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
    if (
        owner_of([top]).known
        or top in _COLLECTIONS
        or is_unit(top, seconds)
        or any(len(entry.owner_parts) < 2 for entry in inner)
    ):
        return entries
    of_a_platform = _of_a_platform(inner)
    if is_ilias_team(top) and of_a_platform:
        return entries
    if exercise in seconds and not of_a_platform and all(len(entry.owner_parts) > 2 for entry in inner if entry.counts):
        if seconds != {exercise}:
            raise InputError(
                f"{name}.zip: {top}/ holds {exercise}/ beside other folders, so it is a class or one student with"
                f" several assignments. Unpack it, and name {top}/ itself for a class, the folder around it for one"
                " student."
            )
        return entries
    same_name = top.casefold() == name.casefold() and not any(map(is_notebook, seconds))
    collections = {second for second in seconds if second.casefold() in _COLLECTIONS}
    if len(seconds) > 1 or same_name or of_a_platform or collections or _wraps_a_platform(inner):
        return unwrap_archive(_inside(entries, top), name, exercise)
    return entries


def _of_a_platform(entries: Sequence[Entry]) -> bool:
    """Whether what lies in the only folder has names of a platform."""
    seconds = {entry.parts[1] for entry in entries}
    if any(owner_of([second]).known for second in seconds):
        return True
    folders = {entry.parts[1] for entry in entries if len(entry.parts) > 2}
    if METADATA in seconds and any(map(gradescope_number, folders)):
        return True
    return bool(folders) and all(ilias_owner(name) or is_ilias_team(name) for name in folders)


def _wraps_a_platform(entries: Sequence[Entry]) -> bool:
    """Whether the only folder holds only one folder, and so on, until names of a platform come."""
    while len({entry.parts[1] for entry in entries}) == 1 and all(len(entry.parts) > 2 for entry in entries):
        entries = [replace(entry, parts=entry.parts[1:]) for entry in entries]
        if _of_a_platform(entries):
            return True
    return False


def unwrap_folder(entries: list[Entry]) -> list[Entry]:
    """Take away the one folder of a folder on disk, if all in it has names that a platform gave several students."""
    tops = {entry.parts[0] for entry in entries}
    if len(tops) != 1 or any(len(entry.owner_parts) < 2 for entry in entries) or owner_of([top := tops.pop()]).known:
        return entries
    known = {found.key for entry in entries if (found := owner_of(entry.parts[1:2])).known}
    all_known = all(owner_of(entry.parts[1:2]).known for entry in entries if entry.counts)
    of_tries = any(owner_of(entry.parts[1:2]).platform in WITH_ATTEMPTS for entry in entries)
    inner = _inside(entries, top)
    if is_unit(top, {entry.parts[1] for entry in entries}):
        return entries
    if ((len(known) > 1 or of_tries) and all_known) or (not known and _of_a_platform(entries)):
        return inner
    return entries


def choose_submitted(entries: list[Entry], exercise: str, name: str = "") -> list[Entry]:
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
    entries = _inbound(entries, exercise)
    top = _collection(entries)
    if top:
        entries = _inside([entry for entry in entries if entry.parts[0] in (top, "..")], top)
    assignments = {entry.parts[1] for entry in entries if len(entry.owner_parts) > 2 and entry.counts}
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


def _inbound(entries: list[Entry], exercise: str) -> list[Entry]:
    """Leave out, in the exchange of nbgrader, what was handed in for other assignments.

    Raises:
        InputError: Nothing was handed in for this one.
    """
    told = [_assignment_told(entry) for entry in entries]
    assignments = {assignment for assignment in told if assignment}
    if assignments and exercise not in assignments:
        named = ", ".join(sorted(assignments)[:10])
        raise InputError(f"inbound/: no assignment is named '{exercise}'; there are: {named}. Rename the right one.")
    return [entry for entry, assignment in zip(entries, told, strict=True) if assignment in ("", exercise)]


def _assignment_told(entry: Entry) -> str:
    """The assignment that the name of a folder in `inbound` tells; empty for any other folder, and for a file."""
    who = owner_of(entry.parts[:1])
    return who.assignment if who.platform is Platform.NBGRADER and len(entry.owner_parts) > 1 else ""


def _of_the_assignment(entries: list[Entry], exercise: str) -> list[Entry]:
    """Leave out, in a tree of nbgrader, who did other assignments only; its first folder is always the student."""
    own = [
        entry
        if entry.parts[0] == ".."
        else replace(entry, student_depth=max(entry.student_depth, len(entry.parts) - 1))
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
    return owner_of(entry.owner_parts).key


def _collection(entries: list[Entry]) -> str:
    """The folder that holds all submissions; empty if there is none.

    Raises:
        InputError: It seems to hold a class, but other submissions lie beside it.
    """
    for top in sorted(_COLLECTIONS, reverse=True):
        inside = [entry for entry in entries if entry.parts[0] == top and len(entry.owner_parts) > 1 and entry.counts]
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
    of_nbgrader = top == _NBGRADER and entry.parts[0] in _BESIDE_SUBMITTED and len(entry.owner_parts) > 1
    of_the_folder = entry.parts[0] == top and len(entry.owner_parts) > 1
    return entry.parts[0] != ".." and not of_nbgrader and not of_the_folder


def _inside(entries: list[Entry], top: str) -> list[Entry]:
    """The entries as seen from the folder `top`."""
    return [
        replace(entry, parts=entry.parts[1:]) if entry.parts[0] == top and len(entry.parts) > 1 else entry
        for entry in entries
    ]
