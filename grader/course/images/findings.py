"""What an import found in the images, and what it did about it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

T = TypeVar("T")

_MOST_EXAMPLES = 3


class Kind(Enum):
    """Something that an import says about images: what they are, and what was done."""

    BROKEN = ("cannot be read", "left out")
    UNKNOWN = ("no image in a format that is read", "left out")
    TOO_LARGE = ("too large to be read safely", "left out")
    TOO_SMALL = ("smaller than half the size", "left out")
    BLANK = ("one colour only", "left out")
    LINK = ("a symbolic link", "left out")
    SPECIAL = ("no regular file", "left out")
    UNREADABLE = ("a folder that cannot be opened", "left out")
    DEEP = ("a folder that lies too deep", "left out")
    SYSTEM = ("hidden, or made by a system", "left out")
    STRAY = ("in no folder of a class", "left out")
    OTHER_CLASS = ("a class that the exercise does not have", "left out")
    SMALL_CLASS = ("a class with too few images", "left out")
    COPY = ("the same image again in its class", "left out")
    LEAK = ("nearly the same image is held out or validates", "left out of training or validation")
    DISPUTED_LEAK = ("nearly the same image in another class and part", "left out; one of them is mislabelled")
    DISPUTED_HELDOUT = ("nearly the same held-out image in two classes", "left out; one of them is mislabelled")
    DISPUTED = ("pairs in two classes that are nearly the same", "kept in training; one of the two is mislabelled")
    NEAR = ("pairs in one class that are nearly the same", "kept, both on one side of the split")
    NO_IMAGES = ("a class without images in a part", "kept as it is")
    SMALL = ("smaller than the size", "enlarged")
    CROPPED = ("of another shape", "cut at the edges, the centre kept")
    TURNED = ("to be turned, says the camera", "turned")
    TRANSPARENT = ("partly transparent", "laid on white")
    GREY = ("grey", "repeated in three channels")
    CMYK = ("in the colours of print", "turned into red, green, blue")
    DEEP_COLOUR = ("more than 8 bits a channel", "rounded to 8 bits")
    FRAMES = ("several frames", "first frame taken")
    SCALED = ("values from 0 to 1", "multiplied by 255")
    ODD_NAME = ("a name that is no valid text", "shown with codes")

    @property
    def what(self) -> str:
        """The fact, to be read after a number of images."""
        return self.value[0]

    @property
    def done(self) -> str:
        """What was done about it."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Finding:
    """How often something was found.

    Attributes:
        kind: What it is.
        count: How many images (or files, folders, classes) it holds for.
        examples: The first few, as they can be printed.
    """

    kind: Kind
    count: int
    examples: tuple[str, ...]


class Findings:
    """Counts what is found, and keeps the first examples only."""

    def __init__(self) -> None:
        self._counts: Counter[Kind] = Counter()
        self._examples: dict[Kind, list[str]] = {}

    def add(self, kind: Kind, example: str) -> None:
        """Count one more."""
        self._counts[kind] += 1
        examples = self._examples.setdefault(kind, [])
        if len(examples) < _MOST_EXAMPLES:
            examples.append(example)

    def add_all(self, kind: Kind, items: Iterable[T], shown: Callable[[T], str]) -> None:
        """Count several; only those that become examples are made text of."""
        for item in items:
            needs_example = len(self._examples.get(kind, ())) < _MOST_EXAMPLES
            self.add(kind, shown(item) if needs_example else "")

    def found(self) -> tuple[Finding, ...]:
        """Everything that was found, what was left out first."""
        return tuple(
            Finding(kind, self._counts[kind], tuple(self._examples[kind])) for kind in Kind if self._counts[kind]
        )
