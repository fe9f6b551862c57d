"""The calculation of a mark, if it is more than the points of the questions: lateness, overrides, manual grading.

The figures come from the assessment. This module only puts them into words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import Per
from grader.model.lateness import Deduction, DeductionRule, Lateness
from grader.report import words
from grader.text.language import say, say_counted


@dataclass(frozen=True, slots=True)
class BreakdownLine:
    """One line of the calculation.

    Attributes:
        name: What the points are for.
        points: The points in words.
        why: Sentences that explain them.
        kind: Name for the style sheet; empty for a plain line.
    """

    name: str
    points: str
    why: tuple[str, ...] = ()
    kind: str = ""


def mark_breakdown(assessment: Assessment, titles: Mapping[str, str]) -> tuple[BreakdownLine, ...]:
    """Show the calculation of a mark, line by line.

    Args:
        assessment: The assessment as it counts.
        titles: Id of a question -> its title.

    Returns:
        The lines, with the mark as the last one; none if the mark is just the points of the questions.
    """
    more = (
        *_excused_questions(assessment, titles),
        *_waiting(assessment, titles),
        *_lateness(assessment, titles),
        *_decision(assessment),
        *_excuse(assessment),
    )
    if not more:
        return ()
    earned = BreakdownLine(say("Questions"), _of(assessment.earned, assessment.max_points))
    mark = _of(assessment.points, assessment.max_points) if assessment.has_mark else say("none")
    return (earned, *more, BreakdownLine(say("Your mark"), mark, kind="total"))


def override_text(finding: Finding) -> str:
    """Say what a person decided about a question, and why; empty if no person did."""
    if not finding.decided_by:
        return ""
    if finding.excused:
        return say("Excused by {author}: {reason}", author=finding.decided_by, reason=finding.decided_because)
    override = say(
        "{points} by {author}: {reason}",
        points=words.points(finding.points),
        author=finding.decided_by,
        reason=finding.decided_because,
    )
    if finding.machine_points is None or finding.machine_verdict in (Verdict.NEEDS_HUMAN, Verdict.CHECK_ERROR):
        return override  # before it, there were no points
    before = say("Before that: {points}.", points=words.points(finding.machine_points))
    return f"{override}\n{before}"


def _of(points: float, most: float) -> str:
    return say("{points} of {most}", points=words.number(points), most=words.points(most))


def _excused_questions(assessment: Assessment, titles: Mapping[str, str]) -> Iterator[BreakdownLine]:
    for finding in assessment.findings:
        if finding.excused and not assessment.excused:
            title = titles.get(finding.question, finding.question)
            most = words.points(finding.machine_max_points or 0.0)
            why = say("{title}: does not count, so the full points are reduced by {points}.", title=title, points=most)
            yield BreakdownLine(say("Excused"), say("no points"), (why,))


def _waiting(assessment: Assessment, titles: Mapping[str, str]) -> Iterator[BreakdownLine]:
    if not assessment.waiting:
        return  # the whole mark is decided, so it waits for nothing
    for finding in assessment.findings:
        if finding.waits:
            points = say("up to {points}", points=words.points(finding.max_points))
            title = titles.get(finding.question, finding.question)
            yield BreakdownLine(
                say("Needs manual grading"), points, (say("{title}: not in the mark yet.", title=title),)
            )


def _lateness(assessment: Assessment, titles: Mapping[str, str]) -> Iterator[BreakdownLine]:
    late, steps = assessment.late, assessment.deduction_steps
    has_own_deadline = any(finding.extended_until is not None for finding in assessment.findings)
    if late is None or steps is None:
        return
    if not (late.late_by or late.extended or late.submitted_at is None or has_own_deadline):
        return
    deadline = moment(late.deadline, late.zone)
    due = say("Deadline: {moment}.", moment=deadline)
    if late.extended:
        due = say("Deadline: {moment}, extended for you.", moment=deadline)
    if late.submitted_at is None:
        why = say("The time of submission is not known, so no points are deducted.")
        if late.marked:
            why = say(
                "According to the platform, the submission was late. It is not known by how much, so no "
                "points are deducted."
            )
        yield BreakdownLine(say("Lateness"), say("no deduction"), (due, why))
        return
    at = moment(late.submitted_at, late.zone)
    handed_in = say("Submitted: {moment}, on time.", moment=at)
    if late.late_by:
        handed_in = say("Submitted: {moment}, late by {span}.", moment=at, span=span(late.late_by))
    points = f"−{words.points(steps.points)}" if steps.points else say("no deduction")
    explanation = _explanation(steps, late, assessment.points_at_risk)
    own_deadlines = _own_deadlines(assessment, titles)
    yield BreakdownLine(say("Lateness"), points, (due, handed_in, *explanation, *own_deadlines))


def _own_deadlines(assessment: Assessment, titles: Mapping[str, str]) -> Iterator[str]:
    """Sentences on questions that were answered in time for an extension of their own."""
    zone = assessment.late.zone if assessment.late else "UTC"
    for finding in assessment.findings:
        if finding.extended_until is not None:
            yield say(
                "{title}: your own deadline is {moment}, so no points are deducted for this question.",
                title=titles.get(finding.question, finding.question),
                moment=moment(finding.extended_until, zone),
            )


def lateness_in_short(late: Lateness | None) -> str:
    """Say in a few words by how much a submission is late, or that this is not known; empty if it was in time."""
    if late is None:
        return ""
    if late.submitted_at is None:
        return (
            say("Late, but it is not known by how much.")
            if late.marked
            else say("The time of submission is not known.")
        )
    return say("Late by {span}.", span=span(late.late_by)) if late.late_by else ""


def _explanation(steps: Deduction, late: Lateness, max_points: float) -> Iterator[str]:
    """Sentences that explain a deduction."""
    match steps.rule:
        case DeductionRule.NOT_LATE:
            return
        case DeductionRule.FREE:
            yield say("Late submissions lose no points.")
        case DeductionRule.GRACE:
            yield say("Up to {span} after the deadline, no points are deducted.", span=span(late.grace))
        case DeductionRule.OVERRIDE:
            yield _percentage(steps, late)
            yield say("The deduction does not apply to a mark that an instructor gave.")
        case DeductionRule.PERCENT:
            yield _percentage(steps, late)
            yield say(
                "{share} % of {most}: {points}.",
                share=words.number(steps.percent),
                most=words.points(max_points),
                points=words.points(steps.before_limit),
            )
            if steps.is_limited:
                yield say("A mark never falls below 0.")


def _percentage(steps: Deduction, late: Lateness) -> str:
    """The percentage that is deducted: `2 days have begun: 2 × 10 % = 20 %.`"""
    if late.per is Per.HOUR:
        begun = say_counted(late.units, "{amount} hour or part of an hour", "{amount} hours or parts of hours")
    else:
        begun = say_counted(late.units, "{amount} day or part of a day", "{amount} days or parts of days")
    product = f"{late.units} × {words.number(late.rate)} % = {words.number(steps.before_cap)} %"
    if steps.is_capped:
        return say("{begun}: {product}, but at most {cap} %.", begun=begun, product=product, cap=words.number(late.cap))
    return f"{begun}: {product}."


def _decision(assessment: Assessment) -> Iterator[BreakdownLine]:
    if assessment.decided is None:
        return
    # If the student is also excused, author and reason are those of the excuse, which has a line after this one.
    why = () if assessment.excused else (_by(assessment),)
    points = words.points(assessment.decided)
    yield BreakdownLine(say("Override by an instructor"), points, (*why, say("This replaces the sum.")))


def _excuse(assessment: Assessment) -> Iterator[BreakdownLine]:
    if assessment.excused:
        yield BreakdownLine(say("Excused"), say("no mark"), (_by(assessment),))


def _by(assessment: Assessment) -> str:
    return say("By {author}: {reason}", author=assessment.decided_by, reason=assessment.decided_because)


def moment(at: datetime, zone: str) -> str:
    """Write a moment in a time zone, with its name: `2026-05-01, 23:59 (Europe/Rome, UTC+02:00)`, or only `(UTC)`.

    Seconds are shown only if they are not 0. When clocks are put back, an hour occurs twice, and only the offset says
    which one it is.
    """
    local = at.astimezone(ZoneInfo(zone))
    return say(
        "{year}-{month}-{day}, {time} ({zone})",
        year=f"{local:%Y}",
        month=f"{local:%m}",
        day=f"{local:%d}",
        time=f"{local:{'%H:%M:%S' if local.second else '%H:%M'}}",
        zone=zone if zone == "UTC" else f"{zone}, UTC{local.isoformat()[-6:]}",
    )


def span(time: timedelta) -> str:
    """Write a span of time, to the second: `1 day 6 h 13 min 7 s`."""
    minutes, seconds = divmod(time.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days = [say_counted(time.days, "{amount} day", "{amount} days")] if time.days else []
    times = [f"{amount} {unit}" for amount, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if amount]
    return " ".join([*days, *times]) or say("less than 1 s")
