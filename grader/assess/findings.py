"""From a share of the points to a finding."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.figures import Figure
from grader.model.score import Score
from grader.text.messages import Text, joined, message

SMALLEST_LOSS = 0.01
MEND = message(
    "Find the cell at which it stops, and fix it. Then restart the kernel, run all cells from the top, and see that "
    "the answer is there at the end."
)


def finding(
    question: Question,
    share: float,
    *,
    expected: Text = "",
    answer: Text = "",
    reason: Text = "",
    comparison: Text = "",
    revealing: Text = "",
    remedy: Text = "",
    parts: Sequence[Part] = (),
    figures: Iterable[Figure] = (),
    score: Score | None = None,
) -> Finding:
    """Give the share of the points that an answer has earned.

    Args:
        question: What was asked.
        share: From 0 to 1; only 1 passes, however the points are rounded.
        expected: The right answer as text.
        answer: The answer as text.
        reason: Why, in words that do not give the right answer away.
        comparison: The sentence that holds the answer against the right one.
        revealing: What else to say where the right answer may be shown, before the reason.
        remedy: The right step for this very mistake, which may give the answer away; the hint of
            the question stands in where there is none or it may not be shown.
        parts: What was marked on its own.
        figures: What a report draws, without the right answer where it may not be shown.
        score: The score on data that the student does not see.

    Returns:
        The finding; without anything that gives the answer away unless the question allows it.
    """
    points = _points(question.points, share)
    may_show = question.show_expected
    return Finding(
        question=question.id,
        verdict=_verdict(points, share),
        points=points,
        max_points=float(question.points),
        expected=expected if may_show else "",
        found=answer,
        comparison=comparison if may_show else "",
        reason=joined(revealing, reason) if may_show else reason,
        hint="" if share >= 1 else (may_show and remedy) or question.hint,
        parts=tuple(parts) if may_show else tuple(_concealed(part) for part in parts),
        figures=tuple(figures),
        score=score,
    )


def unreadable(question: Question, reason: Text, step: Text, expected: Text = "", answer: Text = "") -> Finding:
    """A finding for an answer of a form in which it cannot be right; the next step is about the form alone.

    Args:
        question: What was asked.
        reason: What is wrong with the form.
        step: The form that was asked for, as something to do.
        expected: The right answer as text.
        answer: The answer as text.
    """
    return replace(finding(question, 0, expected=expected, answer=answer, reason=reason), hint=step)


def unmarked(
    question: Question,
    verdict: Verdict,
    reason: Text,
    remedy: Text = MEND,
) -> Finding:
    """A finding for an answer that there was nothing to mark of: no points, why, and what to do next.

    Args:
        question: What was asked.
        verdict: Its outcome.
        reason: Why there was nothing to mark.
        remedy: What to do about what kept the answer from coming about, where something did.
    """
    hint: Text = {Verdict.NOT_ATTEMPTED: question.hint, Verdict.BLOCKED: remedy}.get(verdict, "")
    return Finding(
        question=question.id, verdict=verdict, points=0.0, max_points=float(question.points), reason=reason, hint=hint
    )


def _points(most: float, share: float) -> float:
    """Points to 2 decimals; rounding never makes a full mark of an answer that has a fault."""
    if share >= 1:
        return float(most)
    points = round(most * max(share, 0.0), 2)
    return points if points < most else max(0.0, round(most - SMALLEST_LOSS, 2))


def _verdict(points: float, share: float) -> Verdict:
    if share >= 1:
        return Verdict.PASSED
    return Verdict.PARTIAL if points > 0 else Verdict.FAILED


def _concealed(part: Part) -> Part:
    return replace(part, expected="", reason="" if part.correct else message("This is not what was asked for."))
