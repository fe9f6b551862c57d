"""What staff see of the class: who submitted, what waits, and what needs a person."""

from collections import Counter
from dataclasses import dataclass

from grader.gradebook.publications import Published
from grader.model.assessment import Assessment
from grader.model.portal import JobState, Member, QueuedUpload, Role
from grader.pipeline.course_site import CourseSite


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """An exercise in numbers.

    Attributes:
        slug: The exercise.
        title: Its title.
        marks: Number of students with a submission that has been graded.
        queued: Number of uploads that wait or run.
        failed: Number of uploads whose grading failed.
        waiting: Number of students with an answer that needs manual grading.
        published: What is published.
    """

    slug: str
    title: str
    marks: int
    queued: int
    failed: int
    waiting: int
    published: Published

    @property
    def needs_person(self) -> int:
        """Number of things that a person must do."""
        return self.failed + self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMember:
    """A student of an exercise.

    Attributes:
        student: Name in the gradebook.
        member: The account; None for students who submitted without the portal.
        mark: The mark that counts; None if there is none.
        upload: The last upload; None if there is none.
        is_published: Whether the student sees the mark.
    """

    student: str
    member: Member | None
    mark: Assessment | None
    upload: QueuedUpload | None
    is_published: bool

    @property
    def needs_person(self) -> bool:
        """Whether a person must do something about the submission."""
        failed = self.upload is not None and self.upload.state is JobState.FAILED
        return failed or (self.mark is not None and (bool(self.mark.waiting) or not self.mark.publishable))


def class_overview(site: CourseSite) -> list[ClassLine]:
    """Every exercise in numbers, in the order of their names; those that need a person come first."""
    published = site.publications.published()
    open_jobs = site.queue.of_state(JobState.WAITING, JobState.RUNNING, JobState.FAILED)
    states = Counter((queued.upload.exercise, queued.state is JobState.FAILED) for queued in open_jobs)
    lines = []
    for slug in site.slugs:
        book = site.book(slug)
        marks = [mark.assessment for mark in book.marks()] if book else []
        lines.append(
            ClassLine(
                slug=slug,
                title=site.exercise(slug).exercise.title,
                marks=len(marks),
                queued=states[slug, False],
                failed=states[slug, True],
                waiting=sum(bool(mark.waiting) or not mark.publishable for mark in marks),
                published=published.get(slug, Published()),
            )
        )
    return sorted(lines, key=lambda line: not line.needs_person)


def students_of_exercise(site: CourseSite, slug: str) -> list[ClassMember]:
    """Every student of the course or of the gradebook; those who need a person come first, then by name."""
    book = site.book(slug)
    marks = {mark.student: mark.assessment for mark in book.marks()} if book else {}
    members = {member.student: member for member in site.accounts.members(Role.STUDENT) if member.student}
    uploads = {queued.upload.student: queued for queued in site.queue.of_exercise(slug)}
    published = site.publications.published().get(slug, Published())
    lines = [
        ClassMember(
            student=student,
            member=members.get(student),
            mark=marks.get(student),
            upload=uploads.get(student),
            is_published=published.to(student),
        )
        for student in {**members, **marks}
    ]
    return sorted(lines, key=lambda line: (not line.needs_person, line.student.casefold(), line.student))
