"""How the portal is doing, and the audit log."""

from starlette.responses import Response

from grader.pipeline.operations import changes_of_students, operations
from grader.portal.visit import Visit, missing

_LINES_PER_PAGE = 50
_MOST_PAGES = 1_000_000


def state(visit: Visit) -> Response:
    """Queue, graders, disk and problems."""
    return visit.page("operations.html", service=operations(visit.site))


def log(visit: Visit) -> Response:
    """A page of the audit log, the newest lines first; the database reads only its lines."""
    number = int(visit.path["page"])
    if not 1 <= number <= _MOST_PAGES:
        raise missing()
    events = visit.site.events(_LINES_PER_PAGE + 1, (number - 1) * _LINES_PER_PAGE)
    return visit.page(
        "log.html",
        events=events[:_LINES_PER_PAGE],
        students=changes_of_students(visit.site, _LINES_PER_PAGE) if number == 1 else (),
        number=number,
        has_more=len(events) > _LINES_PER_PAGE,
    )
