"""The part of a folder or an archive that is the class: without folders around it, and in the trees of nbgrader.

nbgrader   submitted/<student>/<assignment>/<notebook>.ipynb, with timestamp.txt beside the notebook
           inbound/<student>+<assignment>+<time>+<random>/<notebook>.ipynb

Attachments have the same form of name; beside <student>.ipynb they are <student>.<original name>.
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
    """List the names that a file may have had when it was handed in, the likeliest first.

    Args:
        parts: Its path.
        notebook: The path of the notebook that it came with.

    Returns:
        At least one name.
    """
    name, stem = parts[-1], PurePosixPath(notebook[-1]).stem
    owner = owner_of(parts[:1])
    if len(parts) == 1 and owner.file:
        return original_names(owner.file) if owner.platform is Platform.CANVAS else [owner.file]
    if len(parts) == 1 and name.startswith(f"{stem}."):
        return [name[len(stem) + 1 :], name]
    return [name]


def original_names(name: str) -> list[str]:
    """List the names that a file in Canvas may have had, the likeliest first.

    Canvas puts `-1`, `-2` before all suffixes of a name that the student used before.

    Example:
        >>> original_names("lab-1.ipynb")
        ['lab.ipynb', 'lab-1.ipynb']
    """
    numbered = _NUMBERED.fullmatch(name)
    return [numbered["start"] + numbered["rest"], name] if numbered else [name]


def unwrap_archive(entries: list[Entry], name: str, exercise: str) -> list[Entry]:
    """Remove the folders that an archive has around the whole class.

    Args:
        entries: All entries of the archive.
        name: The archive's name without `.zip`; the outer folder often has the same name.
        exercise: Slug. A folder of this name is one student's work for the exercise, not the class.

    Returns:
        The entries, with shorter paths if there were such folders.

    Raises:
        InputError: The outer folder may be the class or one student, because it holds a folder that is named like the
            exercise beside other folders.
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
                f"{name}.zip: {top}/ contains {exercise}/ and other folders, so the archive is from a class, or from "
                f"one student with several assignments. Unpack it. For a class, name {top}/. For one student, name "
                f"the folder around it."
            )
        return entries
    same_name = top.casefold() == name.casefold() and not any(map(is_notebook, seconds))
    collections = {second for second in seconds if second.casefold() in _COLLECTIONS}
    if len(seconds) > 1 or same_name or of_a_platform or collections or _wraps_a_platform(inner):
        return unwrap_archive(_inside(entries, top), name, exercise)
    return entries


def _of_a_platform(entries: Sequence[Entry]) -> bool:
    """Whether the entries in the only folder have names of a platform."""
    seconds = {entry.parts[1] for entry in entries}
    if any(owner_of([second]).known for second in seconds):
        return True
    folders = {entry.parts[1] for entry in entries if len(entry.parts) > 2}
    if METADATA in seconds and any(map(gradescope_number, folders)):
        return True
    return bool(folders) and all(ilias_owner(name) or is_ilias_team(name) for name in folders)


def _wraps_a_platform(entries: Sequence[Entry]) -> bool:
    """Whether there is only one folder in each folder, down to one with names of a platform."""
    while len({entry.parts[1] for entry in entries}) == 1 and all(len(entry.parts) > 2 for entry in entries):
        entries = [replace(entry, parts=entry.parts[1:]) for entry in entries]
        if _of_a_platform(entries):
            return True
    return False


def unwrap_folder(entries: list[Entry]) -> list[Entry]:
    """Remove the only folder of a folder on disk, if a platform gave several students the names in it."""
    tops = {entry.parts[0] for entry in entries}
    if len(tops) != 1 or any(len(entry.owner_parts) < 2 for entry in entries) or owner_of([top := tops.pop()]).known:
        return entries
    known = {owner.key for entry in entries if (owner := owner_of(entry.parts[1:2])).known}
    all_known = all(owner_of(entry.parts[1:2]).known for entry in entries if entry.counts)
    has_attempts = any(owner_of(entry.parts[1:2]).platform in WITH_ATTEMPTS for entry in entries)
    inner = _inside(entries, top)
    if is_unit(top, {entry.parts[1] for entry in entries}):
        return entries
    if ((len(known) > 1 or has_attempts) and all_known) or (not known and _of_a_platform(entries)):
        return inner
    return entries


def choose_submitted(entries: list[Entry], exercise: str, name: str = "") -> list[Entry]:
    """Choose the entries that belong to the exercise, if the folders are those of nbgrader.

    Args:
        entries: All entries.
        exercise: Slug. If a student has a folder of this name, the student's other folders are left out.
            In a tree of nbgrader (a folder called `submitted`), students without such a folder are also left out.
        name: The name of the folder or archive of all entries.

    Returns:
        Some of the entries, with shorter paths if they were in a folder of submissions.

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
        names = ", ".join(sorted(assignments)[:10])
        raise InputError(
            f"submitted/: no assignment is named '{exercise}'. Found: {names}. Rename the folder of this assignment."
        )
    if _NBGRADER in (top, name) and exercise in assignments:
        entries = _of_the_assignment(entries, exercise)
    students = {_key(entry) for entry in entries if _is_work(entry, exercise)}
    return [
        entry
        for entry in entries
        if len(entry.parts) < 3 or entry.parts[1] == exercise or entry.parts[0] == ".." or _key(entry) not in students
    ]


def _inbound(entries: list[Entry], exercise: str) -> list[Entry]:
    """Leave out, in the exchange of nbgrader, the folders of other assignments.

    Raises:
        InputError: There is no folder of this assignment.
    """
    assignment_of_entry = [_inbound_assignment(entry) for entry in entries]
    assignments = {assignment for assignment in assignment_of_entry if assignment}
    if assignments and exercise not in assignments:
        names = ", ".join(sorted(assignments)[:10])
        raise InputError(
            f"inbound/: no assignment is named '{exercise}'. Found: {names}. Rename the folder of this assignment."
        )
    return [
        entry for entry, assignment in zip(entries, assignment_of_entry, strict=True) if assignment in ("", exercise)
    ]


def _inbound_assignment(entry: Entry) -> str:
    """The assignment in the name of a folder of `inbound`; empty for any other folder, and for a file."""
    owner = owner_of(entry.parts[:1])
    return owner.assignment if owner.platform is Platform.NBGRADER and len(entry.owner_parts) > 1 else ""


def _of_the_assignment(entries: list[Entry], exercise: str) -> list[Entry]:
    """Leave out, in a tree of nbgrader, students without this assignment; the first folder is always the student."""
    by_student = [
        entry
        if entry.parts[0] == ".."
        else replace(entry, student_depth=max(entry.student_depth, len(entry.parts) - 1))
        for entry in entries
    ]
    students = {
        _key(entry)
        for entry in by_student
        if (len(entry.parts) < 3 and entry.counts) or (len(entry.parts) > 1 and entry.parts[1] == exercise)
    }
    return [entry for entry in by_student if len(entry.parts) < 2 or entry.parts[0] == ".." or _key(entry) in students]


def _is_work(entry: Entry, exercise: str) -> bool:
    """Whether an entry is in a student's folder for the exercise."""
    return len(entry.parts) > 2 and entry.parts[1] == exercise and entry.parts[0] != ".." and entry.counts


def _key(entry: Entry) -> tuple[str, str]:
    return owner_of(entry.owner_parts).key


def _collection(entries: list[Entry]) -> str:
    """The folder of all submissions; empty if there is none.

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
            names = ", ".join(f"'{name}'" for name in outside[:5])
            raise InputError(
                f"{top}/: there are other submissions next to it: {names}. Name {top}/ itself, or rename it."
            )
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
