"""Archives of Open edX, which hold the files of a whole course: which of them were handed in for the exercise.

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
    """Where a file lies: the folders of its assignment, the number of the assignment in them, and the rest."""

    folders: str
    number: str
    inside: tuple[str, ...]

    @property
    def assignment(self) -> tuple[str, str]:
        return self.folders, self.number

    @property
    def shown(self) -> str:
        """What to call the assignment."""
        return readable(", ".join(filter(None, (self.folders, self.number and f"number {self.number}"))))


def choose_assignment(entries: list[Entry], exercise: str) -> tuple[list[Entry], list[str]]:
    """Choose what was handed in for an exercise, if everything has the names of Open edX.

    Args:
        entries: All that was found.
        exercise: Slug; where several assignments hold notebooks, it is the one whose titles hold this name.

    Returns:
        The entries without the folders around them, with one more that has a problem for each file that Open edX lists
        and could not find; and what staff should be told. Other entries come back as they are.

    Raises:
        InputError: Several assignments hold notebooks, and their titles do not tell which one is meant.
    """
    places = [_place(entry) for entry in entries]
    alone = [entry for entry, place in zip(entries, places, strict=True) if entry.counts and place is None]
    found = [(entry, place) for entry, place in zip(entries, places, strict=True) if place]
    if not found or alone:
        return entries, []
    chosen = _chosen(found, exercise)
    own = [replace(entry, parts=place.inside) for entry, place in found if place.assignment == chosen or not chosen]
    others = dict.fromkeys(place.shown for _, place in found if chosen and place.assignment != chosen)
    beside = [entry for entry, place in zip(entries, places, strict=True) if not place]
    missing = [Entry(place.inside, problem=_missing()) for place in _not_found(beside) if place.assignment == chosen]
    kept = [entry for entry in beside if entry.parts[-1] not in MANIFESTS]
    told = [f"Left aside, since it is another assignment in Open edX: {shown}." for shown in others]
    return [*own, *missing, *kept], told


def is_unit(folder: str, inside: Collection[str]) -> bool:
    """Whether a folder is one of Open edX, named after the titles of the course that lead to an assignment."""
    return _UNIT.fullmatch(folder) is not None and any(map(edx_assignment_number, inside))


def _place(entry: Entry) -> _Place | None:
    """Where a file of Open edX lies; None for any other."""
    return _place_of(entry.parts, len(entry.owner_parts))


def _place_of(parts: tuple[str, ...], given: int) -> _Place | None:
    for position, part in enumerate(parts[:given]):
        around = "/".join(parts[:position])
        number = edx_assignment_number(part)
        if number and (not around or _UNIT.fullmatch(around)):
            return _Place(around, number, parts[position:])
        if position and _BLOCK.fullmatch(parts[position - 1]) and is_anonymous_of_edx(part):
            return _Place(around, "", parts[position:])
    return None


def _chosen(found: Sequence[tuple[Entry, _Place]], exercise: str) -> tuple[str, str] | None:
    """The assignment that is the exercise; None where only one was found, or none of them holds a notebook."""
    with_work = {place.assignment: place.shown for entry, place in found if entry.counts or entry.packed}
    if len(with_work) == 1:
        return next(iter(with_work))
    named = [assignment for assignment in with_work if _key(exercise) in _key(assignment[0])]
    if len(named) == 1:
        return named[0]
    if not with_work:
        return None
    several = "; ".join(f"'{shown}'" for shown in sorted(with_work.values())[:_MOST_NAMED])
    which = "more than one of their titles holds" if named else "none of their titles holds"
    raise InputError(
        f"The archive is of a course in Open edX and holds notebooks of {len(with_work)} assignments, and {which} the"
        f" name '{exercise}': {several}. Unpack it, keep the files of the right assignment only, and name their folder."
    )


def _not_found(beside: Sequence[Entry]) -> Iterator[_Place]:
    """The files that the tables of Open edX list as handed in and not found."""
    for entry in beside:
        if entry.parts[-1] not in MANIFESTS:
            continue
        around = entry.parts[:-1]
        for row in _rows(entry.content):
            path = tuple(step for step in row["file_path"].split("/") if step)
            place = _place_of((*around, *path), len(around) + len(path)) if path else None
            if place and row.get("type") == "attachment" and row.get("file_found") == "False":
                yield place


def _rows(content: bytes) -> Iterator[dict[str, str]]:
    """The rows of a table of Open edX; none of any other, and none behind a line that cannot be read."""
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
        "Open edX lists this file as handed in, but did not put it into the archive. Hand it in again, or have the"
        " archive downloaded again."
    )


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
