"""Marks for other programs: a table of the class, and one assessment as JSON."""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
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
        would execute begins with `'`. An assessment that may not be published has no points and
        no percentage.
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
    settled = assessment.publishable
    return [
        neutral(assessment.student),
        neutral(assessment.exercise),
        words.decimal(assessment.points) if settled else "",
        words.decimal(_worth(exercise, found)),
        words.decimal(assessment.percent) if settled else "",
        assessment.outcome.value,
        assessment.isolation.value,
        *(_points(assessment, found.get(question.id)) for question in exercise.questions),
    ]


def _worth(exercise: Exercise, found: Mapping[str, Finding]) -> float:
    """What can be had on this machine."""
    not_here = {finding.question for finding in found.values() if not finding.is_marked_here}
    return sum(question.points for question in exercise.questions if question.id not in not_here)


def _points(assessment: Assessment, finding: Finding | None) -> str:
    if finding is None or finding.verdict is Verdict.CHECK_ERROR or assessment.outcome is Outcome.SANDBOX_FAILED:
        return ""
    return words.decimal(finding.points)


def assessment_json(assessment: Assessment) -> str:
    """Write an assessment as JSON.

    Args:
        assessment: All findings of a submission.

    Returns:
        JSON with sorted keys, two spaces of indentation and a newline at the end; the same assessment
        always gives the same text. Numbers that JSON lacks become null.
    """
    data = _data(assessment) | {
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
    return None if isinstance(value, float) and not math.isfinite(value) else value
