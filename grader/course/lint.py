"""What an author should know about an exercise that is valid, but not yet good."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator

from grader.course.regions import Region, split
from grader.course.release import student_notebook, text
from grader.course.variants import COMMON
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey
from grader.model.precision import Precision


def problems(exercise: Exercise, key: AnswerKey, solution: bytes) -> list[str]:
    """Look for what is probably a mistake of the author.

    Args:
        exercise: The exercise.
        key: Its answer key.
        solution: The solution notebook.

    Returns:
        One line for each, place, fact and remedy; empty if there is nothing to say.

    Raises:
        SpecificationError: The solution notebook is not valid.
    """
    student = student_notebook(solution, exercise.slug, {**key.given, "variant": COMMON})
    cells = [text(cell) for cell in json.loads(solution)["cells"] if cell["cell_type"] == "code"]
    return [
        *_stale(exercise, student),
        *_answers(exercise, cells),
        *_slips(exercise, key),
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
    assigned = {name for cell in cells for name in _assigned(cell)}
    regions = "\n".join(_region_text(cell) for cell in cells)
    for name, times in names.items():
        if times > 1:
            yield f"exercises/{exercise.slug}/exercise.toml: answer '{name}' serves {times} questions; is that meant?"
        if name not in assigned:
            yield f"{place}: answer '{name}' is never assigned; assign it in an answer region."
        elif not re.search(rf"\b{re.escape(name)}\b", regions):
            yield f"{place}: answer '{name}' is in no answer region, so students are given it; put it in one."


def _assigned(cell: str) -> set[str]:
    """The names that a cell binds; lines for IPython (`%`, `!`) are passed over."""
    code = "\n".join(re.sub(r"^(\s*)[%!].*", r"\1pass", line) for line in cell.split("\n"))
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return set()
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def _region_text(cell: str) -> str:
    return "\n".join("\n".join(part.solution) for part in split(cell) if isinstance(part, Region))


def _slips(exercise: Exercise, key: AnswerKey) -> Iterator[str]:
    options = {question.id: question.options for question in exercise.questions}
    for name, slips in key.slips.items():
        right, exact = key.answers.get(name), Precision.of(options.get(name, {}))
        for number, slip in enumerate(slips, start=1):
            place = f"solutions/{exercise.slug}/key.py: question '{name}': slip {number}"
            if slip.value == right:
                yield f"{place} is the right answer."
            elif exact.takes(slip.value, right):
                yield f"{place} counts as right; ask for more digits or take it out."
            elif exact.takes_rounded(slip.value, right):
                yield f"{place} counts as right once it is rounded; ask for more digits or take it out."
