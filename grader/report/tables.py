"""Marks for other programs: a table of the class, and one assessment as JSON."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from json.encoder import encode_basestring
from typing import Any

from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.exercise import Exercise
from grader.model.record import Outcome
from grader.model.table import neutral
from grader.report import words

_WORDS = {None: "null", True: "true", False: "false"}


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
    if finding is None or finding.verdict is Verdict.CHECK_ERROR or assessment.outcome is Outcome.SANDBOX_FAILED:
        return ""
    return words.number(finding.points)


def assessment_json(assessment: Assessment) -> str:
    """Write an assessment as JSON.

    Args:
        assessment: All findings of a submission.

    Returns:
        JSON with sorted keys, two spaces of indentation and a newline at the end; the same assessment
        always gives the same text. Numbers that JSON lacks become null.
    """
    sums = {name: getattr(assessment, name) for name in ("points", "max_points", "percent", "publishable")}
    text = _json({**_fields(assessment), **sums}, "\n")
    return text.encode("utf-8", "replace").decode("utf-8") + "\n"


def _json(value: Any, newline: str) -> str:
    """Frozen values as JSON, as `json.dumps` with an indent would write them, in half of its time.

    Args:
        value: Dataclasses, mappings, lists and what JSON has.
        newline: A line end, and the indentation of the line on which the value ends.
    """
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return float.__repr__(value) if math.isfinite(value) else "null"
    deeper = f"{newline}  "
    if isinstance(value, list | tuple):
        return _block("[", [_json(inner, deeper) for inner in value], "]", newline)
    names = {str(name): inner for name, inner in value.items()} if isinstance(value, Mapping) else _fields(value)
    return _block(
        "{", [f"{encode_basestring(name)}: {_json(names[name], deeper)}" for name in sorted(names)], "}", newline
    )


def _block(begin: str, items: Sequence[str], end: str, newline: str) -> str:
    separator = f",{newline}  "
    return f"{begin}{newline}  {separator.join(items)}{newline}{end}" if items else f"{begin}{end}"


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
