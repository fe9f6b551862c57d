"""Regular expressions whose time grows only in proportion to the text, for texts that students choose.

Python's own engine tries one way after another, so a pattern such as `(a+)+b` takes years for some short texts. Here
all ways are followed at once. Patterns are written as in Python; what needs a memory of earlier text is rejected.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from re import IGNORECASE, MULTILINE, error
from typing import Any
from unicodedata import normalize

_PARSER: Any = import_module("re._parser")  # the parser of `re`, so that a pattern means here what it means there
_MOST_STATES = 1_000
MOST_CHARACTERS = 2_000
"""The longest text that is compared with a pattern: with the largest pattern, this takes about a second."""

_NOT_POSSIBLE = {
    "GROUPREF": "a reference to an earlier group",
    "GROUPREF_EXISTS": "a condition on an earlier group",
    "ASSERT": "a look-ahead or look-behind",
    "ASSERT_NOT": "a look-ahead or look-behind",
    "POSSESSIVE_REPEAT": "a possessive repeat",
    "ATOMIC_GROUP": "an atomic group",
}
_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda sign: sign.isalnum() or sign == "_",
}
_Test = Callable[[str], bool]
_Place = Callable[[str, int], bool]


class PatternError(ValueError):
    """A pattern that cannot be used; the message is a clause for its author."""


@dataclass(slots=True)
class _State:
    """One step of a pattern: it takes a character, checks the place in the text, or only leads to other steps."""

    test: _Test | None = None
    place: _Place | None = None
    following: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, ready to be compared with texts.

    Example:
        >>> compiled("(a+)+b").matches("a" * 1000)
        False
    """

    states: tuple[_State, ...]
    start: int
    end: int

    def matches(self, text: str) -> bool:
        """Whether the pattern describes the whole text.

        Args:
            text: At most `MOST_CHARACTERS` characters; a longer one never matches.
        """
        if len(text) > MOST_CHARACTERS:
            return False
        current = self._reached((self.start,), text, 0)
        for position, sign in enumerate(text, start=1):
            steps = (self.states[number] for number in current)
            targets = {target for step in steps if step.test and step.test(sign) for target in step.following}
            current = self._reached(targets, text, position)
            if not current:
                return False
        return self.end in current

    def _reached(self, starts: Iterable[int], text: str, position: int) -> set[int]:
        """The steps at which the pattern may be before the next character."""
        reached, waiting = set(starts), list(starts)
        while waiting:
            state = self.states[waiting.pop()]
            if state.test is None and (state.place is None or state.place(text, position)):
                more = [target for target in state.following if target not in reached]
                reached.update(more)
                waiting += more
        return reached


@lru_cache(maxsize=256)
def compiled(pattern: str, ignore_case: bool = False) -> Pattern:
    """Read a pattern as Python's `re` does.

    Args:
        pattern: A regular expression for the whole text. `.` also stands for a new line only with `(?s)`.
        ignore_case: Whether capital and small letters are the same.

    Raises:
        PatternError: It is not valid, too large, or needs a memory of earlier text: references to groups, look-ahead,
            look-behind, possessive repeats and atomic groups.
    """
    try:
        tree = _PARSER.parse(normalize("NFC", pattern), IGNORECASE if ignore_case else 0)
        return _Builder(tree.state.flags).pattern(tree)
    except (error, OverflowError, RecursionError) as problem:
        raise PatternError(f"is not a regular expression: {problem}") from problem


class _Builder:
    """Turns the tree of a pattern into steps, from its end to its beginning."""

    def __init__(self, flags: int) -> None:
        self._flags = flags
        self._states: list[_State] = []

    def pattern(self, tree: Any) -> Pattern:
        end = self._add(_State())
        start = self._sequence(tree, end, self._flags)
        return Pattern(tuple(self._states), start, end)

    def _add(self, state: _State) -> int:
        if len(self._states) >= _MOST_STATES:
            raise PatternError(f"has more than {_MOST_STATES} steps, counting repeats. Make it shorter")
        self._states.append(state)
        return len(self._states) - 1

    def _sequence(self, tree: Any, then: int, flags: int) -> int:
        for operation, argument in reversed(list(tree)):
            then = self._step(str(operation), argument, then, flags)
        return then

    def _step(self, operation: str, argument: Any, then: int, flags: int) -> int:
        """Add the steps of one part of the pattern, and give the number of the first."""
        if operation in _NOT_POSSIBLE:
            raise PatternError(f"contains {_NOT_POSSIBLE[operation]}, which is not supported. Write it another way")
        if operation == "SUBPATTERN":
            _, more, fewer, inner = argument
            return self._sequence(inner, then, (flags | more) & ~fewer)
        if operation == "BRANCH":
            return self._add(_State(following=tuple(self._sequence(way, then, flags) for way in argument[1])))
        if operation in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeat(*argument, then=then, flags=flags)
        if operation == "AT":
            return self._add(_State(place=_place(str(argument), flags), following=(then,)))
        return self._add(_State(test=_test(operation, argument, flags), following=(then,)))

    def _repeat(self, least: int, most: Any, tree: Any, *, then: int, flags: int) -> int:
        if most == _PARSER.MAXREPEAT:
            again = self._add(_State())
            self._states[again].following = (self._sequence(tree, again, flags), then)
            then = again
        else:
            after = then
            for _ in range(most - least):
                then = self._add(_State(following=(self._sequence(tree, then, flags), after)))
        for _ in range(least):
            before = len(self._states)
            then = self._sequence(tree, then, flags)
            if len(self._states) == before:  # nothing to repeat, however often
                break
        return then


def _test(operation: str, argument: Any, flags: int) -> _Test:
    """The characters that one step takes."""
    if operation == "ANY":
        return lambda sign: bool(flags & _PARSER.SRE_FLAG_DOTALL) or sign != "\n"
    items = argument if operation == "IN" else [(operation, argument)]
    tests = [_one(str(name), value) for name, value in items if str(name) != "NEGATE"]
    negated = str(items[0][0]) == "NEGATE" if operation == "IN" else operation == "NOT_LITERAL"
    fold = bool(flags & IGNORECASE)

    def takes(sign: str) -> bool:
        signs = {sign, sign.lower(), sign.upper()} if fold else {sign}
        return any(test(form) for test in tests for form in signs) != negated

    return takes


def _one(operation: str, value: Any) -> _Test:
    if operation in ("LITERAL", "NOT_LITERAL"):
        return lambda sign: sign == chr(value)
    if operation == "RANGE":
        return lambda sign: len(sign) == 1 and value[0] <= ord(sign) <= value[1]
    name = str(value)
    category = _CATEGORIES[name.replace("_NOT_", "_")]
    return lambda sign: category(sign) != ("_NOT_" in name)


def _place(name: str, flags: int) -> _Place:
    """The places in a text at which a step may be: its beginning, its end, the boundary of a word."""
    lines = bool(flags & MULTILINE)
    is_word = _CATEGORIES["CATEGORY_WORD"]

    def at_boundary(text: str, position: int) -> bool:
        before = position > 0 and is_word(text[position - 1])
        return before != (position < len(text) and is_word(text[position]))

    places: dict[str, _Place] = {
        "AT_BEGINNING": lambda text, position: position == 0 or (lines and text[position - 1] == "\n"),
        "AT_BEGINNING_STRING": lambda _, position: position == 0,
        "AT_END": lambda text, position: text[position:] in ("", "\n") or (lines and text[position] == "\n"),
        "AT_END_STRING": lambda text, position: position == len(text),
        "AT_BOUNDARY": at_boundary,
        # As in Python, an empty text has no place for it.
        "AT_NON_BOUNDARY": lambda text, position: text != "" and not at_boundary(text, position),
    }
    return places[name]
