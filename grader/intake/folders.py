"""A folder, an archive or a notebook -> submissions, one for each student, in a fixed order."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from grader.errors import InputError
from grader.intake.archives import FULL, FULL_OF_ONE, MOST_ARCHIVE_BYTES, Budget, read_archive
from grader.intake.beside import Beside, beside
from grader.intake.disk import read_beside, read_file, read_folder
from grader.intake.entries import NOTEBOOK, Entry, RefusedError, is_archive, is_ignored, is_notebook
from grader.intake.layouts import Owner, collected, owner, unwrapped
from grader.intake.names import readable
from grader.intake.timestamps import with_timestamps
from grader.model.exercise import NOTEBOOK_ONLY, HandIn
from grader.model.language import noted
from grader.model.submission import Submission

_MOST_NAMED = 5
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Rules:
    """What the exercise says about submissions; see `collect`."""

    exercise: str
    hand_in: HandIn
    own: Collection[str]


@dataclass(frozen=True, slots=True)
class _Try:
    """One file of one student."""

    owner: Owner
    entry: Entry
    position: int


def collect(path: Path, exercise: str, hand_in: HandIn = NOTEBOOK_ONLY, own: Collection[str] = ()) -> list[Submission]:
    """Take in what students handed in.

    Args:
        path: A notebook; a zip archive; or a folder of notebooks, of one folder for each student, as
            Canvas or Moodle hand it out, or the tree of nbgrader. Folders may hold archives.
        exercise: Slug of the exercise; where a student has several notebooks, one that is named
            like it comes first, then the highest try, then the latest.
        hand_in: Which files beside a notebook the exercise takes.
        own: Names of the exercise's own files, which no submission can replace.

    Returns:
        One submission for each student, sorted by name, or one for each try where the platform counts
        them, first to last. What cannot be read has a `problem`; nothing is left out silently. The same files give
        the same submissions. Files on disk that come with a notebook are read when they are needed.

    Raises:
        InputError: The path does not exist, is of another kind, or holds no notebook.
    """
    name = path.resolve().name.removesuffix(".zip")
    entries = with_timestamps(collected(_entries(path, exercise, hand_in), exercise, name), exercise)
    tries = [_Try(owner(entry.given), entry, position) for position, entry in enumerate(entries)]
    tries, nobodys = _without_strays(_with_their_notebooks(tries, Budget(hand_in=hand_in)))
    if not any(attempt.entry.counts for attempt in tries):
        raise InputError(f"{path}: holds no notebook (.ipynb); name the folder that holds the submissions.")
    by_owner = defaultdict(list)
    for attempt in _of_students(tries):
        by_owner[attempt.owner.student, attempt.owner.number].append(attempt)
    names = _names(by_owner)
    rules = _Rules(exercise, hand_in, own)
    said = tuple(_not_read(attempt) for attempt in nobodys[:_MOST_NAMED])
    submissions = [each for key, found in by_owner.items() for each in _submissions(names[key], rules, found)]
    submissions = [replace(submission, remarks=submission.remarks + said) for submission in submissions]
    return sorted(submissions, key=lambda each: (_folded(each), each.student, each.attempt))


def handed_in_with(path: Path, hand_in: HandIn, own: Collection[str]) -> Beside:
    """The files that a student would hand in with a notebook: all in its folder that the exercise takes.

    Raises:
        InputError: The folder cannot be listed.
    """
    if not hand_in.files:
        return Beside()
    notebook = Entry((path.name,), path.read_bytes())
    return beside(notebook, read_beside(path, hand_in), hand_in, own)


def _entries(path: Path, exercise: str, hand_in: HandIn) -> list[Entry]:
    """Everything under a path."""
    if not path.exists():
        raise InputError(f"{path}: does not exist; name a folder, a zip archive or a notebook.")
    if path.is_dir():
        archive = _only_archive(path)
        return _archive_entries(archive, exercise, hand_in) if archive else read_folder(path, hand_in)
    if is_archive(path.name):
        return _archive_entries(path.resolve(), exercise, hand_in)
    if not is_notebook(path.name):
        raise InputError(f"{path}: is neither a folder, a zip archive nor a notebook (.ipynb); name one of these.")
    try:
        content, modified = read_file(path.resolve())
        notebook = Entry((path.name,), content, modified)
    except RefusedError as error:
        return [Entry((path.name,), problem=str(error))]
    return [notebook, *(_beside_one(path, hand_in) if hand_in.files else [])]


def _beside_one(path: Path, hand_in: HandIn) -> list[Entry]:
    """What lies beside the only notebook of a folder; where there are several, nobody knows whose it is."""
    found = read_beside(path, hand_in)
    notebooks = [item.name for item in path.parent.iterdir() if is_notebook(item.name)]
    unclear = noted("Other notebooks lie beside it, so it is not clear which of them it belongs to.")
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
    entries = read_archive(content, (), Budget(hand_in=hand_in))
    if entries[0].parts == ():
        raise InputError(f"{path}: {entries[0].problem}")
    return unwrapped(entries, path.name[:-4], exercise)


def _with_their_notebooks(tries: list[_Try], budget: Budget) -> list[_Try]:
    """Give files beside plain notebooks to their students: `anna.model.keras` to the student of `anna.ipynb`.

    Where there is one notebook only, every such file is of its student.
    """
    plain = [attempt for attempt in tries if len(attempt.entry.parts) == 1]
    notebooks = {attempt.entry.parts[0]: attempt.owner for attempt in plain if is_notebook(attempt.entry.parts[0])}
    of_all = next(iter(notebooks.values())) if len(notebooks) == 1 else None

    def theirs(attempt: _Try) -> Owner:
        name, parts = attempt.entry.parts[-1], attempt.entry.parts
        alone = len(parts) == 1 or (len(parts) == 2 and parts[0] == "..")
        if not alone or attempt.owner.known or is_notebook(name) or not budget.wants(name):
            return attempt.owner
        named = [notebook for notebook in notebooks if name.startswith(notebook[: -len(NOTEBOOK)] + ".")]
        return notebooks[max(named, key=len)] if named else of_all or attempt.owner

    return [replace(attempt, owner=theirs(attempt)) for attempt in tries] if budget.hand_in.files else tries


def _without_strays(tries: list[_Try]) -> tuple[list[_Try], list[_Try]]:
    """Part refused files that are nobody's from the rest.

    What leads out of the archive of a class and is no notebook makes nobody a student.
    """

    def strays(attempt: _Try) -> bool:
        name = attempt.entry.parts[-1]
        return attempt.entry.parts[0] == ".." and not (attempt.owner.known or is_notebook(name) or is_archive(name))

    def key(attempt: _Try) -> tuple[str, str]:
        return attempt.owner.student, attempt.owner.number

    students = {key(attempt) for attempt in tries if not strays(attempt)}
    kept = [attempt for attempt in tries if key(attempt) in students]
    return kept, [attempt for attempt in tries if key(attempt) not in students]


def _of_students(tries: list[_Try]) -> list[_Try]:
    """Leave out what lies beside the submissions: other files, and folders next to plain notebooks."""
    flat = any(is_notebook(attempt.entry.parts[0]) for attempt in tries if len(attempt.entry.parts) == 1)
    with_notebook = {attempt.owner.student for attempt in tries if attempt.entry.counts}
    return [
        attempt
        for attempt in tries
        if attempt.entry.counts
        or attempt.owner.known
        or (attempt.entry.held is not None and attempt.owner.student in with_notebook)
        or (len(attempt.entry.parts) > 1 and (not flat or attempt.owner.student in with_notebook))
    ]


def _names(owners: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What to call each student: the name, with the number where several have the same."""
    keys = sorted(owners)
    times = Counter(readable(name) for name, _ in keys)
    names: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for position, (name, number) in enumerate(keys, start=1):
        shown = readable(name) if times[readable(name)] == 1 else f"{readable(name)} ({number or position})"
        names[name, number] = f"{shown} ({position})" if shown in taken else shown
        taken.add(names[name, number])
    return names


def _submissions(student: str, rules: _Rules, tries: list[_Try]) -> Iterator[Submission]:
    """What a student handed in: one for each try that the platform counts."""
    numbers = sorted({attempt.owner.attempt for attempt in tries if attempt.entry.counts}) or [0]
    for number in numbers:
        of_number = [each for each in tries if not each.entry.counts or each.owner.attempt == number]
        yield replace(_submission(student, rules, of_number), attempt=number)


def _submission(student: str, rules: _Rules, tries: list[_Try]) -> Submission:
    """The one that counts of all that a student handed in at a time."""
    exercise = rules.exercise
    counting = [attempt for attempt in tries if attempt.entry.counts]
    if not counting:
        return Submission(student, exercise, readable(tries[0].entry.path), b"", problem=_no_notebook(tries))
    full = next((each.entry.problem for each in counting if each.entry.problem in (FULL, FULL_OF_ONE)), "")
    if full:  # a model that is missing would cost marks
        return Submission(student, exercise, readable(tries[0].entry.path), b"", problem=full)
    chosen = max(counting, key=lambda attempt: _rank(attempt, exercise))
    others = [attempt.entry for attempt in tries if not attempt.entry.counts]
    found = beside(chosen.entry, others, rules.hand_in, rules.own) if not chosen.entry.problem else Beside()
    return Submission(
        student=student,
        exercise=exercise,
        origin=_origin(chosen.entry),
        content=chosen.entry.content,
        submitted_at=chosen.entry.modified,
        problem=readable(chosen.entry.problem),
        remarks=(*_remarks(chosen, [attempt for attempt in counting if attempt is not chosen]), *_said_of(found)),
        files=found.files,
    )


def _origin(entry: Entry) -> str:
    """The path; only that of the archive where a name inside would tell of another student."""
    chosen = entry.parts[len(entry.given) :]
    return readable("/".join(entry.given) if any(owner([name]).known for name in chosen) else entry.path)


def _own_path(entry: Entry) -> str:
    """A path for its owner's report: a name inside that would tell of somebody else is left out."""
    return "/".join(part for part in entry.parts if part in entry.given or not owner([part]).known)


def _rank(attempt: _Try, exercise: str) -> tuple[bool, bool, int, datetime, int]:
    """What counts more, among the files of one student, compares as greater."""
    entry = attempt.entry
    fits = _key(exercise) in _key(entry.path) or _key(entry.parts[-1]).startswith("notebook")
    return not entry.problem, fits, attempt.owner.attempt, entry.modified or _NEVER, attempt.position


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _no_notebook(tries: list[_Try]) -> str:
    files = [attempt.entry.parts[-1] for attempt in tries if attempt.entry.parts[-1]]
    found = noted("found: {files}", files=_listed(files)) if files else noted("the folder is empty")
    return noted("No notebook was handed in; {found}. Hand in the .ipynb file.", found=found)


def _remarks(chosen: _Try, others: list[_Try]) -> Iterator[str]:
    if chosen.owner.late:
        yield noted("Canvas marks it as late.")
    aside = [_own_path(attempt.entry) for attempt in others if not attempt.entry.problem]
    if aside:
        counts = readable(_own_path(chosen.entry))
        yield noted(
            "{count} notebooks were handed in; '{name}' counts, not {others}.",
            count=len(aside) + 1,
            name=counts,
            others=_listed(aside),
        )
    if _several_inside([chosen, *others]):
        yield (
            noted(
                "Files in this archive are named as Canvas or Moodle name those of several people; these names were not"
                " heeded. If it is the archive of a class, it has to be graded by itself."
            )
        )
    for attempt in [attempt for attempt in others if attempt.entry.problem][:_MOST_NAMED]:
        yield _not_read(attempt)


def _not_read(attempt: _Try) -> str:
    name, problem = readable(attempt.entry.path), readable(attempt.entry.problem)
    return noted("'{name}' was not read: {problem}", name=name, problem=problem)


def _several_inside(tries: list[_Try]) -> bool:
    """Whether names that a student chose look like those of several students."""
    found = [owner(attempt.entry.parts[len(attempt.entry.given) :] or [""]) for attempt in tries]
    return len({(inside.student, inside.number) for inside in found if inside.known}) > 1


def _said_of(found: Beside) -> Iterator[str]:
    if found.files:
        yield noted(
            "Beside the notebook lay what was handed in with it: {names}.",
            names=_listed([file.name for file in found.files]),
        )
    yield from found.remarks[:_MOST_NAMED]
    if found.not_taken:
        yield noted(
            "Left aside, since the exercise takes no such files: {names}.", names=_listed(list(found.not_taken))
        )


def _listed(paths: list[str]) -> str:
    named = ", ".join(f"'{readable(path)}'" for path in paths[:_MOST_NAMED])
    more = len(paths) - _MOST_NAMED
    return noted("{names} and {count} more", names=named, count=more) if more > 0 else named


def _folded(submission: Submission) -> str:
    return unicodedata.normalize("NFKC", submission.student).casefold()
