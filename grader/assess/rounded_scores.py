"""Scores on held-out data, rounded down to wide steps for reports until the deadline; see `marks/until_deadline.py`."""

from bisect import bisect_right
from collections.abc import Sequence

from grader.model.score import RoundedScore
from grader.text.messages import Text, joined, message
from grader.text.proportions import percent, points_of

STEPS = 20
"""The number of equal steps between the scores 0 and 1; thresholds are also steps."""


def bracket(score: float, steps: Sequence[float]) -> tuple[float, float]:
    """Find the step that contains a score.

    Args:
        score: From 0 to 1.
        steps: Scores at which points begin, from 0 to 1.

    Returns:
        Its lower end, which is at most the score, and its upper end; both are 1 for a score of 1.

    Example:
        >>> bracket(0.87, [0.88])
        (0.85, 0.88)
    """
    edges = sorted({*(number / STEPS for number in range(STEPS + 1)), *steps})
    above = bisect_right(edges, score)
    return edges[above - 1], edges[min(above, len(edges) - 1)]


def rounded_score(score: float, steps: Sequence[tuple[float, float]], note: Text = "") -> RoundedScore:
    """Round a score for reports until the deadline.

    Args:
        score: The exact score, from 0 to 1.
        steps: Scores and their points, rising.
        note: A text for the report that does not depend on held-out labels.
    """
    low, high = bracket(score, [at for at, _ in steps])
    reason = message("At least {low} and less than {high}.", low=percent(low), high=percent(high))
    if low == high:
        reason = message("At least {low}.", low=percent(low))
    return RoundedScore(points=points_of(low, steps), low=low, high=high, reason=joined(reason, note))
