"""How a submission's cells differ from those that were given out. Remarks only: they cost no points."""

from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from grader.intake.notebooks import Notebook
from grader.text.messages import Text, message
from grader.text.values import first_few

_MOST_NAMED = 8


def alterations(submitted: Notebook, released: Notebook) -> tuple[Text, ...]:
    """Compare the cells of a submission with those of the student notebook, by id.

    Args:
        submitted: What the student handed in.
        released: What the student was given.

    Returns:
        One remark each for cells that are missing, doubled or moved. Nothing for a notebook whose
        cells have none of the ids, since some editors drop them.
    """
    given = [cell.id for cell in released.cells if cell.id]
    known = set(given)
    found = [cell.id for cell in submitted.cells if cell.id in known]
    return tuple(_remarks(given, found)) if found else ()


def _remarks(given: list[str], found: list[str]) -> Iterator[Text]:
    missing = [name for name in given if name not in set(found)]
    doubled = [name for name, times in Counter(found).items() if times > 1]
    if missing:
        yield message("Cells of the exercise that are missing: {names}.", names=_quoted(missing))
    if doubled:
        yield message("Cells of the exercise that occur more than once: {names}.", names=_quoted(doubled))
    if moved := _moved(given, list(dict.fromkeys(found))):
        yield message("Cells of the exercise that were moved: {names}.", names=_quoted(moved))


def _moved(given: list[str], found: list[str]) -> list[str]:
    """The cells to move so that the order is that of the exercise again."""
    expected = [name for name in given if name in set(found)]
    if expected == found:
        return []
    blocks = SequenceMatcher(None, expected, found, autojunk=False).get_matching_blocks()
    kept = {name for block in blocks for name in found[block.b : block.b + block.size]}
    return [name for name in found if name not in kept]


def _quoted(names: list[str]) -> Text:
    return first_few([f"'{name}'" for name in names], _MOST_NAMED)
