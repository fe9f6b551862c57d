"""Answer key of the example with two modules."""

from typing import Any

import numpy as np

from grader.model.key import Call

SIGNAL, WINDOW = [1.0, 2.0, 4.0], [0.5, -1.0]


def answers() -> dict[str, Any]:
    """Question id -> expected value."""
    return {"size": 28 // 2}


def calls() -> dict[str, list[Call]]:
    """Question id -> calls with hidden arguments."""
    return {"convolution": [Call((SIGNAL, WINDOW), np.convolve(SIGNAL, WINDOW))]}
