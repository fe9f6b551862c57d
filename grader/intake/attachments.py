"""The files that come with a notebook: those that are stored beside it when it runs, and their names."""

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from grader.intake.entries import Entry
from grader.intake.layouts import likely_names
from grader.intake.names import readable
from grader.intake.platforms import owner_of
from grader.model.exercise import HandIn
from grader.model.submission import HandedIn
from grader.text.messages import Numeral, Text, message, number

_LONGEST_NAME = 100
_MOST_NAME_BYTES = 255
_MOST_FILES = 40
_NEVER = datetime.min.replace(tzinfo=UTC)
_OF_THE_EXERCISE = ("exercise.toml", "course.toml")


@dataclass(frozen=True, slots=True)
class Attachments:
    """The files that came with a notebook.

    Attributes:
        files: The files beside it when it runs, sorted by name.
        remarks: One for each file that the exercise accepts but that was not used, with the reason.
        not_accepted: Names of files that the exercise does not accept.
    """

    files: tuple[HandedIn, ...] = ()
    remarks: tuple[Text, ...] = ()
    not_accepted: tuple[str, ...] = ()


def choose_attachments(
    notebook: Entry, others: Iterable[Entry], hand_in: HandIn, exercise_files: Collection[str] = ()
) -> Attachments:
    """Choose the files that are beside a notebook when it runs.

    Args:
        notebook: The notebook that counts.
        others: The other files that the student handed in.
        hand_in: The files that the exercise accepts.
        exercise_files: Names of the exercise's files, relative to the notebook; none of them can be replaced.

    Returns:
        Files from the folder of the notebook or from one above it. If several have the same name, the nearest
        counts, then the one with the highest number in Canvas, then the latest.
        No more bytes are read than `hand_in` allows.
    """
    if not hand_in.files:
        return Attachments()
    candidates: dict[str, list[Entry]] = defaultdict(list)
    not_accepted = []
    for entry in others:
        name = _name(entry, notebook, hand_in)
        if hand_in.takes(name):
            candidates[name].append(entry)
        elif entry.parts[-1] and name not in {*_OF_THE_EXERCISE, *(path.rpartition("/")[2] for path in exercise_files)}:
            not_accepted.append(name)
    files: list[HandedIn] = []
    remarks = list(_accept(notebook, candidates, hand_in, exercise_files=exercise_files, files=files))
    return Attachments(tuple(files), tuple(remarks), tuple(sorted(set(not_accepted))))


def _accept(
    notebook: Entry,
    candidates: dict[str, list[Entry]],
    hand_in: HandIn,
    *,
    exercise_files: Collection[str],
    files: list[HandedIn],
) -> Iterator[Text]:
    """Add to `files` the candidates that can be used, and give a remark on each of the others."""
    left = hand_in.most_bytes
    for name in sorted(candidates):
        entry = max(candidates[name], key=lambda entry: _rank(entry, notebook))
        problem = _unsafe(name, exercise_files) or _elsewhere(entry, notebook) or _too_much(entry, left, hand_in)
        if len(files) >= _MOST_FILES:
            problem = message("at most {most} files are accepted", most=_MOST_FILES)
        if not problem and entry.source is not None:
            try:
                files.append(HandedIn(name, entry.source))
                left -= entry.size
            except OSError as error:
                problem = message("it cannot be read ({error})", error=error.strerror)
        if problem or entry.source is None:
            why = problem or message("it cannot be read")
            yield message("'{name}' was not used: {why}.", name=readable(name)[:_LONGEST_NAME], why=why)


def _name(entry: Entry, notebook: Entry, hand_in: HandIn) -> str:
    """The student's name for a file: a name that the notebook mentions, else the likeliest one that is accepted."""
    names = likely_names(entry.parts, notebook.parts)
    accepted = [name for name in names if hand_in.takes(name)] or names[:1]
    mentioned = (name for name in reversed(accepted) if name.encode(errors="replace") in notebook.content)
    return next(mentioned, accepted[0])


def _rank(entry: Entry, notebook: Entry) -> tuple[bool, int, int, datetime]:
    """A sort key for files of the same name: the file that counts compares as greatest."""
    return (
        not _elsewhere(entry, notebook),
        len(entry.parts),
        owner_of(entry.parts[:1]).attachment,
        entry.modified or _NEVER,
    )


def _elsewhere(entry: Entry, notebook: Entry) -> Text:
    """Why a file is in the wrong folder; empty if it is beside the notebook or above it."""
    folder = entry.parts[:-1]
    if notebook.parts[:-1][: len(folder)] == folder:
        return ""
    return message("it is in a different folder from the notebook. Put both into the same folder")


def _unsafe(name: str, exercise_files: Collection[str]) -> Text:
    """Why no file of this name can be stored beside a notebook; empty if one can."""
    if len(os.fsencode(name)) > _MOST_NAME_BYTES:
        return message(
            ("its name is {size} bytes long, but file systems allow at most {most}. Give it a shorter name"),
            size=len(os.fsencode(name)),
            most=_MOST_NAME_BYTES,
        )
    if len(name) > _LONGEST_NAME or not name.isprintable() or name.startswith(".") or not {"/", "\\"}.isdisjoint(name):
        return message(
            "its name must be printable, have at most {longest} characters, and not begin with a dot",
            longest=_LONGEST_NAME,
        )
    exercise_names = {part.casefold() for path in exercise_files for part in (path, path.partition("/")[0])}
    if name.casefold() in exercise_names:
        return message("the exercise has its own file or folder with that name, which is used instead")
    return ""


def _too_much(entry: Entry, left: int, hand_in: HandIn) -> Text:
    if entry.size <= left:
        return ""
    return message(
        (
            "its size is {size} MiB, but all files of a submission together may take at most {most} "
            "MiB. Submit only the weights (`model.save_weights`), which need a third of the space, "
            "or a smaller model"
        ),
        size=Numeral(f"{entry.size / 2**20:,.1f}"),
        most=number(hand_in.max_mb),
    )
