"""Rows of the questions of marks that count: lists of a class read them instead of decoding every mark."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert

from grader.gradebook.rows import VALUES_AT_ONCE, batches, stored_text
from grader.gradebook.schema import answers
from grader.model.assessment import Assessment, Finding


def put_answers(connection: Connection, exercise: int, of_student: Mapping[int, Assessment]) -> None:
    """Replace the rows of the questions of marks that count.

    Args:
        connection: A transaction that writes, in which the marks are stored already.
        exercise: Number of the exercise.
        of_student: Number of a student -> the mark.
    """
    for some in batches(of_student, VALUES_AT_ONCE):
        old = (answers.c.exercise_id == exercise) & answers.c.student_id.in_(some)
        connection.execute(delete(answers).where(old))
        rows = [row for student in some for row in _rows(of_student[student], exercise, student)]
        if rows:
            connection.execute(insert(answers), rows)


def _rows(assessment: Assessment, exercise: int, student: int) -> list[dict[str, Any]]:
    """One row for each question of the mark that counts. Equal digests mean the same answer with the same points."""
    return [
        {
            "exercise_id": exercise,
            "student_id": student,
            "question": finding.question,
            "verdict": finding.verdict.value,
            "points": finding.points,
            "waits": finding.waits,
            "digest": answer_digest(finding),
        }
        for finding in assessment.findings
    ]


def answer_digest(finding: Finding) -> str:
    """Names an answer with its verdict and points; the same in each language."""
    identity = f"{finding.verdict.value}\0{finding.points:g}\0{stored_text(finding.found)}"
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16]
