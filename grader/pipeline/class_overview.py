"""What staff see of the class: who submitted, what waits, and what needs a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, islice

from grader.gradebook.class_list import ListedMark, MarkCounts, class_names, listed_marks, mark_counts
from grader.gradebook.events import Event
from grader.gradebook.publications import Published
from grader.model.assessment import Assessment
from grader.model.listing import ListPage, ListRequest, ShownStudents
from grader.model.portal import JobState, Member, QueuedUpload
from grader.pipeline.course_site import CourseSite
from grader.pipeline.reach import students_in_reach
from grader.text.values import first_few

_LATEST = 20  # actions on the course page
_MOST_EVENTS = 1000  # lines of the audit log that these actions may be
_NAMED = 3  # people of whom one action names the login


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """An exercise in numbers.

    Attributes:
        slug: The exercise.
        title: Its title.
        is_open: Whether students see it.
        deadline: The deadline of the course; None if there is none.
        marks: Number of students with a submission that has been graded.
        queued: Number of uploads that wait or run.
        failed: Number of uploads whose grading failed.
        waiting: Number of students with an answer that needs manual grading.
        published: What is published.
    """

    slug: str
    title: str
    is_open: bool
    deadline: datetime | None
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
class ClassState:
    """How far the marks of a class are.

    Attributes:
        students: Number of students of the course or of the gradebook.
        marks: Number of students with a submission that has been graded.
        missing: Number of students who have not submitted.
        mean: Mean of the marks that may be published, in points; None if there are none.
    """

    students: int
    marks: int
    missing: int
    mean: float | None


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
    mark: ListedMark | None
    upload: QueuedUpload | None
    is_published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassResult:
    """The mark of a student with all questions, for programs of instructors.

    Attributes: as in `ClassMember`.
    """

    student: str
    member: Member | None
    mark: Assessment | None
    is_published: bool


def class_overview(site: CourseSite, by: Member) -> list[ClassLine]:
    """Every exercise in the numbers that a person of the staff sees; those that need a person come first."""
    published = site.publications.published([])
    jobs = site.queue.counts_by_exercise(students_in_reach(site, "", by))
    lines, settings = [], site.settings
    for slug in site.slugs:
        counts = _mark_counts(site, slug, students_in_reach(site, slug, by))
        lines.append(
            ClassLine(
                slug=slug,
                title=site.exercise(slug).exercise.title,
                is_open=settings.is_open(slug),
                deadline=settings.deadlines.get(slug),
                marks=counts.marks,
                queued=jobs.get((slug, JobState.WAITING), 0) + jobs.get((slug, JobState.RUNNING), 0),
                failed=jobs.get((slug, JobState.FAILED), 0),
                waiting=counts.waiting,
                published=published.get(slug, Published()),
            )
        )
    return sorted(lines, key=lambda line: not line.needs_person)


def class_state(site: CourseSite, slug: str, by: Member) -> ClassState:
    """How far the marks of the students are whom a person of the staff sees."""
    book, reach = site.book(slug), students_in_reach(site, slug, by)
    marked = (book.database, book.place) if book else None

    def count(show: ShownStudents) -> int:
        return class_names(site.database, site.name, slug, marked, ListRequest(size=1, show=show), reach).total

    counts = _mark_counts(site, slug, reach)
    return ClassState(
        students=count(ShownStudents.ALL),
        marks=counts.marks,
        missing=count(ShownStudents.MISSING),
        mean=counts.mean,
    )


def students_of_exercise(site: CourseSite, slug: str, request: ListRequest, by: Member) -> ListPage[ClassMember]:
    """A page of the students whom a person of the staff sees; those who need a person come first, then by name."""
    book, reach = site.book(slug), students_in_reach(site, slug, by)
    marked = (book.database, book.place) if book else None
    names = class_names(site.database, site.name, slug, marked, request, reach)
    marks: dict[str, ListedMark] = {}
    if book is not None:
        with book.database.reading() as connection:
            marks = listed_marks(connection, book.place, names.items)
    members, uploads = site.accounts.of_students(names.items), site.queue.last_of(slug, names.items)
    published = site.publications.published(names.items).get(slug, Published())
    lines = [
        ClassMember(
            student=student,
            member=members.get(student),
            mark=marks.get(student),
            upload=uploads.get(student),
            is_published=published.to(student),
        )
        for student in names.items
    ]
    return ListPage(items=tuple(lines), page=names.page, total=names.total, size=names.size)


def marks_of_class(site: CourseSite, slug: str, page: int, size: int) -> ListPage[ClassResult]:
    """A page of the students of the course or of the gradebook by name, with all points.

    Args:
        site: The course.
        slug: The exercise.
        page: Number of the page, from 1.
        size: Students on a page.
    """
    book = site.book(slug)
    request = ListRequest(page=page, size=size, by_name=True)
    names = class_names(site.database, site.name, slug, (book.database, book.place) if book else None, request)
    marks, members = book.marks_of(names.items) if book else {}, site.accounts.of_students(names.items)
    published = site.publications.published(names.items).get(slug, Published())
    results = tuple(
        ClassResult(
            student=student,
            member=members.get(student),
            mark=marks[student].assessment if student in marks else None,
            is_published=published.to(student),
        )
        for student in names.items
    )
    return ListPage(items=results, page=names.page, total=names.total, size=names.size)


def _mark_counts(site: CourseSite, slug: str, students: Collection[str] | None) -> MarkCounts:
    book = site.book(slug)
    if book is None:
        return MarkCounts()
    with book.database.reading() as connection:
        return mark_counts(connection, book.place, students)


def latest_actions(site: CourseSite) -> list[Event]:
    """The last lines of the audit log, the newest first. Actions of one person at one time are one line.

    A roster adds many people at once, and would otherwise fill the list. The page of the log has each line.
    """
    grouped = groupby(site.events(_MOST_EVENTS), key=lambda event: (event.at, event.who, event.what))
    return [_joined(list(events)) for _, events in islice(grouped, _LATEST)]


def _joined(events: Sequence[Event]) -> Event:
    about = str(first_few([event.about for event in events], _NAMED))
    return replace(events[0], about=about) if len(events) > 1 else events[0]
