"""Working code beside missing understanding: a reason to talk with a student, which changes no mark."""

from collections.abc import Iterable, Mapping

from grader.model.assessment import Assessment, Flag
from grader.model.own_work import OwnWorkResult
from grader.text.language import marked
from grader.text.messages import Text, message, number

NOT_UNDERSTOOD = marked("notebook works, but its author could not answer questions about it")

_WORKS = 75.0
"""Percent of the points from which the code of a notebook works."""


def understanding_flags(assessments: Iterable[Assessment], results: Mapping[str, OwnWorkResult]) -> dict[str, Flag]:
    """Flag the students whose notebook works, but who answered fewer than half of the questions about it correctly.

    Args:
        assessments: The marks that count.
        results: Student -> the questions that were asked last.

    Returns:
        Student -> flag. A student who has not answered has none, because there may be a good reason.
    """
    flags = {}
    for assessment in assessments:
        result = results.get(assessment.student)
        if (
            result is None
            or not result.is_answered
            or not assessment.has_mark
            or result.question_set.record != assessment.record
        ):
            continue
        if assessment.percent >= _WORKS and 2 * result.right < len(result.findings):
            flags[assessment.student] = Flag(NOT_UNDERSTOOD, _text(assessment, result))
    return flags


def _text(assessment: Assessment, result: OwnWorkResult) -> Text:
    return message(
        "The notebook has {percent} % of the points, but only {right} of {count} questions about it were "
        "answered correctly. If a student guesses, about one in four is correct. Talk with the student: this is a "
        "reason to ask, not evidence. It does not change the mark.",
        percent=number(assessment.percent),
        right=result.right,
        count=len(result.findings),
    )
