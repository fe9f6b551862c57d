"""SELECT statements over several tables of a gradebook; building one takes longer than running it for one student."""

from functools import cache
from typing import Any

from sqlalchemy import Column, ScalarSelect, Select, func, select

from grader.gradebook.rows import RESOURCES
from grader.gradebook.schema import assessments, exercises, records, standings, students, submissions


@cache
def shown_pages() -> Select[Any]:
    """Names of students, each with the digest of what the page shows."""
    return _of_standings(standings.c.page)


@cache
def last_changes() -> Select[Any]:
    """Names of students, each with the time at which the mark that counts was last stored."""
    return _of_standings(standings.c.changed_at)


def _of_standings(column: Column[Any]) -> Select[Any]:
    return (
        select(students.c.name, column)
        .join(students, students.c.id == standings.c.student_id)
        .join(exercises, exercises.c.id == standings.c.exercise_id)
    )


@cache
def last_marks() -> ScalarSelect[Any]:
    """Number of the last marks of a submission, found by the index; a search over all rows takes 100 times as long."""
    candidates = assessments.alias()
    return select(func.max(candidates.c.id)).where(candidates.c.submission_id == submissions.c.id).scalar_subquery()


def _with_last_marks(query: Select[Any]) -> Select[Any]:
    return query.join(assessments, assessments.c.id == last_marks(), isouter=True)


def _with_resources(query: Select[Any]) -> Select[Any]:
    return query.join(records, records.c.key == submissions.c.record_key, isouter=True)


def _attempt_columns() -> list[Any]:
    used = [records.c[name] for name in RESOURCES]
    return [submissions, students.c.name, students.c.folder, *used]


def collected_attempts() -> Select[Any]:
    """Every submission, and what its run used."""
    query = (
        select(*_attempt_columns())
        .join(students, students.c.id == submissions.c.student_id)
        .join(exercises, exercises.c.id == submissions.c.exercise_id)
    )
    return _with_resources(query)


@cache
def attempts_with_marks() -> Select[Any]:
    """Every submission with its last marks, and what its run used."""
    marks = (assessments.c.work, assessments.c.body, assessments.c.fingerprint)
    return _with_last_marks(collected_attempts().add_columns(*marks))


def assessed_attempts() -> Select[Any]:
    """Numbers of the submissions that have marks."""
    return (
        select(submissions.c.id)
        .join(assessments, assessments.c.submission_id == submissions.c.id)
        .join(students, students.c.id == submissions.c.student_id)
        .join(exercises, exercises.c.id == submissions.c.exercise_id)
        .distinct()
    )


@cache
def marks_with_attempts() -> Select[Any]:
    """Every mark that counts, with its submission."""
    query = (
        select(*_attempt_columns(), assessments.c.work, standings.c.page, standings.c.body.label("final"))
        .select_from(standings)
        .join(submissions, submissions.c.id == standings.c.submission_id)
        .join(students, students.c.id == standings.c.student_id)
        .join(exercises, exercises.c.id == standings.c.exercise_id)
    )
    return _with_resources(_with_last_marks(query))
