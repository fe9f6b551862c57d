"""Archives of Open edX, which hold the files of a whole course; this module finds those of one exercise.

responses    [1]<Section>, [1]<Subsection>, [1]<Unit>/[<number>] - <login> - <original name>, and submissions.csv
             Removed from course/[x] - <login> - <original name>
before 2021  <course>/block-v1:<block>/<anonymous id>/attachments/<original name>, and downloads.csv

`grader.intake.platforms` reads whose a file is. A title may hold `/`, so that one folder of it becomes several.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.errors import InputError
from grader.intake.entries import Entry
from grader.intake.names import readable
from grader.intake.platforms import MANIFESTS, edx_assignment_number, is_anonymous_of_edx
from grader.text.messages import Text, message

_UNIT = re.compile(r"(?:.*/)?(?:\[[0-9]+\].*, \[[0-9]+\].*, \[[0-9]+\].*|Removed from course)", re.DOTALL)
_BLOCK = re.compile(r"block-v1[:_].+\+type@.+")
_COLUMNS = {"block_id", "student_id", "type", "file_path"}
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a file: the folders of its assignment, the number of the assignment in them, and the other parts."""

    folders: str
    number: str
    inside: tuple[str, ...]

    @property
    def assignment(self) -> tuple[str, str]:
        """The folders and the number, which identify the assignment."""
        return self.folders, self.number

    @property
    def title(self) -> str:
        """The folders and the number of the assignment, for messages."""
        return readable(", ".join(filter(None, (self.folders, self.number and f"number {self.number}"))))


def choose_assignment(entries: list[Entry], exercise: str) -> tuple[list[Entry], list[str]]:
    """Choose the files that were handed in for an exercise, if all files have the names of Open edX.

    Args:
        entries: All files.
        exercise: Slug. If several assignments hold notebooks, the one whose titles contain the slug is chosen.

    Returns:
        The entries without the folders around them, and notes for staff. For each file that Open edX lists but could
        not find, there is one more entry with a problem. Other entries are returned unchanged.

    Raises:
        InputError: Several assignments hold notebooks, and their titles do not identify one of them.
    """
    placed: list[tuple[Entry, _Place]] = []
    others: list[Entry] = []
    for entry in entries:
        place = _place(entry)
        if place:
            placed.append((entry, place))
        else:
            others.append(entry)
    if not placed or any(entry.counts for entry in others):
        return entries, []
    assignment = _assignment(placed, exercise)
    work: list[Entry] = []
    other_titles: dict[str, None] = {}
    for entry, place in placed:
        if assignment is None or place.assignment == assignment:
            work.append(replace(entry, parts=place.inside))
        else:
            other_titles[place.title] = None
    missing = [
        Entry(parts=place.inside, problem=_missing()) for place in _not_found(others) if place.assignment == assignment
    ]
    others = [entry for entry in others if entry.parts[-1] not in MANIFESTS]
    notes = [f"Skipped, because it belongs to another assignment in Open edX: {title}." for title in other_titles]
    return [*work, *missing, *others], notes


def is_unit(folder: str, inside: Collection[str]) -> bool:
    """Whether a folder is one of Open edX, named after the titles of the course that lead to an assignment.

    Args:
        folder: Its name.
        inside: The names of its files and folders.
    """
    return _UNIT.fullmatch(folder) is not None and any(map(edx_assignment_number, inside))


def _place(entry: Entry) -> _Place | None:
    """The place of a file of Open edX; None for any other file."""
    return _place_of(entry.parts, len(entry.owner_parts))


def _place_of(parts: tuple[str, ...], depth: int) -> _Place | None:
    for position, part in enumerate(parts[:depth]):
        folders = "/".join(parts[:position])
        number = edx_assignment_number(part)
        if number and (not folders or _UNIT.fullmatch(folders)):
            return _Place(folders, number, parts[position:])
        if position and _BLOCK.fullmatch(parts[position - 1]) and is_anonymous_of_edx(part):
            return _Place(folders, "", parts[position:])
    return None


def _assignment(placed: Sequence[tuple[Entry, _Place]], exercise: str) -> tuple[str, str] | None:
    """The assignment that is the exercise; None if no assignment holds a notebook."""
    with_work = {place.assignment: place.title for entry, place in placed if entry.counts or entry.packed}
    if len(with_work) == 1:
        return next(iter(with_work))
    matching = [assignment for assignment in with_work if _key(exercise) in _key(assignment[0])]
    if len(matching) == 1:
        return matching[0]
    if not with_work:
        return None
    titles = "; ".join(f"'{title}'" for title in sorted(with_work.values())[:_MOST_NAMED])
    which = "more than one of their titles contains" if matching else "none of their titles contains"
    raise InputError(
        f"The archive is from a course in Open edX and contains notebooks of {len(with_work)} assignments, but "
        f"{which} the name '{exercise}': {titles}. Unpack it, keep only the files of the right assignment, and grade "
        f"their folder."
    )


def _not_found(beside: Sequence[Entry]) -> Iterator[_Place]:
    """The places of the files that the tables of Open edX list as handed in but not found."""
    for entry in beside:
        if entry.parts[-1] not in MANIFESTS:
            continue
        folder = entry.parts[:-1]
        for row in _rows(entry.content):
            path = tuple(step for step in row["file_path"].split("/") if step)
            place = _place_of((*folder, *path), len(folder) + len(path)) if path else None
            if place and row.get("type") == "attachment" and row.get("file_found") == "False":
                yield place


def _rows(content: bytes) -> Iterator[dict[str, str]]:
    """The rows of a table of Open edX, up to the first line that cannot be read; no rows of any other table."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace"), newline=""))
    try:
        if not _COLUMNS.issubset(reader.fieldnames or ()):
            return
        for row in reader:
            yield {name: value for name, value in row.items() if isinstance(name, str) and isinstance(value, str)} | {
                "file_path": row["file_path"] or ""
            }
    except csv.Error:
        return


def _missing() -> Text:
    return message(
        "Open edX lists this file as submitted, but did not put it into the archive. Submit it "
        "again, or ask your instructor to download the archive again."
    )


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
