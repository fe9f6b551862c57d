"""Answer key of the example with two notebooks."""

from typing import Any

import numpy as np

from grader.model.key import Call

IMAGE = np.arange(25.0).reshape(5, 5)
HIDDEN_IMAGE, HIDDEN_KERNEL = [[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]], [[1.0, -1.0]]


def answers() -> dict[str, Any]:
    """Question id -> expected value."""
    kernel = np.full((3, 3), 1 / 9)
    return {"weights": kernel.size, "kernel": kernel, "height": 5 - 3 + 1, "features": _applied(IMAGE, kernel)}


def calls() -> dict[str, list[Call]]:
    """Question id -> calls with hidden arguments."""
    expected = _applied(np.array(HIDDEN_IMAGE), np.array(HIDDEN_KERNEL))
    return {"layer": [Call((HIDDEN_IMAGE, HIDDEN_KERNEL), expected)]}


def _applied(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.asarray((windows * kernel).sum(axis=(2, 3)))
