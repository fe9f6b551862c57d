"""Extensions of single questions: an attempt after the deadline may still answer some questions in time.

Such an attempt supplements the attempt that counts. The student gets the better of two marks: the one by the ordinary
rule, and the one in which only the questions with an extension come from the later attempt.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from grader.marks.attempts import mark_that_counts
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import AttemptPolicy
from grader.model.mark import Mark

_UNANSWERED = (Verdict.NOT_ATTEMPTED, Verdict.BLOCKED, Verdict.CHECK_ERROR)


def with_extensions(
    marks: Sequence[Mark], rule: AttemptPolicy, extensions: Mapping[str, datetime]
) -> tuple[Mark, dict[str, int]]:
    """Choose the mark that counts for a student with extensions of questions.

    Args:
        marks: One mark for each attempt that has been assessed, with its lateness and the overrides; at least one.
        rule: The rule of the course.
        extensions: Id of a question -> the student's own deadline for it, with a time zone.

    Returns:
        The mark, and for each question that another attempt answers the number of that attempt in the gradebook.
    """
    marks = [replace(mark, assessment=_extended(mark.assessment, extensions)) for mark in marks]
    ordinary = mark_that_counts(marks, rule)
    supplements = [mark for mark in marks if _is_supplement(mark.assessment)]
    others = [mark for mark in marks if not _is_supplement(mark.assessment)]
    if not supplements or not others:
        return ordinary, {}
    supplemented, sources = _supplemented(mark_that_counts(others, rule), supplements)
    if supplemented.assessment.points > ordinary.assessment.points or not ordinary.assessment.has_mark:
        return supplemented, sources
    return ordinary, {}


def _extended(assessment: Assessment, extensions: Mapping[str, datetime]) -> Assessment:
    """The assessment with the deadline of each question that was answered late, but in time for its extension."""
    late = assessment.late
    if late is None or late.submitted_at is None or not late.late_by:
        return assessment
    at = late.submitted_at.timestamp()
    in_time = {question: until for question, until in extensions.items() if at <= until.timestamp()}
    findings = tuple(
        replace(finding, extended_until=in_time[finding.question]) if finding.question in in_time else finding
        for finding in assessment.findings
    )
    return replace(assessment, findings=findings)


def _is_supplement(assessment: Assessment) -> bool:
    return any(finding.extended_until is not None for finding in assessment.findings)


def _supplemented(mark: Mark, supplements: Sequence[Mark]) -> tuple[Mark, dict[str, int]]:
    """The mark with the answers of later attempts, and the attempt of each of these answers."""
    in_turn = sorted(supplements, key=lambda one: (_time(one), one.attempt.id))
    newest: dict[str, tuple[Finding, int]] = {}
    for supplement in in_turn:
        newest |= {finding.question: (finding, supplement.attempt.id) for finding in _answered(supplement.assessment)}
    sources = {
        finding.question: newest[finding.question][1]
        for finding in mark.assessment.findings
        if finding.question in newest and not _is_better(finding, newest[finding.question][0])
    }
    findings = tuple(
        newest[finding.question][0] if finding.question in sources else finding for finding in mark.assessment.findings
    )
    return replace(mark, assessment=replace(mark.assessment, findings=findings)), sources


def _answered(assessment: Assessment) -> Iterator[Finding]:
    """The answers that were submitted in time for an extension of their question."""
    for finding in assessment.findings:
        if finding.extended_until is not None and not finding.excused and finding.verdict not in _UNANSWERED:
            yield finding


def _is_better(earlier: Finding, later: Finding) -> bool:
    """Whether an earlier answer earns more than a later one; one that waits for a person may earn anything."""
    return earlier.excused or (earlier.points > later.points and not later.waits)


def _time(mark: Mark) -> float:
    at = mark.attempt.submission.submitted_at
    return at.timestamp() if at else 0.0
