"""How the portal is doing: its queue, its graders, its disk and its latest problems."""

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from grader.gradebook.graders import RunningGrader
from grader.gradebook.people import changes
from grader.model.listing import ListRequest
from grader.model.portal import JobState, QueuedUpload
from grader.model.staff_work import Task
from grader.pipeline.course_site import CourseSite
from grader.pipeline.heartbeat import LEASE_SECONDS
from grader.pipeline.history import HistoryLine, change_of_student
from grader.pipeline.marking import now

_MOST_PROBLEMS = 50
_LITTLE_SPACE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderLine:
    """A grader that runs.

    Attributes:
        name: Its machine and process.
        known: What it noted about itself; None if it has noted nothing yet.
        is_working: Whether it is working on an upload now.
    """

    name: str
    known: RunningGrader | None
    is_working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """How the portal is doing.

    Attributes:
        jobs: State -> number of uploads; a state without any is missing.
        open_tasks: Number of tasks of staff that no grader has finished.
        open_checks: Number of checks that no grader has finished.
        graders: The graders that run, by name.
        stopped: Graders that no longer run and had a problem.
        failed_jobs: Uploads whose grading failed, with the reason.
        failed_tasks: Tasks that failed, the newest first, with the reason.
        free_gb: Free space on the disk of the results, in 10^9 bytes.
        mail_problems: Why the last e-mails were not sent, the newest first.
        is_disk_full: Whether less than a tenth of the disk is free.
    """

    jobs: Mapping[JobState, int]
    open_tasks: int
    open_checks: int
    graders: tuple[GraderLine, ...]
    stopped: tuple[RunningGrader, ...]
    failed_jobs: tuple[QueuedUpload, ...]
    failed_tasks: tuple[Task, ...]
    free_gb: float
    mail_problems: tuple[str, ...]
    is_disk_full: bool


def changes_of_students(site: CourseSite, most: int) -> list[HistoryLine]:
    """The students who were renamed, merged or deleted, the newest first.

    Args:
        site: The course.
        most: The most lines.
    """
    histories = {site.database.place: changes(site.database, site.name)}
    for slug in site.slugs:
        if (book := site.book(slug)) is not None:
            histories[book.database.place] = book.student_changes()
    # A command changes the database of each exercise in turn: the same line within a minute is the same change.
    lines: dict[tuple[str, ...], HistoryLine] = {}
    for change in (one for history in histories.values() for one in history):
        key = (change.what.value, change.old_name, change.new_name, change.author, f"{change.at:%Y-%m-%d %H:%M}")
        lines.setdefault(key, change_of_student(change))
    return sorted(lines.values(), key=lambda line: line.at, reverse=True)[:most]


def operations(site: CourseSite) -> Operations:
    """How the portal is doing now."""
    site.folder.mkdir(parents=True, exist_ok=True)
    disk, known = shutil.disk_usage(site.folder), site.graders.all()
    return Operations(
        jobs=site.queue.counts(),
        open_tasks=site.tasks.count_open(),
        open_checks=site.checks.count_open(),
        graders=tuple(_graders(known, {*site.queue.graders(), *site.checks.graders()})),
        stopped=tuple(one for one in known if one.problem and not _is_alive(one)),
        failed_jobs=site.queue.page([JobState.FAILED], ListRequest(size=_MOST_PROBLEMS)).items,
        failed_tasks=tuple(site.tasks.of_state(JobState.FAILED, most=_MOST_PROBLEMS)),
        free_gb=round(disk.free / 1e9, 1),
        mail_problems=tuple(site.notices.problems(_MOST_PROBLEMS)),
        is_disk_full=disk.free < _LITTLE_SPACE * disk.total,
    )


def _graders(known: Sequence[RunningGrader], working: Collection[str]) -> Iterator[GraderLine]:
    of_name = {one.name: one for one in known}
    alive = [one.name for one in known if _is_alive(one)]
    for name in sorted({*alive, *working}):
        yield GraderLine(name=name, known=of_name.get(name), is_working=name in working)


def _is_alive(grader: RunningGrader) -> bool:
    return grader.seen_at >= now() - timedelta(seconds=2 * LEASE_SECONDS)
