"""Suggestions for misspelt names."""

import difflib
from collections.abc import Iterable

from grader.text.values import first_few

_MOST_NAMES = 12  # so that the message stays a line or two


def suggestion(name: str, known: Iterable[str]) -> str:
    """Suggest the nearest known name for a misspelt one, or all known names, as sentences without the last full stop.

    Args:
        name: The name that is not known.
        known: The names that are.

    Example:
        >>> suggestion("digit", ["tolerance", "digits"])
        "Did you mean 'digits'? Available: digits, tolerance"
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"Did you mean '{near[0]}'? Available: {first_few(names, _MOST_NAMES)}"
    return f"Available: {first_few(names, _MOST_NAMES)}" if names else "There are none yet"
