"""How a mark comes about where it is more than the points of the questions: lateness, decisions, what waits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import Per
from grader.model.lateness import Lateness
from grader.report import words

_UNITS = {Per.HOUR: ("hour has begun", "hours have begun"), Per.DAY: ("day has begun", "days have begun")}


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
    most = words.points(assessment.max_points)
    earned = Line("Questions", f"{words.number(assessment.earned)} of {most}")
    mark = f"{words.number(assessment.points)} of {most}" if assessment.has_mark else "none"
    return (earned, *more, Line("Your mark", mark, kind="total"))


def decision(finding: Finding) -> str:
    """What a person decided about a question, and why; empty where none did."""
    if not finding.decided_by:
        return ""
    given = f"{words.points(finding.points)} by {finding.decided_by}: {finding.decided_because}"
    if finding.machine_points is None or finding.machine_verdict in (Verdict.NEEDS_HUMAN, Verdict.CHECK_ERROR):
        return given
    return f"{given}\nBefore that: {words.points(finding.machine_points)}."


def _waiting(assessment: Assessment, titles: Mapping[str, str]) -> Iterator[Line]:
    for finding in assessment.findings if assessment.waiting else ():
        if finding.waits:
            title = titles.get(finding.question, finding.question)
            yield Line(
                "Waits for a person", f"up to {words.points(finding.max_points)}", (f"{title}: not in the mark yet.",)
            )


def _lateness(assessment: Assessment) -> Iterator[Line]:
    late = assessment.late
    if late is None or not (late.late_by or late.extended or late.submitted_at is None):
        return
    due = f"Deadline: {moment(late.deadline, late.zone)}{', extended for you' if late.extended else ''}."
    if late.submitted_at is None:
        yield Line("Lateness", "nothing", (due, "When it was handed in is not known, so nothing is deducted."))
        return
    when = f"late by {span(late.late_by)}" if late.late_by else "in time"
    handed_in = f"Handed in: {moment(late.submitted_at, late.zone)}, {when}."
    taken = f"−{words.points(assessment.deduction)}" if assessment.deduction else "nothing"
    yield Line("Lateness", taken, (due, handed_in, *_reckoning(assessment, late)))


def _reckoning(assessment: Assessment, late: Lateness) -> Iterator[str]:
    """How the deduction comes about."""
    if not late.late_by:
        return
    if not late.rate:
        yield "Lateness costs nothing."
        return
    if not late.units:
        yield f"Up to {span(late.grace)} after the deadline nothing is deducted."
        return
    share, rate = words.number(late.percent), words.number(late.rate)
    begun = words.counted(late.units, *_UNITS[late.per])
    capped = f", but at most {words.number(late.cap)} %" if late.units * late.rate > late.cap else ""
    yield f"{begun}: {late.units} × {rate} % = {words.number(late.units * late.rate)} %{capped}."
    if assessment.decided is not None:
        yield "Nothing of that is deducted from a mark that a person gave."
        return
    full = late.deduction(assessment.max_points)
    yield f"{share} % of {words.points(assessment.max_points)}: {words.points(full)}."
    if full > assessment.deduction:
        yield "A mark never falls below 0."


def _decision(assessment: Assessment) -> Iterator[Line]:
    if assessment.decided is None:
        return
    why = () if assessment.excused else (f"By {assessment.decided_by}: {assessment.decided_because}",)
    yield Line("Decision of a person", words.points(assessment.decided), (*why, "This stands instead of the sum."))


def _excuse(assessment: Assessment) -> Iterator[Line]:
    if assessment.excused:
        yield Line("Excused", "no mark", (f"By {assessment.decided_by}: {assessment.decided_because}",))


def moment(at: datetime, zone: str) -> str:
    """A moment in a time zone, which is named: `2026-05-01, 23:59 (Europe/Rome, UTC+02:00)`.

    Seconds are shown where there are any; the offset tells apart the two readings of an hour that occurs twice.
    """
    local = at.astimezone(ZoneInfo(zone))
    offset = local.isoformat()[-6:]
    return f"{local:%Y-%m-%d}, {local:{'%H:%M:%S' if local.second else '%H:%M'}} ({zone}, UTC{offset})"


def span(time: timedelta) -> str:
    """A span of time, to the second: `1 day 6 h 13 min 7 s`."""
    minutes, seconds = divmod(time.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days = [words.counted(time.days, "day", "days")] if time.days else []
    rest = [f"{amount} {unit}" for amount, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if amount]
    return " ".join([*days, *rest]) or "less than 1 s"
