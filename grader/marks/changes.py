"""What a regrade changed for a student, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from grader.model.assessment import Assessment, Finding, Verdict

_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Change:
    """What changed for one student.

    Attributes:
        student: Whose mark it is.
        before: The mark before; None where there was none.
        after: The mark now; None where there is none that may go out.
        because: What changed, one line each: a question, what it is worth, a deduction, a decision.
    """

    student: str
    before: float | None
    after: float | None
    because: tuple[str, ...]


def change(student: str, before: Assessment | None, after: Assessment) -> Change | None:
    """Compare two marks of a student.

    Args:
        student: Whose they are.
        before: The earlier mark; None if there was none.
        after: The new mark.

    Returns:
        What changed; None if neither the mark nor that of any question did.
    """
    lines = tuple(_lines(before, after)) if before else ("marked for the first time",)
    old, new = _mark(before), _mark(after)
    return Change(student, old, new, lines) if lines or old != new else None


def _mark(assessment: Assessment | None) -> float | None:
    if assessment is None or assessment.excused or not assessment.publishable:
        return None
    return assessment.points


def _lines(before: Assessment, after: Assessment) -> Iterator[str]:
    old = {finding.question: finding for finding in before.findings}
    for finding in after.findings:
        earlier = old.pop(finding.question, None)
        if earlier is None:
            yield f"{finding.question}: is new, {finding.points:g} of {finding.max_points:g} points"
        else:
            yield from _of_question(earlier, finding)
    yield from (f"{question}: is asked no longer, {gone.points:g} points less" for question, gone in old.items())
    if before.deduction != after.deduction:
        yield f"lateness: {_signed(-before.deduction)} -> {_signed(-after.deduction)} points"
    if before.excused != after.excused:
        yield "is excused now" if after.excused else "is excused no longer"
    if before.decided != after.decided:
        yield f"decided by {after.decided_by}: {after.decided_because}" if after.decided_by else "no decision any more"
    if (before.record, before.outcome) != (after.record, after.outcome):
        yield "another try counts" if before.record != after.record else f"{before.outcome} -> {after.outcome}"


def _of_question(before: Finding, after: Finding) -> Iterator[str]:
    if before.max_points != after.max_points:
        yield (
            f"{after.question}: worth {before.max_points:g} -> {after.max_points:g}, "
            f"earned {before.points:g} -> {after.points:g}"
        )
    elif before.points != after.points:
        yield f"{after.question}: {before.points:g} -> {after.points:g} points; {_why(after)}"
    elif before.verdict is not after.verdict:
        yield f"{after.question}: {before.verdict} -> {after.verdict}"


def _why(finding: Finding) -> str:
    if finding.decided_by:
        return f"decided by {finding.decided_by}: {finding.decided_because}"
    if finding.verdict is Verdict.PASSED:
        return "right"
    reason = " ".join(str(finding.why or finding.verdict).split())
    return reason if len(reason) <= _LONGEST else f"{reason[: _LONGEST - 1]}…"


def _signed(points: float) -> str:
    return f"{points:+g}" if points else "0"
