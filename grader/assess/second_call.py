"""Two calls of the same function with the same images: whether they agree, and what altering the images costs."""

from typing import Any

import numpy as np
import numpy.typing as npt

from grader.assess.heldout import Shown
from grader.model.score import SecondCall

Labels = npt.NDArray[Any]


def compare(shown: Shown, first: Labels, second: Labels) -> SecondCall:
    """Compare the labels of both calls.

    Args:
        shown: What the calls were given; `shown.second` is not None.
        first: Labels of the first call, shape (n,).
        second: Labels of the second call, shape (m,).

    Raises:
        ValueError: If there was no second call.
    """
    if shown.second is None:
        raise ValueError("there was one call only")
    places, altered = shown.second.places, shown.second.altered
    again, plain = np.full(len(first), -1), np.full(len(first), -1)
    again[places[altered]] = second[altered]
    plain[places[~altered]] = second[~altered]
    both = (plain >= 0) & (again >= 0)
    altered_right, plain_right = (again == shown.labels) & both, (plain == shown.labels) & both
    return SecondCall(
        images=int((again >= 0).sum()),
        differing=int(((again != first) & (again >= 0)).sum()),
        pairs=int(both.sum()),
        altered_right=int(altered_right.sum()),
        unaltered_right=int(plain_right.sum()),
        only_altered=int((altered_right & ~plain_right).sum()),
        only_unaltered=int((plain_right & ~altered_right).sum()),
    )
