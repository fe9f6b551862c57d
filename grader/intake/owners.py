"""Whose each of many files is: what no single name tells, but all of them together do."""

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
    """Tell who handed each of many files in.

    Args:
        entries: All that was found, the folder around the class taken away.

    Returns:
        An owner for each entry, in the same order.
    """
    firsts = dict.fromkeys(_first(entry) for entry in entries)
    found = {name: owner_of([name]) for name in firsts} | _of_the_only_platform(firsts)
    folders = {_first(entry) for entry in entries if len(entry.parts) > 1 and entry.parts[0] != ".."}
    given = {_first(entry) for entry in entries if len(entry.owner_parts) > 1}
    found |= {name: owner_by_hand(name) for name in _of(Platform.NBGRADER, found) if name not in given}
    for told in (_canvas, _moodle, _blackboard, _brightspace):
        found |= told(found)
    found |= _notes_of_blackboard(entries, found)
    found |= _ilias(entries, folders)
    found |= _gradescope(entries, folders)
    found |= _edx_folders(entries)
    found |= _copies(entries, found, folders)
    return [found[_first(entry)] for entry in entries]


def _first(entry: Entry) -> str:
    return next((part for part in entry.parts if part != ".."), "..")


def _of_the_only_platform(names: Iterable[str]) -> dict[str, Owner]:
    """Names in the forms of several platforms, read as those around them, which are of one platform.

    All that stands behind the platform's own part of a name was chosen by a student, and may look like another one's.
    """
    read = {name: possible_owners(name) for name in names}
    around = {found[0].platform for found in read.values() if len(found) == 1 and found[0].known}
    found = {name: [who for who in several if who.platform in around] for name, several in read.items()}
    return {name: fitting[0] for name, fitting in found.items() if len(read[name]) > 1 and len(fitting) == 1}


def _of(platform: Platform, found: Mapping[str, Owner]) -> dict[str, Owner]:
    return {name: who for name, who in found.items() if who.platform is platform}


def _canvas(found: Mapping[str, Owner]) -> dict[str, Owner]:
    """Take back what was read as Canvas and cannot be: it gives each file and each user a number of their own."""
    own = _of(Platform.CANVAS, found)
    files: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    users: dict[str, set[str]] = defaultdict(set)
    for who in own.values():
        if who.attachment:
            files[*who.key, who.attachment].add(_without_copy(who.file))
        users[who.number].add(who.student)
    if _is_one_of_a_series(list(own.values())):
        return {name: owner_by_hand(name) for name in own}
    return {
        name: owner_by_hand(name)
        for name, who in own.items()
        if (who.attachment and len(files[*who.key, who.attachment]) > 1) or len(users[who.number]) > 1
    }


def _is_one_of_a_series(own: Sequence[Owner]) -> bool:
    """Whether all begin with the same word, as `cnn_3_1001_ada` and `cnn_3_1002_bob`, or have small numbers only.

    The word and the first number are rather of an assignment, a course or a group than of the only student of a class,
    and Canvas gives no file a number below 100. Then a file is as good as a student: nobody may lose one to another.
    """
    notebooks = [who for who in own if is_notebook(who.file) and not who.anonymous]
    keys = {who.key for who in notebooks}
    if len(keys) == len(notebooks) or len(notebooks) < len([who for who in own if is_notebook(who.file)]):
        return False
    if len({who.student for who in notebooks}) == 1:
        number = next(iter(keys))[1]
        return len(keys) > 1 or len(number) < 3 or _YEAR.fullmatch(number) is not None
    return all(len(who.number) < 3 and who.attachment < 100 for who in notebooks)


def _without_copy(name: str) -> str:
    """A name without the `(1)` that browsers put behind the name of a file that is there already."""
    found = _COPY.fullmatch(stem(name))
    return found["base"] if found else stem(name)


def _moodle(found: Mapping[str, Owner]) -> dict[str, Owner]:
    """Where all have the same name and different numbers, the name stands for those that Moodle hides."""
    own = {name: who for name, who in _of(Platform.MOODLE, found).items() if who.number and not who.anonymous}
    if len({who.student for who in own.values()}) != 1 or len({who.number for who in own.values()}) < 3:
        return {}
    return {
        name: replace(who, student=f"{who.student} {who.number}", who=Who.STUDENT, anonymous=True)
        for name, who in own.items()
    }


def _blackboard(found: Mapping[str, Owner]) -> dict[str, Owner]:
    """Part assignment and login where either may hold `_`: the assignment is the same for all."""
    own = _of(Platform.BLACKBOARD, found)
    logins = defaultdict(set)
    for who in own.values():
        logins[who.login].add(who.assignment)
    if all(len(assignments) == 1 for assignments in logins.values()):
        return {}
    whole = {name: f"{who.assignment}_{who.login}" for name, who in own.items()}
    common = _common(list(whole.values()))
    return {
        name: replace(who, student=whole[name][len(common) :], login=whole[name][len(common) :], assignment=common[:-1])
        for name, who in own.items()
    }


def _common(texts: Sequence[str]) -> str:
    """What all texts begin with, up to and with a `_`."""
    first, last = min(texts), max(texts)
    same = next((place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), 0)
    return first[: first.rfind("_", 0, same) + 1]


def _notes_of_blackboard(entries: Sequence[Entry], found: Mapping[str, Owner]) -> dict[str, Owner]:
    """Logins and names as the notes tell that Blackboard lays beside attempts: `Name: Full Name (login)`."""
    logins: dict[str, tuple[str, str]] = {}
    for entry in entries:
        who = found[_first(entry)]
        if who.platform is not Platform.BLACKBOARD or not who.is_platform_note or len(entry.parts) > 1:
            continue
        told = _BLACKBOARD_NAME.match(entry.content[:1_000].decode("utf-8", "replace"))
        if told and f"{who.assignment}_{who.login}".endswith(f"_{told['login']}"):
            logins[f"{who.assignment}_{who.login}"] = told["login"], told["name"]
    return {
        name: replace(who, student=logins[whole][1], login=logins[whole][0])
        for name, who in _of(Platform.BLACKBOARD, found).items()
        if (whole := f"{who.assignment}_{who.login}") in logins
    }


def _brightspace(found: Mapping[str, Owner]) -> dict[str, Owner]:
    """Keep of the two numbers the student's: the other is the same for the whole class."""
    own = _of(Platform.BRIGHTSPACE, found)
    both = {name: who.number.split("-") for name, who in own.items()}
    names = {who.student for who in own.values()}
    place = 1 if len({first for first, _ in both.values()}) == 1 and len(names) > 1 else 0
    return {name: replace(who, number=both[name][place]) for name, who in own.items()}


def _ilias(entries: Sequence[Entry], folders: set[str]) -> dict[str, Owner]:
    """Folders of ILIAS, if all are named so; of a team the one that holds the folders of those who handed in."""
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
                team,
                platform=Platform.ILIAS,
                who=Who.GROUP,
                members=tuple(_student(who) for pair, who in sorted(members.items()) if who and pair[0] == team),
            )
            for team in teams
        }
    read = {name: ilias_owner(name) for name in folders}
    known = {name: who for name, who in read.items() if who}
    numbers = {who.number for who in known.values()}
    if len(known) < 2 or len(known) < len(folders) or len(numbers) < len(known):
        return {}
    return known if len({who.student for who in known.values()}) > 1 else {}


def _student(who: Owner) -> Student:
    return Student(name=who.student, login=who.login)


def _gradescope(entries: Sequence[Entry], folders: set[str]) -> dict[str, Owner]:
    """Folders of Gradescope, with those who handed in as the metadata beside them tell."""
    told = next((entry.content for entry in entries if entry.parts == (METADATA,)), None)
    if told is None:
        return {}
    known = read_metadata(told.decode("utf-8", "replace"))
    made: dict[str, Owner] = {}
    for name in folders:
        number = gradescope_number(name)
        if not number:
            continue
        people, created = known.get(name, ((), ""))
        if not people:
            made[name] = Owner(name, number, Platform.GRADESCOPE, Who.EITHER, anonymous=True)
        elif len(people) == 1:
            one = people[0]
            made[name] = Owner(one.shown, one.sis_id or number, Platform.GRADESCOPE, timestamp=created, email=one.email)
        else:
            title = ", ".join(one.shown for one in people)
            made[name] = Owner(title, number, Platform.GRADESCOPE, Who.GROUP, timestamp=created, members=people)
    return made


def read_metadata(text: str) -> dict[str, tuple[tuple[Student, ...], str]]:
    """What `submission_metadata.yml` tells: folder -> those who handed in, and when.

    Only its few plain lines are read, never YAML as such, which can build anything.
    """
    found: dict[str, tuple[tuple[Student, ...], str]] = {}
    people: list[dict[str, str]] = []
    current, created, among = "", "", False

    def keep() -> None:
        if current:
            students = [
                Student(name=one.get("name", ""), sis_id=one.get("sid", ""), email=one.get("email", ""))
                for one in people
            ]
            found[current] = tuple(one for one in students if one.shown), created

    for line in text.splitlines():
        if head := _YAML_SUBMISSION.fullmatch(line):
            keep()
            people, current, created, among = [], head["name"], "", False
            continue
        plain = line.strip().lstrip(":")
        if not line.startswith("    ") and plain.endswith(":") and line.startswith("  ") and "-" not in line:
            among = plain == "submitters:"
            continue
        item = _YAML_ITEM.fullmatch(line.strip())
        if item is None:
            continue
        value = _unquoted(item["value"].strip())
        if item["key"] == "created_at":
            created = created or value
        elif among:
            if line.strip().startswith("-"):
                people.append({})
            if people:
                people[-1].setdefault(item["key"], value)
    keep()
    return found


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1].replace("''", "'")
    return "" if value in ("null", "~") else value


def _edx_folders(entries: Sequence[Entry]) -> dict[str, Owner]:
    """Folders as Open edX made them before 2021: `attachments` and texts under an anonymous id."""
    inside: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for entry in entries:
        if is_anonymous_of_edx(entry.parts[0]):
            inside[entry.parts[0]].append(entry.parts[1:])
    return {
        name: edx_owner(name)
        for name, paths in inside.items()
        if all(path[:1] == ("attachments",) or (len(path) == 1 and _PART.fullmatch(path[0])) for path in paths)
    }


def _copies(entries: Iterable[Entry], found: Mapping[str, Owner], folders: set[str]) -> dict[str, Owner]:
    """Refuse files of which nobody knows whose they are: the students' own names, numbered where they are the same."""
    flat = [
        name
        for entry in entries
        if len(entry.parts) == 1
        and entry.is_notebook
        and not found[name := entry.parts[0]].known
        and name not in folders
    ]
    bases: dict[str, list[str]] = defaultdict(list)
    for name in flat:
        bases[_without_copy(name)].append(name)
    problem = message(
        "Several files have this name and differ only in a number at the end. Google Classroom and browsers name "
        "copies like this, so it is not known whose they are. Rename each to the name of its student."
    )
    return {name: no_owner(name, problem) for base, names in bases.items() if _is_series(base, names) for name in names}


def _is_series(base: str, names: Sequence[str]) -> bool:
    """Whether names are one and its copies, numbered from 1; the first may have been given out already."""
    numbers = sorted(int(found["number"]) for name in names if (found := _COPY.fullmatch(stem(name))))
    return bool(numbers) and base in map(stem, names) and numbers[0] <= 2
