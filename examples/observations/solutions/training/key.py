"""Answer key of the example on training."""

from typing import Any

from grader.model.key import Slip
from grader.text.messages import message

HELDOUT = {"heldout": {"file": "heldout/points.npz", "classes": ["inside", "outside"]}}


def answers() -> dict[str, Any]:
    """Question id -> expected value."""
    return {
        "callback": 3,
        "epochs": (1, 39),
        "accuracy": (0.95, 1),
        "loss_falls": (0.7, 1),
        "labels": ["epoch", "loss"],
        "curve": 0,
        "files": ["curves.csv", "model.keras"],
        "columns": ["accuracy", "loss"],
        "saved_accuracy": (0.85, 1),
    }


def slips() -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    reason = message("The callback stops only if the accuracy is above the goal.")
    return {"callback": [Slip(4, reason, message("Stop also if the accuracy equals the goal: use `>=`."))]}
