"""A folder, an archive or a notebook -> submissions, one for each student, in a fixed order."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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
from grader.intake.recognition import ReleasedNotebooks
from grader.intake.submissions import OwnedFile, Rules, quoted_names, refusal, submissions
from grader.model.exercise import NOTEBOOK_ONLY, HandIn
from grader.model.submission import Platform, Submission
from grader.text.messages import message

_STAFF_ENDINGS = {
    *(".csv", ".tsv", ".xls", ".xlsx", ".ods", ".toml", ".yml", ".yaml", ".ini", ".cfg", ".log", ".db", ".sqlite"),
    *(".npz", ".npy", ".h5", ".hdf5", ".keras"),
}
"""Endings of files that staff store beside submissions; any other file may be a student's."""
_NAMED_AT_ONCE = 5
_MOST_LEFT_ASIDE = 200
_STAFF_NAMES = ("~$", "readme", "license", "roster", "participants", "feedback", "worksheet", "grades")


def collect(
    path: Path,
    exercise: str,
    hand_in: HandIn = NOTEBOOK_ONLY,
    exercise_files: Collection[str] = (),
    zone: tzinfo = UTC,
    note: Callable[[str], None] = lambda _: None,
    parts: ReleasedNotebooks | None = None,
) -> list[Submission]:
    """Read the submissions of a class.

    Args:
        path: A notebook, a zip archive, or a folder. A folder holds notebooks, one folder for each student, or the
            files of a learning platform (`grader.intake.platforms` lists the platforms). It may contain archives.
        exercise: Slug of the exercise. If a student has several notebooks, one that is named like the slug counts,
            then the one with the highest number in Canvas, then the latest.
        hand_in: The files beside a notebook that the exercise accepts.
        exercise_files: Names of the exercise's files, which no submission can replace.
        zone: Time zone of the course, for times that a platform writes as its clocks show them.
        note: Is called with one line of text about files that are not submissions.
        parts: The notebooks that students were given, by file name, if the exercise has several. Then a submission has
            the content of the first one, and the others are among its files under their names in the exercise.

    Returns:
        One submission for each student or group, sorted by name. If the platform stores several attempts, there is
        one submission for each, first to last. A file that cannot be read or has no owner is a submission with a
        `problem`; none is left out silently. The same files give the same submissions. Attachments on disk are read
        when they are needed.

    Raises:
        InputError: The path does not exist, is of another kind, or holds no notebook.

    Example:
        >>> collect(Path("submissions"), "lenet5")  # doctest: +SKIP
        [Submission(student='ada', exercise='lenet5', ...), ...]
    """
    name = path.resolve().name.removesuffix(".zip")
    entries, notes = choose_assignment(_entries(path, exercise, hand_in), exercise)
    for text in notes:
        note(text)
    entries = choose_submitted(entries, exercise, name)
    files = _with_their_notebooks(_owned_files(entries, exercise), Allowance(hand_in=hand_in))
    files, strays = _without_strays(files)
    if not any(file.counts or file.owner.known for file in files):
        raise InputError(f"{path}: contains no notebook (.ipynb). Name the folder with the submissions.")
    for stray in strays:
        note(str(refusal(stray)))
    by_owner = defaultdict(list)
    for file in _of_students(files, note):
        by_owner[file.owner.key].append(file)
    names = _names(by_owner)
    for text in _namesakes(names):
        note(text)
    rules = Rules(exercise, hand_in, exercise_files, zone, parts)
    collected: list[Submission] = []
    for key, student_files in by_owner.items():
        collected += submissions(names[key], rules, student_files)
    return sorted(collected, key=lambda one: (_folded(one), one.student, one.attempt))


def _namesakes(names: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """A line for each student who has the name of another one and no number."""
    for (name, number), unique_name in names.items():
        if not number and unique_name != composed(readable(name)):
            yield (
                f"{unique_name}: has the same name as another submission. The grader treats them as the work of two "
                f"students."
            )


def _owned_files(entries: list[Entry], exercise: str) -> list[OwnedFile]:
    """The files with their owners, and with the times that nbgrader stored beside them."""
    timestamps_by_folder = timestamps.nbgrader_timestamps(entries, exercise)
    # By identity, because two entries of an archive may be equal.
    owner_of_entry = dict(zip(map(id, entries), owners_of(entries), strict=True))
    platform_notes = {(METADATA,)}
    if any(owner.platform is Platform.BRIGHTSPACE for owner in owner_of_entry.values()):
        platform_notes.add(("index.html",))
    student_entries = [
        entry for entry in entries if entry.parts[-1] != timestamps.NAME and entry.parts not in platform_notes
    ]
    files = []
    for position, entry in enumerate(student_entries):
        owner = owner_of_entry[id(entry)]
        timestamp = timestamps_by_folder.get(entry.parts[:-1])
        content = timestamp.content if timestamp and not owner.known else None
        files.append(OwnedFile(owner, entry, position, content))
    return files


def attachments_of(path: Path, hand_in: HandIn, exercise_files: Collection[str]) -> Attachments:
    """Find the files that a student would hand in with a notebook: all in its folder that the exercise accepts.

    Args:
        path: The notebook.
        hand_in: The files that the exercise accepts.
        exercise_files: Names of the exercise's files, which no submission can replace.

    Raises:
        InputError: The folder cannot be listed.
    """
    if not hand_in.files:
        return Attachments()
    notebook = Entry(parts=(path.name,), content=path.read_bytes())
    return choose_attachments(notebook, read_attachments(path, hand_in), hand_in, exercise_files)


def _entries(path: Path, exercise: str, hand_in: HandIn) -> list[Entry]:
    """All files below a path, with the folders around the class removed."""
    if not path.exists():
        raise InputError(f"{path}: does not exist. Name a folder, a zip archive or a notebook.")
    if path.is_dir():
        archive = _only_archive(path)
        return _archive_entries(archive, exercise, hand_in) if archive else unwrap_folder(read_folder(path, hand_in))
    if is_archive(path.name):
        return _archive_entries(path.resolve(), exercise, hand_in)
    if not (is_notebook(path.name) or is_renamed_notebook(path)):
        raise InputError(f"{path}: is neither a folder, a zip archive nor a notebook (.ipynb). Name one of these.")
    try:
        content, modified = read_file(path.resolve())
        notebook = Entry(parts=(path.name,), content=content, modified=modified, renamed=not is_notebook(path.name))
    except RefusedError as error:
        return [Entry(parts=(path.name,), problem=error.text)]
    return [notebook, *(_beside_one(path, hand_in) if hand_in.files else [])]


def _beside_one(path: Path, hand_in: HandIn) -> list[Entry]:
    """The attachments of a single notebook; with a problem if the folder holds several notebooks."""
    entries = read_attachments(path, hand_in)
    notebooks = [item.name for item in path.parent.iterdir() if is_notebook(item.name)]
    unclear = message(
        "There are other notebooks in the same folder, so it is not clear which of them this file belongs to."
    )
    problem = "" if notebooks == [path.name] else unclear
    return [replace(entry, problem=entry.problem or problem) for entry in entries]


def _only_archive(folder: Path) -> Path | None:
    """The archive of the class, if it is the only file of a folder.

    Raises:
        InputError: The folder cannot be listed.
    """
    try:
        items = [item for item in folder.iterdir() if not is_ignored([item.name])]
    except OSError as error:
        raise InputError(f"{folder}: cannot be listed ({error.strerror}). Allow this user to read it.") from error
    return items[0] if len(items) == 1 and is_archive(items[0].name) and items[0].is_file() else None


def _archive_entries(path: Path, exercise: str, hand_in: HandIn) -> list[Entry]:
    try:
        content, _ = read_file(path, MOST_ARCHIVE_BYTES)
    except RefusedError as error:
        raise InputError(f"{path}: {error}") from error
    entries = read_archive(content, (), Allowance(hand_in=hand_in))
    if entries[0].parts == ():
        raise InputError(f"{path}: {entries[0].problem}")
    return unwrap_archive(entries, path.name[:-4], exercise)


def _with_their_notebooks(files: list[OwnedFile], allowance: Allowance) -> list[OwnedFile]:
    """Assign files beside plain notebooks to their students: `anna.model.keras` to the student of `anna.ipynb`.

    If there is only one notebook, every such file belongs to its student.
    """
    files_at_top = [file for file in files if len(file.entry.parts) == 1]
    notebooks = {file.entry.parts[0]: file.owner for file in files_at_top if file.entry.is_notebook}
    only_owner = next(iter(notebooks.values())) if len(notebooks) == 1 else None

    def owner_beside(file: OwnedFile) -> Owner:
        name, parts = file.entry.parts[-1], file.entry.parts
        is_at_top = len(parts) == 1 or (len(parts) == 2 and parts[0] == "..")
        if not is_at_top or file.owner.known or file.entry.is_notebook or not allowance.wants(name):
            return file.owner
        namesakes = [notebook for notebook in notebooks if name.startswith(notebook[: -len(NOTEBOOK)] + ".")]
        return notebooks[max(namesakes, key=len)] if namesakes else only_owner or file.owner

    return [replace(file, owner=owner_beside(file)) for file in files] if allowance.hand_in.files else files


def _without_strays(files: list[OwnedFile]) -> tuple[list[OwnedFile], list[OwnedFile]]:
    """Separate the files of students from strays.

    A file whose path leads out of the archive of a class does not make a new student unless it is a notebook.
    """

    def is_stray(file: OwnedFile) -> bool:
        name = file.entry.parts[-1]
        return file.entry.parts[0] == ".." and not (file.owner.known or is_notebook(name) or is_archive(name))

    students = {file.owner.key for file in files if not is_stray(file)}
    files_of_students = [file for file in files if file.owner.key in students]
    return files_of_students, [file for file in files if file.owner.key not in students]


def _of_students(files: list[OwnedFile], note: Callable[[str], None]) -> list[OwnedFile]:
    """The files that students handed in; `note` is called about the files that lie beside them."""
    with_notebook = {file.owner.key for file in files if file.counts}
    flat = any(file.entry.is_notebook for file in files if len(file.entry.parts) == 1)
    may_be_work = {
        file.owner.key
        for file in files
        if file.counts or file.owner.known or not _is_of_staff(file.entry) or (len(file.entry.parts) > 1 and not flat)
    }
    work, left_aside = [], []
    for file in files:
        entry = file.entry
        is_at_top = len(entry.parts) == 1 and not (file.counts or file.owner.known)
        if file.owner.key not in may_be_work or (
            is_at_top and _is_of_staff(entry) and file.owner.key not in with_notebook
        ):
            left_aside.append(entry.path)
            continue
        if is_at_top and entry.source is None and file.owner.key in with_notebook:
            left_aside.append(entry.path)
        work.append(file)
    for start in range(0, min(len(left_aside), _MOST_LEFT_ASIDE), _NAMED_AT_ONCE):
        last = start + _NAMED_AT_ONCE >= _MOST_LEFT_ASIDE
        names = left_aside[start:] if last else left_aside[start : start + _NAMED_AT_ONCE]
        note(f"Skipped, because it is not a submission: {quoted_names(names)}.")
    return work


def _is_of_staff(entry: Entry) -> bool:
    """Whether a file is probably from staff and not a student's work."""
    name = entry.parts[-1].lower()
    if entry.packed or not name:
        return False
    return entry.source is not None or PurePosixPath(name).suffix in _STAFF_ENDINGS or name.startswith(_STAFF_NAMES)


def _names(owner_keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A unique name for each student: the name, with the number if several have the same name.

    A student without a number keeps the name, so it does not depend on who else is in the class.
    Names are compared in composed form, because some systems write letters and accents apart.
    """
    alike = defaultdict(list)
    for key in owner_keys:
        alike[composed(readable(key[0]))].append(key)
    names: dict[tuple[str, str], str] = {}
    used_names = {name for name, keys in alike.items() if len(keys) == 1}
    for name, keys in sorted(alike.items()):
        in_order = sorted(keys, key=lambda key: (key[1], key[0] != composed(key[0]), key))
        for position, key in enumerate(in_order, 1):
            number = key[1] or ("" if position == 1 else str(position))
            unique_name = name if len(keys) == 1 or not number else f"{name} ({number})"
            while unique_name in used_names and len(keys) > 1:
                unique_name = f"{unique_name} ({position})"
            names[key] = unique_name
            used_names.add(unique_name)
    return names


def _folded(submission: Submission) -> str:
    return unicodedata.normalize("NFKC", submission.student).casefold()
