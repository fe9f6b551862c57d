"""How a mark comes about where it is more than the points of the questions: lateness, decisions, what waits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import Per
from grader.model.lateness import Lateness
from grader.report import words
from grader.text.language import say, say_counted


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sum: what it is, its points in words, and how they come about; `kind` is a name for the style."""

    name: str
    points: str
    why: tuple[str, ...] = ()
    kind: str = ""


def lines(assessment: Assessment, titles: Mapping[str, str]) -> tuple[Line, ...]:
    """The sum, line by line, down to the mark.

    Args:
        assessment: As it counts.
        titles: Id of a question -> its title.

    Returns:
        The lines; none where the mark is the points of the questions and nothing else.
    """
    more = (*_waiting(assessment, titles), *_lateness(assessment), *_decision(assessment), *_excuse(assessment))
    if not more:
        return ()
    earned = Line(say("Questions"), _of(assessment.earned, assessment.max_points))
    mark = _of(assessment.points, assessment.max_points) if assessment.has_mark else say("none")
    return (earned, *more, Line(say("Your mark"), mark, kind="total"))


def decision(finding: Finding) -> str:
    """What a person decided about a question, and why; empty where none did."""
    if not finding.decided_by:
        return ""
    given = say(
        "{points} by {author}: {reason}",
        points=words.points(finding.points),
        author=finding.decided_by,
        reason=finding.decided_because,
    )
    if finding.machine_points is None or finding.machine_verdict in (Verdict.NEEDS_HUMAN, Verdict.CHECK_ERROR):
        return given
    before = say("Before that: {points}.", points=words.points(finding.machine_points))
    return f"{given}\n{before}"


def _of(points: float, most: float) -> str:
    return say("{points} of {most}", points=words.number(points), most=words.points(most))


def _waiting(assessment: Assessment, titles: Mapping[str, str]) -> Iterator[Line]:
    for finding in assessment.findings if assessment.waiting else ():
        if finding.waits:
            points = say("up to {points}", points=words.points(finding.max_points))
            title = titles.get(finding.question, finding.question)
            yield Line(say("Needs manual grading"), points, (say("{title}: not in the mark yet.", title=title),))


def _lateness(assessment: Assessment) -> Iterator[Line]:
    late = assessment.late
    if late is None or not (late.late_by or late.extended or late.submitted_at is None):
        return
    deadline = moment(late.deadline, late.zone)
    due = say("Deadline: {moment}.", moment=deadline)
    if late.extended:
        due = say("Deadline: {moment}, extended for you.", moment=deadline)
    if late.submitted_at is None:
        why = say("The time of submission is not known, so no points are deducted.")
        if late.marked:
            why = say("The platform marks it as late. It is not known by how much, so no points are deducted.")
        yield Line(say("Lateness"), say("nothing"), (due, why))
        return
    at = moment(late.submitted_at, late.zone)
    handed_in = say("Handed in: {moment}, in time.", moment=at)
    if late.late_by:
        handed_in = say("Handed in: {moment}, late by {span}.", moment=at, span=span(late.late_by))
    taken = f"−{words.points(assessment.deduction)}" if assessment.deduction else say("nothing")
    yield Line(say("Lateness"), taken, (due, handed_in, *_reckoning(assessment, late)))


def in_short(late: Lateness | None) -> str:
    """Lateness for a list of the class: by how much, or that it is not known; empty where it was in time."""
    if late is None:
        return ""
    if late.submitted_at is None:
        return say("Late, by an unknown time.") if late.marked else say("When it was handed in is not known.")
    return say("Late by {span}.", span=span(late.late_by)) if late.late_by else ""


def _reckoning(assessment: Assessment, late: Lateness) -> Iterator[str]:
    """How the deduction comes about."""
    if not late.late_by:
        return
    if not late.rate:
        yield say("Lateness costs nothing.")
        return
    if not late.units:
        yield say("Up to {span} after the deadline, no points are deducted.", span=span(late.grace))
        return
    yield _share(late)
    if assessment.decided is not None:
        yield say("The deduction does not apply to a mark that a person gave.")
        return
    share, most = words.number(late.percent), words.points(assessment.max_points)
    full = late.deduction(assessment.max_points)
    yield say("{share} % of {most}: {points}.", share=share, most=most, points=words.points(full))
    if full > assessment.deduction:
        yield say("A mark never falls below 0.")


def _share(late: Lateness) -> str:
    """What share of the points that is: `2 days have begun: 2 × 10 % = 20 %.`"""
    if late.per is Per.HOUR:
        begun = say_counted(late.units, "{amount} hour has begun", "{amount} hours have begun")
    else:
        begun = say_counted(late.units, "{amount} day has begun", "{amount} days have begun")
    product = f"{late.units} × {words.number(late.rate)} % = {words.number(late.units * late.rate)} %"
    if late.units * late.rate > late.cap:
        return say("{begun}: {product}, but at most {cap} %.", begun=begun, product=product, cap=words.number(late.cap))
    return f"{begun}: {product}."


def _decision(assessment: Assessment) -> Iterator[Line]:
    if assessment.decided is None:
        return
    why = () if assessment.excused else (_by(assessment),)
    stands = say("This replaces the sum.")
    yield Line(say("Decision of a person"), words.points(assessment.decided), (*why, stands))


def _excuse(assessment: Assessment) -> Iterator[Line]:
    if assessment.excused:
        yield Line(say("Excused"), say("no mark"), (_by(assessment),))


def _by(assessment: Assessment) -> str:
    return say("By {author}: {reason}", author=assessment.decided_by, reason=assessment.decided_because)


def moment(at: datetime, zone: str) -> str:
    """A moment in a time zone, which is named: `2026-05-01, 23:59 (Europe/Rome, UTC+02:00)`.

    Seconds are shown where there are any; the offset tells apart the two readings of an hour that occurs twice.
    """
    local = at.astimezone(ZoneInfo(zone))
    offset = local.isoformat()[-6:]
    return say(
        "{year}-{month}-{day}, {time} ({zone}, UTC{offset})",
        year=f"{local:%Y}",
        month=f"{local:%m}",
        day=f"{local:%d}",
        time=f"{local:{'%H:%M:%S' if local.second else '%H:%M'}}",
        zone=zone,
        offset=offset,
    )


def span(time: timedelta) -> str:
    """A span of time, to the second: `1 day 6 h 13 min 7 s`."""
    minutes, seconds = divmod(time.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days = [say_counted(time.days, "{amount} day", "{amount} days")] if time.days else []
    rest = [f"{amount} {unit}" for amount, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if amount]
    return " ".join([*days, *rest]) or say("less than 1 s")
