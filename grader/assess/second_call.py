"""Two calls of the same function with the same images: whether they agree, and what altering the images costs."""

from typing import Any

import numpy as np
import numpy.typing as npt

from grader.assess.heldout import ShuffledData
from grader.model.score import SecondCall

Labels = npt.NDArray[Any]


def compare(heldout: ShuffledData, first: Labels, second: Labels) -> SecondCall:
    """Compare the labels of both calls.

    Args:
        heldout: What the calls were given; `shown.second` is not None.
        first: Labels of the first call, shape (n,).
        second: Labels of the second call, shape (m,).

    Raises:
        ValueError: If there was no second call.
    """
    if heldout.second is None:
        raise ValueError("there was one call only")
    places, altered = heldout.second.places, heldout.second.altered
    altered_labels, unaltered_labels = np.full(len(first), -1), np.full(len(first), -1)
    altered_labels[places[altered]] = second[altered]
    unaltered_labels[places[~altered]] = second[~altered]
    in_both_calls = (unaltered_labels >= 0) & (altered_labels >= 0)
    altered_right, plain_right = (
        (altered_labels == heldout.labels) & in_both_calls,
        (unaltered_labels == heldout.labels) & in_both_calls,
    )
    return SecondCall(
        images=int((altered_labels >= 0).sum()),
        differing=int(((altered_labels != first) & (altered_labels >= 0)).sum()),
        pairs=int(in_both_calls.sum()),
        altered_right=int(altered_right.sum()),
        unaltered_right=int(plain_right.sum()),
        only_altered=int((altered_right & ~plain_right).sum()),
        only_unaltered=int((plain_right & ~altered_right).sum()),
    )
