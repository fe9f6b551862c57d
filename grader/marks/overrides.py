"""Apply overrides to an assessment: the latest one of each kind counts, whatever the automatic marking found."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Assessment, CriterionMark, Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.lateness import Lateness
from grader.text.messages import joined, message, number
from grader.text.suggestions import suggestion

Latest = Mapping[tuple[AdjustmentKind, str], Adjustment]
"""Kind and question (empty for the whole exercise) -> the latest override."""

_FIRST_YEAR, _LAST_YEAR = 1970, 2999  # as for deadlines in course.toml
_OF_QUESTIONS = {AdjustmentKind.EXCUSED: "an excuse", AdjustmentKind.EXTENSION: "an extension"}


def with_overrides(
    assessment: Assessment, adjustments: Iterable[Adjustment], late: Lateness | None = None
) -> Assessment:
    """Apply overrides and lateness to an assessment.

    Args:
        assessment: The automatic assessment, or the result of an earlier call, whose overrides are replaced.
        adjustments: Overrides in the order in which they were made; those about other students or exercises are
            ignored.
        late: How late it was submitted; None if there is no deadline.

    Returns:
        The assessment as it counts. Points that a person gave are never more than the full points, which the exercise
        may have lowered in the meantime.
    """
    latest = _latest(assessment, adjustments)
    findings = tuple(_overridden(_automatic(finding), latest) for finding in assessment.findings)
    comment = latest.get((AdjustmentKind.COMMENT, ""))
    result = replace(
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
        points = round(min(total.points, result.max_points), 2)
        result = replace(result, decided=points, decided_by=total.author, decided_because=total.reason)
    if excuse is not None and excuse.excused:
        result = replace(result, excused=True, decided_by=excuse.author, decided_because=excuse.reason)
    elif findings and all(finding.excused for finding in findings):  # there is nothing left to earn
        last = findings[-1]
        result = replace(result, excused=True, decided_by=last.decided_by, decided_because=last.decided_because)
    return result


def extension(adjustments: Iterable[Adjustment]) -> datetime | None:
    """Find the student's own deadline for the exercise; None if there is none, or it was taken back.

    Args:
        adjustments: Overrides for one student and one exercise, in the order in which they were made. Those of other
            members of a group may be among them: then the latest deadline of a member holds for all.
    """
    return _extensions(adjustments).get("")


def question_extensions(adjustments: Iterable[Adjustment]) -> dict[str, datetime]:
    """Find the student's own deadlines for questions: id of the question -> deadline, with a time zone.

    Args:
        adjustments: Overrides for one student and one exercise, in the order in which they were made.
    """
    return {question: until for question, until in _extensions(adjustments).items() if question}


def _extensions(adjustments: Iterable[Adjustment]) -> dict[str, datetime]:
    """Question, or nothing for the exercise -> the deadline of the latest extension, unless it was taken back."""
    extensions = [adjustment for adjustment in adjustments if adjustment.kind is AdjustmentKind.EXTENSION]
    of_student = {(one.student, one.question): one.until for one in _by_time(extensions)}
    latest: dict[str, datetime] = {}
    for (_, question), until in of_student.items():
        if until is not None and (question not in latest or until.timestamp() > latest[question].timestamp()):
            latest[question] = until
    return latest


def imported_points(adjustments: Iterable[Adjustment]) -> float | None:
    """Find the points that another grader gave, on the scale of the exercise; None if none were imported.

    They never change an assessment. They count only for a student without a submission.

    Args:
        adjustments: Overrides for one student and one exercise, in the order in which they were made.
    """
    imported = [adjustment for adjustment in adjustments if adjustment.kind is AdjustmentKind.IMPORTED]
    return _by_time(imported)[-1].points if imported else None


def is_excused(adjustments: Iterable[Adjustment]) -> bool:
    """Decide whether the student is excused from the exercise, with or without a submission.

    Args:
        adjustments: Overrides for one student and one exercise, in the order in which they were made.
    """
    excuses = [
        adjustment
        for adjustment in adjustments
        if adjustment.kind is AdjustmentKind.EXCUSED and not adjustment.question
    ]
    return bool(excuses) and bool(_by_time(excuses)[-1].excused)


def problem(adjustment: Adjustment, exercise: Exercise) -> str:
    """Describe what is wrong with an override: place, fact and remedy in one line; empty if nothing is.

    Args:
        adjustment: The override, before it is stored.
        exercise: The exercise that it is about.

    Returns:
        The first fault, for example "ada, lenet5: `reason` must not be empty. Give a reason.".
    """
    fact = fault(adjustment, exercise)
    question = f", question '{adjustment.question}'" if adjustment.question else ""
    return f"{adjustment.student or '(nobody)'}, {adjustment.exercise}{question}: {fact}" if fact else ""


def fault(adjustment: Adjustment, exercise: Exercise) -> str:
    """The first fault of an override as fact and remedy, without its place; empty if there is none."""
    return next(_faults(adjustment, exercise), "")


def _faults(adjustment: Adjustment, exercise: Exercise) -> Iterator[str]:
    places = exercise.places
    kind, name, points = adjustment.kind, adjustment.question, adjustment.points
    if adjustment.exercise != exercise.slug:
        yield f"the exercise is '{exercise.slug}'. Name that exercise."
    if not adjustment.student.strip():
        yield "`student` must not be empty. Name the student."
    if not adjustment.author.strip():
        yield "`author` must not be empty. Name the person who decides."
    if not adjustment.reason.strip() and kind is not AdjustmentKind.COMMENT:
        yield "`reason` must not be empty. Give a reason."
    if kind is AdjustmentKind.MARK and points is None:
        yield "`points` is missing. Give a number."
    if name and name not in places:
        yield f"there is no such question. {suggestion(name, places)}."
    if kind in _OF_QUESTIONS and name in places and name not in {question.id for question in exercise.questions}:
        yield f"{_OF_QUESTIONS[kind]} is for a whole question. Name the question '{name.partition('.')[0]}'."
    most = places.get(name, exercise.max_points)
    if points is not None and not (math.isfinite(points) and 0 <= points <= most):
        yield f"`points` must be from 0 to {most:g}. Received: {points:g}."
    for what, moment in (("at", adjustment.at), ("until", adjustment.until)):
        if moment is not None and moment.utcoffset() is None:
            yield f"`{what}` must have a time zone. Received: {moment.isoformat(' ')}. Add its offset, such as +00:00."
        elif moment is not None and not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            # Beyond the calendar, a moment has no date in some time zones.
            yield f"`{what}` must have a year from {_FIRST_YEAR} to {_LAST_YEAR}. Received: {moment.year}."


def _latest(assessment: Assessment, adjustments: Iterable[Adjustment]) -> Latest:
    """Find the latest override of each kind for each question of an assessment."""
    subject = (assessment.student, assessment.exercise)
    relevant = [adjustment for adjustment in adjustments if (adjustment.student, adjustment.exercise) == subject]
    return {(adjustment.kind, adjustment.question): adjustment for adjustment in _by_time(relevant)}


def _by_time(adjustments: Iterable[Adjustment]) -> list[Adjustment]:
    """Sort by time; two of the same moment stay in the order in which they were made."""
    return sorted(adjustments, key=lambda adjustment: adjustment.at.timestamp())


def _automatic(finding: Finding) -> Finding:
    """The finding without comments and overrides of people."""
    if finding.machine_verdict is None and not (finding.comment or finding.decided_by or finding.criteria):
        return finding
    return replace(
        finding,
        criteria=tuple(replace(one, points=None, comment="", decided_by="") for one in finding.criteria),
        max_points=finding.max_points if finding.machine_max_points is None else finding.machine_max_points,
        machine_max_points=None,
        excused=False,
        verdict=finding.machine_verdict or finding.verdict,
        points=finding.points if finding.machine_points is None else finding.machine_points,
        comment="",
        decided_by="",
        decided_because="",
        machine_points=None,
        machine_verdict=None,
    )


def _overridden(finding: Finding, latest: Latest) -> Finding:
    """The finding with the comment and the points of a person; the automatic reason stays."""
    comment = latest.get((AdjustmentKind.COMMENT, finding.question))
    if comment:
        finding = replace(finding, comment=comment.text)
    if finding.criteria:
        finding = replace(finding, criteria=tuple(_decided(finding, one, latest) for one in finding.criteria))
    excuse = latest.get((AdjustmentKind.EXCUSED, finding.question))
    if excuse is not None and excuse.excused and finding.is_marked_here:
        return _excused(finding, excuse)
    override = latest.get((AdjustmentKind.POINTS, finding.question))
    if override is None or override.points is None:
        override = _of_criteria(finding, latest)
    if override is None or override.points is None:
        return finding
    if not finding.is_marked_here:
        ignored = message(
            (
                "{author} gave {points} points for this question ({reason}). They do not count here: "
                "this machine cannot mark the question, so the question has no points."
            ),
            author=override.author,
            points=number(override.points),
            reason=override.reason,
        )
        return replace(finding, comment=joined(finding.comment, ignored))
    points = round(min(override.points, finding.max_points), 2)
    return replace(
        finding,
        verdict=_verdict(points, finding.max_points),
        points=points,
        decided_by=override.author,
        decided_because=override.reason,
        machine_points=finding.points,
        machine_verdict=finding.verdict,
    )


def _excused(finding: Finding, excuse: Adjustment) -> Finding:
    """The finding of a question that does not count for the student, neither for nor against."""
    return replace(
        finding,
        excused=True,
        verdict=Verdict.NEEDS_HUMAN,  # with 0 points to earn: the question is not marked, see `is_marked_here`
        points=0.0,
        max_points=0.0,
        decided_by=excuse.author,
        decided_because=excuse.reason,
        machine_points=finding.points,
        machine_max_points=finding.max_points,
        machine_verdict=finding.verdict,
    )


def _decided(finding: Finding, criterion: CriterionMark, latest: Latest) -> CriterionMark:
    """A criterion with the points and the comment of a person, if there are any."""
    place = f"{finding.question}.{criterion.criterion}"
    points, comment = latest.get((AdjustmentKind.POINTS, place)), latest.get((AdjustmentKind.COMMENT, place))
    if comment:
        criterion = replace(criterion, comment=comment.text)
    if points is None or points.points is None:
        return criterion
    return replace(criterion, points=round(min(points.points, criterion.max_points), 2), decided_by=points.author)


def _of_criteria(finding: Finding, latest: Latest) -> Adjustment | None:
    """The decision on a question that follows from its criteria: their sum, once each of them is decided."""
    points = [criterion.points for criterion in finding.criteria if criterion.points is not None]
    if not points or len(points) < len(finding.criteria):
        return None
    places = [f"{finding.question}.{criterion.criterion}" for criterion in finding.criteria]
    last = _by_time(latest[AdjustmentKind.POINTS, place] for place in places)[-1]
    authors = list(dict.fromkeys(criterion.decided_by for criterion in finding.criteria))
    return replace(last, question=finding.question, points=round(sum(points), 2), author=", ".join(authors))


def _verdict(points: float, max_points: float) -> Verdict:
    if points >= max_points:
        return Verdict.PASSED
    return Verdict.PARTIAL if points > 0 else Verdict.FAILED
