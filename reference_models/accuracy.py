"""The accuracy of a reference model on held-out images, and its dependence on the seed."""

import contextlib
import io
import os
import tempfile
from pathlib import Path
from typing import Any

import keras
import nbformat
import numpy as np

from grader.course.answer_key import read_key
from grader.course.layout import Course
from grader.course.release import common_numbers, read_solution, with_numbers
from grader.course.specification import read_exercise
from grader.model.exercise import Exercise

ROOT = Path(__file__).resolve().parent.parent
SEEDS = tuple(range(1, 13))


def measure(exercise: str, seeds: tuple[int, ...] = SEEDS) -> dict[str, Any]:
    """Train with the solution's own cells, once for each seed, and score on held-out images.

    Running the solution itself keeps the recipe in one place, so the measured model is the graded one.

    Args:
        exercise: Slug of an exercise whose solution leaves a function `predict`, and whose key names held-out
            data: an `.npz` file with `inputs` of shape (n, ...) and `labels` of shape (n,).
        seeds: Seeds of Python, NumPy and TensorFlow.

    Returns:
        `exercise`, `heldout` (file name), `seeds`, `values` (accuracy for each seed, between 0 and 1),
        `min`, `mean` and `std` (with n - 1 in the denominator).
    """
    course = Course(ROOT)
    specification = read_exercise(course, exercise)
    key = read_key(course, specification)
    (heldout,) = {held.path for held in key.heldout.values()}
    with np.load(heldout, allow_pickle=False) as data:
        inputs, labels = data["inputs"], data["labels"]
    solution = with_numbers(read_solution(course, exercise), exercise, common_numbers(key))
    values = [float(np.mean(_predictions(specification, solution, inputs, seed) == labels)) for seed in seeds]
    return {
        "exercise": exercise,
        "heldout": heldout.name,
        "seeds": list(seeds),
        "values": [round(value, 4) for value in values],
        "min": round(min(values), 4),
        "mean": round(float(np.mean(values)), 4),
        "std": round(float(np.std(values, ddof=1)), 4),
    }


def _predictions(exercise: Exercise, solution: bytes, inputs: np.ndarray[Any, Any], seed: int) -> np.ndarray[Any, Any]:
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    names: dict[str, Any] = {"__name__": "__main__"}
    with _beside_files_of(exercise), contextlib.redirect_stdout(io.StringIO()):
        for cell in nbformat.reads(solution.decode(), as_version=4).cells:
            if cell.cell_type == "code":
                exec(cell.source, names)
        return np.asarray(names["predict"](inputs))


@contextlib.contextmanager
def _beside_files_of(exercise: Exercise) -> Any:
    """Work in a folder with the public files of an exercise, some of which may belong to another exercise."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        for file in exercise.files:
            (Path(folder) / file.name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / file.name).symlink_to(file.path)
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
