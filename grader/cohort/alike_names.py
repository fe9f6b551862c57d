"""Students of one class whose names are nearly the same."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from grader.model.assessment import Flag
from grader.text.language import marked
from grader.text.messages import message

ALIKE = marked("nearly the same name as another")


def alike(students: Iterable[str]) -> Mapping[str, Flag]:
    """A flag for each student whose name differs from another one only in case or Unicode form.

    They stay different students; a person can tell whether two are one.
    """
    folded = defaultdict(list)
    for student in students:
        folded[unicodedata.normalize("NFKC", student).casefold()].append(student)
    return {
        student: Flag(
            ALIKE,
            message(
                "Another submission has nearly the same name: {names}; both were taken in.",
                names=", ".join(f"'{other}'" for other in sorted(names) if other != student),
            ),
        )
        for names in folded.values()
        for student in (names if len(names) > 1 else ())
    }
