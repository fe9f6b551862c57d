"""What a regrade changed for a student, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.model.assessment import Assessment, Finding, Verdict

_LONGEST = 160
"""Characters of a reason that are printed: about two lines of a terminal."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one student's mark.

    Attributes:
        student: Name of the student.
        before: The mark before; None if there was none.
        after: The mark now; None if there is none that may be published.
        because: One line for each difference: a question, what it is worth, a deduction, an override.
    """

    student: str
    before: float | None
    after: float | None
    because: tuple[str, ...]


def change(student: str, before: Assessment | None, after: Assessment) -> Change | None:
    """Compare two marks of a student.

    Args:
        student: Name of the student.
        before: The assessment with the earlier mark; None if there was none.
        after: The assessment with the new mark.

    Returns:
        The change; None if neither the mark nor any question differs.
    """
    reasons = tuple(_differences(before, after)) if before else ("marked for the first time",)
    old, new = _mark(before), _mark(after)
    return Change(student, old, new, reasons) if reasons or old != new else None


def _mark(assessment: Assessment | None) -> float | None:
    """The points of a mark that may be published; None if there is no such mark."""
    if assessment is None or assessment.excused or not assessment.publishable:
        return None
    return assessment.points


def _differences(before: Assessment, after: Assessment) -> Iterator[str]:
    earlier_findings = {finding.question: finding for finding in before.findings}
    for finding in after.findings:
        earlier = earlier_findings.pop(finding.question, None)
        if earlier is None:
            yield f"{finding.question}: is new, {finding.points:g} of {finding.max_points:g} points"
        else:
            yield from _differences_of_question(earlier, finding)
    for question, removed in earlier_findings.items():
        yield f"{question}: was removed, {removed.points:g} points less"
    if before.deduction != after.deduction:
        yield f"lateness: {_signed(-before.deduction)} -> {_signed(-after.deduction)} points"
    if before.excused != after.excused:
        yield "is excused now" if after.excused else "is no longer excused"
    if before.decided != after.decided:
        yield (
            f"decided by {after.decided_by}: {after.decided_because}"
            if after.decided_by
            else "the override was removed"
        )
    if before.record != after.record:
        yield "another attempt counts"
    elif before.outcome != after.outcome:
        yield f"{before.outcome} -> {after.outcome}"


def _differences_of_question(before: Finding, after: Finding) -> Iterator[str]:
    if before.excused != after.excused:
        yield f"{after.question}: is excused now" if after.excused else f"{after.question}: is no longer excused"
    elif before.max_points != after.max_points:
        yield (
            f"{after.question}: worth {before.max_points:g} -> {after.max_points:g}, "
            f"earned {before.points:g} -> {after.points:g}"
        )
    elif before.points != after.points:
        yield f"{after.question}: {before.points:g} -> {after.points:g} points; {_reason(after)}"
    elif before.verdict is not after.verdict:
        yield f"{after.question}: {before.verdict} -> {after.verdict}"


def _reason(finding: Finding) -> str:
    if finding.decided_by:
        return f"decided by {finding.decided_by}: {finding.decided_because}"
    if finding.verdict is Verdict.PASSED:
        return "right"
    reason = " ".join(str(finding.why or finding.verdict).split())
    return reason if len(reason) <= _LONGEST else f"{reason[: _LONGEST - 1]}…"


def _signed(points: float) -> str:
    # Both 0.0 and -0.0, which the negation of no deduction gives, read 0.
    return f"{points:+g}" if points else "0"
