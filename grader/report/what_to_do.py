"""What a student can do next: which questions to redo first, until when, what to practise, and whom to ask.

It names dates but no time that is left, so that a page does not change because time passes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import AttemptPolicy, Per
from grader.model.lateness import Lateness
from grader.report import words
from grader.report.lost_points import AllLostPoints, LostPoints, QuestionLink
from grader.report.mark_breakdown import moment, span
from grader.text.language import marked, say

_MOST_CONCEPTS = 3
_AGAIN = {
    AttemptPolicy.LATEST: marked("You can submit again. Your latest submission counts."),
    AttemptPolicy.BEST: marked("You can submit again. Your best submission counts."),
}
_UNTIL = {
    AttemptPolicy.LATEST: marked("You can submit again until {moment}. Your latest submission counts."),
    AttemptPolicy.BEST: marked("You can submit again until {moment}. Your best submission counts."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAdvice:
    """What a course says about further attempts and practice.

    Attributes:
        tries: Which of several attempts counts; None if that is not known.
        concepts: Question id -> titles of the concepts that it trains and that students can practise.
    """

    tries: AttemptPolicy | None = None
    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NO_ADVICE = CourseAdvice()
"""Nothing is known about further attempts and practice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatToDo:
    """The next steps of a student.

    Attributes:
        repeated: The mistakes of several questions, which one step may correct together.
        single: The questions to redo each on its own.
        unanswered: The first question without an answer; None if there is none.
        submitting: Sentences on further attempts.
        concepts: Titles of concepts to practise, those that cost most points first.
    """

    repeated: tuple[LostPoints, ...] = ()
    single: tuple[QuestionLink, ...] = ()
    unanswered: QuestionLink | None = None
    submitting: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


def what_to_do(assessment: Assessment, lost: AllLostPoints, advice: CourseAdvice) -> WhatToDo | None:
    """Choose the next steps of a student.

    Args:
        assessment: The assessment that the page shows.
        lost: Where the student lost points.
        advice: What the course says.

    Returns:
        The steps; None if there is no mark yet, or if no points are lost that a student could earn.
    """
    if not assessment.has_mark or not (lost.listed or assessment.notice or not assessment.readable):
        return None
    return WhatToDo(
        repeated=tuple(one for one in lost.listed if one.is_repeated),
        single=tuple(one.questions[0] for one in lost.listed if not (one.is_repeated or one.is_open)),
        unanswered=next((one.questions[0] for one in lost.listed if one.is_open), None),
        submitting=() if assessment.decided is not None else tuple(_submitting(assessment.late, advice.tries)),
        concepts=_to_practise(assessment.findings, advice.concepts),
    )


def _submitting(late: Lateness | None, tries: AttemptPolicy | None) -> list[str]:
    if tries is None:
        return []
    if tries is AttemptPolicy.FIRST:
        return [say("Only your first submission counts, so use this report for the next exercise.")]
    if late is None:
        return [say(_AGAIN[tries])]
    return [say(_UNTIL[tries], moment=moment(late.deadline, late.zone)), *_costs(late)]


def _costs(late: Lateness) -> list[str]:
    """What a later submission costs; nothing if the course has no rule for it."""
    if not late.rate:
        return []
    hour = marked("After that, each hour or part of an hour costs {rate} % of the full points, at most {cap} %.")
    day = marked("After that, each day or part of a day costs {rate} % of the full points, at most {cap} %.")
    costs = say(hour if late.per is Per.HOUR else day, rate=words.number(late.rate), cap=words.number(late.cap))
    if not late.grace:
        return [costs]
    return [costs, say("Up to {span} after the deadline, no points are deducted.", span=span(late.grace))]


def _to_practise(findings: Sequence[Finding], concepts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The concepts of questions with wrong answers, those that cost most points first."""
    points: dict[str, float] = {}
    for finding in findings:
        if finding.verdict in (Verdict.FAILED, Verdict.PARTIAL):
            for title in concepts.get(finding.question, ()):
                points[title] = points.get(title, 0.0) + finding.max_points - finding.points
    return tuple(sorted(points, key=lambda title: -points[title])[:_MOST_CONCEPTS])
