"""Names that no known platform writes, which are used as students' names, and which of them may not be names.

A file `jane.ipynb` is Jane's. Whose is `jane-notebook.ipynb`? An unknown platform may have written this name,
or a student. The whole name is then used as the student's name. No points are deducted, and staff see a flag.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from grader.model.assessment import Flag
from grader.text.language import marked
from grader.text.messages import Text, message
from grader.text.values import amount_of, first_few

GUESSED = marked("name that may not be a student's")

_WORK = marked("It contains the word '{part}', which describes the work rather than a person.")
_COMMON = marked("It has '{part}' in common with all the others.")
_NUMBERED = marked("It differs from '{other}' only in a number or a word for the work, so both may be one student's.")
_IDENTIFIER = marked("It contains '{part}', which looks like an id, an address or a time that a platform wrote.")

_WORDS = {
    *("lab", "labs", "hw", "homework", "ex", "exercise", "exercises", "assignment", "task", "sheet", "problem"),
    *("notebook", "notebooks", "solution", "solutions", "submission", "answer", "answers", "project", "exam", "quiz"),
    *("lecture", "chapter", "final", "draft", "copy", "untitled", "version", "uebung", "blatt", "aufgabe", "abgabe"),
    *("lösung", "übung", "kopie", "attempt", "colab", "jupyter", "ipynb", "file", "attachment", "upload"),
}
_PEOPLE = {
    "student",
    "students",
    "user",
    "participant",
    "person",
    "group",
    "team",
    "gruppe",
    "teilnehmer",
    "anon",
    "id",
}
"""Words that name a person together with a number."""
_PARTS = re.compile(r"[^\s_\-+.,;()\[\]#=]+")
_ADDRESS = re.compile(r"[^\s@_]+@[^\s@_]+\.[A-Za-z]{2,}")
_HEXADECIMAL = re.compile(
    r"(?<![^\W_])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{12,}(?![^\W_])|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_DAY = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}([-_.]?)[01][0-9]\1[0-3][0-9](?![0-9])")
_FORM = re.compile(r"\[[0-9x]+\]|#[0-9]+|=[0-9]+")
_ENOUGH = 3
_MOST_NAMED = 3


def doubts(names: Collection[str], exercise: str) -> Mapping[str, Text]:
    """Which names may not be those of students, and why.

    Args:
        names: Names that are used as students' names and that no known platform writes.
        exercise: Slug of the exercise, which people put into the names of files.

    Returns:
        Name -> a sentence that says why; only for names in doubt.
    """
    parts = {name: _PARTS.findall(name.casefold()) for name in names}
    return (
        _in_common(parts)
        | {name: why for name, own in parts.items() if (why := _own(name, own, exercise))}
        | _numbered(parts, exercise)
    )


def guessed(names: Collection[str], exercise: str) -> Mapping[str, Flag]:
    """A flag for each name in doubt, to show to staff."""
    return {
        name: Flag(
            GUESSED,
            message(
                "No platform is known that writes '{name}', so all of it was taken for the student's name. {why}"
                " If it is not, correct it with `grader rename-student`.",
                name=name,
                why=why,
            ),
        )
        for name, why in doubts(names, exercise).items()
    }


def told(names: Collection[str], exercise: str) -> list[str]:
    """What the terminal says of names that were taken for students', in English.

    Returns:
        The names, and then those in doubt with what to do; nothing of a single name that is not in doubt.
    """
    doubtful = sorted(doubts(names, exercise))
    if len(names) < 2 and not doubtful:
        return []
    taken = amount_of(len(names), "name was", "names were")
    lines = [f"{taken} written by no known platform, and taken for names of students: {_quoted(sorted(names))}."]
    if doubtful:
        lines.append(
            f"{len(doubtful)} of them may not be names of students, since they have the form of an unknown platform or"
            f" of a title: {_quoted(doubtful)}. The whole name was taken, and nothing is deducted. If it is wrong,"
            " rename the files to the students' names (all files of one student in one folder with the student's name)"
            " and grade again, or correct it with `grader rename-student`."
        )
    return lines


def _own(name: str, parts: Sequence[str], exercise: str) -> Text:
    """Why one name alone is in doubt; empty where it is not."""
    if found := _FORM.search(name) or _HEXADECIMAL.search(name) or _DAY.search(name):
        return message(_IDENTIFIER, part=found.group())
    address = _ADDRESS.search(name)
    if address and address.group() != name:
        return message(_IDENTIFIER, part=address.group())
    if _key(exercise) and _key(exercise) in _key(name):
        return message(_WORK, part=exercise)
    word = next((part for part in parts if part.rstrip("0123456789") in _WORDS), "")
    return message(_WORK, part=word) if word else ""


def _in_common(parts: Mapping[str, Sequence[str]]) -> dict[str, Text]:
    """Names that all begin or all end with the same part, and have more than that."""
    longer = [own for own in parts.values() if len(own) > 1]
    if len(longer) < _ENOUGH or len(longer) < len(parts):
        return {}
    for place in (0, -1):
        if len({own[place] for own in longer}) == 1 and longer[0][place] not in _PEOPLE:
            return {name: message(_COMMON, part=own[place]) for name, own in parts.items()}
    return {}


def _numbered(parts: Mapping[str, Sequence[str]], exercise: str) -> dict[str, Text]:
    """Names that are the same but for numbers and words for the work, as several files of one student are."""
    same: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, own in parts.items():
        same[tuple(part for part in own if not _tells_nobody(part, exercise))].append(name)
    return {
        name: message(_NUMBERED, other=next(other for other in sorted(alike) if other != name))
        for kept, alike in same.items()
        if len(alike) > 1 and kept and not _PEOPLE.issuperset(kept)
        for name in alike
    }


def _tells_nobody(part: str, exercise: str) -> bool:
    plain = part.rstrip("0123456789")
    return plain in ("", "v") or plain in _WORDS or part in exercise.casefold().split("-")


def _quoted(names: Sequence[str]) -> Text:
    return first_few([f"'{name}'" for name in names], _MOST_NAMED)


def _key(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
