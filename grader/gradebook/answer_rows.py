"""Rows of the questions of marks that count: lists of a class read them instead of decoding every mark."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from grader.gradebook.database import Database
from grader.gradebook.place import Place
from grader.gradebook.rows import VALUES_AT_ONCE, batches, stored_text
from grader.gradebook.schema import answers, exercises, students
from grader.model.assessment import Assessment, Finding, Verdict
from grader.model.staff_work import GivenAnswer
from grader.storage import codec
from grader.text.messages import Text


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


def answers_to(
    database: Database, place: Place, question: str, names: Sequence[str] | None = None
) -> list[GivenAnswer]:
    """The answers to one question, in the order of the students' folders; no mark is decoded.

    Args:
        database: The gradebook.
        place: The exercise.
        question: Id of the question.
        names: Only those of these students; None for all.
    """
    query = (
        select(answers, students.c.name)
        .join(students, students.c.id == answers.c.student_id)
        .join(exercises, exercises.c.id == answers.c.exercise_id)
        .where(answers.c.question == question)
        .order_by(students.c.folder)
    )
    with database.reading() as connection:
        return [
            GivenAnswer(
                student=row.name,
                verdict=Verdict(row.verdict),
                points=row.points,
                waits=row.waits,
                digest=row.digest,
                written=_text(row.found),
                comment=_text(row.comment),
                is_decided=row.is_decided,
            )
            for row in connection.execute(place.only(query, names))
        ]


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
            "found": _stored(finding.found),
            "comment": _stored(finding.comment),
            "is_decided": bool(finding.decided_by),
        }
        for finding in assessment.findings
    ]


def answer_digest(finding: Finding) -> str:
    """Names an answer with its verdict and points; the same in each language."""
    identity = f"{finding.verdict.value}\0{finding.points:g}\0{stored_text(finding.found)}"
    return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16]


def _stored(text: Text) -> str:
    """A text as JSON, also a literal one: an answer of a student may look like a stored message."""
    return codec.encode_exactly(text).decode()


def _text(stored: str) -> Text:
    text: Text = codec.decode(Text, stored) if stored else ""  # type: ignore[arg-type]  # a union is a type for msgspec
    return text
