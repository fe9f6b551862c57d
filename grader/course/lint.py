"""Looks for probable mistakes in an exercise that is valid."""

import ast
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator

from grader.course.regions import Region, split
from grader.course.release import source_of
from grader.model.exercise import MAIN_NOTEBOOK, Exercise
from grader.text.python_source import bound_names, parsed


def problems(
    exercise: Exercise,
    solution: bytes,
    released: bytes,
    observations: Collection[str] = (),
    name: str = MAIN_NOTEBOOK,
) -> list[str]:
    """Find probable mistakes of the author.

    Args:
        exercise: The exercise, with the questions about this notebook.
        solution: The solution notebook, which is valid.
        released: The student notebook that the solution gives.
        observations: Names of observations; answers with these names are not variables of the notebook.
        name: File name of the notebook.

    Returns:
        One line for each mistake: place, fact and remedy.
    """
    cells = [source_of(cell) for cell in json.loads(solution)["cells"] if cell["cell_type"] == "code"]
    return [*_stale_notebook(exercise, released, name), *_problems_of_answers(exercise, cells, observations, name)]


def _stale_notebook(exercise: Exercise, released: bytes, name: str) -> Iterator[str]:
    committed = exercise.folder / name
    if not committed.is_file() or committed.read_bytes() != released:
        yield (
            f"exercises/{exercise.slug}/{name}: differs from the notebook that is generated from the solution. "
            f"Run `grader release {exercise.slug} --out exercises`."
        )


def _problems_of_answers(
    exercise: Exercise, cells: list[str], observations: Collection[str], notebook: str
) -> Iterator[str]:
    """The answers that several questions share, that no cell assigns, or that students get with their notebook."""
    place = f"solutions/{exercise.slug}/{notebook}"
    names = Counter(exercise.answer_names)
    assigned = {name for cell in cells for name in bound_names(cell)}
    solutions = "\n".join(_solutions(cell) for cell in cells)
    completed = {name for cell in cells for name in _completed(cell)}
    for name, times in names.items():
        if times > 1:
            yield f"exercises/{exercise.slug}/exercise.toml: {times} questions ask for '{name}'. Is that intended?"
        if name in observations:
            if name in assigned:
                yield f"{place}: '{name}' is a variable and also an observation. Rename one of them."
        elif name not in assigned:
            yield f"{place}: answer '{name}' is never assigned. Assign it in an answer region."
        elif name not in completed and not re.search(rf"\b{re.escape(name)}\b", solutions):
            yield f"{place}: answer '{name}' is outside the answer regions, so students can see it. Move it into one."


def _completed(cell: str) -> Iterator[str]:
    """The functions and classes of a cell that contain an answer region."""
    lines: list[str] = []
    of_students: set[int] = set()
    for part in split(cell):
        if isinstance(part, Region):
            of_students.update(range(len(lines) + 1, len(lines) + len(part.solution) + 1))
        lines += part.solution if isinstance(part, Region) else [part]
    tree = parsed("\n".join(lines)) if of_students else None
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            lines_of_node = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            if of_students.intersection(lines_of_node):
                yield node.name


def _solutions(cell: str) -> str:
    """The code in the answer regions of a cell."""
    return "\n".join("\n".join(part.solution) for part in split(cell) if isinstance(part, Region))
