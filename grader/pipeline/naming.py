"""Which student a person means by a name that was typed."""

import re
from collections.abc import Collection
from difflib import SequenceMatcher

from grader.course.messages import suggestion
from grader.gradebook.matching import folded

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


def _likeness(sought: str, name: str) -> float:
    return SequenceMatcher(None, sought, folded(name), autojunk=False).ratio()
