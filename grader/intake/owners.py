"""The owners of many files, where a single name is not enough but all names together are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from grader.intake.entries import Entry, is_notebook
from grader.intake.platforms import (
    METADATA,
    Owner,
    edx_owner,
    gradescope_number,
    ilias_owner,
    is_anonymous_of_edx,
    is_ilias_team,
    no_owner,
    owner_by_hand,
    owner_of,
    possible_owners,
    stem,
)
from grader.model.student import Student
from grader.model.submission import Platform, Who
from grader.text.messages import message

_COPY = re.compile(r"(?P<base>.*\S)\s?\((?P<number>[1-9][0-9]?)\)", re.DOTALL)
_PART = re.compile(r"part_[0-9]+\.txt")
_YEAR = re.compile("20[0-9]{2}")
_BLACKBOARD_NAME = re.compile(r"\s*[^:\n]{1,30}:\s*(?P<name>[^\n]{1,200}?)\s*\((?P<login>[^()\n]{1,100})\)\s*(?:\n|$)")
_YAML_ITEM = re.compile(r"(?:- *)?:?(?P<key>name|sid|email|created_at):(?P<value>.*)")
_YAML_SUBMISSION = re.compile(r"(?P<name>submission_[0-9]+):\s*")


def owners_of(entries: Sequence[Entry]) -> list[Owner]:
    """Find out who handed in each of many files.

    Args:
        entries: All files, without the folders around the class.

    Returns:
        An owner for each entry, in the same order.
    """
    firsts = dict.fromkeys(_first(entry) for entry in entries)
    by_name = {name: owner_of([name]) for name in firsts} | _of_the_only_platform(firsts)
    folders = {_first(entry) for entry in entries if len(entry.parts) > 1 and entry.parts[0] != ".."}
    with_contents = {_first(entry) for entry in entries if len(entry.owner_parts) > 1}
    by_name |= {name: owner_by_hand(name) for name in _of(Platform.NBGRADER, by_name) if name not in with_contents}
    # Each step corrects the owners of the steps before it, so their order matters.
    for refine in (_canvas, _moodle, _blackboard, _brightspace):
        by_name |= refine(by_name)
    by_name |= _notes_of_blackboard(entries, by_name)
    by_name |= _ilias(entries, folders)
    by_name |= _gradescope(entries, folders)
    by_name |= _edx_folders(entries)
    by_name |= _copies(entries, by_name, folders)
    return [by_name[_first(entry)] for entry in entries]


def _first(entry: Entry) -> str:
    return next((part for part in entry.parts if part != ".."), "..")


def _of_the_only_platform(names: Iterable[str]) -> dict[str, Owner]:
    """Owners of names in the forms of several platforms, if the names around them are of only one of these.

    A student chose the part of a name behind the platform's part, so it may look like the name of another platform.
    """
    possible = {name: possible_owners(name) for name in names}
    platforms = {several[0].platform for several in possible.values() if len(several) == 1 and several[0].known}
    owners: dict[str, Owner] = {}
    for name, several in possible.items():
        of_platforms = [owner for owner in several if owner.platform in platforms]
        if len(several) > 1 and len(of_platforms) == 1:
            owners[name] = of_platforms[0]
    return owners


def _of(platform: Platform, owners: Mapping[str, Owner]) -> dict[str, Owner]:
    return {name: owner for name, owner in owners.items() if owner.platform is platform}


def _canvas(owners: Mapping[str, Owner]) -> dict[str, Owner]:
    """Names that look like Canvas and cannot be: Canvas gives each file and each user a separate number."""
    canvas = _of(Platform.CANVAS, owners)
    files: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    users: dict[str, set[str]] = defaultdict(set)
    for owner in canvas.values():
        if owner.attachment:
            files[*owner.key, owner.attachment].add(_without_copy(owner.file))
        users[owner.number].add(owner.student)
    if _is_one_of_a_series(list(canvas.values())):
        return {name: owner_by_hand(name) for name in canvas}
    return {
        name: owner_by_hand(name)
        for name, owner in canvas.items()
        if (owner.attachment and len(files[*owner.key, owner.attachment]) > 1) or len(users[owner.number]) > 1
    }


def _is_one_of_a_series(owners: Sequence[Owner]) -> bool:
    """Whether all begin with the same word, as `cnn_3_1001_ada` and `cnn_3_1002_bob`, or have small numbers only.

    Then the word and the first number probably name an assignment, a course or a group, not the only student of a
    class, and Canvas gives no file a number below 100. Each file then counts as a separate student, so that no
    student loses a notebook to another.
    """
    notebooks = [owner for owner in owners if is_notebook(owner.file) and not owner.anonymous]
    keys = {owner.key for owner in notebooks}
    if len(keys) == len(notebooks) or len(notebooks) < len([owner for owner in owners if is_notebook(owner.file)]):
        return False
    if len({owner.student for owner in notebooks}) == 1:
        number = next(iter(keys))[1]
        return len(keys) > 1 or len(number) < 3 or _YEAR.fullmatch(number) is not None
    return all(len(owner.number) < 3 and owner.attachment < 100 for owner in notebooks)


def _without_copy(name: str) -> str:
    """A name without the `(1)` that browsers add if a file of that name already exists."""
    copy = _COPY.fullmatch(stem(name))
    return copy["base"] if copy else stem(name)


def _moodle(owners: Mapping[str, Owner]) -> dict[str, Owner]:
    """If three or more have the same name and different numbers, Moodle hides the names, in whatever language."""
    moodle = {
        name: owner for name, owner in _of(Platform.MOODLE, owners).items() if owner.number and not owner.anonymous
    }
    if len({owner.student for owner in moodle.values()}) != 1 or len({owner.number for owner in moodle.values()}) < 3:
        return {}
    return {
        name: replace(owner, student=f"{owner.student} {owner.number}", who=Who.STUDENT, anonymous=True)
        for name, owner in moodle.items()
    }


def _blackboard(owners: Mapping[str, Owner]) -> dict[str, Owner]:
    """Separate assignment and login, which may both contain `_`: the assignment is the same for all."""
    blackboard = _of(Platform.BLACKBOARD, owners)
    logins = defaultdict(set)
    for owner in blackboard.values():
        logins[owner.login].add(owner.assignment)
    if all(len(assignments) == 1 for assignments in logins.values()):
        return {}
    joined_names = {name: f"{owner.assignment}_{owner.login}" for name, owner in blackboard.items()}
    prefix = _common(list(joined_names.values()))
    return {
        name: replace(
            owner,
            student=joined_names[name][len(prefix) :],
            login=joined_names[name][len(prefix) :],
            assignment=prefix[:-1],
        )
        for name, owner in blackboard.items()
    }


def _common(texts: Sequence[str]) -> str:
    """The common beginning of all texts, up to and including a `_`."""
    first, last = min(texts), max(texts)
    same = next((place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), 0)
    return first[: first.rfind("_", 0, same) + 1]


def _notes_of_blackboard(entries: Sequence[Entry], owners: Mapping[str, Owner]) -> dict[str, Owner]:
    """Logins and names from the notes that Blackboard stores beside attempts: `Name: Full Name (login)`."""
    logins: dict[str, tuple[str, str]] = {}
    for entry in entries:
        owner = owners[_first(entry)]
        if owner.platform is not Platform.BLACKBOARD or not owner.is_platform_note or len(entry.parts) > 1:
            continue
        note = _BLACKBOARD_NAME.match(entry.content[:1_000].decode("utf-8", "replace"))
        if note and f"{owner.assignment}_{owner.login}".endswith(f"_{note['login']}"):
            logins[f"{owner.assignment}_{owner.login}"] = note["login"], note["name"]
    return {
        name: replace(owner, student=logins[joined_name][1], login=logins[joined_name][0])
        for name, owner in _of(Platform.BLACKBOARD, owners).items()
        if (joined_name := f"{owner.assignment}_{owner.login}") in logins
    }


def _brightspace(owners: Mapping[str, Owner]) -> dict[str, Owner]:
    """Keep the student's number of the two: the other one is the same for the whole class."""
    brightspace = _of(Platform.BRIGHTSPACE, owners)
    numbers = {name: owner.number.split("-") for name, owner in brightspace.items()}
    names = {owner.student for owner in brightspace.values()}
    place = 1 if len({first for first, _ in numbers.values()}) == 1 and len(names) > 1 else 0
    return {name: replace(owner, number=numbers[name][place]) for name, owner in brightspace.items()}


def _ilias(entries: Sequence[Entry], folders: set[str]) -> dict[str, Owner]:
    """Folders of ILIAS, if all folders have such names; a team's folder contains its members' folders."""
    teams = {name for name in folders if is_ilias_team(name)}
    if teams and teams == folders:
        inside = {
            (entry.parts[0], entry.parts[1])
            for entry in entries
            if entry.parts[0] in teams and len(entry.owner_parts) > 2
        }
        members = {pair: ilias_owner(pair[1]) for pair in inside}
        if not inside or None in members.values():
            return {}
        return {
            team: Owner(
                student=team,
                platform=Platform.ILIAS,
                who=Who.GROUP,
                members=tuple(_student(owner) for pair, owner in sorted(members.items()) if owner and pair[0] == team),
            )
            for team in teams
        }
    possible = {name: ilias_owner(name) for name in folders}
    owner_of_folder = {name: owner for name, owner in possible.items() if owner}
    numbers = {owner.number for owner in owner_of_folder.values()}
    if len(owner_of_folder) < 2 or len(owner_of_folder) < len(folders) or len(numbers) < len(owner_of_folder):
        return {}
    return owner_of_folder if len({owner.student for owner in owner_of_folder.values()}) > 1 else {}


def _student(owner: Owner) -> Student:
    return Student(name=owner.student, login=owner.login)


def _gradescope(entries: Sequence[Entry], folders: set[str]) -> dict[str, Owner]:
    """Folders of Gradescope, with the students that the metadata beside them name."""
    note = next((entry.content for entry in entries if entry.parts == (METADATA,)), None)
    if note is None:
        return {}
    submitters = read_metadata(note.decode("utf-8", "replace"))
    owners: dict[str, Owner] = {}
    for name in folders:
        number = gradescope_number(name)
        if not number:
            continue
        people, created = submitters.get(name, ((), ""))
        if not people:
            owners[name] = Owner(
                student=name, number=number, platform=Platform.GRADESCOPE, who=Who.EITHER, anonymous=True
            )
        elif len(people) == 1:
            student = people[0]
            owners[name] = Owner(
                student=student.shown,
                number=student.sis_id or number,
                platform=Platform.GRADESCOPE,
                timestamp=created,
                email=student.email,
            )
        else:
            title = ", ".join(student.shown for student in people)
            owners[name] = Owner(
                student=title,
                number=number,
                platform=Platform.GRADESCOPE,
                who=Who.GROUP,
                timestamp=created,
                members=people,
            )
    return owners


def read_metadata(text: str) -> dict[str, tuple[tuple[Student, ...], str]]:
    """Read Gradescope's `submission_metadata.yml`.

    Only its few plain lines are read. No YAML parser is used, because YAML can build any object.

    Args:
        text: The file's text.

    Returns:
        Folder -> the students who handed in, and the time as it is written there.
    """
    submitters: dict[str, tuple[tuple[Student, ...], str]] = {}
    people: list[dict[str, str]] = []
    current, created, in_submitters = "", "", False

    def keep() -> None:
        """Store the submission that was read so far."""
        if current:
            students = [
                Student(name=person.get("name", ""), sis_id=person.get("sid", ""), email=person.get("email", ""))
                for person in people
            ]
            submitters[current] = tuple(student for student in students if student.shown), created

    for line in text.splitlines():
        if head := _YAML_SUBMISSION.fullmatch(line):
            keep()
            people, current, created, in_submitters = [], head["name"], "", False
            continue
        key_line = line.strip().lstrip(":")
        if not line.startswith("    ") and key_line.endswith(":") and line.startswith("  ") and "-" not in line:
            in_submitters = key_line == "submitters:"
            continue
        item = _YAML_ITEM.fullmatch(line.strip())
        if item is None:
            continue
        value = _unquoted(item["value"].strip())
        if item["key"] == "created_at":
            created = created or value
        elif in_submitters:
            if line.strip().startswith("-"):
                people.append({})
            if people:
                people[-1].setdefault(item["key"], value)
    keep()
    return submitters


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1].replace("''", "'")
    return "" if value in ("null", "~") else value


def _edx_folders(entries: Sequence[Entry]) -> dict[str, Owner]:
    """Folders in the form of Open edX before 2021: `attachments` and texts under an anonymous id."""
    inside: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for entry in entries:
        if is_anonymous_of_edx(entry.parts[0]):
            inside[entry.parts[0]].append(entry.parts[1:])
    return {
        name: edx_owner(name)
        for name, paths in inside.items()
        if all(path[:1] == ("attachments",) or (len(path) == 1 and _PART.fullmatch(path[0])) for path in paths)
    }


def _copies(entries: Iterable[Entry], owners: Mapping[str, Owner], folders: set[str]) -> dict[str, Owner]:
    """Refuse files without a known owner: equal names of different students that differ only in a number."""
    flat = [
        name
        for entry in entries
        if len(entry.parts) == 1
        and entry.is_notebook
        and not owners[name := entry.parts[0]].known
        and name not in folders
    ]
    bases: dict[str, list[str]] = defaultdict(list)
    for name in flat:
        bases[_without_copy(name)].append(name)
    problem = message(
        "Several files have this name and differ only in a number at the end. Google Classroom "
        "and browsers name copies like this, so their owners are not known. Rename each file to "
        "the name of its student."
    )
    return {name: no_owner(name, problem) for base, names in bases.items() if _is_series(base, names) for name in names}


def _is_series(base: str, names: Sequence[str]) -> bool:
    """Whether names are one name and its copies, numbered from 1 or 2, because the first copy may be missing."""
    numbers = sorted(int(copy["number"]) for name in names if (copy := _COPY.fullmatch(stem(name))))
    return bool(numbers) and base in map(stem, names) and numbers[0] <= 2
