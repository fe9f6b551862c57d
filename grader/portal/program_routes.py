"""The routes for programs, each with its description. A route for programs without a description fails a test."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from grader.model import api
from grader.model.portal_settings import WebSettings
from grader.portal.access import EVERYONE, MEMBERS, STUDENTS, TEACHERS, Route
from grader.portal.openapi import Operation, Parameter, description
from grader.portal.programs import PREFIX, answer
from grader.portal.views import programs
from grader.portal.visit import Visit

UPLOAD_BYTES = WebSettings().upload_bytes

_SLUG = Parameter(
    name="slug", place="path", schema={"type": "string", "examples": ["lenet5"]}, meaning="Name of the exercise."
)
_NUMBER = Parameter(
    name="number", place="path", schema={"type": "integer", "minimum": 1}, meaning="Number of the attempt."
)
_KEY = Parameter(
    name="Idempotency-Key",
    place="header",
    schema={"type": "string", "minLength": 1, "maxLength": programs.LONGEST_KEY},
    meaning="Requests with the same key store one attempt. Send a new random key for each submission, "
    "and the same key again if a connection was lost.",
)
_PAGE = Parameter(
    name="page",
    place="query",
    schema={"type": "integer", "minimum": 1, "maximum": programs.HIGHEST_PAGE, "default": 1},
    meaning="Number of the page. If there are fewer pages, the response contains the last one.",
)
_SIZE = Parameter(
    name="size",
    place="query",
    schema={"type": "integer", "minimum": 1, "maximum": programs.MARKS_AT_ONCE, "default": programs.MARKS_AT_ONCE},
    meaning="Largest number of marks on a page.",
)
_FILES: Mapping[str, Any] = {
    "files": {
        "type": "array",
        "items": {"type": "string", "format": "binary"},
        "minItems": 1,
        "description": "The notebook, and other files that the exercise accepts.",
    },
    "exercise": {
        "type": "string",
        "description": "Name of the exercise. Without it, the cells of the notebook identify the exercise.",
    },
}

DESCRIBED: tuple[tuple[Route, Mapping[str, Operation]], ...] = (
    (
        Route(path=f"{PREFIX}/exercises", roles=MEMBERS, views={"GET": programs.course}, for_programs=True),
        {"GET": Operation(name="course", summary="List the exercises of the course.", result=api.CourseState)},
    ),
    (
        Route(path=f"{PREFIX}/exercises/{{slug}}", roles=MEMBERS, views={"GET": programs.exercise}, for_programs=True),
        {
            "GET": Operation(
                name="exercise",
                summary="Get one exercise.",
                result=api.ExerciseState,
                parameters=(_SLUG,),
                problems=(404,),
            )
        },
    ),
    (
        Route(
            path=f"{PREFIX}/attempts",
            roles=STUDENTS,
            views={"POST": programs.submit},
            most_bytes=UPLOAD_BYTES,
            files=True,
            for_programs=True,
        ),
        {
            "POST": Operation(
                name="submit",
                summary="Submit a notebook with its files.",
                result=api.AttemptResult,
                status=programs.CREATED,
                form=_FILES,
                required=("files",),
                parameters=(_KEY,),
                problems=(400, 409, 413, 422),
            )
        },
    ),
    (
        Route(
            path=f"{PREFIX}/checks",
            roles=STUDENTS,
            views={"POST": programs.check},
            most_bytes=UPLOAD_BYTES,
            files=True,
            for_programs=True,
        ),
        {
            "POST": Operation(
                name="check",
                summary="Check files before you submit them. The portal does not store them.",
                result=api.CheckedFiles,
                form=_FILES,
                required=("files",),
                problems=(400, 413, 422),
            )
        },
    ),
    (
        Route(
            path=f"{PREFIX}/exercises/{{slug}}/attempts/{{number:int}}",
            roles=STUDENTS,
            views={"GET": programs.attempt},
            for_programs=True,
        ),
        {
            "GET": Operation(
                name="attempt",
                summary="Get the state of an attempt, and its points once the mark is published.",
                result=api.AttemptResult,
                parameters=(_SLUG, _NUMBER),
                problems=(404,),
            )
        },
    ),
    (
        Route(
            path=f"{PREFIX}/exercises/{{slug}}/report",
            roles=STUDENTS,
            views={"GET": programs.report},
            for_programs=True,
        ),
        {
            "GET": Operation(
                name="report",
                summary="Get the report of a published mark, as a page.",
                result="text/html",
                parameters=(_SLUG,),
                problems=(404, 503),
            )
        },
    ),
    (
        Route(
            path=f"{PREFIX}/exercises/{{slug}}/marks",
            roles=TEACHERS,
            views={"GET": programs.marks},
            for_programs=True,
        ),
        {
            "GET": Operation(
                name="marks",
                summary="List the marks of all students, including those that are not published. For instructors.",
                result=api.ClassMarks,
                parameters=(_SLUG, _PAGE, _SIZE),
                problems=(400, 404),
            )
        },
    ),
)


def openapi(visit: Visit) -> Response:
    """The description of these routes. It is the same for everyone, so nobody needs a token for it."""
    return answer(description(DESCRIBED, f"{visit.site.settings.title}: portal"))


PROGRAM_ROUTES = (
    Route(path=f"{PREFIX}/openapi.json", roles=EVERYONE, views={"GET": openapi}),
    *(route for route, _ in DESCRIBED),
)
