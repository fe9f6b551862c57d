"""Parts that all lists of misconceptions share: their form, and the arithmetic of wrong answers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Given = Mapping[str, Any]
Thought = tuple[str, str, Any, str]
"""Question, what a student thinks, the answer that follows, words of a right reason (a regular expression)."""
Thoughts = Callable[[Given], Iterator[Thought]]


def by_exercise(*functions: Thoughts) -> Mapping[str, Thoughts]:
    """Exercise -> its misconceptions; each function is called like its exercise."""
    return {function.__name__.replace("_", "-"): function for function in functions}


def relu(values: Any) -> Any:
    """Negative values become 0."""
    return np.maximum(values, 0)


def laid(image: Any, kernel: Any, padding: int = 0, stride: int = 1) -> Any:
    """The feature map of a kernel at all places of an image; image and kernel have shape (rows, columns)."""
    field, kernel = np.pad(np.asarray(image), padding), np.asarray(kernel)
    rows, columns = (field.shape[axis] - kernel.shape[axis] + 1 for axis in (0, 1))
    places = [
        [(field[r : r + kernel.shape[0], c : c + kernel.shape[1]] * kernel).sum() for c in range(columns)]
        for r in range(rows)
    ]
    return np.array(places)[::stride, ::stride]


def blocks(image: Any, size: int, how: Callable[[Any], Any]) -> Any:
    """One value for each block of `size` x `size` pixels, such as their maximum."""
    image = np.asarray(image)
    rows, columns = image.shape[0] // size, image.shape[1] // size
    return np.array(
        [
            [how(image[r * size : (r + 1) * size, c * size : (c + 1) * size]) for c in range(columns)]
            for r in range(rows)
        ]
    )
