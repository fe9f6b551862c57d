"""Whose submission it is: students of one list found in another, never guessed."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from grader.model.student import Student

_ADDRESSES = ("login", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What came of looking for students in a list.

    Attributes:
        pairs: Position of who was looked for -> position in the list. No two have the same.
        missing: Positions of those whom nobody in the list fits.
        unclear: Positions of those whom several fit, or who fit where another one fits, too -> why, as a clause.
        left: Positions of those in the list whom nobody fits.
        groups: Position of a group that was looked for -> positions of its members in the list. None of them is in
            `pairs`, or in another group.
    """

    pairs: Mapping[int, int]
    missing: tuple[int, ...]
    unclear: Mapping[int, str]
    left: tuple[int, ...]
    groups: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


def match(sought: Sequence[Student], listed: Sequence[Student]) -> Matches:
    """Find students in a list: by exact id, then e-mail, then name.

    Args:
        sought: Whom to look for.
        listed: The list.

    Returns:
        Who was found, and who was not. Names are compared without case, accents and punctuation, and with family
        names first or last. A name alone does not make two one where their numbers or addresses differ; and a number,
        a login or an address never does where the names differ: platforms give groups numbers, too, and the rows of a
        list may have been mixed up. Who may be a group (`Student.group`) is one if the list has members of that name.
    """

    @cache  # the surest steps find most students, so that the others are often not needed
    def index(step: _Step) -> Mapping[str, set[int]]:
        return _positions(step, listed)

    pairs: dict[int, int] = {}
    unclear: dict[int, str] = {}
    missing: list[int] = []
    met: set[int] = set()
    groups: dict[int, tuple[int, ...]] = {}
    for position, student in enumerate(sought):
        candidates, sign = _fitting(student, listed, index)
        met |= set() if sign else candidates
        if (sign or not candidates) and (members := _members(student, listed)):
            groups[position] = members
            met |= set(members)
        elif sign:
            names = ", ".join(sorted(name_with_id(listed[other]) for other in candidates))
            who = "a group or a different student" if sign == "number" else "a different student"
            unclear[position] = f"may be {who}, with the {sign} but not the name of {names}"
        elif not candidates:
            missing.append(position)
        elif len(candidates) > 1:
            names = ", ".join(sorted({name_with_id(listed[other]) for other in candidates}))
            unclear[position] = f"fits {len(candidates)} students: {names}"
        else:
            pairs[position] = candidates.pop()
    takers = defaultdict(list)
    for position, others in (*((one, (other,)) for one, other in pairs.items()), *groups.items()):
        for other in others:
            takers[other].append(position)
    for other, positions in takers.items():
        if len(positions) > 1:
            names = ", ".join(sorted(name_with_id(sought[position]) for position in positions))
            for position in positions:
                of_group = groups.pop(position, None) is not None
                pairs.pop(position, None)
                link = "with" if of_group else "of"
                unclear[position] = f"is one of several submissions {link} {name_with_id(listed[other])} ({names})"
    left = tuple(position for position in range(len(listed)) if position not in met)
    return Matches(pairs=pairs, missing=tuple(missing), unclear=dict(sorted(unclear.items())), left=left, groups=groups)


def matched(claims: Sequence[tuple[str, Student]], listed: Sequence[Student]) -> dict[int, int]:
    """Find students in a list: position among the claims -> position in the list; see `match`.

    Args:
        claims: The name of each student, and what is known about them.
        listed: The students of the list.
    """
    # An equal name goes first. Otherwise a student `ada` and a student `Ada` would make each other unclear.
    places_by_name: dict[str, list[int]] = defaultdict(list)
    for place, student in enumerate(listed):
        places_by_name[student.id or student.full_name].append(place)
    by_name = {name: places[0] for name, places in places_by_name.items() if len(places) == 1}
    equal = {number: by_name[name] for number, (name, _) in enumerate(claims) if name in by_name}
    others = [number for number in range(len(claims)) if number not in equal]
    places = [place for place in range(len(listed)) if place not in equal.values()]
    pairs = match([claims[number][1] for number in others], [listed[place] for place in places]).pairs
    return equal | {others[number]: places[place] for number, place in pairs.items()}


def _members(student: Student, listed: Sequence[Student]) -> tuple[int, ...]:
    """Positions of those who are in the group that was looked for."""
    name = folded(student.group)
    if not name:
        return ()
    return tuple(position for position, other in enumerate(listed) if name in map(folded, other.groups))


def folded(name: str) -> str:
    """A name without case, accents, blanks and punctuation, in the order of speech.

    Example:
        >>> folded("García, Ada-Inés")
        'adainesgarcia'
    """
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    """The words of a name in the order of speech: what stands before a comma goes last."""
    letters = _unaccented(name)
    last, comma, first = letters.partition(",")
    return re.findall(r"[^\W_]+", f"{first} {last}" if comma else letters)


def _unaccented(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if not unicodedata.combining(character))


def _fields(*names: str) -> "_Keys":
    """The keys of these attributes; a number of one kind never equals one of another."""

    def keys(student: Student) -> Iterator[str]:
        return (f"{name} {value}" for name in names if (value := getattr(student, name).strip()))

    return keys


def _own_id(student: Student) -> Iterator[str]:
    if value := student.id.strip():
        yield value


def _any_id(student: Student) -> Iterator[str]:
    """What may be meant by an id that does not say whose it is."""
    values = (student.id, student.sis_id, student.login, student.canvas_id)
    return (value.strip() for value in values if value.strip())


def _addresses(student: Student) -> Iterator[str]:
    """E-mail addresses, also those that stand for an id or a login."""
    values = (student.email, student.id, student.login)
    return (value.strip().casefold() for value in values if "@" in value)


def _whole_name(student: Student) -> Iterator[str]:
    if value := folded(student.full_name):
        yield value


def _turned_name(student: Student) -> Iterator[str]:
    """The name begun at each of its words, and with the family name first."""
    words = _words(student.full_name)
    yield from ("".join(words[count:] + words[:count]) for count in range(len(words)))
    if value := folded(student.last_name) + folded(student.first_name):
        yield value


_Keys = Callable[[Student], Iterable[str]]


@dataclass(frozen=True, slots=True)
class _Step:
    """One way to look.

    Attributes:
        sought: The keys of who is looked for.
        listed: The keys of who is in the list.
        telling: Attributes that are surer than this way: where two have different ones, they are not the same.
        sign: What the keys are, where two who both have names must have the same.
    """

    sought: _Keys
    listed: _Keys
    telling: tuple[str, ...] = ()
    sign: str = ""


_PLATFORM = ("canvas_id", "participant")
_NUMBERS = (*_PLATFORM, "sis_id")
_STEPS = (
    _Step(_fields(*_PLATFORM), _fields(*_PLATFORM), sign="number"),
    _Step(_fields("sis_id"), _fields("sis_id"), _PLATFORM, "ID number"),
    _Step(_own_id, _any_id, _PLATFORM, "id"),
    _Step(_fields("login"), _fields("login"), _NUMBERS, "login"),
    _Step(_addresses, _addresses, _NUMBERS, "address"),
    _Step(_whole_name, _whole_name, (*_NUMBERS, *_ADDRESSES)),
    _Step(_turned_name, _turned_name, (*_NUMBERS, *_ADDRESSES)),
)
"""How to look, the surest first."""


def _positions(step: _Step, listed: Sequence[Student]) -> dict[str, set[int]]:
    """Key -> positions of those who have it."""
    positions: dict[str, set[int]] = defaultdict(set)
    for position, student in enumerate(listed):
        for key in step.listed(student):
            positions[key].add(position)
    return positions


def _fitting(
    student: Student, listed: Sequence[Student], index: Callable[[_Step], Mapping[str, set[int]]]
) -> tuple[set[int], str]:
    """The students of the list whom one fits, by the surest step that finds any.

    Where they have other names, they fit but for that, and what they have in common is told, too.
    """
    for step in _STEPS:
        hits = {position for key in step.sought(student) for position in index(step).get(key, ())}
        candidates = {position for position in hits if not _contradict(student, listed[position], step.telling)}
        agreeing = {position for position in candidates if not step.sign or _agree(student, listed[position])}
        if candidates:
            return (agreeing, "") if agreeing else (candidates, step.sign)
    return set(), ""


def _agree(student: Student, other: Student) -> bool:
    """Whether the names of two who have a number, a login or an address in common allow them to be the same.

    A number that may be a group's is no student's without a name to confirm it where the list has groups.
    """
    if student.group and other.groups and not other.full_name:
        return False
    if other.groups and (group := _group_before(student.full_name, other)):
        return group in map(folded, other.groups)
    return _has_no_name(student) or _has_no_name(other) or may_be_same(student, other)


def _has_no_name(student: Student) -> bool:
    """Whether what is written for a name is only the id, the login or the address."""
    name = folded(student.full_name)
    return name in {folded(text) for text in (student.id, student.login, student.email, student.sis_id)} or not name


def _group_before(name: str, other: Student) -> str:
    """The group that Moodle wrote with a `-` before the name of a student; empty where there is none."""
    whole = folded(other.full_name)
    ends = [place for place, sign in enumerate(name) if sign == "-" and whole and folded(name[place + 1 :]) == whole]
    return folded(name[: ends[0]]) if ends else ""


def _contradict(one: Student, other: Student, names: Iterable[str]) -> bool:
    """Whether both have one of these, and not the same."""
    return any(not _same(name, getattr(one, name).strip(), getattr(other, name).strip()) for name in names)


def may_be_same(one: Student, other: Student) -> bool:
    """Whether two may be the same by their names: the words of one are those of the other, all or but for some.

    True, too, where one has no name. Canvas writes a name as one word, and Moodle may put a group and `-` before it.
    """
    one, other = replace(one, name=_one_way(one.full_name)), replace(other, name=_one_way(other.full_name))
    first, second = folded(one.full_name), folded(other.full_name)
    if not first or not second or first == second or set(_turned_name(one)) & set(_turned_name(other)):
        return True
    words, others = set(_words(one.full_name)), set(_words(other.full_name))
    if words <= others or others <= words:
        return True
    if bool(_group_before(one.full_name, other)):
        return True
    return _made_of(first, others) or any(first.startswith(turned) for turned in _turned_name(other) if len(others) > 1)


_LETTERS = str.maketrans({"ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "þ": "th"})


def _one_way(name: str) -> str:
    """A name with letters such as `ü`, which some write `ue`, in one way for all."""
    return re.sub(r"(?<=[aou])e", "", _unaccented(name).translate(_LETTERS))


def _made_of(whole: str, words: set[str]) -> bool:
    """Whether a name without blanks is made of at least two of these words and nothing else."""
    left, used = whole, 0
    for word in sorted(words, key=len, reverse=True):
        if word in left:
            left, used = left.replace(word, "", 1), used + 1
    return used > 1 and not left


def _same(name: str, one: str, other: str) -> bool:
    if not one or not other:
        return True
    if name in _ADDRESSES:
        # `ada` and `ada@example.org` may be the same account, on two platforms.
        return one.casefold().partition("@")[0] == other.casefold().partition("@")[0]
    return one == other


def name_with_id(student: Student) -> str:
    """A student in a message: name, and what tells two of the same name apart."""
    number = student.canvas_id or student.participant or student.sis_id or student.login or student.id
    more = [value for value in (number, student.email) if value and value not in student.shown]
    return f"{student.shown} ({', '.join(more)})" if more else student.shown


def with_distinct_labels(students: Sequence[Student]) -> list[Student]:
    """The same students, each with a label of its own where several would be called the same in messages.

    In brackets stands the first of number, login, id and address that all of them have and each has another one; where
    there is none, whatever is known of each, or the place among them.
    """
    alike: dict[str, list[int]] = defaultdict(list)
    for position, student in enumerate(students):
        alike[student.shown].append(position)
    labelled = list(students)
    for label, positions in alike.items():
        same = [students[position] for position in positions]
        if len({_identity(student) for student in same}) < 2:
            continue
        for number, (position, sign) in enumerate(zip(positions, _signs(same), strict=True), 1):
            labelled[position] = replace(students[position], label=f"{label} ({sign or number})")
    return labelled


_SIGNS = ("canvas_id", "participant", "sis_id", "login", "id", "email", "section")


def _identity(student: Student) -> tuple[str, ...]:
    return tuple(getattr(student, name) for name in _SIGNS)


def _signs(same: Sequence[Student]) -> list[str]:
    """What tells students of one name apart, for each of them."""
    for name in _SIGNS:
        values = [getattr(student, name).strip() for student in same]
        if all(values) and len(set(values)) == len(values):
            return values
    signs = [
        next((value for name in _SIGNS if (value := getattr(student, name).strip()) != student.shown), "")
        for student in same
    ]
    return [value if signs.count(value) == 1 else "" for value in signs]
