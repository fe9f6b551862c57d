"""Which of several attempts of a student counts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from grader.model.assessment import Assessment
from grader.model.attempt import Attempt
from grader.model.course_settings import Tries
from grader.model.mark import Mark


def in_order(attempts: Sequence[Attempt], rule: Tries) -> list[Attempt]:
    """The attempts of a student, first to last.

    The latest attempt is the one that the last run of `grade` found, because a folder of submissions holds what counts
    now. The first attempt is the one that was collected first. Times count only if all are known.
    """
    all_known = all(attempt.submission.submitted_at for attempt in attempts)

    def place(attempt: Attempt) -> tuple[int, int, float, int]:
        at = _instant(attempt.submission.submitted_at) if all_known else 0.0
        return (attempt.run if rule is Tries.LATEST else 0), attempt.submission.attempt, at, attempt.id

    return sorted(attempts, key=place)


def may_count(attempts: Sequence[Attempt], rule: Tries) -> list[Attempt]:
    """The attempts from which the mark that counts is chosen; only these have to run."""
    ordered = in_order(attempts, rule)
    if rule is Tries.BEST:
        return ordered
    readable = [attempt for attempt in ordered if attempt.record_key] or ordered
    return [readable[-1 if rule is Tries.LATEST else 0]]


def counting(marks: Sequence[Mark], rule: Tries) -> Mark:
    """The mark that counts.

    An attempt that could not be read, or that has no mark yet through a fault of ours, never takes the place of one
    that has a mark. One that could not be read never takes the place of one that has no mark yet. Among the others,
    the rule decides:

    * latest: the one that was submitted last;
    * best: the one with the largest share of its points, after the late deduction; of several, the last of them;
    * first: the one that was submitted first.

    The order is that of the times of submission. If these are equal, or one of them is not known, it is that of
    `in_order`. So the same marks give the same result, in whatever order they come.

    Args:
        marks: One for each attempt that has been assessed, with its own lateness and the overrides.
        rule: That of the course.

    Raises:
        ValueError: There is no mark.
    """
    of_attempt = {mark.attempt.id: mark for mark in marks}
    ranked = [of_attempt[attempt.id] for attempt in in_order([mark.attempt for mark in marks], rule)]
    best_rank = max(map(_rank, ranked), default=0)
    candidates = [mark for mark in ranked if _rank(mark) == best_rank]
    if not candidates:
        raise ValueError("there is no attempt that could count")
    # What a later run of `grade` found is the latest, whatever its time says: a copied file may look older.
    times_count = rule is not Tries.LATEST or len({mark.attempt.run for mark in marks}) == 1
    if times_count and all(mark.attempt.submission.submitted_at for mark in candidates):
        candidates.sort(key=lambda mark: _instant(mark.attempt.submission.submitted_at))
    match rule:
        case Tries.FIRST:
            return candidates[0]
        case Tries.LATEST:
            return candidates[-1]
        case Tries.BEST:
            return max(reversed(candidates), key=lambda mark: _share(mark.assessment))


def _instant(at: datetime | None) -> float:
    """Seconds since 1970; a time without a zone is in UTC."""
    if at is None:
        return 0.0
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _rank(mark: Mark) -> int:
    """2 with a mark or an excuse, 1 without one through a fault of ours, 0 if it could not be read."""
    if mark.assessment.readable:
        return 2 if mark.assessment.publishable else 1
    return 0


def _share(assessment: Assessment) -> float:
    return assessment.points / assessment.max_points if assessment.max_points else 0.0
