"""The pages of staff about one exercise: its students, publishing, and reports."""

from starlette.responses import Response

from grader.pipeline.class_overview import students_of_exercise
from grader.pipeline.marking import now
from grader.pipeline.student_overview import report_of
from grader.portal.views.exercise import sandboxed
from grader.portal.visit import Visit, go


def students(visit: Visit) -> Response:
    """All students; those who need a person come first."""
    lines = students_of_exercise(visit.site, visit.slug)
    published = visit.site.publications.published().get(visit.slug)
    return visit.page(
        "class.html",
        exercise=visit.site.exercise(visit.slug).exercise,
        lines=lines,
        is_published=published is not None and published.for_all,
    )


def publish(visit: Visit) -> Response:
    """Publish or hide marks, of the whole class or of one student."""
    is_published = visit.fields.get("publish") == "yes"
    student = visit.fields.get("student", "")
    visit.site.publications.decide(visit.slug, student, is_published, visit.person.account, now())
    return go(f"/class/{visit.slug}")


def retry(visit: Visit) -> Response:
    """Queue a failed job again."""
    visit.site.queue.retry(int(visit.path["job"]), visit.person.account, now())
    return go(f"/class/{visit.slug}")


def report(visit: Visit) -> Response:
    """The report of a student, as the student gets it when it is published."""
    return sandboxed(report_of(visit.site, visit.slug, visit.path["student"]))
