"""What an author should know about an exercise that is valid, but not yet good."""

import json
import re
from collections import Counter
from collections.abc import Iterator

from grader.course.regions import Region, split
from grader.course.release import text
from grader.model.exercise import Exercise
from grader.text.python_source import bound_names


def problems(exercise: Exercise, solution: bytes, released: bytes) -> list[str]:
    """Look for what is probably a mistake of the author.

    Args:
        exercise: The exercise.
        solution: The solution notebook, which is valid.
        released: The student notebook that it gives.

    Returns:
        One line for each, place, fact and remedy; empty if there is nothing to say.
    """
    cells = [text(cell) for cell in json.loads(solution)["cells"] if cell["cell_type"] == "code"]
    return [
        *_stale(exercise, released),
        *_answers(exercise, cells),
    ]


def _stale(exercise: Exercise, student: bytes) -> Iterator[str]:
    committed = exercise.folder / "notebook.ipynb"
    if not committed.is_file() or committed.read_bytes() != student:
        yield (
            f"exercises/{exercise.slug}/notebook.ipynb: is not what the solution gives; "
            f"run `grader release {exercise.slug} --out exercises`."
        )


def _answers(exercise: Exercise, cells: list[str]) -> Iterator[str]:
    place = f"solutions/{exercise.slug}/notebook.ipynb"
    names = Counter(question.answer for question in exercise.questions)
    assigned = {name for cell in cells for name in bound_names(cell)}
    regions = "\n".join(_region_text(cell) for cell in cells)
    for name, times in names.items():
        if times > 1:
            yield f"exercises/{exercise.slug}/exercise.toml: answer '{name}' serves {times} questions; is that meant?"
        if name not in assigned:
            yield f"{place}: answer '{name}' is never assigned; assign it in an answer region."
        elif not re.search(rf"\b{re.escape(name)}\b", regions):
            yield f"{place}: answer '{name}' is in no answer region, so students are given it; put it in one."


def _region_text(cell: str) -> str:
    return "\n".join("\n".join(part.solution) for part in split(cell) if isinstance(part, Region))
