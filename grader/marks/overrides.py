"""What people decided, put into an assessment: the latest decision of each kind counts, whatever the machine found."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.lateness import Lateness
from grader.text.messages import joined, message, number
from grader.text.suggestions import suggestion

Latest = Mapping[tuple[AdjustmentKind, str], Adjustment]

_OF_THE_WHOLE = {AdjustmentKind.EXCUSED: "an excuse", AdjustmentKind.EXTENSION: "an extension"}


def decided(assessment: Assessment, adjustments: Iterable[Adjustment], late: Lateness | None = None) -> Assessment:
    """Put lateness and the decisions of people into an assessment.

    Args:
        assessment: What the machine found; what an earlier call put in is replaced.
        adjustments: In the order in which they were made; those about other students or exercises are left out.
        late: How late it was handed in.

    Returns:
        The assessment as it counts. Points that a person gave are kept, but are never more than the full points, which
        the exercise may have lowered in the meantime.
    """
    latest = _latest(assessment, adjustments)
    findings = tuple(_decided(_by_machine(finding), latest) for finding in assessment.findings)
    comment = latest.get((AdjustmentKind.COMMENT, ""))
    made = replace(
        assessment,
        findings=findings,
        late=late,
        comment=comment.text if comment else "",
        excused=False,
        decided=None,
        decided_by="",
        decided_because="",
    )
    total, excuse = latest.get((AdjustmentKind.POINTS, "")), latest.get((AdjustmentKind.EXCUSED, ""))
    if total is not None and total.points is not None:
        points = round(min(total.points, made.max_points), 2)
        made = replace(made, decided=points, decided_by=total.author, decided_because=total.reason)
    if excuse is not None and excuse.excused:
        made = replace(made, excused=True, decided_by=excuse.author, decided_because=excuse.reason)
    return made


def extension(adjustments: Iterable[Adjustment]) -> datetime | None:
    """The student's own deadline; None if there is none, or it was taken back.

    Args:
        adjustments: Those about one student and one exercise, in the order in which they were made.
    """
    given = [each for each in adjustments if each.kind is AdjustmentKind.EXTENSION]
    return _in_order(given)[-1].until if given else None


def is_excused(adjustments: Iterable[Adjustment]) -> bool:
    """Whether the student is excused, handed in or not.

    Args:
        adjustments: Those about one student and one exercise, in the order in which they were made.
    """
    given = [each for each in adjustments if each.kind is AdjustmentKind.EXCUSED]
    return bool(given) and bool(_in_order(given)[-1].excused)


def problem(adjustment: Adjustment, exercise: Exercise) -> str:
    """What is wrong with a decision: place, fact and remedy in one line; empty if nothing is.

    Args:
        adjustment: Before it is kept.
        exercise: What it is about.
    """
    fact = next(_faults(adjustment, exercise), "")
    question = f", question '{adjustment.question}'" if adjustment.question else ""
    return f"{adjustment.student or '(nobody)'}, {adjustment.exercise}{question}: {fact}" if fact else ""


def _faults(adjustment: Adjustment, exercise: Exercise) -> Iterator[str]:
    asked = {question.id: question for question in exercise.questions}
    kind, name, points = adjustment.kind, adjustment.question, adjustment.points
    if adjustment.exercise != exercise.slug:
        yield f"the exercise is '{exercise.slug}'; make the decision about that one."
    if not adjustment.student.strip():
        yield "student is empty; name who it is about."
    if not adjustment.author.strip():
        yield "author is empty; name who decides."
    if not adjustment.reason.strip() and kind is not AdjustmentKind.COMMENT:
        yield "reason is empty; say why."
    if name and name not in asked:
        yield f"there is no such question; {suggestion(name, asked)}."
    if name and kind in _OF_THE_WHOLE:
        yield f"{_OF_THE_WHOLE[kind]} is for a whole exercise; leave out the question."
    most = asked[name].points if name in asked else exercise.max_points
    if points is not None and not (math.isfinite(points) and 0 <= points <= most):
        yield f"points is {points:g}; it must be from 0 to {most:g}."
    for what, moment in (("at", adjustment.at), ("until", adjustment.until)):
        if moment is not None and moment.utcoffset() is None:
            yield f"{what} is {moment.isoformat(' ')} without a time zone; add its offset, such as +00:00."


def _latest(assessment: Assessment, adjustments: Iterable[Adjustment]) -> Latest:
    """Kind and question -> the latest decision."""
    about = [each for each in adjustments if (each.student, each.exercise) == (assessment.student, assessment.exercise)]
    return {(each.kind, each.question): each for each in _in_order(about)}


def _in_order(adjustments: Iterable[Adjustment]) -> list[Adjustment]:
    """By time; two of the same moment stay in the order in which they were made."""
    return sorted(adjustments, key=lambda each: each.at.timestamp())


def _by_machine(finding: Finding) -> Finding:
    """The finding without what people said and decided."""
    if finding.machine_verdict is None and not (finding.comment or finding.decided_by):
        return finding
    return replace(
        finding,
        verdict=finding.machine_verdict or finding.verdict,
        points=finding.points if finding.machine_points is None else finding.machine_points,
        comment="",
        decided_by="",
        decided_because="",
        machine_points=None,
        machine_verdict=None,
    )


def _decided(finding: Finding, latest: Latest) -> Finding:
    """The finding with the comment and the points of a person; the reason of the machine stays."""
    comment = latest.get((AdjustmentKind.COMMENT, finding.question))
    told = replace(finding, comment=comment.text) if comment else finding
    given = latest.get((AdjustmentKind.POINTS, finding.question))
    if given is None or given.points is None:
        return told
    if not finding.is_marked_here:
        ignored = message(
            "{author} gave {points} points for this question ({reason}). They do not count here, since the question is "
            "worth nothing where it cannot be marked.",
            author=given.author,
            points=number(given.points),
            reason=given.reason,
        )
        return replace(told, comment=joined(told.comment, ignored))
    points = round(min(given.points, finding.max_points), 2)
    return replace(
        told,
        verdict=_verdict(points, finding.max_points),
        points=points,
        decided_by=given.author,
        decided_because=given.reason,
        machine_points=finding.points,
        machine_verdict=finding.verdict,
    )


def _verdict(points: float, max_points: float) -> Verdict:
    if points >= max_points:
        return Verdict.PASSED
    return Verdict.PARTIAL if points > 0 else Verdict.FAILED
