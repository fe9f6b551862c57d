"""One exercise and one class of submissions, in the form that each grader wants.

The cells are the same for all. No submission equals another, and every third has a mistake, so that
the marks of the graders can be compared, too.
"""

import json
import shutil
import textwrap
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

SLUG = "cnn-sizes"
ANSWERS = {
    "conv1_width": 28 - 3 + 1,
    "conv1_params": (3 * 3 * 1 + 1) * 32,
    "conv2_params": (3 * 3 * 32 + 1) * 32,
    "flat_size": 12 * 12 * 32,
    "dense1_params": (12 * 12 * 32 + 1) * 128,
    "total_params": 320 + 9248 + 589952 + 1290,
}
"""Name of the answer -> expected number; one point each."""

_MISTAKE = {"conv1_params": 3 * 3 * 1 * 32}
_CELLS = {
    "imports": """
        import numpy as np
        from keras import Input
        from keras.layers import Activation, Conv2D, Dense, Dropout, Flatten, MaxPooling2D
        from keras.models import Sequential""",
    "model": """
        model = Sequential()
        model.add(Input(shape=(28, 28, 1)))
        model.add(Conv2D(filters=32, kernel_size=(3, 3)))
        model.add(Activation("relu"))
        model.add(Conv2D(filters=32, kernel_size=(3, 3)))
        model.add(Activation("relu"))
        model.add(MaxPooling2D(pool_size=(2, 2)))
        model.add(Dropout(0.25))
        model.add(Flatten())
        model.add(Dense(128))
        model.add(Activation("relu"))
        model.add(Dropout(0.5))
        model.add(Dense(10))
        model.add(Activation("softmax"))""",
    "summary": "model.summary()",
    "shapes": """
        for layer in model.layers:
            print(layer.name, layer.output.shape, int(np.sum([np.prod(weight.shape) for weight in layer.weights])))""",
}
_QUESTION = """
[[questions]]
id = "{name}"
title = "{name}"
kind = "number"
answer = "{name}"
points = 1
hint = "Compare your number with model.summary()."
"""
_EXERCISE = 'title = "Sizes of a CNN"\nsummary = "Sizes of the CNN of the lecture."\nlecture = "sick-cas-dl-week4"\n'
_KEY = 'def answers():\n    """Question id -> expected value."""\n    return {answers!r}\n'


def students(count: int) -> list[str]:
    """Names of the students of a class."""
    return [f"student-{number:04}" for number in range(1, count + 1)]


def marks(student: str) -> int:
    """The points that a student has earned."""
    return sum(_given(student)[name] == value for name, value in ANSWERS.items())


def sources(student: str) -> dict[str, str]:
    """Cell id -> code of what a student handed in."""
    data_cells = {name: f"{name} = {value}  # {student}" for name, value in _given(student).items()}
    return {name: textwrap.dedent(source).strip() for name, source in _CELLS.items()} | data_cells


def write_course(folder: Path) -> None:
    """Write the exercise as a course of ours."""
    questions = "".join(_QUESTION.format(name=name) for name in ANSWERS)
    solved = {name: f"### BEGIN SOLUTION\n{name} = {value}\n### END SOLUTION" for name, value in ANSWERS.items()}
    _write(folder / "exercises" / SLUG / "exercise.toml", f'{_EXERCISE}slide = "Keras"\nseed = 1\n{questions}')
    _write(folder / "solutions" / SLUG / "key.py", _KEY.format(answers=ANSWERS))
    _write(folder / "solutions" / SLUG / "notebook.ipynb", notebook(sources("student-1") | solved))


def write_class(folder: Path, count: int, more: Mapping[str, str] | None = None, only: Collection[str] = ()) -> None:
    """Write what a class handed in, one notebook for each student.

    Args:
        folder: Where; what was there is gone.
        count: How many students.
        more: Cells at the end of each notebook.
        only: The cells that it has; all, if none are named.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for student in students(count):
        cells = {name: source for name, source in sources(student).items() if name in only or not only}
        _write(folder / f"{student}.ipynb", notebook(cells | dict(more or {})))


def write_nbgrader_class(folder: Path, count: int) -> None:
    """Write a course of nbgrader with its source and what a class handed in."""
    _write(folder / "nbgrader_config.py", 'c = get_config()\nc.CourseDirectory.course_id = "benchmark"\n')
    _write(folder / "source" / SLUG / f"{SLUG}.ipynb", _nbgrader_notebook("student-1"))
    for student in students(count):
        _write(folder / "submitted" / student / SLUG / f"{SLUG}.ipynb", _nbgrader_notebook(student))


def write_nbgrader_submission(folder: Path, student: str) -> None:
    """Write the notebook that a student submits to nbgrader."""
    _write(folder / f"{SLUG}.ipynb", _nbgrader_notebook(student))


def write_otter_tests(folder: Path) -> None:
    """Write the tests of otter, one file for each question."""
    for name, value in ANSWERS.items():
        case = {"code": f">>> {name} == {value}\nTrue", "hidden": True, "locked": False}
        suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        question = {"name": name, "points": 1, "suites": [suite]}
        _write(folder / f"{name}.py", f"OK_FORMAT = True\n\ntest = {question!r}\n")


def notebook(cells: Mapping[str, str], metadata: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """A notebook of code cells as JSON."""
    code: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": name.replace("_", "-"),
            "metadata": (metadata or {}).get(name, {}),
            "outputs": [],
            "source": source,
        }
        for name, source in cells.items()
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": code, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1) + "\n"


def _given(student: str) -> dict[str, int]:
    wrong = int(student.rpartition("-")[2]) % 3 == 0
    return ANSWERS | (_MISTAKE if wrong else {})


def _nbgrader_notebook(student: str) -> str:
    """The notebook with a test below each answer, as nbgrader wants it."""
    cells: dict[str, str] = {}
    metadata: dict[str, dict[str, Any]] = {}
    for name, source in sources(student).items():
        cells[name] = source
        if name in ANSWERS:
            cells[f"test_{name}"] = f"assert {name} == {ANSWERS[name]}"
            metadata[name] = _nbgrader_cell(name, solution=True)
            metadata[f"test_{name}"] = _nbgrader_cell(f"test_{name}", solution=False)
    return notebook(cells, metadata)


def _nbgrader_cell(name: str, solution: bool) -> dict[str, Any]:
    fields = {"schema_version": 3, "grade_id": name, "solution": solution, "grade": not solution, "task": False}
    return {"nbgrader": fields | {"locked": not solution} | ({} if solution else {"points": 1})}


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
