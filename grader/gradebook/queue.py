"""The queue of the portal: uploads, and the jobs that grade them.

An upload and its job are written in one transaction. A grader claims jobs for a while, and extends its claim as long
as it works. If the grader dies, the claim ends after seconds, and another grader claims the jobs again. Grading the
same upload twice gives the same attempt and the same marks, so a claim that ends too early does no harm.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, or_, select, update

from grader.gradebook.database import Database
from grader.gradebook.events import note_event
from grader.gradebook.list_pages import contains, list_page
from grader.gradebook.places import course_in, course_number, exercise_number
from grader.gradebook.portal_schema import accounts, jobs, uploads
from grader.gradebook.rows import inserted
from grader.gradebook.schema import exercises
from grader.model.listing import ListPage, ListRequest
from grader.model.portal import JobState, QueuedUpload, Upload
from grader.model.submission import HandedIn
from grader.storage import codec
from grader.text.messages import Text

MOST_TRIES = 3
"""So often a grader may claim a job. If none finishes it, the job fails, and a person must look at it."""

_FILES = tuple[tuple[str, str], ...]
_REMARKS = tuple[Text, ...]


class Queue:
    """The uploads of one course and their jobs.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
        files: Gives the folder that stores the submitted files of an exercise.
    """

    def __init__(self, database: Database, course: str, files: Callable[[str], Path]) -> None:
        self._database = database
        self._course = course
        self._files = files

    def add(self, upload: Upload) -> QueuedUpload:
        """Store an upload and its job.

        An upload of the same form is not stored again, and neither is one with the same files as the student's last.
        """
        with self._database.writing() as connection:
            # PostgreSQL lets two forms of one account be written at once, unless the first locks the account.
            connection.execute(select(accounts.c.id).where(accounts.c.id == upload.account).with_for_update())
            exercise = exercise_number(connection, self._course, upload.exercise)
            mine = (uploads.c.exercise_id == exercise) & (uploads.c.student == upload.student)
            same_form = (uploads.c.account_id == upload.account) & (uploads.c.token == upload.token)
            stored = connection.execute(select(uploads.c.id).where(same_form)).scalar()
            if stored is None:
                last = connection.execute(select(uploads).where(mine).order_by(uploads.c.number.desc())).first()
                if last is not None and last.digest == upload.digest:
                    stored = last.id
                else:
                    stored = self._insert(connection, exercise, upload, last.number + 1 if last else 1)
            return self._queued(connection.execute(self._all.where(uploads.c.id == stored)).one())

    def of_student(self, student: str, slug: str | None = None) -> list[QueuedUpload]:
        """The uploads of a student in their order, for one exercise or for all."""
        query = self._all.where(uploads.c.student == student).order_by(uploads.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(query if slug is None else query.where(exercises.c.slug == slug))
            return [self._queued(row) for row in rows]

    def of_exercise(self, slug: str) -> list[QueuedUpload]:
        """All uploads for an exercise, in their order."""
        query = self._all.where(exercises.c.slug == slug).order_by(uploads.c.id)
        with self._database.reading() as connection:
            return [self._queued(row) for row in connection.execute(query)]

    def last_of(self, slug: str, names: Sequence[str]) -> dict[str, QueuedUpload]:
        """Student -> the last upload for an exercise, for those of some students who have one."""
        later = uploads.alias()
        newer = select(later.c.id).where(
            later.c.exercise_id == uploads.c.exercise_id,
            later.c.student == uploads.c.student,
            later.c.number > uploads.c.number,
        )
        query = self._all.where(exercises.c.slug == slug, uploads.c.student.in_(names), ~newer.exists())
        with self._database.reading() as connection:
            return {row.student: self._queued(row) for row in connection.execute(query)}

    def of_state(self, *states: JobState) -> list[QueuedUpload]:
        """The uploads whose jobs are in one of these states, in the order of the queue."""
        values = [state.value for state in states]
        with self._database.reading() as connection:
            rows = connection.execute(self._all.where(jobs.c.state.in_(values)).order_by(jobs.c.id))
            return [self._queued(row) for row in rows]

    def page(self, states: Sequence[JobState], request: ListRequest) -> ListPage[QueuedUpload]:
        """A page of the uploads in some states, the newest first; a search looks at names of students."""
        query = self._all.where(
            jobs.c.state.in_([state.value for state in states]), contains(request.text, uploads.c.student)
        )
        with self._database.reading() as connection:
            return list_page(connection, query.order_by(jobs.c.id.desc()), request, self._queued)

    def counts_by_exercise(self, students: Collection[str] | None = None) -> dict[tuple[str, JobState], int]:
        """Exercise and state -> number of jobs, of some students or of all."""
        query = (
            select(exercises.c.slug, jobs.c.state, func.count())
            .join(uploads, uploads.c.id == jobs.c.upload_id)
            .join(exercises, exercises.c.id == uploads.c.exercise_id)
            .where(exercises.c.course_id == course_in(self._course))
            .group_by(exercises.c.slug, jobs.c.state)
        )
        if students is not None:
            query = query.where(uploads.c.student.in_(students))
        with self._database.reading() as connection:
            return {(slug, JobState(state)): count for slug, state, count in connection.execute(query)}

    def counts(self) -> dict[JobState, int]:
        """State -> number of jobs."""
        query = (
            select(jobs.c.state, func.count())
            .join(uploads, uploads.c.id == jobs.c.upload_id)
            .join(exercises, exercises.c.id == uploads.c.exercise_id)
            .where(exercises.c.course_id == course_in(self._course))
            .group_by(jobs.c.state)
        )
        with self._database.reading() as connection:
            return {JobState(state): count for state, count in connection.execute(query)}

    def graders(self) -> list[str]:
        """Names of the graders that hold a claim, sorted."""
        query = (
            select(jobs.c.grader)
            .join(uploads, uploads.c.id == jobs.c.upload_id)
            .join(exercises, exercises.c.id == uploads.c.exercise_id)
            .where(exercises.c.course_id == course_in(self._course), jobs.c.state == JobState.RUNNING.value)
            .distinct()
        )
        with self._database.reading() as connection:
            return sorted(connection.execute(query).scalars())

    def claim(self, grader: str, at: datetime, lease_until: datetime, most: int) -> list[QueuedUpload]:
        """Claim the jobs that come next: of one exercise, and at most one of each student.

        Two jobs of a student are graded one after the other, so each of them gets its marks.

        Args:
            grader: Name of the process that claims them.
            at: Now.
            lease_until: When the claim ends, unless it is extended.
            most: The largest number of jobs.
        """
        with self._database.writing() as connection:
            free = or_(
                jobs.c.state == JobState.WAITING.value,
                and_(jobs.c.state == JobState.RUNNING.value, jobs.c.lease_until < at),
            )
            lost = free & (jobs.c.tries >= MOST_TRIES)
            failed = {"state": JobState.FAILED.value, "ended_at": at, "problem": "no grader could finish it"}
            connection.execute(update(jobs).where(lost).values(failed))
            query = self._all.where(free).order_by(jobs.c.id).limit(10 * most)
            # PostgreSQL skips jobs that another grader is just claiming. SQLite has one writer at a time.
            rows = connection.execute(query.with_for_update(of=jobs, skip_locked=True)).all()
            claimed = _of_one_exercise(rows, most)
            values = {"state": JobState.RUNNING.value, "grader": grader, "lease_until": lease_until, "began_at": at}
            numbers = [row.job for row in claimed]
            connection.execute(update(jobs).where(jobs.c.id.in_(numbers)).values(values | {"tries": jobs.c.tries + 1}))
            return [self._queued(row) for row in claimed]

    def finish(self, grader: str, numbers: Sequence[int], at: datetime) -> None:
        """Note that jobs are done; those that another grader has claimed meanwhile stay with it."""
        done = {"state": JobState.DONE.value, "ended_at": at, "problem": ""}
        with self._database.writing() as connection:
            connection.execute(update(jobs).where(_held_by(grader), jobs.c.id.in_(numbers)).values(done))

    def release(self, grader: str, problem: str, at: datetime) -> None:
        """Give back all jobs of a grader, which could not finish them. After several tries, they fail."""
        with self._database.writing() as connection:
            held = _held_by(grader)
            failed = {"state": JobState.FAILED.value, "ended_at": at, "problem": problem}
            connection.execute(update(jobs).where(held, jobs.c.tries >= MOST_TRIES).values(failed))
            waiting = {"state": JobState.WAITING.value, "lease_until": None, "problem": problem}
            connection.execute(update(jobs).where(held).values(waiting))

    def student_of(self, number: int) -> tuple[str, str]:
        """The exercise and the student of a job; both are empty if there is no such job."""
        query = (
            select(exercises.c.slug, uploads.c.student)
            .join(uploads, uploads.c.exercise_id == exercises.c.id)
            .join(jobs, jobs.c.upload_id == uploads.c.id)
            .where(exercises.c.course_id == course_in(self._course), jobs.c.id == number)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return (row.slug, row.student) if row else ("", "")

    def retry(self, number: int, account: int, at: datetime) -> None:
        """Queue a failed job again."""
        with self._database.writing() as connection:
            failed = (jobs.c.id == number) & (jobs.c.state == JobState.FAILED.value)
            values = {"state": JobState.WAITING.value, "tries": 0, "problem": "", "ended_at": None}
            connection.execute(update(jobs).where(failed).values(values))
            note_event(connection, course_number(connection, self._course), account, "retry", f"job {number}", at)

    def _insert(self, connection: Connection, exercise: int, upload: Upload, number: int) -> int:
        row = {
            "exercise_id": exercise,
            "account_id": upload.account,
            "number": number,
            "files": codec.encode_exactly([(file.name, file.sha256) for file in upload.files]).decode(),
            "remarks": codec.encode_exactly(upload.remarks).decode(),
            **{name: getattr(upload, name) for name in _PLAIN},
        }
        stored = inserted(connection, uploads, row)
        job = {"upload_id": stored, "state": JobState.WAITING.value, "tries": 0, "grader": "", "problem": ""}
        connection.execute(insert(jobs).values(job | {"queued_at": upload.submitted_at}))
        return stored

    @cached_property
    def _all(self) -> Select[Any]:
        """All uploads of the course with their jobs; built once, because building it takes longer than running it."""
        earlier = jobs.alias()
        waits = (earlier.c.state == JobState.WAITING.value) & (earlier.c.id < jobs.c.id)
        ahead = select(func.count()).select_from(earlier).where(waits).scalar_subquery()
        columns = [jobs.c.id.label("job"), jobs.c.state, jobs.c.tries, jobs.c.problem, jobs.c.ended_at]
        joined = (
            select(uploads, exercises.c.slug, *columns, ahead.label("ahead"))
            .join(jobs, jobs.c.upload_id == uploads.c.id)
            .join(exercises, exercises.c.id == uploads.c.exercise_id)
        )
        return joined.where(exercises.c.course_id == course_in(self._course))

    def _queued(self, row: Row[Any]) -> QueuedUpload:
        folder = self._files(row.slug)
        files = codec.decode(_FILES, row.files)
        upload = Upload(
            exercise=row.slug,
            account=row.account_id,
            files=tuple(HandedIn(name, folder / digest[:2] / digest, digest) for name, digest in files),
            remarks=codec.decode(_REMARKS, row.remarks),
            **{name: getattr(row, name) for name in _PLAIN},
        )
        state = JobState(row.state)
        return QueuedUpload(
            id=row.id,
            job=row.job,
            number=row.number,
            upload=upload,
            state=state,
            tries=row.tries,
            ahead=row.ahead if state is JobState.WAITING else 0,
            problem=row.problem,
            ended_at=row.ended_at,
        )


_PLAIN = ("student", "token", "digest", "notebook", "origin", "submitted_at")


def extend_claims(database: Database, grader: str, lease_until: datetime) -> None:
    """Extend the claim of a grader on all its jobs, in whatever course."""
    with database.writing() as connection:
        connection.execute(update(jobs).where(_held_by(grader)).values(lease_until=lease_until))


def _held_by(grader: str) -> Any:
    return (jobs.c.grader == grader) & (jobs.c.state == JobState.RUNNING.value)


def _of_one_exercise(rows: Sequence[Row[Any]], most: int) -> list[Row[Any]]:
    """The first row, and the others of its exercise, one of each student.

    A job that a grader could not finish is claimed alone, so it takes no other job with it.
    """
    of_student: dict[str, Row[Any]] = {}
    for row in rows:
        if row.slug == rows[0].slug:
            of_student.setdefault(row.student, row)
    claimed = list(of_student.values())
    alone = bool(claimed) and claimed[0].tries > 0
    return claimed[:1] if alone else [row for row in claimed if not row.tries][:most]
