"""Whose submission it is: students of one list found in another, never guessed."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from grader.model.student import Student

_ADDRESSES = ("login", "email")


@dataclass(frozen=True, slots=True)
class Matches:
    """What came of looking for students in a list.

    Attributes:
        found: Position of who was looked for -> position in the list. No two have the same.
        missing: Positions of those whom nobody in the list fits.
        unclear: Positions of those whom several fit, or who fit where another one fits, too -> why, as a clause.
        left: Positions of those in the list whom nobody fits.
        groups: Position of a group that was looked for -> positions of its members in the list. None of them is in
            `found`, or in another group.
    """

    found: Mapping[int, int]
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
        names first or last. A name alone does not make two one where their numbers or addresses differ; and a number of
        a platform never does where the names differ, since platforms give groups numbers, too. Who may be a group
        (`Student.group`) is one if the list has members of that name.
    """

    @cache  # the surest steps find most students, so that the others are often not needed
    def index(step: _Step) -> Mapping[str, set[int]]:
        return _positions(step, listed)

    found: dict[int, int] = {}
    unclear: dict[int, str] = {}
    missing: list[int] = []
    met: set[int] = set()
    groups: dict[int, tuple[int, ...]] = {}
    for position, student in enumerate(sought):
        fitting = _fitting(student, listed, index)
        met |= fitting
        if not fitting and (members := _members(student, listed)):
            groups[position] = members
            met |= set(members)
        elif not fitting and (namesakes := _of_number(student, index)):
            shown = ", ".join(sorted(_told(listed[other]) for other in namesakes))
            unclear[position] = f"has the number of {shown}, but not the name: it may be a group's, or somebody else's,"
        elif not fitting:
            missing.append(position)
        elif len(fitting) > 1:
            shown = ", ".join(sorted({_told(listed[other]) for other in fitting}))
            unclear[position] = f"fits {len(fitting)} students: {shown}"
        else:
            found[position] = fitting.pop()
    takers = defaultdict(list)
    for position, others in (*((one, (other,)) for one, other in found.items()), *groups.items()):
        for other in others:
            takers[other].append(position)
    for other, positions in takers.items():
        if len(positions) > 1:
            names = ", ".join(sorted(_told(sought[position]) for position in positions))
            for position in positions:
                of_group = groups.pop(position, None) is not None
                found.pop(position, None)
                verb = "holds" if of_group or sought[position].group else "is"
                unclear[position] = f"{verb} {_told(listed[other])}, and so is another submission ({names})"
    left = tuple(position for position in range(len(listed)) if position not in met)
    return Matches(found, tuple(missing), dict(sorted(unclear.items())), left, groups)


def _members(student: Student, listed: Sequence[Student]) -> tuple[int, ...]:
    """Positions of those who are in the group that was looked for."""
    name = folded(student.group)
    if not name:
        return ()
    return tuple(position for position, other in enumerate(listed) if name in map(folded, other.groups))


def _of_number(student: Student, index: Callable[["_Step"], Mapping[str, set[int]]]) -> set[int]:
    """Positions of those who have the number that a platform gave, whatever they are called."""
    step = _STEPS[0]
    return {position for key in step.sought(student) for position in index(step).get(key, ())}


def folded(name: str) -> str:
    """A name without case, accents, blanks and punctuation."""
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    """The words of a name in the order of speech: what stands before a comma goes last."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    last, comma, first = letters.partition(",")
    return re.findall(r"[^\W_]+", f"{first} {last}" if comma else letters)


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
        named: Whether two who both have names must have the same.
    """

    sought: _Keys
    listed: _Keys
    telling: tuple[str, ...] = ()
    named: bool = False


_PLATFORM = ("canvas_id", "participant")
_NUMBERS = (*_PLATFORM, "sis_id")
_STEPS = (
    _Step(_fields(*_PLATFORM), _fields(*_PLATFORM), named=True),
    _Step(_fields("sis_id"), _fields("sis_id"), _PLATFORM),
    _Step(_own_id, _any_id, _PLATFORM),
    _Step(_fields("login"), _fields("login"), _NUMBERS),
    _Step(_addresses, _addresses, _NUMBERS),
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


def _fitting(student: Student, listed: Sequence[Student], index: Callable[[_Step], Mapping[str, set[int]]]) -> set[int]:
    """The students of the list whom one fits, by the surest step that finds any."""
    for step in _STEPS:
        hits = {position for key in step.sought(student) for position in index(step).get(key, ())}
        fitting = {position for position in hits if not _contradict(student, listed[position], step.telling)}
        if step.named:
            fitting = {position for position in fitting if may_be_same(student, listed[position])}
        if fitting:
            return fitting
    return set()


def _contradict(one: Student, other: Student, names: Iterable[str]) -> bool:
    """Whether both have one of these, and not the same."""
    return any(not _same(name, getattr(one, name).strip(), getattr(other, name).strip()) for name in names)


def may_be_same(one: Student, other: Student) -> bool:
    """Whether two may be the same by their names: the words of one are those of the other, all or but for some.

    True, too, where one has no name. Canvas writes a name as one word, and Moodle may put a group and `-` before it.
    """
    first, second = folded(one.full_name), folded(other.full_name)
    if not first or not second or first == second or set(_turned_name(one)) & set(_turned_name(other)):
        return True
    words, others = set(_words(one.full_name)), set(_words(other.full_name))
    if words <= others or others <= words:
        return True
    behind = one.full_name.rpartition("-")[2]
    return _made_of(first, others) or (behind != one.full_name and folded(behind) == second)


def _made_of(whole: str, words: set[str]) -> bool:
    """Whether a name without blanks is made of at least two of these words, or has all of them."""
    left, used = whole, 0
    for word in sorted(words, key=len, reverse=True):
        if word in left:
            left, used = left.replace(word, "", 1), used + 1
    return used > 1 and (not left or used == len(words))


def _same(name: str, one: str, other: str) -> bool:
    if not one or not other:
        return True
    if name in _ADDRESSES:
        # `ada` and `ada@example.org` may be the same account, on two platforms.
        return one.casefold().partition("@")[0] == other.casefold().partition("@")[0]
    return one == other


def _told(student: Student) -> str:
    """A student in a message: name, and what tells two of the same name apart."""
    more = [value for value in (student.canvas_id or student.sis_id or student.id, student.email) if value]
    more = [value for value in more if value != student.shown]
    return f"{student.shown} ({', '.join(more)})" if more else student.shown
