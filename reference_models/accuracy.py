"""How well a reference model does on held-out images, and how much that depends on the seed."""

import contextlib
import io
import os
from pathlib import Path
from typing import Any

import keras
import nbformat
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SEEDS = tuple(range(1, 13))


def measure(exercise: str, heldout: Path, seeds: tuple[int, ...] = SEEDS) -> dict[str, Any]:
    """Train with the solution's own cells, once for each seed, and score on held-out images.

    Running the solution itself keeps the recipe in one place: what is measured is what is graded.

    Args:
        exercise: Slug of an exercise whose solution leaves a function `predict`.
        heldout: An `.npz` file with `inputs` of shape (n, ...) and `labels` of shape (n,).
        seeds: Seeds of Python, NumPy and TensorFlow.

    Returns:
        `exercise`, `heldout` (file name), `seeds`, `values` (accuracy for each seed, between 0 and 1),
        `min`, `mean` and `std` (with n - 1 in the denominator).
    """
    with np.load(heldout, allow_pickle=False) as data:
        inputs, labels = data["inputs"], data["labels"]
    values = [float(np.mean(_predictions(exercise, inputs, seed) == labels)) for seed in seeds]
    return {
        "exercise": exercise,
        "heldout": heldout.name,
        "seeds": list(seeds),
        "values": [round(value, 4) for value in values],
        "min": round(min(values), 4),
        "mean": round(float(np.mean(values)), 4),
        "std": round(float(np.std(values, ddof=1)), 4),
    }


def _predictions(exercise: str, inputs: np.ndarray[Any, Any], seed: int) -> np.ndarray[Any, Any]:
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    names: dict[str, Any] = {"__name__": "__main__"}
    with _inside(ROOT / "exercises" / exercise), contextlib.redirect_stdout(io.StringIO()):
        for source in _code(ROOT / "solutions" / exercise / "notebook.ipynb"):
            exec(source, names)
        return np.asarray(names["predict"](inputs))


def _code(notebook: Path) -> list[str]:
    cells = nbformat.read(notebook, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


@contextlib.contextmanager
def _inside(folder: Path) -> Any:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
