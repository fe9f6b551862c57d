"""Which of several attempts of a student counts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from grader.model.assessment import Assessment
from grader.model.attempt import Attempt
from grader.model.course_settings import AttemptPolicy
from grader.model.mark import Mark


def in_order(attempts: Sequence[Attempt], rule: AttemptPolicy) -> list[Attempt]:
    """Sort the attempts of a student, first to last.

    The latest attempt is the one that the last run of `grade` found, because a folder of submissions holds what counts
    now. The first attempt is the one that was collected first. Times count only if all are known.
    """
    all_times_known = all(attempt.submission.submitted_at for attempt in attempts)

    def sort_key(attempt: Attempt) -> tuple[int, int, float, int]:
        run = attempt.run if rule is AttemptPolicy.LATEST else 0
        seconds = _instant(attempt.submission.submitted_at) if all_times_known else 0.0
        return run, attempt.submission.attempt, seconds, attempt.id

    return sorted(attempts, key=sort_key)


def may_count(attempts: Sequence[Attempt], rule: AttemptPolicy) -> list[Attempt]:
    """List the attempts from which the mark that counts is chosen; only these have to run.

    Args:
        attempts: All attempts of one student, at least one.
        rule: The rule of the course.
    """
    ordered = in_order(attempts, rule)
    if rule is AttemptPolicy.BEST:
        return ordered
    # An attempt without a record could not be read. It counts only if no other attempt could be read.
    readable = [attempt for attempt in ordered if attempt.record_key] or ordered
    return [readable[-1]] if rule is AttemptPolicy.LATEST else [readable[0]]


def rule_for(attempts: Sequence[Attempt], rule: AttemptPolicy) -> AttemptPolicy:
    """Choose the rule for the attempts of one student, who may be in a group.

    If several members of a group submitted, and it is not known who was last, the best attempt counts for everyone.

    Args:
        attempts: All attempts of one student.
        rule: The rule of the course.
    """
    newest_run = max((attempt.run for attempt in attempts), default=0)
    newest = [attempt.submission for attempt in attempts if attempt.run == newest_run and attempt.submission.group]
    # A platform numbers the attempts of one submitter, so equal numbers are those of several members.
    is_numbered = len({submission.attempt for submission in newest}) == len(newest)
    is_timed = all(submission.submitted_at for submission in newest)
    return rule if is_numbered or is_timed else AttemptPolicy.BEST


def mark_that_counts(marks: Sequence[Mark], rule: AttemptPolicy) -> Mark:
    """Choose the mark that counts.

    An attempt that could not be read, or that has no mark yet through a fault of ours, never takes the place of one
    that has a mark. One that could not be read never takes the place of one that has no mark yet. Among the others,
    the rule decides:

    * latest: the one that was submitted last;
    * best: the one with the largest share of its points, after the late deduction; if several have it, the last one;
    * first: the one that was submitted first.

    The order is that of the times of submission. If these are equal, or one of them is not known, it is that of
    `in_order`. So the same marks give the same result, in whatever order they come.

    Args:
        marks: One mark for each attempt that has been assessed, with its own lateness and the overrides.
        rule: The rule of the course.

    Raises:
        ValueError: There is no mark.
    """
    of_attempt = {mark.attempt.id: mark for mark in marks}
    ranked = [of_attempt[attempt.id] for attempt in in_order([mark.attempt for mark in marks], rule)]
    if not ranked:
        raise ValueError("there is no attempt that could count")
    best_rank = max(map(_rank, ranked))
    candidates = [mark for mark in ranked if _rank(mark) == best_rank]
    # What a later run of `grade` found is the latest, whatever its time says: a copied file may look older.
    times_count = rule is not AttemptPolicy.LATEST or len({mark.attempt.run for mark in marks}) == 1
    if times_count and all(mark.attempt.submission.submitted_at for mark in candidates):
        candidates.sort(key=lambda mark: _instant(mark.attempt.submission.submitted_at))
    match rule:
        case AttemptPolicy.FIRST:
            return candidates[0]
        case AttemptPolicy.LATEST:
            return candidates[-1]
        case AttemptPolicy.BEST:
            # `max` returns the first of equal items, and the last attempt is to win.
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
    """The share of the points, from 0 to 1."""
    return assessment.points / assessment.max_points if assessment.max_points else 0.0
