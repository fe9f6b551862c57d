"""Generates the images of an exercise with its `make_data.py`, for `grader data make`."""

import inspect
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.errors import InputError, SpecificationError
from grader.images.dataset import Dataset, write
from grader.model.images import ImageExercise, ImageSettings
from grader.text.suggestions import suggestion

_PUBLIC = ("x_train", "y_train", "x_valid", "y_valid", "classes")
_HELDOUT = ("inputs", "labels", "classes")
_ARRAYS = ("x_train", "y_train", "x_valid", "y_valid", "inputs", "labels", "classes")
_INDICES = ("mislabelled", "ambiguous")
_PAIRS = (("x_train", "y_train"), ("x_valid", "y_valid"), ("inputs", "labels"))


def make_images(exercise: ImageExercise, seed: int | None) -> tuple[Path, ...]:
    """Run `make(seed)` of the exercise's `make_data.py`, and write the three files of its data.

    Args:
        exercise: The exercise.
        seed: The seed of the images; None for the default of `make`.

    Returns:
        The files written.

    Raises:
        InputError: The exercise has no `make_data.py`, or one that cannot be used this way.
        SpecificationError: `make` raises, or gives something other than the data of an exercise.
    """
    path, place = exercise.script, exercise.script_name
    if not path.is_file():
        raise InputError(
            f"{place}: does not exist, so there are no images to make. "
            f"Import real ones with `grader data import {exercise.slug} PATH`."
        )
    with _loaded(path, place) as module:
        data = _guarded(_call(module, exercise, seed), path, place)
    write(_checked(data, exercise.settings, place), exercise)
    return exercise.files


def _call(module: ModuleType, exercise: ImageExercise, seed: int | None) -> Callable[[], Any]:
    """The call that generates the images."""
    place = exercise.script_name
    make = getattr(module, "make", None)
    if not callable(make):
        raise InputError(
            f"{place}: has no function make(seed), so run it with `python {place}`, or import images with `grader "
            f"data import {exercise.slug} PATH`."
        )
    parameter = inspect.signature(make).parameters.get("seed")
    if parameter is None:
        raise SpecificationError(f"{place}: make() takes no 'seed'. Write `def make(seed: int = ...)`.")
    if seed is None and parameter.default is inspect.Parameter.empty:
        raise InputError(f"{place}: make(seed) has no default for its seed. Give one with --seed.")
    return make if seed is None else lambda: make(seed=seed)


@contextmanager
def _loaded(path: Path, place: str) -> Iterator[ModuleType]:
    """Execute the author's module, which can import modules beside it; afterwards no trace of them is left."""
    name, before = f"_data_of_{path.parent.name}", set(sys.modules)
    module = ModuleType(name)
    module.__file__ = str(path)
    write_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.modules[name] = module
    sys.path.insert(0, str(path.parent))
    try:
        _guarded(lambda: exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__), path, place)
        yield module
    finally:
        sys.path.remove(str(path.parent))
        sys.dont_write_bytecode = write_bytecode
        # Modules beside it may have common names, such as `shapes`: another exercise must not get these.
        for imported in set(sys.modules) - before:
            file = getattr(sys.modules[imported], "__file__", None)
            if file and Path(file).parent == path.parent:
                del sys.modules[imported]


def _guarded(action: Callable[[], Any], path: Path, place: str) -> Any:
    """Run the author's code; an exception becomes one line that names the line of the module.

    Raises:
        SpecificationError: The code raises.
    """
    try:
        return action()
    except (Exception, SystemExit) as error:  # the author's code may raise anything; only Ctrl-C passes
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        last_line = lines[-1] if lines else None
        line = error.lineno if isinstance(error, SyntaxError) else last_line
        line_shown = f"line {line}: " if line else ""
        raise SpecificationError(
            f"{place}: {line_shown}{type(error).__name__}: {error}. Correct it so that it runs."
        ) from error


def _checked(data: Any, settings: ImageSettings | None, place: str) -> Dataset:
    """Turn the data that `make` gave into the form of the files.

    Raises:
        SpecificationError: Something is missing or has another form; one line for each problem.
    """
    if not isinstance(data, Mapping):
        raise SpecificationError(
            f"{place}: make() must return a dict of arrays. Received: a value of type {type(data).__name__}."
        )
    for name in (*_ARRAYS, *_INDICES):
        if name not in data:
            raise SpecificationError(f"{place}: make() gives no '{name}'. {suggestion(name, map(str, data))}.")
    arrays = {name: np.asarray(data[name]) for name in _ARRAYS}
    count = {name: len(array) if array.ndim else 0 for name, array in arrays.items()}
    problems = [*_problems_of_classes(arrays["classes"])]
    for images, labels in _PAIRS:
        problems += _problems_of_images(images, arrays[images], settings)
        problems += _problems_of_labels(labels, arrays[labels], count[images], count["classes"])
    for name in _INDICES:
        problems += _problems_of_indices(name, data[name], count["x_train"])
    if problems:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    arrays |= {labels: arrays[labels].astype(np.int64) for _, labels in _PAIRS}
    known = {name: sorted(int(index) for index in data[name]) for name in _INDICES}
    return Dataset(
        public={name: arrays[name] for name in _PUBLIC},
        heldout={name: arrays[name] for name in _HELDOUT},
        known={"known": True, **known},
    )


def _problems_of_classes(classes: npt.NDArray[Any]) -> Iterator[str]:
    """The classes must have the form (k,), names, with k at least 2."""
    if classes.ndim != 1 or classes.dtype.kind != "U" or len(set(classes.tolist())) < max(2, len(classes)):
        yield "'classes' must be two or more different names."


def _problems_of_images(name: str, images: npt.NDArray[Any], settings: ImageSettings | None) -> Iterator[str]:
    """Images must have the form (n, height, width, 3) uint8, of the size in the settings if there are any."""
    size = settings.size if settings else None
    right_size = size is None or images.shape[1:3] == (size.height, size.width)
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] != 3 or not right_size:
        shown_size = f"{size.height}, {size.width}, 3" if size else "height, width, 3"
        received = f"{images.dtype} of shape {images.shape}"
        yield f"'{name}' must be uint8 of shape (images, {shown_size}). Received: {received}."


def _problems_of_labels(name: str, labels: npt.NDArray[Any], images: int, classes: int) -> Iterator[str]:
    """Labels must have the form (images,), whole numbers from 0 to classes - 1."""
    if labels.shape != (images,) or not np.issubdtype(labels.dtype, np.integer) or not images:
        yield f"'{name}' must be whole numbers, one for each image. Received: {labels.dtype} of shape {labels.shape}."
    elif labels.min() < 0 or labels.max() >= classes:
        yield f"'{name}' must be from 0 to {classes - 1}. Received: {labels.min()} to {labels.max()}."


def _problems_of_indices(name: str, indices: Any, images: int) -> Iterator[str]:
    """Indices must have the form (k,), whole numbers from 0 to images - 1; there may be none."""
    values = np.asarray(indices)
    if values.ndim != 1 or (values.size and not np.issubdtype(values.dtype, np.integer)):
        yield f"'{name}' must be a list of whole numbers, the indices into 'x_train'."
    elif values.size and not 0 <= values.min() <= values.max() < images:
        received = f"{values.min()} to {values.max()}"
        yield f"'{name}' must be from 0 to {images - 1}, the training images. Received: {received}."
