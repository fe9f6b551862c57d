"""`grader work`: claims jobs of the portal's queue and grades them with the same call as `grader grade`."""

import contextlib
import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from grader.course.layout import Course
from grader.errors import GraderError
from grader.execute.executor import Executor
from grader.model.assessment import Assessment
from grader.model.portal import QueuedUpload
from grader.model.submission import Platform, Source, Submission, TimeCertainty, Who
from grader.pipeline.course_site import CourseSite
from grader.pipeline.grading import grade
from grader.pipeline.heartbeat import LEASE_SECONDS, heartbeat
from grader.pipeline.marking import now
from grader.pipeline.open_reports import draw_open_reports
from grader.pipeline.staff_tasks import perform_next

_IDLE_SECONDS = 0.2
_AT_ONCE_PER_SLOT = 4

Tell: TypeAlias = Callable[[str], None]


def work_on(
    course: Course,
    folder: Path,
    gradebook: str | None,
    *,
    executor: Callable[[], AbstractContextManager[Executor]],
    ends: Callable[[], bool],
    note: Tell,
    until_empty: bool = False,
) -> int:
    """Grade what students of a course submit in the portal.

    Args:
        course: The course.
        folder: The folder of the results of all exercises.
        gradebook: Address of the database; None for files in `folder`.
        executor: Starts what runs notebooks.
        ends: Is asked from time to time whether to return.
        note: Receives a sentence about each problem, for the person who runs the grader.
        until_empty: Whether to return as soon as no job waits.

    Returns:
        The number of jobs that were graded.

    Raises:
        InputError: The settings of the course are not valid, or the database cannot be used.
        IsolationError: This machine has no sandbox, and the executor needs one.
    """
    with contextlib.closing(CourseSite(course, folder, gradebook)) as site, executor() as running:
        return work(site, running, ends, note, until_empty=until_empty)


def work(
    site: CourseSite, executor: Executor, ends: Callable[[], bool], tell: Tell, *, until_empty: bool = False
) -> int:
    """Grade the uploads of a course as they arrive, and carry out the tasks of staff before them.

    Args:
        site: The course.
        executor: Runs the notebooks.
        ends: See `work_on`.
        tell: Receives a sentence about each problem, for the person who runs the grader.
        until_empty: Whether to return as soon as no job waits.

    Returns:
        The number of jobs that were graded.
    """
    grader, graded = f"{socket.gethostname()}:{os.getpid()}", 0
    with heartbeat(site.address, grader):
        while not ends():
            if perform_next(site, executor, grader):
                continue
            count = grade_next(site, executor, grader, tell)
            if count is not None:
                graded += count
            elif until_empty:
                break
            else:
                time.sleep(_IDLE_SECONDS)
    return graded


def grade_next(site: CourseSite, executor: Executor, grader: str, tell: Tell) -> int | None:
    """Claim the jobs that come next, and grade them.

    Args:
        site: The course.
        executor: Runs the notebooks.
        grader: Name under which the jobs are claimed.
        tell: Receives a sentence about each problem.

    Returns:
        The number of jobs that were graded; None if there is no job to claim.
    """
    claimed = site.queue.claim(grader, now(), _lease(), _AT_ONCE_PER_SLOT * executor.slots)
    return _grade(site, executor, grader, claimed, tell) if claimed else None


def _grade(site: CourseSite, executor: Executor, grader: str, claimed: Sequence[QueuedUpload], tell: Tell) -> int:
    """Grade uploads of one exercise; returns how many. What fails goes back into the queue."""
    slug = claimed[0].upload.exercise
    results = site.results(slug)
    jobs = {queued.upload.student: queued.job for queued in claimed}

    def done(assessment: Assessment) -> None:
        # The marks are stored and the page is drawn. The pages of the class can follow later.
        if (job := jobs.get(assessment.student)) is not None:
            site.queue.finish(grader, [job], now())

    try:
        submissions = [_submission(queued, results.notebook(queued.upload.notebook)) for queued in claimed]
        material = site.material(slug)
        marks = grade(material, submissions, results, executor, done)
        draw_open_reports(material, results, [mark.student for mark in marks])
    except Exception as error:  # whatever it is, it must not stop the rest of the class
        problem = str(error) if isinstance(error, GraderError | OSError) else f"{type(error).__name__}: {error}"
        tell(f"{slug}: {problem}")
        site.queue.release(grader, problem, now())
        return 0
    site.queue.finish(grader, list(jobs.values()), now())
    return len(claimed)


def _submission(queued: QueuedUpload, content: bytes | None) -> Submission:
    upload = queued.upload
    return Submission(
        student=upload.student,
        exercise=upload.exercise,
        origin=upload.origin,
        content=content or b"",
        submitted_at=upload.submitted_at,
        files=upload.files,
        source=Source(
            platform=Platform.PORTAL,
            who=Who.STUDENT,
            name=upload.student,
            file=upload.origin,
            clock=TimeCertainty.EXACT,
        ),
    )


def _lease() -> datetime:
    return now() + timedelta(seconds=LEASE_SECONDS)
