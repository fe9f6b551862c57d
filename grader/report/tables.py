"""Marks for other programs: a table of the class, and one assessment as JSON."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.lateness import Lateness
from grader.model.record import Outcome
from grader.storage import codec
from grader.storage.csv_table import lines
from grader.text.messages import Joined, Message, Numeral
from grader.text.values import decimal

_COLUMNS = (
    *("student", "exercise", "points", "max_points", "percent", "outcome", "isolation"),
    *("waiting", "late", "deduction", "overridden"),
)
_JSON_FIELDS = (
    *(field.name for field in fields(Assessment)),
    *("earned", "deduction", "points", "max_points", "percent", "publishable"),
)


def grades_csv(exercise: Exercise, assessments: Sequence[Assessment]) -> str:
    """Write the marks of a class as a table.

    Args:
        exercise: The exercise, with its questions in the order of their columns.
        assessments: One for each student, in any order.

    Returns:
        CSV as in RFC 4180, with lines ended by CR LF: write it with `newline=""`. Text is quoted, and `'` is put
        before text that a spreadsheet would execute. An assessment that may not be published, or whose student is
        excused, has no points and no percentage. Some columns need an explanation:

        * `waiting`: the number of questions that need manual grading.
        * `late`: the hours after the deadline; empty if it was in time, `unknown` if the time is not known, and `late`
          if a platform calls it late, but not by how much.
        * `deduction`: the points that lateness costs.
        * `overridden`: the overrides: `excused`, `mark`, and the ids of questions, with blanks between them.
    """
    return lines(grades_rows(exercise, assessments))


def grades_rows(exercise: Exercise, assessments: Sequence[Assessment]) -> list[list[str]]:
    """List the cells of `grades_csv` as plain texts, the heading first."""
    heading = [*_COLUMNS, *(f"q_{question.id}" for question in exercise.questions)]
    ordered = sorted(assessments, key=lambda assessment: assessment.student)
    return [heading, *(_row(exercise, assessment) for assessment in ordered)]


def _row(exercise: Exercise, assessment: Assessment) -> list[str]:
    findings = {finding.question: finding for finding in assessment.findings}
    settled = assessment.has_mark
    return [
        assessment.student,
        assessment.exercise,
        decimal(assessment.points) if settled else "",
        decimal(_max_points(exercise, findings)),
        decimal(assessment.percent) if settled else "",
        assessment.outcome.value,
        assessment.isolation.value,
        str(assessment.waiting),
        _late(assessment),
        decimal(assessment.deduction) if settled else "",
        _overridden(assessment),
        *(_points(assessment, findings.get(question.id)) for question in exercise.questions),
    ]


def _late(assessment: Assessment) -> str:
    """Hours after the deadline, rounded up to the hundredth, so that one second is more than 0."""
    late = assessment.late
    if late and late.submitted_at is None:
        return "late" if late.marked else "unknown"
    return decimal(math.ceil(late.late_by.total_seconds() / 36) / 100) if late and late.late_by else ""


def _overridden(assessment: Assessment) -> str:
    """The parts of the assessment that a person decided."""
    excused = ["excused"] if assessment.excused else []
    whole = ["mark"] if assessment.decided is not None else []
    return " ".join([*excused, *whole, *(finding.question for finding in assessment.findings if finding.decided_by)])


def _max_points(exercise: Exercise, findings: Mapping[str, Finding]) -> float:
    """The full points of the questions that this machine can mark."""
    not_here = {finding.question for finding in findings.values() if not finding.is_marked_here}
    return sum(question.points for question in exercise.questions if question.id not in not_here)


def _points(assessment: Assessment, finding: Finding | None) -> str:
    if finding is None or finding.verdict is Verdict.CHECK_ERROR or assessment.excused or finding.excused:
        return ""
    if assessment.outcome is Outcome.SANDBOX_FAILED and not finding.decided_by:
        return ""
    return decimal(finding.points)


def assessment_json(assessment: Assessment) -> str:
    """Write an assessment as JSON.

    Args:
        assessment: The assessment of a submission.

    Returns:
        JSON with sorted keys, two spaces of indentation and a newline at the end; the same assessment
        always gives the same text. Numbers that JSON does not have become null. Times are as in ISO 8601, spans of
        time in seconds.
    """
    values = {name: _as_read(getattr(assessment, name)) for name in _JSON_FIELDS}
    values["late"] = _in_seconds(assessment.late)
    return codec.encode_for_programs(values, indent=2, in_order=True).decode()


def _as_read(value: Any) -> Any:
    """A value with the text of the current language in place of messages."""
    if value is None or isinstance(value, str | int | float):  # most values; the checks below take longer
        return value
    if isinstance(value, Message | Numeral | Joined):
        return str(value)
    if isinstance(value, Finding):  # other programs find the whole reason in one place
        whole = {field.name: _as_read(getattr(value, field.name)) for field in fields(value)}
        del whole["comparison"]
        return whole | {"reason": str(value.why)}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _as_read(getattr(value, field.name)) for field in fields(value)}
    return tuple(map(_as_read, value)) if isinstance(value, tuple) else value


def _in_seconds(late: Lateness | None) -> dict[str, Any] | None:
    """The lateness with seconds for spans of time: not every program reads those of ISO 8601."""
    if late is None:
        return None
    values = ((field.name, getattr(late, field.name)) for field in fields(late))
    return {name: value.total_seconds() if isinstance(value, timedelta) else value for name, value in values}
