"""How the portal is doing: its queue, its graders, its disk and its latest problems."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from grader.model.portal import JobState, QueuedUpload
from grader.model.staff_work import Task
from grader.pipeline.course_site import CourseSite

_MOST_PROBLEMS = 50
_LITTLE_SPACE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """How the portal is doing.

    Attributes:
        jobs: State -> number of uploads; a state without any is missing.
        open_tasks: Number of tasks of staff that no grader has finished.
        graders: Names of the graders that are working on uploads now.
        failed_jobs: Uploads whose grading failed, with the reason.
        failed_tasks: Tasks that failed, the newest first, with the reason.
        free_gb: Free space on the disk of the results, in 10^9 bytes.
        mail_problems: Why the last e-mails were not sent, the newest first.
        is_disk_full: Whether less than a tenth of the disk is free.
    """

    jobs: Mapping[JobState, int]
    open_tasks: int
    graders: tuple[str, ...]
    failed_jobs: tuple[QueuedUpload, ...]
    failed_tasks: tuple[Task, ...]
    free_gb: float
    mail_problems: tuple[str, ...]
    is_disk_full: bool


def operations(site: CourseSite) -> Operations:
    """How the portal is doing now."""
    site.folder.mkdir(parents=True, exist_ok=True)
    disk = shutil.disk_usage(site.folder)
    return Operations(
        jobs=site.queue.counts(),
        open_tasks=site.tasks.count_open(),
        graders=tuple(site.queue.graders()),
        failed_jobs=tuple(site.queue.of_state(JobState.FAILED)[-_MOST_PROBLEMS:]),
        failed_tasks=tuple(site.tasks.of_state(JobState.FAILED, most=_MOST_PROBLEMS)),
        free_gb=round(disk.free / 1e9, 1),
        mail_problems=tuple(site.notices.problems(_MOST_PROBLEMS)),
        is_disk_full=disk.free < _LITTLE_SPACE * disk.total,
    )
