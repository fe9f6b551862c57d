"""What a report shows of a score on held-out data while the student can still submit again.

A student who knows exactly how many labels were correct in each attempt can choose the predictions of the next
attempts so that the counts reveal the held-out labels; `benchmarks/probing.py` computes in how many attempts. Until the
deadline, a report therefore shows a score in wide steps, without matrix, pictures or counts, and after some attempts
not at all.
The mark itself is always that of the exact score. `assess/rounded_scores.py` rounds each score when it is marked.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.score import Accuracy, Score
from grader.text.language import marked
from grader.text.messages import message
from grader.text.proportions import percent

_ROUNDED = marked(
    "Until the deadline, this report rounds points for held-out data down and leaves out details: with many attempts,"
    " they would give the held-out answers away. Your mark is made from the exact figure."
)
_NOT_YET = marked(
    "You have used your {count} scored attempts. This attempt counts like any other; what it reached is shown after the"
    " deadline."
)


class Shown(Enum):
    """How much of a score on held-out data a report shows."""

    ALL = "all"
    ROUNDED = "rounded down"
    NOTHING = "nothing yet"


def as_shown(assessment: Assessment, shown: Shown, attempts: int) -> Assessment:
    """An assessment as its report shows it.

    Args:
        assessment: The exact one.
        shown: How much of scores on held-out data it shows.
        attempts: How many attempts are told a score.
    """
    if shown is Shown.ALL or not any(map(_is_rounded, assessment.findings)):
        return assessment
    findings = tuple(
        _as_shown(finding, shown, attempts) if _is_rounded(finding) else finding for finding in assessment.findings
    )
    return replace(assessment, findings=findings, remarks=(message(_ROUNDED), *assessment.remarks))


def scores(assessments: Sequence[Assessment]) -> int:
    """How many of some attempts were scored on held-out data."""
    return sum(any(_has_rounded_score(finding) for finding in each.findings) for each in assessments)


def _has_rounded_score(finding: Finding) -> bool:
    return finding.score is not None and finding.score.rounded is not None


def _is_rounded(finding: Finding) -> bool:
    """Whether a report tells less of a finding until the deadline; what a person decided, it tells."""
    return _has_rounded_score(finding) and not finding.decided_by


def _as_shown(finding: Finding, shown: Shown, attempts: int) -> Finding:
    if shown is Shown.NOTHING:
        return replace(
            finding,
            verdict=Verdict.PARTIAL,
            points=0.0,
            found=message("shown after the deadline"),
            comparison="",
            reason=message(_NOT_YET, count=attempts),
            figures=(),
            score=None,
        )
    assert finding.score is not None
    assert finding.score.rounded is not None
    score, exact = finding.score.rounded, finding.score.accuracy
    accuracy = Accuracy(value=score.low, interval=(score.low, score.high)) if exact else None
    return replace(
        finding,
        points=min(finding.points, score.points),
        found=message("at least {low}", low=percent(score.low)),
        comparison="",
        reason=score.reason,
        figures=(),
        score=Score(value=score.low, accuracy=accuracy),
    )
