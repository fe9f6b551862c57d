"""The history of the marks of each attempt, which is only ever added to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from grader.gradebook.rows import VALUES_AT_ONCE, assessment_row, batches, finding_rows
from grader.gradebook.schema import assessments, findings
from grader.gradebook.texts import assessment_of, text_of
from grader.model.assessment import Assessment
from grader.model.attempt import Attempt


def add_marks(connection: Connection, version: int, attempts: Sequence[Attempt], at: datetime) -> None:
    """Add marks to the history of each attempt.

    Marks that are the same as the last ones add no row: the last row gets the new version and fingerprint.

    Args:
        connection: A transaction that writes.
        version: Number of the version of the exercise.
        attempts: Attempts that have been assessed.
        at: When.
    """
    last = _last_bodies(connection, [attempt.id for attempt in attempts])
    again: list[dict[str, Any]] = []
    new: list[tuple[dict[str, Any], Assessment]] = []
    for attempt in attempts:
        assert attempt.assessment is not None, "only attempts that have been assessed are saved"
        body = text_of(attempt.assessment)
        columns = {"version_id": version, "fingerprint": attempt.fingerprint, "work": attempt.work, "body": body}
        number, before = last.get(attempt.id, (0, ""))
        if before and _same(before, body):
            again.append({"number": number, **columns})
        else:
            new.append((columns | assessment_row(attempt.assessment, attempt.id, at), attempt.assessment))
    if again:
        connection.execute(update(assessments).where(assessments.c.id == bindparam("number")), again)
    if new:
        adding = insert(assessments).returning(assessments.c.id, sort_by_parameter_order=True)
        # Findings need the numbers of their assessments, so the numbers must come back in the order of the rows.
        numbers = connection.execute(adding, [row for row, _ in new]).scalars().all()
        rows = [
            row
            for number, (_, assessment) in zip(numbers, new, strict=True)
            for row in finding_rows(assessment, number)
        ]
        if rows:
            connection.execute(insert(findings), rows)


def _last_bodies(connection: Connection, attempts: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Number of an attempt -> number and text of its last marks."""
    bodies: dict[int, tuple[int, str]] = {}
    for some in batches(attempts, VALUES_AT_ONCE):
        last = select(func.max(assessments.c.id)).where(assessments.c.submission_id.in_(some))
        query = select(assessments.c.submission_id, assessments.c.id, assessments.c.body).where(
            assessments.c.id.in_(last.group_by(assessments.c.submission_id))
        )
        bodies |= {row.submission_id: (row.id, row.body) for row in connection.execute(query)}
    return bodies


def _same(before: str, after: str) -> bool:
    """Whether marks are the same, also if an earlier grader wrote them in other words."""
    try:
        return before == after or text_of(assessment_of(before)) == text_of(assessment_of(after))
    except ValueError:
        return False
