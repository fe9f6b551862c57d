"""What of a notebook does not run, but tells why an answer is missing."""

from functools import lru_cache

from grader.assess.evidence import Surroundings, TextCell
from grader.intake.notebooks import Notebook


def surroundings(notebook: Notebook, released: Notebook) -> Surroundings:
    """The cells of a student's that do not run, and the code that was given out.

    Args:
        notebook: What was handed in.
        released: What was given out; text that stands there, too, is the exercise's own.
    """
    public, number, texts = _texts(released), 0, []
    for cell in notebook.cells:
        if cell.kind == "code":
            number += 1
        elif cell.source.strip() not in public:
            texts.append(TextCell(number, cell.kind, cell.source, cell.id))
    names = tuple(cell.id for cell in notebook.cells if cell.kind == "code")
    return Surroundings(tuple(texts), released.code, names)


@lru_cache(maxsize=32)
def _texts(released: Notebook) -> frozenset[str]:
    return frozenset(cell.source.strip() for cell in released.cells if cell.kind != "code")
