"""The page of a regrade: whose mark would change and why, and the button that applies it."""

from starlette.responses import Response

from grader.model.portal import JobState
from grader.model.staff_work import TaskKind
from grader.pipeline.staff_tasks import queue_regrade
from grader.portal.visit import Visit, go

_REFRESH_SECONDS = 3


def changes(visit: Visit) -> Response:
    """The result of the last preview or regrade."""
    task = visit.site.tasks.last(visit.slug, TaskKind.PREVIEW_REGRADE, TaskKind.REGRADE)
    return visit.page(
        "regrading.html",
        exercise=visit.site.exercise(visit.slug).exercise,
        task=task,
        is_done=task is not None and task.state is JobState.DONE,
        is_preview=task is not None and task.kind is TaskKind.PREVIEW_REGRADE,
        has_changes=task is not None and not all(line.is_kept for line in task.lines),
        refresh=_REFRESH_SECONDS if task is not None and task.is_open else 0,
    )


def regrade(visit: Visit) -> Response:
    """Queue a preview, or the regrade itself."""
    queue_regrade(visit.site, visit.slug, visit.person, applies=visit.fields.get("apply") == "yes")
    return go(f"/class/{visit.slug}/regrade")
