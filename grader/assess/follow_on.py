"""An answer that is right given the student's own earlier mistake gets its marks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grader.assess.answers import readable_value
from grader.assess.evidence import Evidence
from grader.assess.kinds import KINDS
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.key import AnswerKey
from grader.model.language import say
from grader.model.record import Record

_UNDECIDED = (Verdict.FAILED, Verdict.PARTIAL)


def credited(exercise: Exercise, key: AnswerKey, record: Record, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Give full points to answers that follow rightly from other answers of the student's.

    Args:
        exercise: What was asked.
        key: Its `follow_on` tells what is right given the student's own answers.
        record: What the sandbox handed back.
        findings: One for each question, in order.
    """
    if key.follow_on is None or all(finding.verdict not in _UNDECIDED for finding in findings):
        return findings
    found = {question.id: readable_value(record, question.answer) for question in exercise.questions}
    try:
        right = key.follow_on({name: value for name, value in found.items() if value is not None})
    except (KeyError, TypeError, ValueError, IndexError, ArithmeticError):
        return findings  # the answers that it rests on are not there, or not of a kind to reckon with
    pairs = zip(exercise.questions, findings, strict=True)
    return tuple(_credit(question, finding, key, record, right) for question, finding in pairs)


def _credit(question: Question, finding: Finding, key: AnswerKey, record: Record, right: Mapping[str, Any]) -> Finding:
    if question.id not in right or finding.verdict not in _UNDECIDED:
        return finding
    own = replace(key, answers={**key.answers, question.id: right[question.id]}, slips={})
    again = KINDS[question.kind].assess(question, Evidence(question.id, question.answer, own, record))
    if again.verdict is not Verdict.PASSED:
        return finding
    reason = say("Right, given your own earlier answer that it rests on; that mistake is counted only once.")
    return replace(
        finding,
        verdict=Verdict.PASSED,
        points=finding.max_points,
        reason=reason,
        hint="",
        parts=(),
        evidence={"follow_on": True},
    )
