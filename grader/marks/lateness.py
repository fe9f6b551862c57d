"""When a submission is late, what the policy of the course deducts for it, and when it can deduct no more."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from grader.model.course_settings import CourseSettings, LatePolicy
from grader.model.lateness import Lateness


def lateness(
    settings: CourseSettings,
    slug: str,
    submitted_at: datetime | None,
    extension: datetime | None = None,
    marked: bool = False,
) -> Lateness | None:
    """Work out how late a submission is.

    Args:
        settings: Settings of the course.
        slug: Name of the exercise.
        submitted_at: Time of submission; None if it is not known. A time without a zone is in UTC.
        extension: The student's own deadline, with a time zone. It has no effect if it is before the deadline of the
            course, or if the exercise has no deadline: an extension never costs anything.
        marked: Whether the platform calls it late without saying by how much. Nothing is guessed from that.

    Returns:
        The lateness, also of a submission that was in time; None if the exercise has no deadline.
    """
    general = settings.deadlines.get(slug)
    if general is None:
        return None
    extended = extension is not None and extension.astimezone(UTC) > general.astimezone(UTC)
    deadline = extension if extension is not None and extended else general
    if submitted_at is not None and submitted_at.tzinfo is None:
        submitted_at = submitted_at.replace(tzinfo=UTC)
    late_by = _time_after(deadline, submitted_at)
    policy = settings.late
    if policy is None:
        return Lateness(
            deadline=deadline,
            submitted_at=submitted_at,
            late_by=late_by,
            zone=settings.time_zone,
            extended=extended,
            marked=marked,
        )
    # Hours or days that have begun since the deadline (division rounded up); none within the grace.
    units = 0 if late_by <= policy.grace else -(-late_by // policy.per.length)
    return Lateness(
        deadline=deadline,
        submitted_at=submitted_at,
        late_by=late_by,
        units=units,
        percent=min(units * policy.percent, policy.cap),
        per=policy.per,
        rate=policy.percent,
        cap=policy.cap,
        grace=policy.grace,
        zone=settings.time_zone,
        extended=extended,
        marked=marked,
    )


def settled_at(
    late: LatePolicy | None, deadline: datetime | None, of_questions: Iterable[datetime] = ()
) -> datetime | None:
    """The moment from which reports may show a student what they show after the deadline.

    Before it, a student who knew the expected values could gain points with them at little cost. From it on, a late
    submission earns nothing, or it costs the most it can in this course.

    Args:
        late: What lateness costs; None if there is no rule, and then it is the deadline.
        deadline: The student's own deadline, with a time zone; None if there is none.
        of_questions: The student's own deadlines for questions, with time zones.

    Returns:
        The moment, with a time zone; None if the exercise has no deadline.
    """
    if deadline is None:
        return None
    # In UTC, because clocks change between summer and winter.
    usual = deadline.astimezone(UTC) + (late.costs_most_after if late else timedelta(0))
    return max([usual, *of_questions]).astimezone(deadline.tzinfo)


def _time_after(deadline: datetime, submitted_at: datetime | None) -> timedelta:
    """The time that has passed since the deadline; 0 before it.

    It is computed in UTC, because Python subtracts and compares two times of one zone as clocks show them, and clocks
    change between summer and winter.
    """
    if submitted_at is None:
        return timedelta(0)
    return max(timedelta(0), submitted_at.astimezone(UTC) - deadline.astimezone(UTC))
