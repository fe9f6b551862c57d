"""Answer key of the example on classes: what observations leave is compared here, outside the sandbox."""

from typing import Any

import numpy as np

from grader.model.key import Call, Slip
from grader.text.messages import message

KNOWN, NEW = [1.0, 2.0, 6.0], [4.0, 0.0]
FACTOR, VALUES = 3.0, [[1.0, -2.0], [0.5, 4.0]]
LABELS, PREDICTIONS = [[0.0, 1.0], [2.0, 2.0]], [[1.0, -1.0], [2.0, 4.0]]


def answers() -> dict[str, Any]:
    """Question id -> expected value."""
    return {
        "layer_weights": 1,
        "clip": [[3.0, 0.0], [0.0, 0.5]],
        "size": (28 - 5 + 1, 28 - 5 + 1),
        "refusal": "ValueError",
        "text": "Dense layer with 32 units",
        "table": {"columns": {"units": [32, 10], "parameters": [(784 + 1) * 32, (32 + 1) * 10]}},
        "dataset": {"spec": [("float32", (4, 4))], "batches": 10 // 4, "first": [[[0, 1, 2, 3]]]},
        "speed": (None, 0.5),
    }


def slips() -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    reason = message("The layer has no trainable weight, so training cannot change the factor.")
    return {"layer_weights": [Slip(0, reason, message("Make the factor with `self.add_weight(...)`."))]}


def calls() -> dict[str, list[Call]]:
    """Question id -> calls with hidden arguments."""
    mean = sum(KNOWN) / len(KNOWN)
    own_mean = sum(NEW) / len(NEW)
    of_new = Slip(
        [value - own_mean for value in NEW],
        message("`transform` subtracts the mean of its own values."),
        message("Remember the mean in `fit`, and subtract that."),
    )
    cubes = (np.abs(np.subtract(LABELS, PREDICTIONS)) ** 3).mean()
    return {
        "scaler": [Call((KNOWN, NEW), [value - mean for value in NEW], (of_new,))],
        "saved_layer": [Call(([[1.0, -2.0, 0.5, 4.0]],), [[3.0, -6.0, 1.5, 12.0]])],
        "layer": [Call((FACTOR, VALUES), [[FACTOR * value for value in row] for row in VALUES])],
        "loss": [Call((LABELS, PREDICTIONS), float(cubes))],
    }
