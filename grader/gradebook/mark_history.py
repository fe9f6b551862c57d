"""The history of the marks of each attempt, which is only ever added to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

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
    last = _last_rows(connection, [attempt.id for attempt in attempts])
    again: list[dict[str, Any]] = []
    new: list[tuple[dict[str, Any], Assessment]] = []
    for attempt in attempts:
        assert attempt.assessment is not None, "only attempts that have been assessed are saved"
        body = text_of(attempt.assessment)
        columns = {"version_id": version, "fingerprint": attempt.fingerprint, "work": attempt.work, "body": body}
        row = columns | assessment_row(attempt.assessment, attempt.id, at)
        before = last.get(attempt.id)
        if before is not None and _same(before, row):
            again.append({"number": before.id, **columns})
        else:
            new.append((row, attempt.assessment))
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


def _last_rows(connection: Connection, attempts: Sequence[int]) -> dict[int, Row[Any]]:
    """Number of an attempt -> the row of its last marks."""
    rows: dict[int, Row[Any]] = {}
    for some in batches(attempts, VALUES_AT_ONCE):
        last = select(func.max(assessments.c.id)).where(assessments.c.submission_id.in_(some))
        query = select(assessments).where(assessments.c.id.in_(last.group_by(assessments.c.submission_id)))
        rows |= {row.submission_id: row for row in connection.execute(query)}
    return rows


def _same(before: Row[Any], after: Mapping[str, Any]) -> bool:
    """Whether marks are the same, also if an earlier grader wrote them in other words.

    The points are compared first, because reading a text takes long, and most marks that differ have other points.
    """
    if (before.points, before.max_points) != (after["points"], after["max_points"]):
        return False
    if before.body == after["body"]:
        return True
    try:
        return text_of(assessment_of(before.body)) == text_of(assessment_of(after["body"]))
    except ValueError:
        return False
