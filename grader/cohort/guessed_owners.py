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

_WORK = marked("The name contains the word '{part}', which describes the work rather than a person.")
_COMMON = marked("All the other names also contain '{part}'.")
_NUMBERED = marked(
    "The name differs from '{other}' only in a number or in a word for the work, so both may "
    "belong to the same student."
)
_IDENTIFIER = marked("The name contains '{part}', which looks like an id, an address or a time that a platform wrote.")

_WORDS = {
    *("lab", "labs", "hw", "homework", "ex", "exercise", "exercises", "assignment", "task", "sheet", "problem"),
    *("notebook", "notebooks", "solution", "solutions", "submission", "answer", "answers", "project", "exam", "quiz"),
    *("lecture", "chapter", "final", "draft", "copy", "untitled", "version", "uebung", "blatt", "aufgabe", "abgabe"),
    *("lösung", "übung", "kopie", "attempt", "colab", "jupyter", "ipynb", "file", "attachment", "upload"),
}
"""Words for the work of a student, in English and German."""
_PEOPLE = {
    *("student", "students", "user", "participant", "person", "group", "team", "gruppe", "teilnehmer", "anon", "id"),
}
"""Words that name a person together with a number."""
_PARTS = re.compile(r"[^\s_\-+.,;()\[\]#=]+")
_ADDRESS = re.compile(r"[^\s@_]+@[^\s@_]+\.[A-Za-z]{2,}")
_HEXADECIMAL = re.compile(
    r"(?<![^\W_])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{12,}(?![^\W_])|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
_DAY = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}([-_.]?)[01][0-9]\1[0-3][0-9](?![0-9])")
_FORM = re.compile(r"\[[0-9x]+\]|#[0-9]+|=[0-9]+")
_FEWEST_IN_COMMON = 3
"""With fewer names, a common first or last part may be chance."""
_MOST_NAMED = 3


def doubts(names: Collection[str], exercise: str) -> Mapping[str, Text]:
    """Find the names that may not be those of students, and say why.

    Args:
        names: Names that are used as students' names and that no known platform writes.
        exercise: Slug of the exercise, which people put into the names of files.

    Returns:
        Name -> a sentence that says why; only for names in doubt.

    Example:

    >>> print(doubts(["jane-notebook", "bob"], "lenet5")["jane-notebook"])
    It contains the word 'notebook', which describes the work rather than a person.
    """
    parts = {name: _PARTS.findall(name.casefold()) for name in names}
    reasons = _common_parts(parts)
    # Of several reasons for one name, a later and more exact one replaces an earlier one.
    for name in names:
        if reason := _doubt_of_one(name, parts[name], exercise):
            reasons[name] = reason
    return reasons | _numbered(parts, exercise)


def guessed_name_flags(names: Collection[str], exercise: str) -> Mapping[str, Flag]:
    """Flag each name in doubt, for staff; see `doubts`."""
    return {
        name: Flag(
            GUESSED,
            message(
                (
                    "The name '{name}' does not follow the pattern of any known platform, so the grader used "
                    "all of it as the student's name. {why} If that is wrong, correct it with `grader "
                    "rename-student`."
                ),
                name=name,
                why=why,
            ),
        )
        for name, why in doubts(names, exercise).items()
    }


def guessed_name_notes(names: Collection[str], exercise: str) -> list[str]:
    """Write notes for a terminal, in English, about names that were taken for students' names.

    Args:
        names: Names that are used as students' names and that no known platform writes.
        exercise: Slug of the exercise.

    Returns:
        A line with the names, and a line with those in doubt and what to do. No lines for a single name that is not in
        doubt.
    """
    doubtful = sorted(doubts(names, exercise))
    if len(names) < 2 and not doubtful:
        return []
    amount = amount_of(len(names), "name comes from no known platform", "names come from no known platform")
    lines = [f"{amount}, so the grader uses each whole name as a student's name: {_quoted(sorted(names))}."]
    if doubtful:
        lines.append(
            f"{len(doubtful)} of them may not be names of students, because they look like the names of an unknown "
            f"platform or like titles: {_quoted(doubtful)}. The grader used each whole name, and deducts no points. "
            f"If a name is wrong, rename the files to the students' names (all files of one student in one folder "
            f"with the student's name)"
            " and grade again, or correct it with `grader rename-student`."
        )
    return lines


def _doubt_of_one(name: str, parts: Sequence[str], exercise: str) -> Text:
    """The reason why a name is in doubt even without the others; empty if there is none."""
    if match := _FORM.search(name) or _HEXADECIMAL.search(name) or _DAY.search(name):
        return message(_IDENTIFIER, part=match.group())
    address = _ADDRESS.search(name)
    # A name that is an address and nothing else may well be that of a student.
    if address and address.group() != name:
        return message(_IDENTIFIER, part=address.group())
    slug = _letters_and_digits(exercise)
    if slug and slug in _letters_and_digits(name):
        return message(_WORK, part=exercise)
    word = next((part for part in parts if part.rstrip("0123456789") in _WORDS), "")
    return message(_WORK, part=word) if word else ""


def _common_parts(parts: Mapping[str, Sequence[str]]) -> dict[str, Text]:
    """The reason for all names, if all begin or all end with the same part and have more than that."""
    if len(parts) < _FEWEST_IN_COMMON or any(len(name_parts) < 2 for name_parts in parts.values()):
        return {}
    for place in (0, -1):
        ends = {name_parts[place] for name_parts in parts.values()}
        if len(ends) == 1 and not ends <= _PEOPLE:
            return {name: message(_COMMON, part=name_parts[place]) for name, name_parts in parts.items()}
    return {}


def _numbered(parts: Mapping[str, Sequence[str]], exercise: str) -> dict[str, Text]:
    """The reason for names that differ only in numbers and words for the work, as several files of one student do."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, name_parts in parts.items():
        groups[tuple(part for part in name_parts if not _names_no_person(part, exercise))].append(name)
    reasons: dict[str, Text] = {}
    for personal_parts, names in groups.items():
        if len(names) < 2 or _PEOPLE.issuperset(personal_parts):
            continue  # `student-1` and `student-2` are two students; so may be `1` and `2`
        for name in names:
            reasons[name] = message(_NUMBERED, other=next(other for other in sorted(names) if other != name))
    return reasons


def _names_no_person(part: str, exercise: str) -> bool:
    word = part.rstrip("0123456789")
    return word in ("", "v") or word in _WORDS or part in exercise.casefold().split("-")


def _quoted(names: Sequence[str]) -> Text:
    return first_few([f"'{name}'" for name in names], _MOST_NAMED)


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
