"""What a misspelt name may have meant."""

import difflib
from collections.abc import Iterable

from grader.text.values import first_few

_MOST_NAMES = 12


def suggestion(name: str, known: Iterable[str]) -> str:
    """What a misspelt name may have meant: the nearest known name, or all known names."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"did you mean '{near[0]}'? There are: {first_few(names, _MOST_NAMES)}"
    return f"there are: {first_few(names, _MOST_NAMES)}" if names else "there are none yet"
