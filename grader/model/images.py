"""The settings by which the images of an exercise are prepared, and the paths of its files."""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class Subset(IntEnum):
    """The purpose of an image. If an image is in several subsets, it stays only in the last one of them."""

    TRAINING = 0
    VALIDATION = 1
    HELDOUT = 2

    @property
    def word(self) -> str:
        """The name in messages."""
        return ("training", "validation", "held out")[self]


@dataclass(frozen=True, slots=True)
class ImageSize:
    """Height and width of an image in pixels."""

    height: int
    width: int

    def __str__(self) -> str:
        return f"{self.height} x {self.width}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSettings:
    """The table `[images]` of an exercise.

    Attributes:
        size: The size of all images in the files.
        validation: Share of the images that validate, if the images have no split; above 0 and below 1.
        test: Share that is held out, if the images have no split; above 0 and below 1.
        smallest_class: A class with fewer usable images is left out.
        classes: The classes in the order of their labels; empty for all classes, sorted by name.
        public: Path of the public arrays, relative to the exercise folder, with `/`.
        heldout: Path of the held-out arrays, relative to the folder of the solution, with `/`.
        seed: Seed of the split and of the order.
    """

    size: ImageSize
    validation: float
    test: float
    smallest_class: int
    classes: tuple[str, ...]
    public: str
    heldout: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageExercise:
    """An exercise with images, as far as generating or importing them depends on it.

    Attributes:
        slug: Its name.
        settings: Its table `[images]`; None if it has none.
        script: The module `make_data.py` that generates the images. It is in the staff's folder, and may not exist.
        script_name: How messages name that module.
        public: The arrays that students get.
        heldout: The arrays that a network is marked with; for staff.
        known: JSON with what is known of the training images; for staff.
    """

    slug: str
    settings: ImageSettings | None
    script: Path
    script_name: str
    public: Path
    heldout: Path
    known: Path

    @property
    def files(self) -> tuple[Path, Path, Path]:
        """The three files that are written."""
        return self.public, self.heldout, self.known
