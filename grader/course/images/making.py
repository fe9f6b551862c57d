"""Made images into an exercise: `grader data make`."""

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

from grader.course.images.files import Prepared, places, write
from grader.course.layout import Course
from grader.errors import InputError, SpecificationError
from grader.model.images import ImageSettings
from grader.text.suggestions import suggestion

_ARRAYS = ("x_train", "y_train", "x_valid", "y_valid", "inputs", "labels", "classes")
_INDICES = ("mislabelled", "ambiguous")
_PAIRS = (("x_train", "y_train"), ("x_valid", "y_valid"), ("inputs", "labels"))


def make_images(course: Course, slug: str, settings: ImageSettings | None, seed: int | None) -> tuple[Path, ...]:
    """Run `make(seed)` of the exercise's `make_data.py`, and write the three files of its data.

    Args:
        course: The course.
        slug: The exercise.
        settings: Its table `[images]`; None if it has none.
        seed: What to make the images from; None: the default of `make`.

    Returns:
        The files written.

    Raises:
        InputError: The exercise has no `make_data.py`, or one that cannot be used this way.
        SpecificationError: `make` raises, or gives something else than the data of an exercise.
    """
    path = course.solution_folder(slug) / "make_data.py"
    place = course.shown(path)
    if not path.is_file():
        raise InputError(
            f"{place}: does not exist, so there are no images to make; "
            f"import real ones with `grader data import {slug} PATH`."
        )
    with _loaded(path, place) as module:
        made = _guarded(_maker(module, place, slug, seed), path, place)
    prepared = _checked(made, settings, place)
    where = places(course, slug, settings)
    write(prepared, where)
    return where.all


def _maker(module: ModuleType, place: str, slug: str, seed: int | None) -> Callable[[], Any]:
    """The call that makes the images."""
    make = getattr(module, "make", None)
    if not callable(make):
        raise InputError(
            f"{place}: has no function make(seed), so it is run by itself: `python {place}`; "
            f"or import images with `grader data import {slug} PATH`."
        )
    parameter = inspect.signature(make).parameters.get("seed")
    if parameter is None:
        raise SpecificationError(f"{place}: make() takes no 'seed'; write `def make(seed: int = ...)`.")
    if seed is None and parameter.default is inspect.Parameter.empty:
        raise InputError(f"{place}: make(seed) has no seed of its own; give one with --seed.")
    return make if seed is None else lambda: make(seed=seed)


@contextmanager
def _loaded(path: Path, place: str) -> Iterator[ModuleType]:
    """The author's module; while it is in use it can import what lies beside it."""
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
        for each in set(sys.modules) - before:
            file = getattr(sys.modules[each], "__file__", None)
            if file and Path(file).parent == path.parent:
                del sys.modules[each]


def _guarded(action: Callable[[], Any], path: Path, place: str) -> Any:
    """Run the author's code; whatever it raises becomes one line that names the line of its module."""
    try:
        return action()
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
        where = f"line {line}: " if line else ""
        raise SpecificationError(
            f"{place}: {where}{type(error).__name__}: {error}; correct it so that it runs."
        ) from error


def _checked(made: Any, settings: ImageSettings | None, place: str) -> Prepared:
    """The data that `make` gave, in the form that the files have."""
    if not isinstance(made, Mapping):
        raise SpecificationError(f"{place}: make() gives a {type(made).__name__}; give a dict of arrays.")
    for name in (*_ARRAYS, *_INDICES):
        if name not in made:
            raise SpecificationError(f"{place}: make() gives no '{name}'; {suggestion(name, map(str, made))}.")
    arrays = {name: np.asarray(made[name]) for name in _ARRAYS}
    count = {name: len(array) if array.ndim else 0 for name, array in arrays.items()}
    problems = [*_wrong_classes(arrays["classes"])]
    for images, labels in _PAIRS:
        problems += _wrong_images(images, arrays[images], settings)
        problems += _wrong_labels(labels, arrays[labels], count[images], count["classes"])
    for name in _INDICES:
        problems += _wrong_indices(name, made[name], count["x_train"])
    if problems:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    whole = {name: arrays[name].astype(np.int64) for _, name in _PAIRS}
    known = {name: sorted(int(index) for index in made[name]) for name in _INDICES}
    return Prepared(
        public={
            name: whole.get(name, arrays[name]) for name in ("x_train", "y_train", "x_valid", "y_valid", "classes")
        },
        heldout={name: whole.get(name, arrays[name]) for name in ("inputs", "labels", "classes")},
        known={"known": True, **known},
    )


def _wrong_classes(classes: npt.NDArray[Any]) -> Iterator[str]:
    if classes.ndim != 1 or classes.dtype.kind != "U" or len(set(classes.tolist())) < max(2, len(classes)):
        yield "'classes' must be two or more names, each another one."


def _wrong_images(name: str, images: npt.NDArray[Any], settings: ImageSettings | None) -> Iterator[str]:
    wanted = (settings.size.height, settings.size.width, 3) if settings else images.shape[1:]
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != wanted or wanted[2:] != (3,):
        size = f"{wanted[0]}, {wanted[1]}, 3" if settings else "height, width, 3"
        yield f"'{name}' is {images.dtype} of shape {images.shape}; it must be uint8 of shape (images, {size})."


def _wrong_labels(name: str, labels: npt.NDArray[Any], images: int, classes: int) -> Iterator[str]:
    if labels.shape != (images,) or not np.issubdtype(labels.dtype, np.integer) or not images:
        yield f"'{name}' is {labels.dtype} of shape {labels.shape}; it must be whole numbers, one for each image."
    elif labels.min() < 0 or labels.max() >= classes:
        yield f"'{name}' goes from {labels.min()} to {labels.max()}; {classes} classes allow 0 to {classes - 1}."


def _wrong_indices(name: str, indices: Any, images: int) -> Iterator[str]:
    values = np.asarray(indices)
    if values.ndim != 1 or (values.size and not np.issubdtype(values.dtype, np.integer)):
        yield f"'{name}' must be a list of whole numbers, the indices into 'x_train'."
    elif values.size and not 0 <= values.min() <= values.max() < images:
        yield f"'{name}' has indices from {values.min()} to {values.max()}; there are {images} training images."
