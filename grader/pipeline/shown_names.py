"""How pages for staff name students: by the name of the account and that of the gradebook, unless names are hidden."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.gradebook.rows import VALUES_AT_ONCE, batches
from grader.pipeline.course_site import CourseSite


@dataclass(frozen=True, slots=True)
class ShownName:
    """How a page names a student.

    Attributes:
        name: The name.
        also: The name in the gradebook, which is often the login; empty if it is the same.
    """

    name: str
    also: str = ""


def shown_names(site: CourseSite, slug: str, students: Iterable[str]) -> Mapping[str, ShownName]:
    """Student -> how pages name the student.

    A student without an account has the name of the gradebook.
    If answers are graded anonymously, all students do, so no page adds a name that the gradebook does not show.

    Args:
        site: The course.
        slug: The exercise.
        students: Names in the gradebook.

    Raises:
        InputError: There is no such exercise, or it is not valid.
    """
    names = {student: ShownName(student) for student in students}
    if site.exercise(slug).settings.manual_grading.anonymous:
        return names
    for some in batches(names, VALUES_AT_ONCE):
        for student, member in site.accounts.of_students(some).items():
            if member.name not in ("", student):
                names[student] = ShownName(member.name, student)
    return names
