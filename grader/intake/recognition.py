"""Which exercise a notebook belongs to, told by the cells and names that only one of them has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from grader.intake.notebooks import Notebook

_NAME = re.compile(r"^(?:def[ \t]+)?([A-Za-z_]\w{2,})[ \t]*(?:=(?!=)|\()", re.MULTILINE)
_BLANKS = re.compile(r"\s+")
_SHORTEST = 3  # letters of a name that tells something
_FEWEST = 4  # marks of another exercise, below which nothing is said
_SHARE = 0.2  # of the marks of another exercise that have to be there
_TIMES = 4  # as large as the share of the right exercise's


@dataclass(frozen=True, slots=True)
class WrongExercise:
    """A notebook that is not of the exercise that it was handed in for.

    Attributes:
        exercise: Slug of the exercise that it belongs to; empty where it is of none that is known.
    """

    exercise: str = ""


@dataclass(frozen=True, slots=True)
class ReleasedNotebooks:
    """The notebooks that a course has given out.

    Attributes:
        notebooks: Slug -> the notebook.
    """

    notebooks: Mapping[str, Notebook] = field(default_factory=dict)

    def mistaken(self, notebook: Notebook, slug: str, answers: tuple[str, ...]) -> WrongExercise | None:
        """Whether a notebook is of another exercise than it was handed in for, or of none.

        Args:
            notebook: What was handed in.
            slug: The exercise that it was handed in for.
            answers: The names of that exercise's answers.

        Returns:
            What it is instead; None for a notebook of this exercise, however much of it was changed or left out, and
            wherever that cannot be told.
        """
        own, found = _distinctive(self, slug), _marks(notebook)
        if not own:
            return None
        share = len(found & own) / len(own)
        if share >= 1 / _TIMES:
            return None
        others = {other: found & _distinctive(self, other) for other in self.notebooks if other != slug}
        shares = {other: len(there) / len(_distinctive(self, other)) for other, there in others.items() if there}
        best = max(shares, key=lambda other: shares[other], default="")
        if best and shares[best] >= max(_SHARE, _TIMES * share) and len(others[best]) >= _FEWEST:
            return WrongExercise(best)
        telling = [answer for answer in answers if len(answer) >= _SHORTEST]
        is_none = not share and not any(_mentions(notebook, answer) for answer in telling)
        return WrongExercise() if is_none else None

    def __hash__(self) -> int:
        return id(self)


@lru_cache(maxsize=256)
def _distinctive(released: ReleasedNotebooks, slug: str) -> frozenset[str]:
    """What only the notebook of this exercise has."""
    if slug not in released.notebooks:
        return frozenset()
    others = (_marks(notebook) for other, notebook in released.notebooks.items() if other != slug)
    return _marks(released.notebooks[slug]).difference(*others)


@lru_cache(maxsize=64)
def _marks(notebook: Notebook) -> frozenset[str]:
    """What a notebook is known by: ids of cells, texts, names of 3 letters or more that begin a line of its code."""
    found = set()
    for cell in notebook.cells:
        if cell.id:
            found.add(f"id {cell.id}")
        if cell.kind == "code":
            found.update(f"name {name}" for name in _NAME.findall(cell.source))
        elif text := _BLANKS.sub(" ", cell.source).strip():
            found.add(f"text {text}")
    return frozenset(found)


def _mentions(notebook: Notebook, answer: str) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", cell.source) for cell in notebook.cells)
