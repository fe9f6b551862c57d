"""A student asks about the mark of a question, staff answer, and a decision ends the thread."""

from grader.errors import InputError
from grader.model.assessment import Finding
from grader.model.portal import Member
from grader.model.staff_work import Thread
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.student_overview import exercise_of_student
from grader.text.language import say

_MOST_CHARACTERS = 5_000


def may_ask(site: CourseSite, slug: str, student: str, question: str) -> bool:
    """Whether a student may ask about a question: only about a mark that is published."""
    mark = exercise_of_student(site, slug, student).mark
    return mark is not None and any(finding.question == question for finding in mark.findings)


def thread_of(site: CourseSite, slug: str, student: str, question: str) -> Thread | None:
    """What a student asked about a question, with the answers; None if the student has not asked."""
    return site.threads.of_student(slug, student).get(question)


def finding_of(site: CourseSite, slug: str, student: str, question: str) -> Finding | None:
    """The answer of a student in the mark that counts, and what it is worth; None if there is none."""
    book = site.book(slug)
    marks = book.marks(student) if book else []
    findings = (finding for mark in marks for finding in mark.assessment.findings)
    return next((finding for finding in findings if finding.question == question), None)


def write(
    site: CourseSite, slug: str, student: str, question: str, by: Member, text: str, *, decides: bool = False
) -> None:
    """Add a message to the thread about a question.

    Args:
        site: The course.
        slug: The exercise.
        student: Name of the student in the gradebook.
        question: Id of the question.
        by: The person who writes: the student, or a person of the staff.
        text: The message.
        decides: Whether the message is the decision of staff.

    Raises:
        InputError: The message is empty or too long, or only staff could decide.
    """
    text = text.strip()
    if not text:
        raise InputError(say("The message is empty. Write a few words."))
    if len(text) > _MOST_CHARACTERS:
        raise InputError(say("The message is too long. Write at most {most} characters.", most=_MOST_CHARACTERS))
    site.threads.write(slug, student, question, by.account, text, now(), decides=decides and by.role.is_staff)
