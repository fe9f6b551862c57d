"""Which student is meant: by a name that was typed, and by what a platform says of a submission."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from grader.course.messages import suggestion
from grader.gradebook.matching import folded, may_be_same
from grader.intake.roster import source
from grader.model.standing import Try
from grader.model.student import Student
from grader.model.submission import Source, Submission

_NEAR = 0.7
_MOST_NAMED = 3


def meant(student: str, names: Collection[str]) -> str | None:
    """Who is meant: the same name, or the only one that is the same but for case; None if there is none."""
    if student in names:
        return student
    alike = [name for name in names if name.casefold() == student.casefold()]
    return alike[0] if len(alike) == 1 else None


def near(student: str, names: Collection[str]) -> list[str]:
    """The names that are most like one, the nearest first; also where only one word of them is."""
    sought = folded(student)
    likeness = {name: max(_likeness(sought, each) for each in (name, *re.findall(r"\w+", name))) for name in names}
    return sorted((name for name in likeness if likeness[name] >= _NEAR), key=lambda name: -likeness[name])[
        :_MOST_NAMED
    ]


def nobody(student: str, names: Collection[str]) -> str:
    """What to say of a name that no student has, with those that are nearest."""
    found = " or ".join(f"'{name}'" for name in near(student, names))
    return f"{student}: nobody of that name has handed anything in; " + (
        f"did you mean {found}?" if found else f"{suggestion(student, names)}."
    )


def as_known(submissions: Sequence[Submission], tries: Mapping[str, Sequence[Try]]) -> list[Submission]:
    """Give students the names under which the gradebook knows them: by the numbers of their platform.

    A later archive may hold two students of one name where the first held one, or a name in other letters. Whoever has
    another number than the student of that name stays another student.

    Args:
        submissions: What was taken in now.
        tries: Student -> what was taken in before.
    """
    known = {name: source(theirs[-1].submission) for name, theirs in tries.items() if theirs}
    numbers = {_number(told): name for name, told in known.items() if _number(told)}
    return [replace(each, student=_known_as(each, known, numbers)) for each in submissions]


def _known_as(submission: Submission, known: Mapping[str, Source], numbers: Mapping[str, str]) -> str:
    told = source(submission)
    number = _number(told)
    if not number:
        return submission.student
    name = numbers.get(number)
    if name is not None and _may_be_same(told, known[name]):
        return name
    if submission.student in known and _number(known[submission.student]) not in ("", number):
        return f"{told.name} ({told.number or told.login})"
    return submission.student


def _number(told: Source) -> str:
    """What a platform knows a student by; empty where it tells nothing but a name."""
    own = told.number or told.login
    return f"{told.platform} {own}" if own else ""


def _may_be_same(one: Source, other: Source) -> bool:
    return one.anonymous or other.anonymous or may_be_same(Student(name=one.name), Student(name=other.name))


def _likeness(sought: str, name: str) -> float:
    return SequenceMatcher(None, sought, folded(name), autojunk=False).ratio()
