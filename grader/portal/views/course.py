"""The course page: for students their exercises, for staff what needs a person."""

from starlette.responses import Response

from grader.model.portal import Role
from grader.pipeline.class_overview import class_overview, latest_actions
from grader.pipeline.marking import now
from grader.pipeline.reach import students_in_reach
from grader.pipeline.student_overview import exercises_of_student, kept_mistakes
from grader.portal.visit import Visit


def exercises(visit: Visit) -> Response:
    """All exercises of the course, with what the person does next."""
    if visit.person.role.is_staff:
        reach = students_in_reach(visit.site, "", visit.person)
        return visit.page(
            "staff_course.html",
            lines=class_overview(visit.site, visit.person),
            has_students=bool(visit.site.accounts.members(Role.STUDENT)),
            events=latest_actions(visit.site),
            new_threads=len(visit.site.notices.of_person(visit.person.account)),
            open_threads=sum(visit.site.threads.count_open(reach).values()),
        )
    items = exercises_of_student(visit.site, visit.person.student, visit.slugs)
    published = {item.exercise.slug for item in items if item.mark is not None}
    notices = [notice for notice in visit.site.notices.of_person(visit.person.account) if notice.exercise in published]
    new = {notice.exercise for notice in notices}
    new_first = sorted(items, key=lambda item: item.exercise.slug not in new)
    return visit.page("course_page.html", items=new_first, kept=kept_mistakes(items), notices=notices, at=now())
