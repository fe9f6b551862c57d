"""How much of a score on held-out data a report shows while the student can still submit again.

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
from grader.model.course_settings import HeldOutReports
from grader.model.score import Accuracy, Score
from grader.text.language import marked
from grader.text.messages import message
from grader.text.proportions import percent

_ROUNDED = marked(
    "Until the deadline, this report rounds down the points for held-out data and leaves out "
    "details that would reveal the held-out answers over many attempts. Your mark is based "
    "on the exact figure."
)
_NOT_YET = marked(
    "You have used your {count} scored attempts. This attempt counts like any other, and its "
    "result is shown after the deadline."
)


class ScoreDetail(Enum):
    """How much of a score on held-out data a report shows."""

    ALL = "all"
    ROUNDED = "rounded down"
    NOTHING = "nothing yet"


def with_detail(assessment: Assessment, detail: ScoreDetail, most_attempts: int) -> Assessment:
    """Reduce an assessment to what its report may show.

    Args:
        assessment: The exact assessment.
        detail: How much of scores on held-out data the report may show.
        most_attempts: Number of attempts whose reports show a score before the deadline.

    Returns:
        A new assessment with a remark that says why; the same one if nothing has to be left out.
    """
    if detail is ScoreDetail.ALL or not any(map(_is_reduced, assessment.findings)):
        return assessment
    findings = tuple(
        _reduced(finding, detail, most_attempts) if _is_reduced(finding) else finding for finding in assessment.findings
    )
    return replace(assessment, findings=findings, remarks=(message(_ROUNDED), *assessment.remarks))


def until_then(assessment: Assessment, rule: HeldOutReports, scored: int) -> Assessment:
    """Reduce an assessment to what a student may see until the deadline.

    Args:
        assessment: The exact assessment.
        rule: The rule of the course.
        scored: Which of the student's attempts with a score on held-out data this one is; the first is 1.
    """
    detail = ScoreDetail.ROUNDED if scored <= rule.scored_attempts else ScoreDetail.NOTHING
    return assessment if rule.exact else with_detail(assessment, detail, rule.scored_attempts)


def scored_attempts(assessments: Sequence[Assessment]) -> int:
    """Count the attempts that were scored on held-out data.

    Args:
        assessments: One assessment for each attempt of a student.
    """
    return sum(any(map(_has_rounded_score, assessment.findings)) for assessment in assessments)


def _has_rounded_score(finding: Finding) -> bool:
    return finding.score is not None and finding.score.rounded is not None


def _is_reduced(finding: Finding) -> bool:
    """Whether a report shows less of a finding until the deadline; it shows points that a person gave."""
    return _has_rounded_score(finding) and not finding.decided_by


def _reduced(finding: Finding, detail: ScoreDetail, most_attempts: int) -> Finding:
    if detail is ScoreDetail.NOTHING:
        return replace(
            finding,
            verdict=Verdict.PARTIAL,
            points=0.0,
            found=message("shown after the deadline"),
            comparison="",
            reason=message(_NOT_YET, count=most_attempts),
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
