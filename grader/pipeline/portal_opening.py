"""`grader serve`: opens the portal of a course, and makes the links for its first people."""

from dataclasses import dataclass
from pathlib import Path

from grader.course.layout import Course
from grader.model.portal import Enrolment, Role
from grader.pipeline.case_grading import case_submissions
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import add_staff, digest, first_administrator, new_link
from grader.pipeline.uploading import ArrivedFile, RefusedUploadError, submit

_NO_TRAINING_SECONDS = 60
_DEMO_STUDENT = "demo-student"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPortal:
    """A portal that can be served.

    Attributes:
        site: The course.
        links: Role or name of a person -> the secret of a link that lets that person in once.
    """

    site: CourseSite
    links: tuple[tuple[str, str], ...]


def open_portal(course: Course, folder: Path, gradebook: str | None, *, with_demo: bool) -> OpenedPortal:
    """Open the portal of a course.

    Args:
        course: The course.
        folder: The folder of the results of all exercises.
        gradebook: Address of the database; None for files in `folder`.
        with_demo: Whether to add the demo class: the cases of exercises without training, each submitted by a student
            of that name.

    Raises:
        InputError: The settings of the course are not valid, or the database cannot be used.
    """
    site = CourseSite(course, folder, gradebook)
    links = []
    if (secret := first_administrator(site)) is not None:
        links.append(("Administrator", secret))
    if with_demo:
        _add_demo_class(site)
        student = site.accounts.password(_DEMO_STUDENT)
        instructor = add_staff(site, "demo-instructor", "Demo instructor", Role.INSTRUCTOR, None)
        people = [("Instructor", instructor), *([("Student", student[0])] if student else [])]
        links += [(name, new_link(site, member)) for name, member in people if not member.has_password]
    return OpenedPortal(site=site, links=tuple(links))


def _add_demo_class(site: CourseSite) -> None:
    """Enrol the students of the demo class, and submit their notebooks; what is there already stays."""
    for slug in site.slugs:
        exercise = site.exercise(slug).exercise
        if exercise.limits.notebook_seconds > _NO_TRAINING_SECONDS:
            continue
        for case in case_submissions(site.course, exercise):
            login = f"{case.student}@example.org"
            person = Enrolment(login=login, name=case.student, role=Role.STUDENT, student=case.student)
            (member,) = site.accounts.enrol([person], None, now())
            if site.queue.of_student(member.student, slug):
                continue
            files = [ArrivedFile(name=file.name, content=file.content) for file in case.files]
            notebook = ArrivedFile(name=case.origin, content=case.content)
            try:
                submit(site, slug, member, digest(f"{slug} {case.student}"), notebook, files)
            except RefusedUploadError:
                continue  # the portal refuses some cases at once, such as files that are not notebooks
    demo = Enrolment(login=_DEMO_STUDENT, name="Demo student", role=Role.STUDENT, student=_DEMO_STUDENT)
    site.accounts.enrol([demo], None, now())
