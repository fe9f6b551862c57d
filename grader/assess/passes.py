"""Two calls of the same function with the same images: whether they agree, and what altering the images costs."""

from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.assess.heldout import Shown

Labels = npt.NDArray[Any]
_SHARE_BY_ROUNDING = 0.005
_FEW_BY_ROUNDING = 2
_FAR_BEYOND_NOISE = 3.09  # one in a thousand, one-sided
_SMALLEST_GAP = 0.10


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the second call adds to the first.

    Attributes:
        images: Altered images that both calls were given.
        differing: Images among them with another label in the second call.
        pairs: Images that were also given as they are.
        altered_right: Of these, how many were labelled correctly as altered in the second call.
        unaltered_right: Of these, how many were labelled correctly as they are.
        only_altered: How many were right as altered only.
        only_unaltered: How many were right as they are only.
    """

    images: int
    differing: int
    pairs: int
    altered_right: int
    unaltered_right: int
    only_altered: int
    only_unaltered: int

    @property
    def agrees(self) -> bool:
        """Whether the calls agree but for a few close calls, which rounding may turn over."""
        return self.differing <= max(_FEW_BY_ROUNDING, _SHARE_BY_ROUNDING * self.images)

    @property
    def knows_originals(self) -> bool:
        """Whether images as they are were labelled far better than the same images altered.

        A paired test (McNemar, with continuity correction): beyond what happens once in a thousand, and by
        10 percentage points at least, which an honest model does not lose to a shift by two pixels.
        """
        gap, decisive = self.only_unaltered - self.only_altered, self.only_unaltered + self.only_altered
        beyond = decisive > 0 and (gap - 1) / sqrt(decisive) > _FAR_BEYOND_NOISE
        return beyond and gap >= _SMALLEST_GAP * self.pairs

    def as_evidence(self) -> dict[str, int]:
        """The counts as JSON data; `Comparison(**data)` reads them."""
        return asdict(self)


def compare(shown: Shown, first: Labels, second: Labels) -> Comparison:
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
    return Comparison(
        images=int((again >= 0).sum()),
        differing=int(((again != first) & (again >= 0)).sum()),
        pairs=int(both.sum()),
        altered_right=int(altered_right.sum()),
        unaltered_right=int(plain_right.sum()),
        only_altered=int((altered_right & ~plain_right).sum()),
        only_unaltered=int((plain_right & ~altered_right).sum()),
    )
