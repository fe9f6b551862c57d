"""Graders draw what students wait for in the portal. See `grader.gradebook.drawing_requests`."""

from collections.abc import Callable

from grader.errors import GraderError
from grader.gradebook.drawing_requests import DrawingKind, DrawingRequest, DrawingRequests
from grader.pipeline.course_site import CourseSite
from grader.pipeline.own_work_in_portal import draw_questions
from grader.pipeline.personal_notebooks import draw_notebooks, note_edition, remove_outdated_notebooks
from grader.pipeline.student_reports import draw_report

_AT_ONCE = 20
"""Then the grader looks at the queue again."""


def draw_requested(site: CourseSite, tell: Callable[[str], None]) -> int:
    """Draw some of what students wait for, the oldest requests of each exercise first; only graders call this.

    Args:
        site: The course.
        tell: Receives a sentence about each problem, for the person who runs the grader.

    Returns:
        The number of requests that were carried out or have failed.
    """
    count = 0
    for slug in site.slugs:
        requests = DrawingRequests(site.results(slug).folder)
        remove_outdated_notebooks(site, slug)
        for request in requests.waiting()[:_AT_ONCE]:
            count += 1
            try:
                _draw(site, slug, request)
            except Exception as error:  # whatever it is, it must not stop the rest of the class
                words = str(error) if isinstance(error, GraderError | OSError) else f"{type(error).__name__}: {error}"
                tell(f"{slug}: the {request.kind} of {request.student} was not drawn. {words}")
                requests.fail(request)
            else:
                requests.done(request)
    return count


def _draw(site: CourseSite, slug: str, request: DrawingRequest) -> None:
    match request.kind:
        case DrawingKind.NOTEBOOK:
            note_edition(site, slug)
            draw_notebooks(site, slug, request.student)
        case DrawingKind.QUESTIONS:
            draw_questions(site, slug, request.student, request.attempt)
        case DrawingKind.REPORT:
            draw_report(site.material(slug), site.results(slug), request.student, request.attempt)
