"""Whose marks are handed on: students and groups as submissions, a roster and excuses tell, never guessed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.gradebook.exports.mark import ExportedMark, each_student, under_another_name
from grader.gradebook.matching import match, name_with_id, with_distinct_labels
from grader.intake.roster import read_roster
from grader.model.student import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who handed in.

    Attributes:
        students: One for each submission, with what a roster says of them.
        rows: What the roster says of each submission of one student; None where it says nothing.
        members: For each submission of a group those of its members who are known; empty for a student.
        left: Who is on the roster and handed nothing in.
        problems: Who is not on the roster, or fits several lines; one line each.
        remarks: Whose mark goes to all members of a group; one line each.
    """

    students: tuple[Student, ...]
    rows: tuple[Student | None, ...]
    members: tuple[tuple[Student, ...], ...]
    left: tuple[Student, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def listed_students(roster: Path | None, people: Sequence[Student]) -> tuple[Sequence[Student], str]:
    """The students of the class, and what messages call this list.

    Args:
        roster: The file that lists them, if there is one.
        people: Those whom the portal knows, who count without a file.

    Raises:
        InputError: The file cannot be used.
    """
    if roster is not None:
        return read_roster(roster), str(roster)
    return people, "the portal" if people else ""


def find_people(
    claims: Sequence[Student], named: Sequence[tuple[Student, ...]], listed: Sequence[Student], place: str
) -> People:
    """Find who handed in on a roster.

    Args:
        claims: Whom each submission says it is from.
        named: For each submission the members of a group whom the platform names.
        listed: The students of the roster; empty where there is none.
        place: Its name, for messages; empty where there is none.
    """
    groups = match(claims, listed).groups
    sought = [
        (position, student)
        for position, claim in enumerate(claims)
        for student in (named[position] if named[position] and position not in groups else (claim,))
    ]
    labelled = with_distinct_labels([student for _, student in sought])
    matches = match(labelled, listed)
    students: list[Student] = list(claims)
    rows: list[Student | None] = [None] * len(claims)
    members: list[list[Student]] = [[] for _ in claims]
    for number, (position, student) in enumerate(sought):
        row = matches.pairs.get(number)
        identified = student if row is None else joined(student, listed[row])
        if student is not claims[position]:
            members[position].append(identified)
        elif row is not None:
            students[position], rows[position] = identified, listed[row]
    for number, of_group in matches.groups.items():
        members[sought[number][0]] = [listed[row] for row in of_group]
    problems = [_missing(labelled[number], place) for number in matches.missing] if place else []
    problems += [f"{labelled[number].shown}: {why} in {place}." for number, why in matches.unclear.items()]
    remarks = [_shared(students[position], group) for position, group in enumerate(members) if group]
    left = tuple(listed[position] for position in matches.left)
    return People(
        students=tuple(students),
        rows=tuple(rows),
        members=tuple(map(tuple, members)),
        left=left,
        problems=tuple(problems),
        remarks=tuple(remarks),
    )


def _missing(student: Student, place: str) -> str:
    group = ". If it is a group, enter its name for each member in a column Groups" if student.group else ""
    return f"{student.shown}: is not in {place}{group}."


def _shared(group: Student, members: Sequence[Student]) -> str:
    names = ", ".join(name_with_id(member) for member in members)
    return f"{group.shown}: is a group. Its mark goes to each member who is known: {names}."


def joined(claim: Student, listed: Student) -> Student:
    """What a roster and a submission say of one student, together."""
    return replace(
        listed,
        id=listed.id or claim.id,
        name=listed.full_name or claim.name,
        canvas_id=claim.canvas_id or listed.canvas_id,
        participant=claim.participant,
    )


def with_members(mark: ExportedMark, members: Sequence[Student]) -> ExportedMark:
    """The mark of a group, with that of each member."""
    of_members = [replace(mark, student=member, listed_id=member.id, group=mark.student.shown) for member in members]
    return replace(mark, members=tuple(of_members))


def settle_excuses(
    marks: Sequence[ExportedMark], excused: Sequence[Student]
) -> tuple[list[ExportedMark], list[Student], tuple[str, ...]]:
    """Excuse members of groups, and tell excuses for others who handed in from those who did not.

    Args:
        marks: One for each submission.
        excused: Who is excused, and handed nothing in under that name.

    Returns:
        The marks, without one for each member who is excused; who is excused and handed nothing in; and whose excuse is
        under another name than the submission, one line each.
    """
    everyone = each_student(marks)
    matched = match(excused, [mark.student for mark in everyone]).pairs
    freed = {id(everyone[other]) for other in matched.values() if everyone[other].group}
    problems = tuple(
        under_another_name(excused[position], everyone[other].student)
        for position, other in matched.items()
        if not everyone[other].group
    )
    settled = [
        replace(mark, members=tuple(_excused(member) if id(member) in freed else member for member in mark.members))
        for mark in marks
    ]
    return settled, [student for position, student in enumerate(excused) if position not in matched], problems


def _excused(mark: ExportedMark) -> ExportedMark:
    return replace(mark, assessment=replace(mark.assessment, excused=True))


def named_apart(
    marks: Sequence[ExportedMark], absent: Sequence[Student]
) -> tuple[tuple[ExportedMark, ...], tuple[Student, ...]]:
    """The same marks and students, where no two are called the same in messages."""
    everyone = each_student(marks)
    named = iter(with_distinct_labels([*(mark.student for mark in everyone), *absent]))
    labelled = []
    for mark in marks:
        if mark.members:
            members = tuple(replace(member, student=next(named)) for member in mark.members)
            labelled.append(replace(mark, members=members))
        else:
            labelled.append(replace(mark, student=next(named)))
    return tuple(labelled), tuple(named)
