"""`grader work`: claims jobs of the portal's queue and grades them with the same call as `grader grade`."""

import contextlib
import math
import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from grader.course.layout import Course
from grader.errors import GraderError
from grader.execute.cell_progress import listening
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.gradebook.running_cells import RunningCells
from grader.model.assessment import Assessment
from grader.model.portal import QueuedUpload
from grader.model.portal_settings import MailSettings
from grader.model.submission import Platform, Source, Submission, TimeCertainty, Who
from grader.pipeline.check_runs import check_next, delete_old_checks
from grader.pipeline.course_site import CourseSite
from grader.pipeline.drawing import draw_requested
from grader.pipeline.grading import grade
from grader.pipeline.heartbeat import LEASE_SECONDS, heartbeat
from grader.pipeline.mailing import Mailer
from grader.pipeline.marker import Marker
from grader.pipeline.marking import now
from grader.pipeline.material import Material
from grader.pipeline.practice_cards import CardDrawer
from grader.pipeline.staff_tasks import perform_next
from grader.pipeline.student_reports import draw_reports
from grader.text.languages import languages

CLASS_SECONDS = 30.0
"""While jobs keep coming, the class pages of an exercise are published at least this often."""
_FORGOTTEN_AFTER = timedelta(days=1)
_IDLE_SECONDS = 0.2
_CLEAN_SECONDS = 60.0
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
    mail: MailSettings | None = None,
    url: str = "",
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
        mail: The mail server for e-mails about what is new; None to send none.
        url: Address of the portal, which the e-mails link to.

    Returns:
        The number of jobs that were graded.

    Raises:
        InputError: The settings of the course are not valid, or the database cannot be used.
        IsolationError: This machine has no sandbox, and the executor needs one.
    """
    with contextlib.closing(CourseSite(course, folder, gradebook)) as site:
        # Babel reads the data of a language from a pickle, and an executor for a cluster refuses pickles.
        for code in languages():
            site.language(code)
        with executor() as running:
            mailer = Mailer(site, mail, url, note) if mail else None
            return work(site, running, ends, note, until_empty=until_empty, mailer=mailer)


def work(
    site: CourseSite,
    executor: Executor,
    ends: Callable[[], bool],
    tell: Tell,
    *,
    until_empty: bool = False,
    mailer: Mailer | None = None,
) -> int:
    """Grade the uploads of a course as they arrive, carry out the tasks of staff before them, and checks after them.

    Args:
        site: The course.
        executor: Runs the notebooks.
        ends: See `work_on`.
        tell: Receives a sentence about each problem, for the person who runs the grader.
        until_empty: Whether to return as soon as no job waits.
        mailer: Sends e-mails that wait; None to send none.

    Returns:
        The number of jobs that were graded.
    """
    name, graded, cleaned = f"{socket.gethostname()}:{os.getpid()}", 0, -math.inf

    def note(problem: str) -> None:
        tell(problem)
        site.graders.note_problem(name, problem, now())

    cards = CardDrawer(site, note)
    site.graders.begin(name, executor.isolation, executor.slots, now(), now() - _FORGOTTEN_AFTER)
    with heartbeat(site.address, name), QueueGrader(site, executor, name, note) as grader:
        while not ends():
            if perform_next(site, executor, name):
                continue
            count = grader.grade_next()
            if mailer is not None:
                mailer.send_due()
            drawn = draw_requested(site, note) + cards.draw_some()
            if count is not None:
                graded += count
                continue
            if drawn:
                continue
            grader.publish_classes()
            if time.monotonic() - cleaned >= _CLEAN_SECONDS:
                delete_old_checks(site)
                cleaned = time.monotonic()
            if check_next(site, executor, name, note):
                continue
            if until_empty:
                break
            time.sleep(_IDLE_SECONDS)
    site.graders.end(name)
    return graded


class QueueGrader(AbstractContextManager["QueueGrader"]):
    """Grades the jobs of the queue, and publishes the class pages when no job waits.

    The student's own page is drawn before the job is done. The pages of the class follow when no job waits, and at
    least every `CLASS_SECONDS` while jobs keep coming. A note in the results folder says that they are outdated. It
    is written after the marks and before the job is done, so if this process dies, either another grader claims the
    job again, or it finds the note.

    The processes that mark an exercise stay for its next job, until its files change or another exercise comes.

    Args:
        site: The course.
        executor: Runs the notebooks.
        name: Name under which jobs are claimed.
        tell: Receives a sentence about each problem.
    """

    def __init__(self, site: CourseSite, executor: Executor, name: str, tell: Tell) -> None:
        self._site, self._executor, self._name, self._tell = site, executor, name, tell
        self._warm: tuple[Material, Marker] | None = None
        self._published: dict[str, float] = {}  # exercise -> clock when its class was last published, or could not be
        self._again: dict[str, float] = {}  # exercise -> clock when to try again what failed

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cool_down()

    def grade_next(self) -> int | None:
        """Claim the jobs that come next, and grade them.

        Returns:
            The number of jobs that were graded; None if there is no job to claim.
        """
        most = _AT_ONCE_PER_SLOT * self._executor.slots
        claimed = self._site.queue.claim(self._name, now(), _lease(), most)
        if not claimed:
            return None
        slug = claimed[0].upload.exercise
        published = self._published.setdefault(slug, time.monotonic())
        count = self._grade(slug, claimed)
        if time.monotonic() - published >= CLASS_SECONDS:
            self._publish(slug)
        return count

    def publish_classes(self) -> None:
        """Publish the class pages of each exercise whose pages do not show all marks, whoever stored them."""
        for slug in self._site.slugs:
            may_try = time.monotonic() >= self._again.get(slug, 0.0)
            if may_try and self._site.results(slug).outdated_class():
                self._publish(slug)

    def _grade(self, slug: str, claimed: Sequence[QueuedUpload]) -> int:
        """Grade uploads of one exercise; returns how many. What fails goes back into the queue."""
        queue, results = self._site.queue, self._site.results(slug)
        jobs = {queued.upload.student: queued.job for queued in claimed}
        cells = RunningCells(results.folder)

        def finish(finished: Sequence[int]) -> None:
            results.note_outdated_class()
            queue.finish(self._name, finished, now())

        def done(assessment: Assessment) -> None:
            # The marks are stored and the page is drawn. The pages of the class can follow later.
            if (job := jobs.pop(assessment.student, None)) is not None:
                finish([job])

        try:
            submissions = [_submission(queued, results.notebook(queued.upload.notebook)) for queued in claimed]
            material = self._site.material(slug)
            warm = self._marker(material, results)
            with listening(cells.note):
                marks = grade(material, submissions, results, self._executor, done, warm=warm)
            draw_reports(material, results, [mark.student for mark in marks])
        except Exception as error:  # whatever it is, it must not stop the rest of the class
            self._tell(f"{slug}: {_words(error)}")
            self._cool_down()
            queue.release(self._name, _words(error), now())
            return 0
        finally:
            cells.forget()
        if jobs:
            finish(list(jobs.values()))
        return len(claimed)

    def _marker(self, material: Material, results: Results) -> Marker | None:
        """The marker of an exercise that stays; None for an exercise that publishes pseudonyms.

        `grade` stores new pseudonyms when it publishes the class. Two graders could otherwise draw the same one.
        """
        if material.secret is not None:
            return None
        if self._warm is None or self._warm[0] is not material:  # `CourseSite` reads changed files again
            self._cool_down()
            book = results.open(material.settings, material.exercise.slug, begins=True)
            self._warm = material, Marker(material, results, book, stays=True)
        return self._warm[1]

    def _cool_down(self) -> None:
        if self._warm is not None:
            self._warm[1].close()
        self._warm = None

    def _publish(self, slug: str) -> None:
        try:
            material, results = self._site.material(slug), self._site.results(slug)
            book = results.existing(material.settings, slug)
            with self._marker(material, results) or Marker(material, results, book) as marker:
                marker.publish()
        except Exception as error:  # the notes stay, so the next publication has the same marks
            self._tell(f"{slug}: the class pages were not written. {_words(error)}")
            self._again[slug] = time.monotonic() + CLASS_SECONDS
        self._published[slug] = time.monotonic()


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, GraderError | OSError) else f"{type(error).__name__}: {error}"


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
