"""How much of a score on held-out data a report shows while the student can still submit again.

A student who knows exactly how many labels were correct in each attempt can choose the predictions of the next
attempts so that the counts reveal the held-out labels; `benchmarks/probing.py` computes in how many attempts. Until the
moment of `settled_at` (`marks/lateness.py`), a report therefore shows a score in wide steps, without matrix, pictures
or counts, and after some attempts not at all. Attempts that are not clearly better than all earlier ones are told only
that, as by the Ladder of Blum and Hardt ("The Ladder: A Reliable Leaderboard for Machine Learning Competitions", ICML
2015).
The mark itself is always that of the exact score. `assess/rounded_scores.py` rounds each score when it is marked.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.course_settings import HeldOutReports
from grader.model.score import Accuracy, Score
from grader.text.language import marked
from grader.text.messages import Text, message
from grader.text.proportions import percent

_ROUNDED = marked(
    "For now, this report rounds down the points for held-out data and leaves out "
    "details that would reveal the held-out answers over many attempts. Your mark is based "
    "on the exact figure."
)
_NOT_YET = marked(
    "You have used your {count} scored attempts. This attempt counts like any other, and its result is shown later."
)
_NOT_BETTER = marked(
    "This attempt is not clearly better than your earlier result of at least {low}. Its exact result is shown later."
)
_NOISE = 0.05
"""The difference below which two scores are equal, if the number of held-out images is not known."""


def without_scores(assessment: Assessment, most_attempts: int) -> Assessment:
    """Remove all that an assessment says about scores on held-out data.

    Args:
        assessment: The exact assessment.
        most_attempts: Number of attempts whose reports show a score before the deadline.

    Returns:
        A new assessment with a remark that says why; the same one if nothing has to be left out.
    """
    if not any(map(_is_reduced, assessment.findings)):
        return assessment
    reason = message(_NOT_YET, count=most_attempts)
    findings = (_without_score(finding, reason) if _is_reduced(finding) else finding for finding in assessment.findings)
    return replace(assessment, findings=tuple(findings), remarks=(message(_ROUNDED), *assessment.remarks))


def until_then(assessment: Assessment, rule: HeldOutReports, earlier: Sequence[Assessment]) -> Assessment:
    """Reduce an assessment to what a student may see until the deadline.

    Args:
        assessment: The exact assessment.
        rule: The rule of the course.
        earlier: The exact assessments of the student's earlier attempts, first to last.
    """
    if rule.exact:
        return assessment
    if scored_attempts([*earlier, assessment]) > rule.scored_attempts:
        return without_scores(assessment, rule.scored_attempts)
    if not any(map(_is_reduced, assessment.findings)):
        return assessment
    findings = tuple(_as_climbed(finding, best_shown(finding.question, earlier)) for finding in assessment.findings)
    return replace(assessment, findings=findings, remarks=(message(_ROUNDED), *assessment.remarks))


def best_shown(question: str, attempts: Sequence[Assessment]) -> float | None:
    """The best score that reports have shown for a question, from 0 to 1; None if none has.

    Args:
        question: Id of the question.
        attempts: The exact assessments of the student's attempts, first to last.
    """
    best: float | None = None
    for attempt in attempts:
        for finding in attempt.findings:
            if finding.question == question and _has_rounded_score(finding) and is_clearly_better(finding.score, best):
                assert finding.score is not None
                assert finding.score.rounded is not None
                best = finding.score.rounded.low
    return best


def is_clearly_better(score: Score | None, best: float | None) -> bool:
    """Whether a report shows a score: the first one, and one that exceeds the best shown one by more than its noise.

    The noise is the standard error of an accuracy, and one step for other scores.

    Args:
        score: The exact score, with what a report shows of it.
        best: The best score that a report has shown, from 0 to 1; None if none has.
    """
    if score is None or score.rounded is None:
        return False
    if best is None:
        return True
    noise = _NOISE
    if score.accuracy and score.accuracy.images:
        noise = sqrt(score.value * (1 - score.value) / score.accuracy.images)
    return score.rounded.low > best and score.rounded.low - best >= noise


def _as_climbed(finding: Finding, best: float | None) -> Finding:
    """A finding with its rounded score, or only with the fact that it is not clearly better than the best shown one."""
    if not _is_reduced(finding):
        return finding
    if is_clearly_better(finding.score, best):
        return _rounded(finding)
    return _without_score(finding, message(_NOT_BETTER, low=percent(best or 0.0)))


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


def _without_score(finding: Finding, reason: Text) -> Finding:
    return replace(
        finding,
        verdict=Verdict.PARTIAL,
        points=0.0,
        found=message("shown later"),
        comparison="",
        reason=reason,
        hint="",
        figures=(),
        score=None,
    )


def _rounded(finding: Finding) -> Finding:
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
