"""The exercise that a notebook belongs to, recognised by the cells and names that only one exercise has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from grader.intake.notebooks import Notebook

_NAME = re.compile(r"^(?:def[ \t]+)?([A-Za-z_]\w{2,})[ \t]*(?:=(?!=)|\()", re.MULTILINE)
_BLANKS = re.compile(r"\s+")
_SHORTEST = 3  # letters of a name that can identify an exercise
_FEWEST = 4  # marks of another exercise that have to be there
_SHARE = 0.2  # of the marks of another exercise that have to be there
_TIMES = 4  # how many times larger this share has to be than that of the right exercise


@dataclass(frozen=True, slots=True)
class WrongExercise:
    """The result for a notebook that was handed in for the wrong exercise.

    Attributes:
        exercise: Slug of the exercise that it belongs to; empty if it belongs to no known exercise.
    """

    exercise: str = ""


@dataclass(frozen=True, slots=True)
class ReleasedNotebooks:
    """The student notebooks of a course.

    Attributes:
        notebooks: Slug -> the notebook.
    """

    notebooks: Mapping[str, Notebook] = field(default_factory=dict)

    def wrong_exercise(self, notebook: Notebook, slug: str, answers: tuple[str, ...]) -> WrongExercise | None:
        """Recognise a notebook that was handed in for the wrong exercise.

        Args:
            notebook: The notebook.
            slug: The exercise that it was handed in for.
            answers: The names of that exercise's answers.

        Returns:
            The exercise that it belongs to. None for a notebook of this exercise, even if much of it was changed or
            left out, and for any notebook that cannot be recognised.
        """
        marks_of_exercise, marks = _distinctive(self, slug), _marks(notebook)
        if not marks_of_exercise:
            return None
        share_of_exercise = len(marks & marks_of_exercise) / len(marks_of_exercise)
        if share_of_exercise >= 1 / _TIMES:
            return None
        shared_marks: dict[str, int] = {}
        shares: dict[str, float] = {}
        for other in self.notebooks:
            marks_of_other = _distinctive(self, other)
            if other != slug and marks & marks_of_other:
                shared_marks[other] = len(marks & marks_of_other)
                shares[other] = shared_marks[other] / len(marks_of_other)
        best = max(shares, key=lambda other: shares[other], default="")
        if best and shares[best] >= max(_SHARE, _TIMES * share_of_exercise) and shared_marks[best] >= _FEWEST:
            return WrongExercise(best)
        distinctive_answers = [answer for answer in answers if len(answer) >= _SHORTEST]
        is_none = not share_of_exercise and not any(_mentions(notebook, answer) for answer in distinctive_answers)
        return WrongExercise() if is_none else None

    def exercise_of(self, notebook: Notebook) -> str:
        """The exercise whose own cells and names a notebook has; empty if it is not clear which one.

        A notebook in which little of one exercise is left is not recognised.
        """
        shares = sorted(((share, slug) for slug, share in self.shares(notebook).items()), reverse=True)
        if not shares or shares[0][0] < _SHARE:
            return ""
        is_clear = len(shares) == 1 or shares[0][0] > shares[1][0]
        return shares[0][1] if is_clear else ""

    def shares(self, notebook: Notebook) -> dict[str, float]:
        """Name of each released notebook -> the share of its own cells and names that a notebook has, from 0 to 1."""
        marks = _marks(notebook)
        shares = {}
        for name in self.notebooks:
            distinctive = _distinctive(self, name)
            shares[name] = len(marks & distinctive) / len(distinctive) if distinctive else 0.0
        return shares

    def __hash__(self) -> int:
        # A mapping has no hash; the caches below need one, and a course has these notebooks once.
        return id(self)


@lru_cache(maxsize=256)
def _distinctive(released: ReleasedNotebooks, slug: str) -> frozenset[str]:
    """The marks that only the notebook of this exercise has."""
    if slug not in released.notebooks:
        return frozenset()
    others = (_marks(notebook) for other, notebook in released.notebooks.items() if other != slug)
    return _marks(released.notebooks[slug]).difference(*others)


@lru_cache(maxsize=64)
def _marks(notebook: Notebook) -> frozenset[str]:
    """The marks of a notebook: ids of cells, texts, and names of 3 letters or more that begin a line of its code."""
    marks = set()
    for cell in notebook.cells:
        if cell.id:
            marks.add(f"id {cell.id}")
        if cell.kind == "code":
            marks.update(f"name {name}" for name in _NAME.findall(cell.source))
        elif text := _BLANKS.sub(" ", cell.source).strip():
            marks.add(f"text {text}")
    return frozenset(marks)


def _mentions(notebook: Notebook, answer: str) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", cell.source) for cell in notebook.cells)
