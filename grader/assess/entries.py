"""Compares plain data entry by entry: texts, numbers, truth values, None, and lists and dicts of them."""

from collections.abc import Sequence
from typing import Any

from grader.assess import options
from grader.model.closeness import close, is_finite
from grader.model.key import Slip
from grader.text import values
from grader.text.messages import Text, joined, shortened

_MISSING = ("nan", "NaT", None)
_DEEPEST = 8
_MOST_NAMES = 20


class EntryRules(options.Exactness):
    """The error that numbers may have, and whether capital and small letters are the same in texts."""

    ignore_case: bool = False

    def same(self, value: Any, right: Any, depth: int = _DEEPEST) -> bool:
        """Whether an entry is right: a number within the error, a text without blanks at its ends, else equal.

        Args:
            value: The entry of the student, as plain data.
            right: The expected entry; None is also a missing number or date.
            depth: How many lists and dicts may be inside one another.
        """
        if isinstance(right, list | dict):
            return depth > 0 and self._same_inside(value, right, depth - 1)
        if right is None:
            return value in _MISSING if not isinstance(value, list | dict) else False
        if isinstance(right, str):
            return isinstance(value, str) and self.text(value) == self.text(right)
        if isinstance(right, bool) or isinstance(value, bool):
            return value is right
        return isinstance(value, int | float) and self._near(value, right)

    def text(self, text: str) -> str:
        """A text as it is compared."""
        return text.strip().casefold() if self.ignore_case else text.strip()

    def _same_inside(self, value: Any, right: Any, depth: int) -> bool:
        if type(value) is not type(right) or len(value) != len(right):
            return False
        if isinstance(right, list):
            return all(self.same(item, other, depth) for item, other in zip(value, right, strict=True))
        names = {self.text(name): item for name, item in value.items()}
        return all(self.text(name) in names and self.same(names[self.text(name)], right[name], depth) for name in right)

    def _near(self, value: float, right: float) -> bool:
        exact = self.precision
        return is_finite(value) and close(value, right, exact.allowed(right), exact.relative_tolerance)


def in_words(thing: Any, depth: int = 3) -> Text:
    """Write plain data in one line, with the keys and entries of a dict."""
    if isinstance(thing, dict):
        pairs = [
            joined(f"{values.value(name)}:", in_words(item, depth - 1))
            for name, item in list(thing.items())[:_MOST_NAMES]
        ]
        return shortened(joined("{", joined(*pairs, separator=", ") if depth else "…", "}", separator=""))
    if isinstance(thing, list) and depth:
        items = joined(*(in_words(item, depth - 1) for item in thing[:_MOST_NAMES]), separator=", ")
        return shortened(joined("[", items, ", …" if len(thing) > _MOST_NAMES else "", "]", separator=""))
    return values.value(thing)


def slip_for(rules: EntryRules, value: Any, slips: Sequence[Slip]) -> Slip | None:
    """The first slip that gives this answer; None if there is none."""
    return next((slip for slip in slips if rules.same(value, slip.value)), None)
