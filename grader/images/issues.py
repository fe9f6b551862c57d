"""The issues that an import finds in images, and the action that it takes on each."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

T = TypeVar("T")

LEFT_OUT = "left out"
_MOST_EXAMPLES = 3


class Issue(Enum):
    """Something that an import says about images: the fact, and the action."""

    BROKEN = ("cannot be read", LEFT_OUT)
    UNKNOWN = ("not an image in a supported format", LEFT_OUT)
    TOO_LARGE = ("too large to be read safely", LEFT_OUT)
    TOO_SMALL = ("smaller than half the size", LEFT_OUT)
    BLANK = ("one colour only", LEFT_OUT)
    LINK = ("a symbolic link", LEFT_OUT)
    SPECIAL = ("not a regular file", LEFT_OUT)
    UNREADABLE = ("a folder that cannot be opened", LEFT_OUT)
    DEEP = ("a folder nested too deeply", LEFT_OUT)
    SYSTEM = ("hidden, or written by the operating system", LEFT_OUT)
    STRAY = ("not in the folder of a class", LEFT_OUT)
    OTHER_CLASS = ("a class that the exercise does not have", LEFT_OUT)
    SMALL_CLASS = ("a class with too few images", LEFT_OUT)
    COPY = ("the same image again in its class", LEFT_OUT)
    LEAK = ("nearly the same as a held-out or validation image", "left out of training or validation")
    DISPUTED_LEAK = ("nearly the same image in another class and part", "left out, because one of them is mislabelled")
    DISPUTED_HELDOUT = ("nearly the same held-out image in two classes", "left out, because one of them is mislabelled")
    DISPUTED = (
        "pairs in two classes that are nearly the same",
        "kept in training, although one of the two is mislabelled",
    )
    NEAR = ("pairs in one class that are nearly the same", "kept, both on one side of the split")
    NO_IMAGES = ("a class without images in a part", "kept as it is")
    SMALL = ("smaller than the size", "enlarged")
    CROPPED = ("of another shape", "cropped to the centre")
    TURNED = ("rotated, according to the camera", "turned upright")
    TRANSPARENT = ("partly transparent", "transparent parts made white")
    GREY = ("grey", "repeated in three channels")
    CMYK = ("in printing colours (CMYK)", "turned into red, green, blue")
    DEEP_COLOUR = ("more than 8 bits per channel", "rounded to 8 bits")
    FRAMES = ("several frames", "first frame taken")
    SCALED = ("values from 0 to 1", "multiplied by 255")
    ODD_NAME = ("a name that is not valid text", "shown with codes")

    @property
    def fact(self) -> str:
        """The property of the images, worded to follow their number."""
        return self.value[0]

    @property
    def action(self) -> str:
        """What the import did with such images."""
        return self.value[1]

    @property
    def leaves_out(self) -> bool:
        """Whether such images are left out, from one subset at least."""
        return self.action.startswith(LEFT_OUT)


@dataclass(frozen=True, slots=True)
class IssueCount:
    """How often an import met an issue.

    Attributes:
        issue: The issue.
        count: The number of images, files, folders or classes that have it.
        examples: Names of the first few, safe to print.
    """

    issue: Issue
    count: int
    examples: tuple[str, ...]


class IssueLog:
    """Counts issues, and keeps only their first examples."""

    def __init__(self) -> None:
        self._counts: Counter[Issue] = Counter()
        self._examples: dict[Issue, list[str]] = {}

    def add(self, issue: Issue, example: str) -> None:
        """Count one more."""
        self._counts[issue] += 1
        examples = self._examples.setdefault(issue, [])
        if len(examples) < _MOST_EXAMPLES:
            examples.append(example)

    def add_all(self, issue: Issue, items: Iterable[T], name: Callable[[T], str]) -> None:
        """Count several items.

        Args:
            issue: The issue that they have.
            items: Images, pairs or classes.
            name: Gives the name of an item. It is called only for items that become examples: it may be slow.
        """
        for item in items:
            needs_example = len(self._examples.get(issue, ())) < _MOST_EXAMPLES
            self.add(issue, name(item) if needs_example else "")

    def counts(self) -> tuple[IssueCount, ...]:
        """All issues that occurred, in the order of `Issue`: first those that leave images out."""
        return tuple(
            IssueCount(issue, self._counts[issue], tuple(self._examples[issue]))
            for issue in Issue
            if self._counts[issue]
        )
