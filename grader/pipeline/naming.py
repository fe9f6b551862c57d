"""Finds students in the gradebook: by a name that a person typed, and by what a platform says of a submission."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from grader.gradebook.matching import folded, may_be_same
from grader.gradebook.people import later_names
from grader.gradebook.store import Gradebook
from grader.intake.names import composed
from grader.intake.roster import source_of
from grader.model.attempt import Attempt
from grader.model.student import Student
from grader.model.submission import Source, Submission
from grader.text.suggestions import suggestion

_NEAR = 0.7
_MOST_NAMED = 3


def known_name(student: str, names: Collection[str]) -> str | None:
    """Find the name that a person typed among known names.

    Returns:
        The same name, or the only one that differs in case or in how accents are encoded; None if there is none.

    Example:
        >>> known_name("ada", ["Ada", "Bob"])
        'Ada'
    """
    for alike in (str, composed, _without_case):
        matches = [name for name in dict.fromkeys(names) if alike(name) == alike(student)]
        if len(matches) == 1:
            return matches[0]
    return None


def near(student: str, names: Collection[str]) -> list[str]:
    """The names that are most like one, the nearest first; also where only one word of them is."""
    sought = folded(student)
    likeness = {name: max(_likeness(sought, reading) for reading in _readings(name)) for name in names}
    near = [name for name in likeness if likeness[name] >= _NEAR]
    near.sort(key=lambda name: (-likeness[name], _without_number(name) != student))
    same = sum(_without_number(name) == student for name in near)
    return near[: max(same, _MOST_NAMED)]


def unknown_student(student: str, names: Collection[str]) -> str:
    """The message about a name that no student has, with the nearest names."""
    nearest = " or ".join(f"'{name}'" for name in near(student, names))
    return f"{student}: no student of that name has submitted. " + (
        f"Did you mean {nearest}?" if nearest else f"{suggestion(student, names)}."
    )


def under_present_names(submissions: Sequence[Submission], book: Gradebook) -> list[Submission]:
    """The submissions, those under the earlier name of a student who was renamed or merged with the present one.

    Otherwise the same folder of submissions would bring the earlier name back.
    """
    later, known = later_names(book.student_changes()), book.collected()
    present = {old: new for old, new in later.items() if old not in known}
    return [replace(one, student=present.get(one.student, one.student)) for one in submissions]


def as_known(submissions: Sequence[Submission], attempts: Mapping[str, Sequence[Attempt]]) -> list[Submission]:
    """Give students the names under which the gradebook knows them: by the numbers of their platform.

    A later archive may hold two students of one name where the first held one, or a name in other letters. Whoever has
    another number than the student of that name stays another student.

    Args:
        submissions: What was taken in now.
        attempts: Student -> what was taken in before.
    """
    known = {name: source_of(of_student[-1].submission) for name, of_student in attempts.items() if of_student}
    numbers = {_number(source): name for name, source in known.items() if _number(source)}
    return [replace(submission, student=_known_as(submission, known, numbers)) for submission in submissions]


def _known_as(submission: Submission, known: Mapping[str, Source], numbers: Mapping[str, str]) -> str:
    source = source_of(submission)
    number = _number(source)
    name = numbers.get(number) if number else None
    if name is not None and _may_be_same(source, known[name]):
        return name
    same = _composed_alike(submission.student, known)
    if number and same in known and _number(known[same]) not in ("", number):
        return f"{source.name} ({source.number or source.login})"
    return same


def _composed_alike(student: str, known: Collection[str]) -> str:
    """The name as the gradebook has it, which may have taken it from a system that writes accents apart."""
    if student in known:
        return student
    return next((name for name in known if composed(name) == composed(student)), student)


def _number(source: Source) -> str:
    """What a platform knows a student by; empty where it tells nothing but a name."""
    identifier = source.number or source.login
    return f"{source.platform} {identifier}" if identifier else ""


def _may_be_same(one: Source, other: Source) -> bool:
    return one.anonymous or other.anonymous or may_be_same(Student(name=one.name), Student(name=other.name))


def _readings(name: str) -> list[str]:
    """A name as somebody may have meant to type it: whole, without the number behind it, or only one word of it."""
    return [name, _without_number(name), *re.findall(r"\w+", name)]


def _without_number(name: str) -> str:
    """A name without the number that tells it apart from another one like it."""
    return re.sub(r" \([^()]*\)$", "", name)


def _without_case(name: str) -> str:
    return composed(composed(name).casefold())


def _likeness(sought: str, name: str) -> float:
    return SequenceMatcher(None, sought, folded(name), autojunk=False).ratio()
