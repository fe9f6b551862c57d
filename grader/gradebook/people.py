"""Students who are merged or deleted, and the history of both and of new names.

These are the only statements that move or delete what a student has submitted and what people decided. Each command is
one transaction.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from grader.errors import InputError
from grader.gradebook.database import Database
from grader.gradebook.portal_people import delete_from_portal, rename_in_portal
from grader.gradebook.portal_schema import uploads
from grader.gradebook.rows import delete_for_good, pairs
from grader.gradebook.schema import (
    IDENTITY,
    adjustments,
    assessments,
    courses,
    exercises,
    findings,
    own_work,
    records,
    standings,
    student_changes,
    students,
    submissions,
)
from grader.storage import codec
from grader.text.values import amount_of

_FILES = tuple[tuple[str, str], ...]


class ChangeKind(StrEnum):
    """What happened to a student."""

    RENAMED = "renamed"
    MERGED = "merged"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentChange:
    """An entry of the history of students.

    Attributes:
        what: What happened.
        old_name: The earlier name; empty for a deleted student.
        new_name: The present name; empty for a deleted student.
        detail: Numbers of what was moved or deleted.
        author: Who did it.
        at: When.
    """

    what: ChangeKind
    old_name: str
    new_name: str
    detail: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """What a gradebook has about a student.

    Attributes:
        exercises: Slugs of the exercises with a submission or a decision.
        folder: Name of the folder in the results.
        submissions: Number of submissions.
        decisions: Number of decisions.
        notebooks: SHA-256 of the notebooks that no other student submitted.
        files: SHA-256 of the files that no other student submitted.
        records: Keys of the records that belong to no other submission.
    """

    exercises: tuple[str, ...]
    folder: str
    submissions: int
    decisions: int
    notebooks: tuple[str, ...]
    files: tuple[str, ...]
    records: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """The numbers, for the history."""
        submissions = amount_of(self.submissions, "submission", "submissions")
        return f"{submissions}, {amount_of(self.decisions, 'decision', 'decisions')}"


def changes(database: Database, course: str) -> list[StudentChange]:
    """The history of the students of a course, oldest first."""
    query = (
        select(student_changes)
        .join(courses, courses.c.id == student_changes.c.course_id)
        .where(courses.c.name == course)
        .order_by(student_changes.c.id)
    )
    with database.reading() as connection:
        return [
            StudentChange(
                what=ChangeKind(row.what),
                old_name=row.old_name,
                new_name=row.new_name,
                detail=row.detail,
                author=row.author,
                at=row.at,
            )
            for row in connection.execute(query)
        ]


def later_names(history: list[StudentChange]) -> dict[str, str]:
    """Earlier name of a student -> the present name, for students who were renamed or merged."""
    names: dict[str, str] = {}
    for change in history:
        if change.what is not ChangeKind.DELETED:
            names = {old: change.new_name if new == change.old_name else new for old, new in names.items()}
            names[change.old_name] = change.new_name
            names.pop(change.new_name, None)
    return names


def add_change(connection: Connection, course: int, change: StudentChange) -> None:
    """Add an entry to the history of students."""
    row = {
        "course_id": course,
        "what": change.what.value,
        "old_name": change.old_name,
        "new_name": change.new_name,
        "detail": change.detail,
        "author": change.author,
        "at": change.at,
    }
    connection.execute(insert(student_changes).values(row))


def belongings(database: Database, course: str, student: str) -> Belongings | None:
    """What a gradebook has about a student; None if it does not know the name."""
    with database.reading() as connection:
        number = _students(connection, course).get(student)
        return None if number is None else _belongings(connection, number)


def names(database: Database, course: str) -> list[str]:
    """The names of all students of a course."""
    with database.reading() as connection:
        return sorted(_students(connection, course))


def add_student(database: Database, course: str, name: str, folder: str) -> None:
    """Add a student without submissions, unless the gradebook knows the name.

    Two students who are merged may have submitted to different exercises, so a gradebook may know one of them only.
    """
    with database.writing() as connection:
        course_id, known = _locked(connection, course)
        if course_id and name not in known:
            connection.execute(insert(students).values(course_id=course_id, name=name, folder=folder))


def merge_student(database: Database, course: str, old: str, new: str, author: str, at: datetime) -> None:
    """Move everything of one student to another student, who stays.

    Attempts and decisions of both are kept, with their times, so that the latest of each kind counts as always. Marks
    that count are deleted for both, because they must be computed from all attempts.

    Args:
        database: The gradebook.
        course: Name of the course in it.
        old: The student whose row goes away.
        new: The student who stays.
        author: Who merges them.
        at: When.

    Raises:
        InputError: The gradebook does not know one of the names.
    """
    with database.writing() as connection:
        course_id, known = _locked(connection, course)
        for name in (old, new):
            if name not in known:
                raise InputError(f"{database.place}: there is no student '{name}'. Use names from the dashboard.")
        source, target = known[old], known[new]
        moved = _belongings(connection, source)
        _move_submissions(connection, source, target, new)
        connection.execute(update(adjustments).where(adjustments.c.student_id == source).values(student_id=target))
        connection.execute(update(own_work).where(own_work.c.student_id == source).values(student_id=target))
        connection.execute(delete(standings).where(standings.c.student_id.in_([source, target])))
        complete_identity(connection, source, target)
        rename_submitter(connection, course_id, old, new)
        rename_in_portal(connection, course_id, old, new)
        connection.execute(delete(students).where(students.c.id == source))
        entry = StudentChange(
            what=ChangeKind.MERGED, old_name=old, new_name=new, detail=moved.in_words, author=author, at=at
        )
        add_change(connection, course_id, entry)


def delete_student(database: Database, course: str, student: str, author: str, at: datetime) -> None:
    """Delete everything that a gradebook has about a student, and note that a student was deleted, without the name.

    Submissions of a group stay for its other members.
    """
    with database.writing() as connection:
        delete_for_good(connection)
        course_id, known = _locked(connection, course)
        if student not in known:
            return
        number = known[student]
        gone = _belongings(connection, number)
        _hand_over(connection, course_id, student)
        of_student = select(submissions.c.id).where(submissions.c.student_id == number)
        marks = select(assessments.c.id).where(assessments.c.submission_id.in_(of_student))
        connection.execute(delete(standings).where(standings.c.student_id == number))
        connection.execute(delete(findings).where(findings.c.assessment_id.in_(marks)))
        connection.execute(delete(assessments).where(assessments.c.submission_id.in_(of_student)))
        connection.execute(delete(submissions).where(submissions.c.student_id == number))
        connection.execute(delete(adjustments).where(adjustments.c.student_id == number))
        connection.execute(delete(own_work).where(own_work.c.student_id == number))
        if gone.records:
            connection.execute(delete(records).where(records.c.key.in_(gone.records)))
        connection.execute(delete(students).where(students.c.id == number))
        delete_from_portal(connection, course_id, student)
        for column in (student_changes.c.old_name, student_changes.c.new_name):
            entries = update(student_changes).where(student_changes.c.course_id == course_id, column == student)
            connection.execute(entries.values({column.name: ""}))
        entry = StudentChange(
            what=ChangeKind.DELETED, old_name="", new_name="", detail=gone.in_words, author=author, at=at
        )
        add_change(connection, course_id, entry)


def rename_submitter(connection: Connection, course: int, old: str, new: str) -> None:
    """Give the submitter of a group's submissions another name."""
    of_course = select(exercises.c.id).where(exercises.c.course_id == course)
    for column in (submissions.c.submitter, submissions.c.numbers_of):
        statement = update(submissions).where(submissions.c.exercise_id.in_(of_course), column == old)
        connection.execute(statement.values({column.name: new}))


def _locked(connection: Connection, course: str) -> tuple[int, Mapping[str, int]]:
    """The number of a course and of its students; other writers wait until the transaction ends."""
    course_id = connection.execute(select(courses.c.id).where(courses.c.name == course)).scalar()
    if course_id is None:
        return 0, {}
    rows = select(exercises.c.id).where(exercises.c.course_id == course_id).order_by(exercises.c.id)
    connection.execute(rows.with_for_update()).all()
    return int(course_id), _students(connection, course)


def _students(connection: Connection, course: str) -> Mapping[str, int]:
    query = (
        select(students.c.name, students.c.id)
        .join(courses, courses.c.id == students.c.course_id)
        .where(courses.c.name == course)
    )
    return pairs(connection, query)


def _belongings(connection: Connection, number: int) -> Belongings:
    mine, others = submissions.c.student_id == number, submissions.c.student_id != number
    slugs = {
        slug
        for table in (submissions, adjustments)
        for slug in connection.execute(
            select(exercises.c.slug)
            .join(table, table.c.exercise_id == exercises.c.id)
            .where(table.c.student_id == number)
            .distinct()
        ).scalars()
    }

    name, course_id = connection.execute(
        select(students.c.name, students.c.course_id).where(students.c.id == number)
    ).one()
    of_course = select(exercises.c.id).where(exercises.c.course_id == course_id)
    uploaded = (uploads.c.student == name) & uploads.c.exercise_id.in_(of_course)

    def values(column: Any, condition: Any) -> set[str]:
        return set(connection.execute(select(column).where(condition).distinct()).scalars()) - {""}

    def only_mine(of_submission: Any, of_upload: Any = None) -> set[str]:
        """Values that only rows of this student have, among submissions and uploads to the portal."""
        ours, theirs = values(of_submission, mine), values(of_submission, others)
        if of_upload is not None:
            ours, theirs = ours | values(of_upload, uploaded), theirs | values(of_upload, ~uploaded)
        return ours - theirs

    def counted(query: Select[Any]) -> int:
        return int(connection.execute(query).scalar_one())

    mine_stored = values(submissions.c.files, mine) | values(uploads.c.files, uploaded)
    theirs_stored = values(submissions.c.files, others) | values(uploads.c.files, ~uploaded)
    return Belongings(
        exercises=tuple(sorted(slugs)),
        folder=str(connection.execute(select(students.c.folder).where(students.c.id == number)).scalar_one()),
        submissions=counted(select(func.count()).select_from(submissions).where(mine)),
        decisions=counted(select(func.count()).select_from(adjustments).where(adjustments.c.student_id == number)),
        notebooks=tuple(sorted(only_mine(submissions.c.notebook, uploads.c.notebook))),
        files=tuple(sorted(_digests(mine_stored) - _digests(theirs_stored))),
        records=tuple(sorted(only_mine(submissions.c.record_key))),
    )


def _digests(stored: set[str]) -> set[str]:
    """SHA-256 of the files in some columns."""
    return {digest for text_of_column in stored for _, digest in codec.decode(_FILES, text_of_column)}


def _move_submissions(connection: Connection, source: int, target: int, name: str) -> None:
    """Give the submissions of one student to another; the same work of both stays two attempts."""
    there = select(submissions.c.exercise_id, submissions.c.digest).where(submissions.c.student_id == target)
    before = {tuple(row) for row in connection.execute(there)}
    mine = select(submissions.c.id, submissions.c.exercise_id, submissions.c.digest).where(
        submissions.c.student_id == source
    )
    for number, exercise, digest in connection.execute(mine).all():
        again = hashlib.sha256(f"{digest} {name}".encode("utf-8", "surrogatepass")).hexdigest()
        new_digest = again if (exercise, digest) in before else digest
        statement = update(submissions).where(submissions.c.id == number)
        connection.execute(statement.values(student_id=target, digest=new_digest))


def complete_identity(connection: Connection, source: int, target: int) -> None:
    """Give the student who stays what a roster says about the other one, if it says nothing about the one who stays."""
    rows = {row.id: row for row in connection.execute(select(students).where(students.c.id.in_([source, target])))}
    if rows[source].listed and not rows[target].listed:
        identity = {name: getattr(rows[source], name) for name in IDENTITY}
        connection.execute(update(students).where(students.c.id == target).values(identity))


def _hand_over(connection: Connection, course: int, student: str) -> None:
    """Make another member the submitter of what a student submitted for a group."""
    query = (
        select(submissions.c.id, submissions.c.exercise_id, submissions.c.digest, students.c.name)
        .join(students, students.c.id == submissions.c.student_id)
        .where(students.c.course_id == course, submissions.c.submitter == student, students.c.name != student)
        .order_by(students.c.name)
    )
    heirs: dict[tuple[int, str], str] = {}
    for number, exercise, digest, name in connection.execute(query).all():
        heir = heirs.setdefault((exercise, digest), name)
        connection.execute(update(submissions).where(submissions.c.id == number).values(submitter=heir))
    of_course = select(exercises.c.id).where(exercises.c.course_id == course)
    statement = update(submissions).where(submissions.c.exercise_id.in_(of_course), submissions.c.numbers_of == student)
    connection.execute(statement.values(numbers_of=""))
