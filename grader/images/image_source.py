"""The protocol of a source of images: a list of files, or the arrays of one file, read in order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from grader.images.picture import Picture
from grader.model.images import ImageSize

UNDECIDED = -1
"""Stands for a subset in arrays of subsets, where a source has no split."""


@dataclass(frozen=True, slots=True)
class ImageList:
    """The images of a source, before they are read.

    Attributes:
        classes: Names of the classes.
        labels: (n,) int64, the class of each image.
        subsets: (n,) int8, values of `Subset`, or UNDECIDED where the source has no split.
    """

    classes: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    subsets: npt.NDArray[np.int8]


class ImageSource(Protocol):
    """Something that images are imported from; it is never changed."""

    @property
    def images(self) -> ImageList:
        """The class and the subset of every image."""
        ...

    def name(self, index: int) -> str:
        """The name of an image in messages, safe to print."""
        ...

    def pictures(self, size: ImageSize) -> Iterator[Picture]:
        """Read every image in order, at bounded memory."""
        ...
