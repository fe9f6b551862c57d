"""Answer key of the example of every kind."""

from typing import Any

import pandas as pd

from grader.model.key import Slip
from grader.text.messages import message

LABELS = ["cat", "dog", "dog", "cat", "dog"]
BRIGHTNESS = [0.25, 0.5, 1.0, 0.75, 0.75]


def answers() -> dict[str, Any]:
    """Question id -> expected value."""
    classes = sorted(set(LABELS))
    frame = pd.DataFrame({"label": LABELS, "brightness": BRIGHTNESS})
    return {
        "padding": "same",
        "layer": {"pattern": "(2d-?)?conv(olution)?(al)?(layer)?", "example": "convolution"},
        "rate": (0.0001, 0.01),
        "classes": classes,
        "counts": {name: LABELS.count(name) for name in classes},
        "means": frame.groupby("label", as_index=False)["brightness"].mean(),
        "sizes": pd.Series(LABELS).value_counts(),
        "batches": {"spec": [("float32", (None, 1)), ("int64", (None,))], "batches": 3, "first": [None, [0, 1]]},
        "report": [len(classes), sum(BRIGHTNESS) / len(BRIGHTNESS)],
        "explanation": "Zeros around the image keep its height and width, also at the border.",
        "style": "def convolve(signal, window):\n    ...",
    }


def slips() -> dict[str, list[Slip]]:
    """Question id -> wrong answers with a known cause."""
    border = message("Without padding, the window stays inside the image.")
    return {"padding": [Slip("valid", border, message("Zeros around the image keep its size."))]}
