"""The state of an attempt as server-sent events: the script of the page listens, and others load the page again."""

import asyncio
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from grader.model.portal import JobState
from grader.pipeline.student_overview import running_cell
from grader.portal.visit import Visit, missing

_LOOK_SECONDS = 1.0
_MOST_SECONDS = 60
"""Then the browser connects again, and the guard looks at its session again."""


def events(visit: Visit) -> Response:
    """A stream with an event whenever the state of one's own attempt changes; it ends when the attempt is graded."""
    if _state(visit) is None:
        raise missing()
    return StreamingResponse(_changes(visit), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _changes(visit: Visit) -> AsyncIterator[str]:
    before = None
    for _ in range(round(_MOST_SECONDS / _LOOK_SECONDS)):
        now = await run_in_threadpool(_state, visit)
        if now is None:
            return
        if now != before:
            before = now
            # The event says that something changed, and the page says what: there is one source of texts.
            yield f"data: {now[0].value}\n\n"
        if now[0] in (JobState.DONE, JobState.FAILED):
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _state(visit: Visit) -> tuple[JobState, int, tuple[int, int] | None] | None:
    """How far the attempt of the path is, how many are ahead of it, and the cell that runs; None without an attempt."""
    for queued in visit.site.queue.of_student(visit.person.student, visit.slug):
        if str(queued.number) == visit.path["number"]:
            return queued.state, queued.ahead, running_cell(visit.site, queued)
    return None
