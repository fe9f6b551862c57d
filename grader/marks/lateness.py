"""When a submission is late, and what the policy of the course deducts for it."""

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
        settings: Of the course.
        slug: Name of the exercise.
        submitted_at: When it was handed in; None if that is not known, and without a time zone it is in UTC.
        extension: The student's own deadline, with a time zone. One that is earlier than that of the course, or of an
            exercise without deadline, changes nothing: an extension never costs anything.
        marked: Whether the platform calls it late without saying by how much. Nothing is guessed from that.

    Returns:
        The lateness, also of what was handed in in time; None where the exercise has no deadline.
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
        return Lateness(deadline, submitted_at, late_by, zone=settings.time_zone, extended=extended, marked=marked)
    units = _begun(late_by, policy)
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


def _time_after(deadline: datetime, submitted_at: datetime | None) -> timedelta:
    """Time that has passed since the deadline; 0 before it.

    In UTC, since Python subtracts and compares two times of one zone as clocks show them, and clocks are turned.
    """
    if submitted_at is None:
        return timedelta(0)
    return max(timedelta(0), submitted_at.astimezone(UTC) - deadline.astimezone(UTC))


def _begun(late_by: timedelta, policy: LatePolicy) -> int:
    """Hours or days that have begun since the deadline; none within the grace."""
    return 0 if late_by <= policy.grace else -(-late_by // policy.per.length)
