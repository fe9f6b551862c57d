"""The pages of staff about one exercise: its students, publishing, and reports."""

from urllib.parse import quote

from starlette.responses import Response

from grader.pipeline.class_overview import class_state, students_of_exercise
from grader.pipeline.marking import now
from grader.pipeline.publishing import publish_marks
from grader.pipeline.reach import sees
from grader.pipeline.shown_names import shown_names
from grader.pipeline.student_overview import exercise_of_student, report_of
from grader.portal.lists import list_query
from grader.portal.views.exercise import framed, report_in_frame, sandboxed
from grader.portal.visit import Visit, go, missing


def students(visit: Visit) -> Response:
    """A page of the students; those who need a person come first."""
    request, settings = visit.search(), visit.site.settings
    published = visit.site.publications.published([]).get(visit.slug)
    lines = students_of_exercise(visit.site, visit.slug, request, visit.person)
    return visit.page(
        "class.html",
        exercise=visit.site.exercise(visit.slug).exercise,
        is_open=settings.is_open(visit.slug),
        deadline=settings.deadlines.get(visit.slug),
        request=request,
        state=class_state(visit.site, visit.slug, visit.person),
        lines=lines,
        names=shown_names(visit.site, visit.slug, (line.student for line in lines.items)),
        is_published=published is not None and published.for_all,
    )


def publish(visit: Visit) -> Response:
    """Publish or hide marks, of the whole class or of one student."""
    is_published = visit.fields.get("publish") == "yes"
    student = visit.fields.get("student", "")
    publish_marks(visit.site, visit.slug, student, visit.person, is_published=is_published)
    return go(f"/class/{visit.slug}{list_query(visit.listing)}")


def retry(visit: Visit) -> Response:
    """Queue a failed job again."""
    slug, student = visit.site.queue.student_of(int(visit.path["job"]))
    if not slug or not sees(visit.site, slug, visit.person, student):  # the job may belong to another course
        raise missing()
    visit.site.queue.retry(int(visit.path["job"]), visit.person.account, now())
    return go(f"/class/{visit.slug}{list_query(visit.listing)}")


def preview(visit: Visit) -> Response:
    """The page with the report as the student sees it when the mark is published."""
    student = visit.path["student"]
    item = exercise_of_student(visit.site, visit.slug, student, as_if_published=True)
    return report_in_frame(visit, item, f"/class/{visit.slug}/preview-page/{quote(student, safe='')}", student)


def preview_page(visit: Visit) -> Response:
    """The report in the preview."""
    student = visit.path["student"]
    item = exercise_of_student(visit.site, visit.slug, student, as_if_published=True)
    return framed(visit, item.report, f"/class/{visit.slug}/preview/{quote(student, safe='')}")


def report(visit: Visit) -> Response:
    """The report of a student, as the student gets it when it is published."""
    return sandboxed(report_of(visit.site, visit.slug, visit.path["student"]))
