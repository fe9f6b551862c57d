"""Who is who: the students of a gradebook found on a roster, never guessed."""

from dataclasses import dataclass
from pathlib import Path

from grader.gradebook.matching import match
from grader.gradebook.results import Results
from grader.intake.roster import claimed, read_roster
from grader.pipeline.material import Material


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of looking for everybody on a roster.

    Attributes:
        found: How many were found.
        problems: Who was not, or fits several, one line each; their marks stay.
        absent: Who is on the roster and has handed in nothing.
    """

    found: int
    problems: tuple[str, ...]
    absent: tuple[str, ...]


def enrol(material: Material, results: Results, roster: Path) -> Enrolled:
    """Find everybody who handed in on a roster, and keep what it says of them for later exports.

    Raises:
        InputError: The roster cannot be read; or nothing has been graded.
    """
    listed = read_roster(roster)
    book = results.existing(material.settings, material.exercise.slug)
    entries = [tries[-1] for _, tries in sorted(book.tries().items())]
    matches = match([claimed(each.submission) for each in entries], listed)
    book.identify({entries[position].student: listed[row] for position, row in matches.found.items()})
    problems = [f"{entries[position].student}: is not in {roster}." for position in matches.missing]
    problems += [f"{entries[position].student}: {why} in {roster}." for position, why in matches.unclear.items()]
    return Enrolled(
        len(matches.found) + len(matches.groups), tuple(problems), tuple(listed[row].shown for row in matches.left)
    )
