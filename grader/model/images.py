"""How the images of an exercise are prepared."""

from dataclasses import dataclass
from enum import IntEnum


class Part(IntEnum):
    """What an image is for. Where an image lies in several parts, it stays in the last one of them."""

    TRAINING = 0
    VALIDATION = 1
    HELDOUT = 2

    @property
    def word(self) -> str:
        """Its name in messages."""
        return ("training", "validation", "held out")[self]


@dataclass(frozen=True, slots=True)
class Size:
    """Height and width of an image in pixels."""

    height: int
    width: int

    def __str__(self) -> str:
        return f"{self.height} x {self.width}"


@dataclass(frozen=True, slots=True)
class ImageSettings:
    """The table `[images]` of an exercise.

    Attributes:
        size: What every image is brought to.
        validation: Share of the images that validate, where a folder has no split; above 0.
        test: Share that is held out, where a folder has no split; above 0.
        smallest_class: A class with fewer usable images is left out.
        classes: The classes in the order of their labels; empty: whatever classes there are, by name.
        public: Where the public arrays go, relative to the folder of the exercise, with `/`.
        heldout: Where the held-out arrays go, relative to the folder of the solution, with `/`.
        seed: What the split and the order are drawn from.
    """

    size: Size
    validation: float
    test: float
    smallest_class: int
    classes: tuple[str, ...]
    public: str
    heldout: str
    seed: int
