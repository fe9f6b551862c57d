"""Files that every page uses, and the answer for a program that watches the portal."""

from starlette.responses import PlainTextResponse, Response

from grader.errors import GraderError
from grader.portal.static_files import KINDS, content
from grader.portal.visit import Visit, missing

_A_DAY = "public, max-age=86400"


def static(visit: Visit) -> Response:
    """A style sheet or a script."""
    name = visit.path["name"]
    if name not in KINDS:
        raise missing()
    return Response(content(name), media_type=KINDS[name], headers={"Cache-Control": _A_DAY})


def health(visit: Visit) -> Response:
    """Whether the portal can reach its database; the answer has nothing else."""
    try:
        visit.site.queue.counts()
    except GraderError:
        return PlainTextResponse("database unavailable\n", 503)
    return PlainTextResponse("ok\n")
