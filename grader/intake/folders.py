"""A folder, an archive or a notebook -> submissions, one for each student, in a fixed order."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, tzinfo
from pathlib import Path, PurePosixPath

from grader.errors import InputError
from grader.intake import timestamps
from grader.intake.archives import MOST_ARCHIVE_BYTES, Allowance, read_archive
from grader.intake.attachments import Attachments, choose_attachments
from grader.intake.disk import is_renamed_notebook, read_attachments, read_file, read_folder
from grader.intake.edx import choose_assignment
from grader.intake.entries import NOTEBOOK, Entry, RefusedError, is_archive, is_ignored, is_notebook
from grader.intake.layouts import choose_submitted, unwrap_archive, unwrap_folder
from grader.intake.names import composed, readable
from grader.intake.owners import owners_of
from grader.intake.platforms import METADATA, Owner
from grader.intake.submissions import OwnedFile, Rules, quoted_names, refusal, submissions
from grader.model.exercise import NOTEBOOK_ONLY, HandIn
from grader.model.submission import Platform, Submission
from grader.text.messages import message

_STAFFS = {
    *(".csv", ".tsv", ".xls", ".xlsx", ".ods", ".toml", ".yml", ".yaml", ".ini", ".cfg", ".log", ".db", ".sqlite"),
    *(".npz", ".npy", ".h5", ".hdf5", ".keras"),
}
"""Endings of what staff lay beside submissions; everything else may be what a student handed in."""
_NAMED_AT_ONCE = 5
_MOST_TOLD = 200
_STAFFS_NAMES = ("~$", "readme", "license", "roster", "participants", "feedback", "worksheet", "grades")


def collect(
    path: Path,
    exercise: str,
    hand_in: HandIn = NOTEBOOK_ONLY,
    own: Collection[str] = (),
    zone: tzinfo = UTC,
    note: Callable[[str], None] = lambda _: None,
) -> list[Submission]:
    """Take in what students handed in.

    Args:
        path: A notebook; a zip archive; or a folder of notebooks, of one folder for each student, or as a learning
            platform hands it out (`grader.intake.platforms` lists them). Folders may hold archives.
        exercise: Slug of the exercise; where a student has several notebooks, one that is named
            like it comes first, then the one that Canvas numbers last, then the latest.
        hand_in: Which files beside a notebook the exercise takes.
        own: Names of the exercise's own files, which no submission can replace.
        zone: Time zone of the course, for times that a platform writes as its clocks show them.
        note: Told, in one line each, of what lies beside the submissions and is none.

    Returns:
        One submission for each student or group, sorted by name, or one for each try where the platform hands out
        several, first to last. What cannot be read, and what is nobody's, has a `problem`; nothing is left out
        silently. The same files give the same submissions. Files on disk that come with a notebook are read when they
        are needed.

    Raises:
        InputError: The path does not exist, is of another kind, or holds no notebook.
    """
    name = path.resolve().name.removesuffix(".zip")
    entries, told = choose_assignment(_entries(path, exercise, hand_in), exercise)
    for line in told:
        note(line)
    entries = choose_submitted(entries, exercise, name)
    tries = _with_their_notebooks(_tries(entries, exercise), Allowance(hand_in=hand_in))
    tries, nobodys = _without_strays(tries)
    if not any(attempt.counts or attempt.owner.known for attempt in tries):
        raise InputError(f"{path}: holds no notebook (.ipynb); name the folder that holds the submissions.")
    for stray in nobodys:
        note(str(refusal(stray)))
    by_owner = defaultdict(list)
    for attempt in _of_students(tries, note):
        by_owner[attempt.owner.key].append(attempt)
    names = _names(by_owner)
    for (name, number), shown in names.items():
        if not number and shown != composed(readable(name)):
            note(f"{shown}: has the same name as another submission; both were taken in, as of two students.")
    rules = Rules(exercise, hand_in, own, zone)
    found = [each for key, theirs in by_owner.items() for each in submissions(names[key], rules, theirs)]
    return sorted(found, key=lambda each: (_folded(each), each.student, each.attempt))


def _tries(entries: list[Entry], exercise: str) -> list[OwnedFile]:
    """The files with their owners, and with the times that nbgrader laid beside them."""
    told = timestamps.nbgrader_timestamps(entries, exercise)
    whose = dict(zip(map(id, entries), owners_of(entries), strict=True))
    of_platform = {(METADATA,)}
    if any(who.platform is Platform.BRIGHTSPACE for who in whose.values()):
        of_platform.add(("index.html",))
    own = [entry for entry in entries if entry.parts[-1] != timestamps.NAME and entry.parts not in of_platform]
    return [
        OwnedFile(
            who := whose[id(entry)],
            entry,
            position,
            told[entry.parts[:-1]].content if entry.parts[:-1] in told and not who.known else None,
        )
        for position, entry in enumerate(own)
    ]


def attachments_of(path: Path, hand_in: HandIn, own: Collection[str]) -> Attachments:
    """The files that a student would hand in with a notebook: all in its folder that the exercise takes.

    Raises:
        InputError: The folder cannot be listed.
    """
    if not hand_in.files:
        return Attachments()
    notebook = Entry((path.name,), path.read_bytes())
    return choose_attachments(notebook, read_attachments(path, hand_in), hand_in, own)


def _entries(path: Path, exercise: str, hand_in: HandIn) -> list[Entry]:
    """Everything under a path."""
    if not path.exists():
        raise InputError(f"{path}: does not exist; name a folder, a zip archive or a notebook.")
    if path.is_dir():
        archive = _only_archive(path)
        return _archive_entries(archive, exercise, hand_in) if archive else unwrap_folder(read_folder(path, hand_in))
    if is_archive(path.name):
        return _archive_entries(path.resolve(), exercise, hand_in)
    if not (is_notebook(path.name) or is_renamed_notebook(path)):
        raise InputError(f"{path}: is neither a folder, a zip archive nor a notebook (.ipynb); name one of these.")
    try:
        content, modified = read_file(path.resolve())
        notebook = Entry((path.name,), content, modified, renamed=not is_notebook(path.name))
    except RefusedError as error:
        return [Entry((path.name,), problem=error.text)]
    return [notebook, *(_beside_one(path, hand_in) if hand_in.files else [])]


def _beside_one(path: Path, hand_in: HandIn) -> list[Entry]:
    """What lies beside the only notebook of a folder; where there are several, nobody knows whose it is."""
    found = read_attachments(path, hand_in)
    notebooks = [item.name for item in path.parent.iterdir() if is_notebook(item.name)]
    unclear = message("Other notebooks lie beside it, so it is not clear which of them it belongs to.")
    several = "" if notebooks == [path.name] else unclear
    return [replace(entry, problem=entry.problem or several) for entry in found]


def _only_archive(folder: Path) -> Path | None:
    """The archive of the class, if a folder holds nothing else.

    Raises:
        InputError: The folder cannot be listed.
    """
    try:
        found = [item for item in folder.iterdir() if not is_ignored([item.name])]
    except OSError as error:
        raise InputError(f"{folder}: cannot be listed ({error.strerror}); allow reading it.") from error
    return found[0] if len(found) == 1 and is_archive(found[0].name) and found[0].is_file() else None


def _archive_entries(path: Path, exercise: str, hand_in: HandIn) -> list[Entry]:
    try:
        content, _ = read_file(path, MOST_ARCHIVE_BYTES)
    except RefusedError as error:
        raise InputError(f"{path}: {error}") from error
    entries = read_archive(content, (), Allowance(hand_in=hand_in))
    if entries[0].parts == ():
        raise InputError(f"{path}: {entries[0].problem}")
    return unwrap_archive(entries, path.name[:-4], exercise)


def _with_their_notebooks(tries: list[OwnedFile], budget: Allowance) -> list[OwnedFile]:
    """Give files beside plain notebooks to their students: `anna.model.keras` to the student of `anna.ipynb`.

    Where there is one notebook only, every such file is of its student.
    """
    plain = [attempt for attempt in tries if len(attempt.entry.parts) == 1]
    notebooks = {attempt.entry.parts[0]: attempt.owner for attempt in plain if attempt.entry.is_notebook}
    of_all = next(iter(notebooks.values())) if len(notebooks) == 1 else None

    def theirs(attempt: OwnedFile) -> Owner:
        name, parts = attempt.entry.parts[-1], attempt.entry.parts
        alone = len(parts) == 1 or (len(parts) == 2 and parts[0] == "..")
        if not alone or attempt.owner.known or attempt.entry.is_notebook or not budget.wants(name):
            return attempt.owner
        named = [notebook for notebook in notebooks if name.startswith(notebook[: -len(NOTEBOOK)] + ".")]
        return notebooks[max(named, key=len)] if named else of_all or attempt.owner

    return [replace(attempt, owner=theirs(attempt)) for attempt in tries] if budget.hand_in.files else tries


def _without_strays(tries: list[OwnedFile]) -> tuple[list[OwnedFile], list[OwnedFile]]:
    """Part refused files that are nobody's from the rest.

    What leads out of the archive of a class and is no notebook makes nobody a student.
    """

    def strays(attempt: OwnedFile) -> bool:
        name = attempt.entry.parts[-1]
        return attempt.entry.parts[0] == ".." and not (attempt.owner.known or is_notebook(name) or is_archive(name))

    students = {attempt.owner.key for attempt in tries if not strays(attempt)}
    kept = [attempt for attempt in tries if attempt.owner.key in students]
    return kept, [attempt for attempt in tries if attempt.owner.key not in students]


def _of_students(tries: list[OwnedFile], note: Callable[[str], None]) -> list[OwnedFile]:
    """Part what students handed in from what lies beside it; whoever asks is told of the latter."""
    with_notebook = {attempt.owner.key for attempt in tries if attempt.counts}
    flat = any(attempt.entry.is_notebook for attempt in tries if len(attempt.entry.parts) == 1)
    may_be_work = {
        attempt.owner.key
        for attempt in tries
        if attempt.counts
        or attempt.owner.known
        or not _is_staffs(attempt.entry)
        or (len(attempt.entry.parts) > 1 and not flat)
    }
    kept, beside_them = [], []
    for attempt in tries:
        entry = attempt.entry
        alone = len(entry.parts) == 1 and not (attempt.counts or attempt.owner.known)
        if attempt.owner.key not in may_be_work or (
            alone and _is_staffs(entry) and attempt.owner.key not in with_notebook
        ):
            beside_them.append(entry.path)
            continue
        if alone and entry.source is None and attempt.owner.key in with_notebook:
            beside_them.append(entry.path)
        kept.append(attempt)
    for start in range(0, min(len(beside_them), _MOST_TOLD), _NAMED_AT_ONCE):
        last = start + _NAMED_AT_ONCE >= _MOST_TOLD
        some = beside_them[start:] if last else beside_them[start : start + _NAMED_AT_ONCE]
        note(f"Left aside, since it is no submission: {quoted_names(some)}.")
    return kept


def _is_staffs(entry: Entry) -> bool:
    """Whether a file is probably none that a student handed in as a solution."""
    name = entry.parts[-1].lower()
    if entry.packed or not name:
        return False
    return entry.source is not None or PurePosixPath(name).suffix in _STAFFS or name.startswith(_STAFFS_NAMES)


def _names(owner_keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What to call each student: the name, with the number where several have the same.

    One without a number keeps the name: who else is in the class changes nobody's name. A name that one system writes
    with letters and accents apart, another with both in one, is the same.
    """
    alike = defaultdict(list)
    for key in owner_keys:
        alike[composed(readable(key[0]))].append(key)
    names: dict[tuple[str, str], str] = {}
    taken = {name for name, keys in alike.items() if len(keys) == 1}
    for name, keys in sorted(alike.items()):
        for position, key in enumerate(sorted(keys, key=lambda each: (each[1], each[0] != composed(each[0]), each)), 1):
            number = key[1] or ("" if position == 1 else str(position))
            shown = name if len(keys) == 1 or not number else f"{name} ({number})"
            while shown in taken and len(keys) > 1:
                shown = f"{shown} ({position})"
            names[key] = shown
            taken.add(shown)
    return names


def _folded(submission: Submission) -> str:
    return unicodedata.normalize("NFKC", submission.student).casefold()
