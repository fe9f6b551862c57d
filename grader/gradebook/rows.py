"""Rows of the tables: values as rows and back, the two ways in which rows are added, and how texts are deleted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, case, func, insert, text
from sqlalchemy.dialects import postgresql, sqlite

from grader.gradebook.schema import records
from grader.gradebook.texts import text_of
from grader.model.assessment import Assessment
from grader.model.attempt import Attempt
from grader.model.mark import Mark
from grader.model.record import Record
from grader.model.submission import Source
from grader.storage import codec
from grader.text.messages import Text

RESOURCES = ("wall_seconds", "cpu_seconds", "peak_memory_mb", "output_kb")
"""Columns of what a run used."""

VALUES_AT_ONCE = 500
"""Values in one `IN (...)`, because databases limit the parameters of a statement."""


def submission_row(attempt: Attempt) -> dict[str, Any]:
    """The row of a submission, without the numbers of its exercise, student and run."""
    submission = attempt.submission
    return {
        "digest": attempt.digest,
        "notebook": attempt.notebook,
        "files": codec.encode_exactly([(file.name, file.sha256) for file in submission.files]).decode(),
        "origin": submission.origin,
        "problem": stored_text(submission.problem),
        "remarks": codec.encode_exactly(submission.remarks).decode(),
        "attempt": submission.attempt,
        "submitted_at": submission.submitted_at,
        "source": codec.encode_exactly(submission.source).decode() if submission.source else "",
        "record_key": attempt.record_key,
        "submitter": submission.submitter,
        "group_name": submission.group,
        "numbers_of": submission.numbers_of,
    }


def stored_text(text: Text) -> str:
    """A text as a column holds it: a literal text as it is, a message as JSON."""
    return text if isinstance(text, str) else codec.encode(text).decode()


def text_of_column(stored: str) -> Text:
    """The text that a column holds; earlier graders stored sentences, which no JSON object is."""
    if not stored.startswith('{"type":"'):
        return stored
    text: Text = codec.decode(Text, stored)  # type: ignore[arg-type]  # a union is a type for msgspec alone
    return text


def source_of(text: str) -> Source | None:
    """The source of a submission from its column; None if an earlier grader stored none.

    Raises:
        ValueError: The text is damaged.
    """
    return codec.decode(Source, text) if text else None


def record_row(record: Record, at: datetime) -> dict[str, Any]:
    """The row of a run; the record itself is a file."""
    used = asdict(record.resources)
    return {
        "key": record.key,
        "outcome": record.outcome.value,
        "isolation": record.isolation.value,
        **{name: used[name] for name in RESOURCES},
        "made_at": at,
    }


def assessment_row(assessment: Assessment, submission: int, at: datetime) -> dict[str, Any]:
    """The columns of the marks of an attempt, without their text and without what identifies the version."""
    return {
        "submission_id": submission,
        "outcome": assessment.outcome.value,
        "points": assessment.points,
        "max_points": assessment.max_points,
        "publishable": assessment.publishable,
        "made_at": at,
    }


def finding_rows(assessment: Assessment, number: int) -> list[dict[str, Any]]:
    """One row for each question of an assessment, whose row has the given number."""
    return [
        {
            "assessment_id": number,
            "question": finding.question,
            "verdict": finding.verdict.value,
            "points": finding.points,
            "max_points": finding.max_points,
        }
        for finding in assessment.findings
    ]


def mark_row(mark: Mark, exercise: int, student: int, at: datetime) -> dict[str, Any]:
    """The mark of a student that counts."""
    assessment = mark.assessment
    return {
        "exercise_id": exercise,
        "student_id": student,
        "submission_id": mark.attempt.id,
        "points": assessment.points,
        "max_points": assessment.max_points,
        "outcome": assessment.outcome.value,
        "publishable": assessment.publishable,
        "excused": assessment.excused,
        "page": mark.page,
        "body": text_of(assessment),
        "changed_at": at,
        **summary(assessment),
    }


def summary(assessment: Assessment) -> dict[str, Any]:
    """Columns of a mark that lists of a class need, so that they decode no mark."""
    return {"status": assessment.status.value, "waiting": assessment.waiting}


def pairs(connection: Connection, query: Select[Any]) -> dict[str, Any]:
    """The rows of a query of two columns, as a mapping from the first to the second."""
    return {row[0]: row[1] for row in connection.execute(query)}


def inserted(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Add a row; returns its number."""
    return int(connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one())


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    key: tuple[str, ...],
    changed: tuple[str, ...],
    once: tuple[str, ...] = (),
) -> None:
    """Add rows; a row whose key is in the table already changes in some columns only.

    Args:
        connection: A transaction that writes.
        table: The table.
        rows: Column -> value, with the same columns in each row.
        key: Columns of a unique constraint.
        changed: Columns that an existing row takes over; without any, it stays as it is.
        once: Columns that an existing row takes over while they are empty, or when it gets its first `source`. Before
            gradebooks stored the source, the time of a file was taken for the time of submission.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    adding = dialect.insert(table)
    if changed:
        values = {name: adding.excluded[name] for name in changed}
        for name in once:
            outdated = (table.c.source == "") & (adding.excluded.source != "")
            before = case((outdated, None), else_=table.c[name])
            values[name] = func.coalesce(before, adding.excluded[name])
        adding = adding.on_conflict_do_update(index_elements=key, set_=values)
    else:
        adding = adding.on_conflict_do_nothing(index_elements=key)
    connection.execute(adding, list(rows))


def put_record(connection: Connection, record: Record, at: datetime) -> None:
    """Store what a run used, in place of what an earlier run of the same key used."""
    changed = ("outcome", "isolation", *RESOURCES)
    upsert(connection, records, [record_row(record, at)], key=("key",), changed=changed)


def batches(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The values in lists of at most `size`."""
    batch: list[Any] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def delete_for_good(connection: Connection) -> None:
    """Let a transaction delete texts so that they are not left in the file of the database, either."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete=ON"))
