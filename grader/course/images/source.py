"""What images are imported from: a list of files or the arrays of one file, read in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from grader.course.images.picture import Picture
from grader.model.images import Size

UNDECIDED = -1


@dataclass(frozen=True, slots=True)
class Listed:
    """Which images there are, before they are read.

    Attributes:
        classes: Names of the classes.
        labels: (n,) int64, the class of each image.
        parts: (n,) int8, values of `Part`, or UNDECIDED where the source has no split.
    """

    classes: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    parts: npt.NDArray[np.int8]


class Source(Protocol):
    """Something that images are imported from; it is never changed."""

    @property
    def listed(self) -> Listed:
        """Which images there are."""
        ...

    def name(self, index: int) -> str:
        """How messages name an image; it can be printed."""
        ...

    def pictures(self, size: Size) -> Iterator[Picture]:
        """Read every image in order, at bounded memory."""
        ...
