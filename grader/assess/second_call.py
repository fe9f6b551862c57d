"""Compares two calls of a function with the same images: their agreement, and the effect of altering the images."""

from typing import Any

import numpy as np
import numpy.typing as npt

from grader.assess.heldout import ShuffledData
from grader.model.score import SecondCall

Labels = npt.NDArray[Any]


def compare(heldout: ShuffledData, first: Labels, second: Labels) -> SecondCall:
    """Compare the labels of both calls.

    Args:
        heldout: The images of both calls; its `second` is not None.
        first: Labels of the first call, shape (n,), integers from 0.
        second: Labels of the second call, shape (m,), integers from 0.

    Raises:
        ValueError: If there was no second call.
    """
    if heldout.second is None:
        raise ValueError("there was one call only")
    places, altered = heldout.second.places, heldout.second.altered
    # Labels of the second call in the order of the first one; -1 if the second call did not have the image.
    altered_labels, unaltered_labels = np.full(len(first), -1), np.full(len(first), -1)
    altered_labels[places[altered]] = second[altered]
    unaltered_labels[places[~altered]] = second[~altered]
    in_both_calls = (unaltered_labels >= 0) & (altered_labels >= 0)
    altered_right = (altered_labels == heldout.labels) & in_both_calls
    unaltered_right = (unaltered_labels == heldout.labels) & in_both_calls
    return SecondCall(
        images=int((altered_labels >= 0).sum()),
        differing=int(((altered_labels != first) & (altered_labels >= 0)).sum()),
        pairs=int(in_both_calls.sum()),
        altered_right=int(altered_right.sum()),
        unaltered_right=int(unaltered_right.sum()),
        only_altered=int((altered_right & ~unaltered_right).sum()),
        only_unaltered=int((unaltered_right & ~altered_right).sum()),
    )
