"""Tasks of staff, which graders carry out: whatever marks again needs the key, and only graders have it.

Graders claim tasks as they claim uploads: see `grader.gradebook.queue`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, update

from grader.gradebook.database import Database
from grader.gradebook.events import note_event
from grader.gradebook.places import course_in, course_number, exercise_number
from grader.gradebook.portal_schema import accounts, tasks
from grader.gradebook.rows import inserted
from grader.gradebook.schema import exercises
from grader.model.portal import JobState
from grader.model.staff_work import Task, TaskKind, TaskLine, TaskRequest
from grader.storage import codec

MOST_TRIES = 3


class Tasks:
    """The tasks of one course.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
    """

    def __init__(self, database: Database, course: str) -> None:
        self._database = database
        self._course = course

    def add(self, slug: str, account: int, kind: TaskKind, request: TaskRequest, about: str, at: datetime) -> int:
        """Queue a task; returns its number.

        Args:
            slug: The exercise.
            account: Number of the account of the person who asks for it.
            kind: What a grader must do.
            request: What the task needs.
            about: What it is about, for the audit log.
            at: When.
        """
        with self._database.writing() as connection:
            row = {
                "exercise_id": exercise_number(connection, self._course, slug),
                "account_id": account,
                "kind": kind.value,
                "request": codec.encode_exactly(request).decode(),
                "state": JobState.WAITING.value,
                "tries": 0,
                "grader": "",
                "queued_at": at,
                "problem": "",
                "lines": "[]",
            }
            number = inserted(connection, tasks, row)
            course = course_number(connection, self._course)
            note_event(connection, course, account, kind.value, f"{slug} {about}".strip(), at)
            return number

    def claim(self, grader: str, at: datetime, lease_until: datetime) -> Task | None:
        """Claim the task that comes next; None if there is none."""
        with self._database.writing() as connection:
            free = or_(
                tasks.c.state == JobState.WAITING.value,
                and_(tasks.c.state == JobState.RUNNING.value, tasks.c.lease_until < at),
            )
            failed = {"state": JobState.FAILED.value, "ended_at": at, "problem": "no grader could finish it"}
            connection.execute(update(tasks).where(free, tasks.c.tries >= MOST_TRIES).values(failed))
            query = self._select().where(free).order_by(tasks.c.id).limit(1)
            row = connection.execute(query.with_for_update(of=tasks, skip_locked=True)).first()
            if row is None:
                return None
            values = {"state": JobState.RUNNING.value, "grader": grader, "lease_until": lease_until}
            connection.execute(update(tasks).where(tasks.c.id == row.id).values(values | {"tries": tasks.c.tries + 1}))
            return _task(row)

    def finish(self, grader: str, number: int, lines: Sequence[TaskLine], at: datetime) -> None:
        """Note what came of a task, unless another grader has claimed it meanwhile.

        Args:
            grader: Name of the grader.
            number: Number of the task.
            lines: What came of it.
            at: When.
        """
        values = {"state": JobState.DONE.value, "ended_at": at, "lines": codec.encode_exactly(list(lines)).decode()}
        self._end(grader, number, values)

    def fail(self, grader: str, number: int, problem: str, at: datetime) -> None:
        """Note why a task failed, unless another grader has claimed it meanwhile. A person decides what comes next."""
        self._end(grader, number, {"state": JobState.FAILED.value, "ended_at": at, "problem": problem})

    def of_exercise(self, slug: str, most: int) -> list[Task]:
        """The last tasks of an exercise, the newest first."""
        query = self._select().where(exercises.c.slug == slug).order_by(tasks.c.id.desc()).limit(most)
        with self._database.reading() as connection:
            return [_task(row) for row in connection.execute(query)]

    def last(self, slug: str, *kinds: TaskKind) -> Task | None:
        """The last task of some kinds for an exercise; None if there is none."""
        query = self._select().where(exercises.c.slug == slug, tasks.c.kind.in_([kind.value for kind in kinds]))
        with self._database.reading() as connection:
            row = connection.execute(query.order_by(tasks.c.id.desc()).limit(1)).first()
        return _task(row) if row else None

    def of_state(self, *states: JobState, most: int) -> list[Task]:
        """The last tasks in some states, the newest first."""
        query = self._select().where(tasks.c.state.in_([state.value for state in states]))
        with self._database.reading() as connection:
            return [_task(row) for row in connection.execute(query.order_by(tasks.c.id.desc()).limit(most))]

    def count_open(self) -> int:
        """Number of tasks that wait or run."""
        is_open = tasks.c.state.in_([JobState.WAITING.value, JobState.RUNNING.value])
        query = select(func.count()).select_from(tasks).join(exercises, exercises.c.id == tasks.c.exercise_id)
        with self._database.reading() as connection:
            here = query.where(is_open, exercises.c.course_id == course_in(self._course))
            return int(connection.execute(here).scalar_one())

    def _end(self, grader: str, number: int, values: dict[str, Any]) -> None:
        claimed = (tasks.c.id == number) & (tasks.c.grader == grader) & (tasks.c.state == JobState.RUNNING.value)
        with self._database.writing() as connection:
            connection.execute(update(tasks).where(claimed).values(values))

    def _select(self) -> Select[Any]:
        joined = (
            select(tasks, exercises.c.slug, accounts.c.login)
            .join(exercises, exercises.c.id == tasks.c.exercise_id)
            .join(accounts, accounts.c.id == tasks.c.account_id)
        )
        return joined.where(exercises.c.course_id == course_in(self._course))


def extend_claims_on_tasks(database: Database, grader: str, lease_until: datetime) -> None:
    """Extend the claim of a grader on its task."""
    claimed = (tasks.c.grader == grader) & (tasks.c.state == JobState.RUNNING.value)
    with database.writing() as connection:
        connection.execute(update(tasks).where(claimed).values(lease_until=lease_until))


def _task(row: Row[Any]) -> Task:
    request = codec.decode(TaskRequest, row.request)
    # The exercise may have got another name since the task was queued.
    decisions = tuple(replace(decision, exercise=row.slug) for decision in request.decisions)
    return Task(
        id=row.id,
        exercise=row.slug,
        who=row.login,
        kind=TaskKind(row.kind),
        request=replace(request, decisions=decisions),
        state=JobState(row.state),
        tries=row.tries,
        problem=row.problem,
        lines=codec.decode(_LINES, row.lines),
        queued_at=row.queued_at,
        ended_at=row.ended_at,
    )


_LINES = tuple[TaskLine, ...]
