"""Students of one class whose names are nearly the same."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from grader.model.assessment import Flag
from grader.text.language import marked
from grader.text.messages import message

ALIKE = marked("nearly the same name as another student")


def alike_name_flags(students: Iterable[str]) -> Mapping[str, Flag]:
    """Flag each student whose name differs from another one only in case or Unicode form.

    They stay different students, because only a person can decide whether two of them are one.

    Args:
        students: The names of a class, each once.

    Returns:
        Student -> flag, only for students with such a name.

    Example:

    >>> sorted(alike_name_flags(["ada", "Ada", "bob"]))
    ['Ada', 'ada']
    """
    groups = defaultdict(list)
    for student in students:
        groups[unicodedata.normalize("NFKC", student).casefold()].append(student)
    flags = {}
    for names in groups.values():
        for student in names if len(names) > 1 else ():
            others = ", ".join(f"'{other}'" for other in sorted(names) if other != student)
            text = message("Another submission has nearly the same name: {names}. Both were graded.", names=others)
            flags[student] = Flag(ALIKE, text)
    return flags
