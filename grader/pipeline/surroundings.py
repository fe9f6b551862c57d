"""What of a notebook does not run, but tells why an answer is missing."""

from functools import lru_cache

from grader.assess.evidence import Surroundings, TextCell
from grader.intake.notebooks import Notebook
from grader.model.submission import HandedIn


def surroundings(notebook: Notebook, released: Notebook, files: tuple[HandedIn, ...] = ()) -> Surroundings:
    """The cells of a student's that do not run, and the code that was given out.

    Args:
        notebook: What was handed in.
        released: What was given out; text that stands there, too, is the exercise's own.
        files: The files that were submitted with the notebook.
    """
    public, number, texts = _texts(released), 0, []
    for cell in notebook.cells:
        if cell.kind == "code":
            number += 1
        elif (cell.source.strip(), cell.pictures) not in public:
            texts.append(TextCell(number, cell.kind, cell.source, cell.id, cell.pictures))
    names = tuple(cell.id for cell in notebook.cells if cell.kind == "code")
    return Surroundings(tuple(texts), released.code, names, files)


@lru_cache(maxsize=32)
def _texts(released: Notebook) -> frozenset[tuple[str, tuple[bytes, ...]]]:
    return frozenset((cell.source.strip(), cell.pictures) for cell in released.cells if cell.kind != "code")
