"""Marks for other programs: a table of the class, and one assessment as JSON."""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.record import Outcome
from grader.model.table import neutral
from grader.report import words


def grades_csv(exercise: Exercise, assessments: Sequence[Assessment]) -> str:
    """Write the marks of a class as a table.

    Args:
        exercise: What was asked; gives the columns of the questions.
        assessments: One for each student; any order.

    Returns:
        CSV as in RFC 4180, with lines ended by CR LF: write it with `newline=""`. Text that a spreadsheet
        would execute begins with `'`. An assessment that may not be published, or whose student is excused, has
        no points and no percentage.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(
        ["student", "exercise", "points", "max_points", "percent", "outcome", "isolation"]
        + [f"q_{question.id}" for question in exercise.questions]
    )
    for assessment in sorted(assessments, key=lambda each: each.student):
        writer.writerow(_row(exercise, assessment))
    return table.getvalue()


def _row(exercise: Exercise, assessment: Assessment) -> list[str]:
    found = {finding.question: finding for finding in assessment.findings}
    settled = assessment.has_mark
    return [
        neutral(assessment.student),
        neutral(assessment.exercise),
        words.number(assessment.points) if settled else "",
        words.number(_worth(exercise, found)),
        words.number(assessment.percent) if settled else "",
        assessment.outcome.value,
        assessment.isolation.value,
        *(_points(assessment, found.get(question.id)) for question in exercise.questions),
    ]


def _worth(exercise: Exercise, found: Mapping[str, Finding]) -> float:
    """What can be had on this machine."""
    not_here = {finding.question for finding in found.values() if not finding.is_marked_here}
    return sum(question.points for question in exercise.questions if question.id not in not_here)


def _points(assessment: Assessment, finding: Finding | None) -> str:
    if finding is None or finding.verdict is Verdict.CHECK_ERROR or assessment.excused:
        return ""
    if assessment.outcome is Outcome.SANDBOX_FAILED and not finding.decided_by:
        return ""
    return words.number(finding.points)


def assessment_json(assessment: Assessment) -> str:
    """Write an assessment as JSON.

    Args:
        assessment: All findings of a submission.

    Returns:
        JSON with sorted keys, two spaces of indentation and a newline at the end; the same assessment
        always gives the same text. Numbers that JSON lacks become null; times are as in ISO 8601, spans of time in
        seconds.
    """
    data = _data(assessment) | {
        "earned": assessment.earned,
        "deduction": assessment.deduction,
        "points": assessment.points,
        "max_points": assessment.max_points,
        "percent": assessment.percent,
        "publishable": assessment.publishable,
    }
    text = json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "replace").decode("utf-8") + "\n"


def _data(value: Any) -> Any:
    """Frozen values as what JSON has."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _data(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_data(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return None if isinstance(value, float) and not math.isfinite(value) else value
