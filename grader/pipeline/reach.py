"""Whose work a person of the staff sees: an assistant with sections sees only the students of these sections."""

from grader.gradebook.store import Gradebook
from grader.model.portal import Member, Role, is_reached, sections_of
from grader.pipeline.course_site import CourseSite


def is_limited(member: Member) -> bool:
    """Whether a person sees only the students of some sections."""
    return member.role is Role.ASSISTANT and bool(sections_of(member.section))


def students_in_reach(site: CourseSite, slug: str, member: Member) -> frozenset[str] | None:
    """The students whose work a person of the staff sees; None for all.

    The section of a student is that of the account. Without an account, it is that of the roster of `grader grade`.

    Args:
        site: The course.
        slug: The exercise; empty to consider only students with an account.
        member: The person.
    """
    if not is_limited(member):
        return None
    of_students = {**_of_rosters(site.book(slug) if slug else None), **site.accounts.sections()}
    limits = sections_of(member.section)
    return frozenset(
        name for name, section in of_students.items() if is_reached(member.role, limits, sections_of(section))
    )


def sees(site: CourseSite, slug: str, member: Member, student: str) -> bool:
    """Whether a person of the staff sees the work of a student."""
    reach = students_in_reach(site, slug, member)
    return reach is None or student in reach


def _of_rosters(book: Gradebook | None) -> dict[str, str]:
    return {name: student.section for name, student in book.identities().items()} if book else {}
