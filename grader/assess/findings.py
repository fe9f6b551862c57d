"""From a share of the points to a finding."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from grader.mistakes.misconceptions import misconceptions_in
from grader.model.assessment import Finding, Part, Verdict
from grader.model.exercise import Question
from grader.model.figures import Figure
from grader.model.score import Score
from grader.text.messages import Text, joined, message

SMALLEST_LOSS = 0.01  # points; an answer with a fault loses at least that
MEND = message(
    "Find the cell at which the notebook stops, and fix that cell. Then restart the kernel, "
    "run all cells from the top, and check that the answer exists at the end."
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
    mistake: Text = "",
    guessed_calculation: str = "",
) -> Finding:
    """Make the finding for an answer. This function alone rounds points and hides the right answer.

    Args:
        question: The question.
        share: From 0 to 1; only 1 passes, however the points are rounded.
        expected: The right answer as text.
        answer: The student's answer as text.
        reason: The reason for the share, in words that do not reveal the right answer.
        comparison: A sentence that compares the answer with the right one.
        revealing: A text in front of the reason, for questions whose right answer may be shown.
        remedy: The right step for this mistake, which may reveal the answer. Without one, or if it may not be shown,
            the finding has the hint of the question.
        parts: The parts that were marked separately.
        figures: Figures for the report. The caller leaves out of them what may not be shown.
        score: The score on data that the student does not see.
        mistake: The known mistake behind a wrong answer, as far as it is a part of the reason.
        guessed_calculation: The calculation behind a wrong answer, if nobody wrote a reason for it.

    Returns:
        The finding; unless the question allows it, without anything that reveals the answer.
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
        misconceptions=misconceptions_in(mistake) if share < 1 else (),
        guessed_calculation=guessed_calculation,
    )


def unreadable(question: Question, reason: Text, step: Text, expected: Text = "", answer: Text = "") -> Finding:
    """Make the finding for an answer in a form in which it cannot be right. The next step is about the form alone.

    Args:
        question: The question.
        reason: The fault of the form.
        step: The form that the question requires, as an instruction.
        expected: The right answer as text.
        answer: The student's answer as text.
    """
    return replace(finding(question, 0, expected=expected, answer=answer, reason=reason), hint=step)


def unmarked(
    question: Question,
    verdict: Verdict,
    reason: Text,
    remedy: Text = MEND,
) -> Finding:
    """Make the finding for a question without an answer that can be marked: no points, the reason, the next step.

    Args:
        question: The question.
        verdict: Its outcome.
        reason: The reason why there was nothing to mark.
        remedy: The next step, if something prevented the answer.
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
    return replace(part, expected="", reason="" if part.correct else message("This is not what the question asks for."))
