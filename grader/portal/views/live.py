"""The state of an attempt as server-sent events: the script of the page listens, and others load the page again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from grader.model.portal import JobState
from grader.pipeline.check_runs import check_of_student, running_cell_of_check
from grader.pipeline.student_overview import running_cell
from grader.portal.visit import Visit, missing

_State: TypeAlias = tuple[JobState, int, tuple[int, int] | None]
"""How far something is, how many are ahead of it, and the cell that runs."""

_LOOK_SECONDS = 1.0
_MOST_SECONDS = 60
"""Then the browser connects again, and the guard looks at its session again."""


def events(visit: Visit) -> Response:
    """A stream with an event whenever the state of one's own attempt changes; it ends when the attempt is graded."""
    return _stream(visit, _state)


def events_of_check(visit: Visit) -> Response:
    """The same for one's own check."""
    return _stream(visit, _state_of_check)


def _stream(visit: Visit, state_of: Callable[[Visit], _State | None]) -> Response:
    if state_of(visit) is None:
        raise missing()
    changes = _changes(visit, state_of)
    return StreamingResponse(changes, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _changes(visit: Visit, state_of: Callable[[Visit], _State | None]) -> AsyncIterator[str]:
    before = None
    for _ in range(round(_MOST_SECONDS / _LOOK_SECONDS)):
        now = await run_in_threadpool(state_of, visit)
        if now is None:
            return
        if now != before:
            before = now
            # The event says that something changed, and the page says what: there is one source of texts.
            yield f"data: {now[0].value}\n\n"
        if now[0] in (JobState.DONE, JobState.FAILED):
            return
        await asyncio.sleep(_LOOK_SECONDS)


def _state(visit: Visit) -> _State | None:
    """How far the attempt of the path is, how many are ahead of it, and the cell that runs; None without an attempt."""
    for queued in visit.site.queue.of_student(visit.person.student, visit.slug):
        if str(queued.number) == visit.path["number"]:
            return queued.state, queued.ahead, running_cell(visit.site, queued)
    return None


def _state_of_check(visit: Visit) -> _State | None:
    """The same for the check of the path."""
    check = check_of_student(visit.site, visit.slug, visit.person, visit.path["number"])
    return (check.state, check.ahead, running_cell_of_check(visit.site, check)) if check else None
