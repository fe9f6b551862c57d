"""The checks that students ask for in the portal: a grader runs a notebook and looks at the form of its answers.

A check is no attempt: it stores no mark, and counts nowhere. Graders claim checks as they claim uploads: see
`grader.gradebook.queue`. The row of a check goes after `KEPT`, and its files as soon as it has ended.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, func, or_, select, update

from grader.gradebook.database import Database
from grader.gradebook.places import course_in, exercise_number
from grader.gradebook.portal_schema import accounts, checks, jobs
from grader.gradebook.rows import inserted
from grader.gradebook.schema import exercises
from grader.model.check import AskedCheck, QueuedCheck
from grader.model.portal import JobState
from grader.model.submission import HandedIn
from grader.storage import codec
from grader.text.messages import Text

MOST_TRIES = 3
KEPT = timedelta(days=1)
"""So long after it was asked for, a check that has ended can be read."""

_FILES = tuple[tuple[str, str], ...]
_REMARKS = tuple[Text, ...]
_OPEN = (JobState.WAITING.value, JobState.RUNNING.value)


class Checks:
    """The checks of one course.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
        results: Gives the folder with the results of an exercise.
    """

    def __init__(self, database: Database, course: str, results: Callable[[str], Path]) -> None:
        self._database = database
        self._course = course
        self._results = results

    def add(self, request: AskedCheck, at: datetime) -> QueuedCheck:
        """Queue a check. A check of the same form is not queued again.

        Returns:
            The check; an earlier one of the same account if that has not ended yet.
        """
        with self._database.writing() as connection:
            connection.execute(select(accounts.c.id).where(accounts.c.id == request.account).with_for_update())
            of_course = select(exercises.c.id).where(exercises.c.course_id == course_in(self._course))
            mine = (checks.c.account_id == request.account) & checks.c.exercise_id.in_(of_course)
            is_it = (checks.c.token == request.token) | checks.c.state.in_(_OPEN)
            stored = connection.execute(select(checks.c.id).where(mine, is_it).order_by(checks.c.id)).scalar()
            if stored is None:
                exercise = exercise_number(connection, self._course, request.exercise)
                highest = select(func.max(checks.c.number)).where(mine, checks.c.exercise_id == exercise)
                row = {
                    "exercise_id": exercise,
                    "account_id": request.account,
                    "number": (connection.execute(highest).scalar() or 0) + 1,
                    "token": request.token,
                    "folder": request.folder.as_posix(),
                    "origin": request.origin,
                    "files": codec.encode_exactly([(file.name, file.sha256) for file in request.files]).decode(),
                    "remarks": codec.encode_exactly(request.remarks).decode(),
                    "state": JobState.WAITING.value,
                    "tries": 0,
                    "grader": "",
                    "queued_at": at,
                    "result": "",
                }
                stored = inserted(connection, checks, row)
            return self._queued(connection.execute(self._all().where(checks.c.id == stored)).one())

    def of_account(self, account: int, slug: str, at: datetime) -> list[QueuedCheck]:
        """The checks of a person for an exercise that can still be read, in their order."""
        query = self._all().where(checks.c.account_id == account, exercises.c.slug == slug, _is_kept(at))
        with self._database.reading() as connection:
            return [self._queued(row) for row in connection.execute(query.order_by(checks.c.id))]

    def count_open(self) -> int:
        """Number of checks that wait or run."""
        query = (
            select(func.count())
            .select_from(checks)
            .join(exercises, exercises.c.id == checks.c.exercise_id)
            .where(exercises.c.course_id == course_in(self._course), checks.c.state.in_(_OPEN))
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def graders(self) -> list[str]:
        """Names of the graders that hold a claim, sorted."""
        query = (
            select(checks.c.grader)
            .join(exercises, exercises.c.id == checks.c.exercise_id)
            .where(exercises.c.course_id == course_in(self._course), checks.c.state == JobState.RUNNING.value)
            .distinct()
        )
        with self._database.reading() as connection:
            return sorted(connection.execute(query).scalars())

    def claim(self, grader: str, at: datetime, lease_until: datetime, most: int) -> list[QueuedCheck]:
        """Claim the checks that come next. One that a grader could not finish is claimed alone.

        Args:
            grader: Name of the process that claims them.
            at: Now.
            lease_until: When the claim ends, unless it is extended.
            most: The largest number of checks.
        """
        free = or_(
            checks.c.state == JobState.WAITING.value,
            and_(checks.c.state == JobState.RUNNING.value, checks.c.lease_until < at),
        )
        with self._database.reading() as connection:  # graders ask often, and a transaction that writes takes the lock
            if connection.execute(select(checks.c.id).where(free).limit(1)).first() is None:
                return []
        with self._database.writing() as connection:
            failed = {"state": JobState.FAILED.value, "ended_at": at}
            connection.execute(update(checks).where(free, checks.c.tries >= MOST_TRIES).values(failed))
            query = self._all().where(free).order_by(checks.c.id).limit(most)
            rows = connection.execute(query.with_for_update(of=checks, skip_locked=True)).all()
            claimed = rows[:1] if rows and rows[0].tries else [row for row in rows if not row.tries]
            values = {"state": JobState.RUNNING.value, "grader": grader, "lease_until": lease_until}
            numbers = [row.id for row in claimed]
            changed = update(checks).where(checks.c.id.in_(numbers))
            connection.execute(changed.values(values | {"tries": checks.c.tries + 1}))
            return [self._queued(row) for row in claimed]

    def finish(self, grader: str, number: int, result: str, at: datetime) -> bool:
        """Store the result of a check; returns whether it is stored, which another grader with the claim prevents."""
        values = {"state": JobState.DONE.value, "ended_at": at, "result": result}
        with self._database.writing() as connection:
            held = update(checks).where(_held_by(grader), checks.c.id == number)
            return connection.execute(held.values(values)).rowcount > 0

    def release(self, grader: str, at: datetime) -> None:
        """Give back all checks of a grader, which could not finish them. After several tries, they fail."""
        with self._database.writing() as connection:
            held = _held_by(grader)
            failed = {"state": JobState.FAILED.value, "ended_at": at}
            connection.execute(update(checks).where(held, checks.c.tries >= MOST_TRIES).values(failed))
            waiting = {"state": JobState.WAITING.value, "lease_until": None}
            connection.execute(update(checks).where(held).values(waiting))

    def delete_old(self, at: datetime) -> None:
        """Delete the checks that have ended and are no longer kept."""
        of_course = select(exercises.c.id).where(exercises.c.course_id == course_in(self._course))
        old = (checks.c.queued_at < at - KEPT) & checks.c.state.not_in(_OPEN) & checks.c.exercise_id.in_(of_course)
        with self._database.reading() as connection:  # which takes no lock, because there is seldom one
            is_there = connection.execute(select(checks.c.id).where(old).limit(1)).first() is not None
        if is_there:
            with self._database.writing() as connection:
                connection.execute(delete(checks).where(old))

    def open_folders(self, slug: str) -> set[str]:
        """The folders of the checks of an exercise that have not ended."""
        query = select(checks.c.folder).join(exercises, exercises.c.id == checks.c.exercise_id)
        here = exercises.c.course_id == course_in(self._course)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(here, exercises.c.slug == slug, checks.c.state.in_(_OPEN)))
            return set(rows.scalars())

    def _all(self) -> Select[Any]:
        earlier = checks.alias()
        waits = (earlier.c.state == JobState.WAITING.value) & (earlier.c.id < checks.c.id)
        before = select(func.count()).select_from(earlier).where(waits).scalar_subquery()
        submissions = select(func.count()).select_from(jobs).where(jobs.c.state == JobState.WAITING.value)
        ahead = (before + submissions.scalar_subquery()).label("ahead")
        joined = select(checks, exercises.c.slug, ahead).join(exercises, exercises.c.id == checks.c.exercise_id)
        return joined.where(exercises.c.course_id == course_in(self._course))

    def _queued(self, row: Row[Any]) -> QueuedCheck:
        folder, state = Path(row.folder), JobState(row.state)
        place = self._results(row.slug) / folder
        files = codec.decode(_FILES, row.files)
        return QueuedCheck(
            id=row.id,
            number=row.number,
            request=AskedCheck(
                exercise=row.slug,
                account=row.account_id,
                token=row.token,
                folder=folder,
                origin=row.origin,
                files=tuple(HandedIn(name, place / digest, digest) for name, digest in files),
                remarks=codec.decode(_REMARKS, row.remarks),
            ),
            state=state,
            ahead=row.ahead if state is JobState.WAITING else 0,
            queued_at=row.queued_at,
            ends_at=row.queued_at + KEPT,
            result=row.result,
        )


def extend_claims_on_checks(database: Database, grader: str, lease_until: datetime) -> None:
    """Extend the claim of a grader on its checks."""
    with database.writing() as connection:
        connection.execute(update(checks).where(_held_by(grader)).values(lease_until=lease_until))


def delete_checks(connection: Connection, account: int, numbers: Sequence[int]) -> None:
    """Delete the checks of a person for some exercises.

    Args:
        connection: A transaction that writes.
        account: Number of the account.
        numbers: Numbers of the exercises.
    """
    connection.execute(delete(checks).where(checks.c.account_id == account, checks.c.exercise_id.in_(numbers)))


def _held_by(grader: str) -> Any:
    return (checks.c.grader == grader) & (checks.c.state == JobState.RUNNING.value)


def _is_kept(at: datetime) -> Any:
    return (checks.c.queued_at >= at - KEPT) | checks.c.state.in_(_OPEN)
