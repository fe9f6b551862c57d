"""A score on data that the student does not see, and what is decided by it besides the points."""

from dataclasses import dataclass
from math import sqrt

from grader.text.messages import Text

_SHARE_BY_ROUNDING = 0.005
_FEW_BY_ROUNDING = 2
_FAR_BEYOND_NOISE = 3.09  # one in a thousand, one-sided
_SMALLEST_GAP = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCall:
    """What a second call of a function adds to the first: counts of held-out images.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """The accuracy of a student's function on held-out images.

    Attributes:
        value: From 0 to 1.
        interval: Its 95 % interval as (low, high), each from 0 to 1.
        images: How many held-out images it was measured on; 0 where a report does not say so yet.
        guessing: The accuracy of naming always the commonest class, from 0 to 1.
        second_call: What a second call adds; None where there was none, or it gave no labels.
        second_call_failure: Why the second call gave no labels; empty where it gave them, or there was none.
    """

    value: float
    interval: tuple[float, float]
    images: int = 0
    guessing: float = 0.0
    second_call: SecondCall | None = None
    second_call_failure: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """How a list of indices did: each value from 0 to 1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundedScore:
    """What a report tells of a score until the deadline.

    Attributes:
        points: The points of the lower end.
        low: The lower end of the step that the score lies in, from 0 to 1.
        high: Its upper end.
        reason: Why the points are what they are, to the student, without what would give labels away.
    """

    points: float
    low: float
    high: float
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A score on data that the student does not see.

    Attributes:
        value: From 0 to 1: an accuracy or an F1 score.
        rounded: What a report tells of it until the deadline; None where it may tell all.
        accuracy: What is known of an accuracy; None where it is no accuracy.
        retrieval: What is known of a list of indices; None where it is none.
    """

    value: float
    rounded: RoundedScore | None = None
    accuracy: Accuracy | None = None
    retrieval: Retrieval | None = None
