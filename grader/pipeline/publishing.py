"""Marks are published or hidden, and students who see them from now on are notified."""

from grader.model.portal import Member
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now


def publish_marks(site: CourseSite, slug: str, student: str, by: Member, *, is_published: bool) -> None:
    """Publish or hide the marks of an exercise.

    Args:
        site: The course.
        slug: The exercise.
        student: Name of one student; empty for the whole class.
        by: The person who decides.
        is_published: Whether to publish them.
    """
    book = site.book(slug)
    with_marks = list(book.pages(*([student] if student else []))) if book and is_published else []
    site.publications.decide(slug, student, is_published, by.account, now(), with_marks)
