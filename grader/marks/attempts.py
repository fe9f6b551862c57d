"""Which of several tries of a student counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from grader.model.assessment import Assessment
from grader.model.course_settings import Tries


@dataclass(frozen=True, slots=True)
class Try:
    """One of several tries.

    Attributes:
        number: From 1, in the order in which they were taken in; each has its own.
        assessment: As it would count: with its own lateness, and what people decided.
        submitted_at: When it was handed in; None if that is not known, and without a time zone it is in UTC.
    """

    number: int
    assessment: Assessment
    submitted_at: datetime | None = None


def counting(tries: Sequence[Try], rule: Tries) -> Try:
    """The try that counts.

    A try that could not be read, or that has no mark yet through a fault of ours, never takes the place of one that has
    a mark; and one that could not be read none of one that has no mark yet. Among the others, the rule decides:

    * latest: the one that was handed in last;
    * best: the one with the largest share of its points, after what lateness takes away; of several, the last of them;
    * first: the one that was handed in first.

    The order is that of the times at which they were handed in, and where these are equal, or that of any try is not
    known, that in which they were taken in. So the same tries give the same result, in whatever order they come.

    Args:
        tries: At least one, each with a number of its own.
        rule: That of the course.

    Raises:
        ValueError: If there is no try.
    """
    best_standing = max(map(_standing, tries), default=0)
    ordered = in_order([each for each in tries if _standing(each) == best_standing])
    if not ordered:
        raise ValueError("there is no try that could count")
    match rule:
        case Tries.FIRST:
            return ordered[0]
        case Tries.LATEST:
            return ordered[-1]
        case Tries.BEST:
            return max(reversed(ordered), key=lambda each: _share(each.assessment))


def in_order(tries: Sequence[Try]) -> list[Try]:
    """The tries as they were handed in: by their times if all are known, else as they were taken in."""
    if any(each.submitted_at is None for each in tries):
        return sorted(tries, key=lambda each: each.number)
    return sorted(tries, key=lambda each: (_instant(each.submitted_at), each.number))


def _instant(at: datetime | None) -> float:
    if at is None:
        return 0.0
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _standing(each: Try) -> int:
    """2 with a mark or an excuse, 1 without one through a fault of ours, 0 if it could not be read."""
    assessment = each.assessment
    if assessment.readable:
        return 2 if assessment.publishable else 1
    return 0


def _share(assessment: Assessment) -> float:
    return assessment.points / assessment.max_points if assessment.max_points else 0.0
