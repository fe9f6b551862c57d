"""Differences between a submission's cells and those of the student notebook. The remarks cost no points."""

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
        submitted: The notebook that the student handed in.
        released: The student notebook of the exercise.

    Returns:
        One remark each for cells that are missing, doubled or moved. There are none for a notebook
        without any of the ids, because some editors drop them all.
    """
    released_ids = [cell.id for cell in released.cells if cell.id]
    known_ids = set(released_ids)
    submitted_ids = [cell.id for cell in submitted.cells if cell.id in known_ids]
    return tuple(_remarks(released_ids, submitted_ids)) if submitted_ids else ()


def _remarks(released_ids: list[str], submitted_ids: list[str]) -> Iterator[Text]:
    missing = [cell_id for cell_id in released_ids if cell_id not in set(submitted_ids)]
    doubled = [cell_id for cell_id, count in Counter(submitted_ids).items() if count > 1]
    if missing:
        yield message("Cells of the exercise that are missing: {names}.", names=_quoted(missing))
    if doubled:
        yield message("Cells of the exercise that occur more than once: {names}.", names=_quoted(doubled))
    if moved := _moved(released_ids, list(dict.fromkeys(submitted_ids))):
        yield message("Cells of the exercise that were moved: {names}.", names=_quoted(moved))


def _moved(released_ids: list[str], submitted_ids: list[str]) -> list[str]:
    """The ids of the cells to move so that the order is that of the exercise again."""
    expected = [cell_id for cell_id in released_ids if cell_id in set(submitted_ids)]
    if expected == submitted_ids:
        return []
    blocks = SequenceMatcher(None, expected, submitted_ids, autojunk=False).get_matching_blocks()
    unmoved = {cell_id for block in blocks for cell_id in submitted_ids[block.b : block.b + block.size]}
    return [cell_id for cell_id in submitted_ids if cell_id not in unmoved]


def _quoted(names: list[str]) -> Text:
    return first_few([f"'{name}'" for name in names], _MOST_NAMED)
